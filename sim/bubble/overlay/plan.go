package overlay

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
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
	added   map[string]string // path below GOROOT/src -> text
}

// newPlan holds a distribution against the tables. With an error, the plan has
// as much as could be found out.
func newPlan(t Toolchain, tables []version) (*plan, error) {
	p := &plan{files: map[string]string{}}
	var err error
	if p.table, err = tableFor(tables, t); err != nil {
		return p, err
	}
	if !slices.Contains(platforms, t.GOARCH) {
		return p, fmt.Errorf("overlay: %w: it builds for GOARCH=%s; only on %s does the runtime keep frame pointers, by which Weft tells the program's locks from those of the standard library",
			ErrUnsupported, t.GOARCH, strings.Join(platforms, " and "))
	}
	src := filepath.Join(t.GOROOT, "src")
	if _, err := os.ReadDir(src); err != nil {
		return p, fmt.Errorf("overlay: the Go distribution cannot be read: %w; set GOROOT to one that has its sources", err)
	}
	if p.added, err = p.table.addedTo(t.GOROOT); err != nil {
		return p, err
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
		case a.Found != e.want():
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
	for _, name := range slices.Sorted(maps.Keys(p.added)) {
		path := filepath.Join(src, filepath.FromSlash(name))
		// A file of that name would be of a distribution that was patched in place,
		// or of a later Go that means something else by it.
		if _, err := os.Lstat(path); err == nil {
			return p, fmt.Errorf("overlay: %s is already there, and no release of Go has it; install an unchanged %s", path, t.GOVERSION)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return p, fmt.Errorf("overlay: the Go distribution cannot be read: %w", err)
		}
		p.files[path] = p.added[name]
	}
	return p, nil
}

// platforms are those on which the runtime keeps frame pointers.
var platforms = []string{"amd64", "arm64"}

// addedTo returns the files that the table adds to a distribution.
func (v *version) addedTo(goroot string) (map[string]string, error) {
	if v.folders == "" {
		return v.added, nil
	}
	entries, err := os.ReadDir(filepath.Join(goroot, "src"))
	if err != nil {
		return nil, fmt.Errorf("overlay: the Go distribution cannot be read: %w", err)
	}
	var b strings.Builder
	b.WriteString("// The folders of the standard library, to tell its files where their names say no more.\n\npackage runtime\n\nvar weftFolders = [...]string{\n")
	for _, e := range entries {
		if e.IsDir() {
			fmt.Fprintf(&b, "\t%q,\n", e.Name()+"/")
		}
	}
	b.WriteString("}\n")
	// The go command takes two distributions with the same sources for one, and what it
	// has built from the one says where the other one lies.
	fmt.Fprintf(&b, "\n// weftRoot is the folder of the distribution. No other one has the same runtime.\nvar weftRoot = %q\n", filepath.ToSlash(goroot))
	added := maps.Clone(v.added)
	added[v.folders] = b.String()
	return added, nil
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
