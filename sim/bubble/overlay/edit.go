package overlay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Edit is one change of one file of the Go distribution.
type Edit struct {
	File string // below GOROOT/src, with slashes, such as "runtime/proc.go"
	Why  string // what it is for
	Find string // a text that stands in the file, once unless Times says otherwise: the anchor
	Put  string // what stands in its place
	// Times is how often Find stands in the file if that is more than once; then all of
	// them are edited.
	Times int
}

// want returns how often the anchor must stand in the file.
func (e Edit) want() int { return max(1, e.Times) }

// Anchor is what became of an edit in a distribution.
type Anchor struct {
	Edit
	Found int   // how often Find stands in the file
	Err   error // why the file could not be read, or nil
}

// OK reports whether the edit can be made.
func (a Anchor) OK() bool { return a.Err == nil && a.Found == a.want() }

// AnchorError says that a file of the distribution is not what the table for
// its version of Go expects.
type AnchorError struct {
	Path    string // the file in the distribution
	Version string // of Go, such as "go1.26.8"
	Edit    Edit
	Found   int // how often Find stands in the file, and should not
}

func (e *AnchorError) Error() string {
	return fmt.Sprintf("overlay: %s is not as in a release of Go: %s should stand there %s and stands there %s (it is for: %s); install an unchanged %s, and see weft doctor for all such places",
		e.Path, quoted(e.Edit.Find), times(e.Edit.want()), times(e.Found), e.Edit.Why, e.Version)
}

func times(n int) string {
	switch n {
	case 0:
		return "not at all"
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// quoted shows an anchor on one line: as much of its beginning as is needed to
// recognise it.
func quoted(anchor string) string {
	const most = 60
	line, rest, _ := strings.Cut(strings.TrimSpace(anchor), "\n")
	cut := strings.TrimSpace(rest) != ""
	if r := []rune(line); len(r) > most {
		line, cut = string(r[:most]), true
	}
	text := fmt.Sprintf("%q", line)
	if cut {
		text += "..."
	}
	return text
}

// apply makes edits of one file's text, each of whose anchors stands there as often as it
// should.
func apply(text string, edits []Edit) (string, error) {
	type place struct {
		at int
		Edit
	}
	var places []place
	for _, e := range edits {
		from := 0
		for range e.want() {
			at := from + strings.Index(text[from:], e.Find)
			places = append(places, place{at, e})
			from = at + len(e.Find)
		}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	var b strings.Builder
	done := 0
	for i, p := range places {
		if p.at < done {
			return "", fmt.Errorf("overlay: two edits of %s overlap, at %s and at %s; make them one",
				p.File, quoted(places[i-1].Find), quoted(p.Find))
		}
		b.WriteString(text[done:p.at])
		b.WriteString(p.Put)
		done = p.at + len(p.Find)
	}
	b.WriteString(text[done:])
	return b.String(), nil
}
