package overlay

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// plan is what is to be done with a distribution.
type plan struct {
	table   *version
	anchors []Anchor          // for each edit of the table, in its order
	files   map[string]string // path in the distribution -> text to read there
}

// newPlan holds a distribution against the tables. With an error, the plan has
// as much as could be found out.
func newPlan(t Toolchain, tables []version) (*plan, error) {
	p := &plan{files: map[string]string{}}
	var err error
	if p.table, err = tableFor(tables, t.GOVERSION); err != nil {
		return p, err
	}
	src := filepath.Join(t.GOROOT, "src")
	if _, err := os.ReadDir(src); err != nil {
		return p, fmt.Errorf("overlay: the Go distribution cannot be read: %w; set GOROOT to one that has its sources", err)
	}
	texts := map[string]string{}
	byFile := map[string][]Edit{}
	var refused error // by the first anchor that does not hold; all are looked at
	for _, e := range p.table.edits {
		path := filepath.Join(src, filepath.FromSlash(e.File))
		a := hold(texts, path, e)
		p.anchors = append(p.anchors, a)
		byFile[path] = append(byFile[path], e)
		switch {
		case refused != nil:
		case a.Err != nil:
			refused = fmt.Errorf("overlay: the Go distribution cannot be read: %w; install an unchanged %s", a.Err, t.GOVERSION)
		case a.Found != 1:
			refused = &AnchorError{Path: path, Version: t.GOVERSION, Edit: e, Found: a.Found}
		}
	}
	if refused != nil {
		return p, refused
	}
	for path, edits := range byFile {
		if p.files[path], err = apply(texts[path], edits); err != nil {
			return p, err
		}
	}
	for _, name := range p.added() {
		path := filepath.Join(src, filepath.FromSlash(name))
		// A file of that name would be of a distribution that was patched in place,
		// or of a later Go that means something else by it.
		if _, err := os.Lstat(path); err == nil {
			return p, fmt.Errorf("overlay: %s is already there, and no release of Go has it; install an unchanged %s", path, t.GOVERSION)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return p, fmt.Errorf("overlay: the Go distribution cannot be read: %w", err)
		}
		p.files[path] = p.table.added[name]
	}
	return p, nil
}

// added returns the names of the files that are added, in order.
func (p *plan) added() []string {
	if p.table == nil {
		return nil
	}
	var names []string
	for name := range p.table.added {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// hold holds one edit against its file, whose text is read once.
func hold(texts map[string]string, path string, e Edit) Anchor {
	text, read := texts[path]
	if !read {
		data, err := os.ReadFile(path)
		if err != nil {
			return Anchor{Edit: e, Err: err}
		}
		text = string(data)
		texts[path] = text
	}
	return Anchor{Edit: e, Found: occurrences(text, e.Find)}
}

// occurrences counts the places where an anchor stands, those that overlap
// among them: with strings.Count, "aa" would stand once in "aaa".
func occurrences(text, anchor string) int {
	if anchor == "" {
		return 0 // it is nowhere in particular
	}
	n := 0
	for {
		at := strings.Index(text, anchor)
		if at < 0 {
			return n
		}
		n++
		text = text[at+1:]
	}
}
