package overlay

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Report is what [Inspect] finds.
type Report struct {
	Toolchain Toolchain
	Table     string   // the name of the table for this version of Go, or ""
	Anchors   []Anchor // for each edit of the table, in its order
	Added     []Addition
	Err       error // what Generate would refuse with, or nil
}

// Addition is a file that is added.
type Addition struct {
	File string // below GOROOT/src, with slashes
	Why  string // the first line of its first comment
}

// Inspect reports what [Generate] would do for the go command that is used in
// the folder dir, without writing anything: whether the version of Go is
// supported and, edit by edit, whether its anchor holds. Whether the cache can
// be written is not tried.
//
// The error is for a go command that does not answer; a distribution that is
// refused is no error of Inspect, but of the report.
func Inspect(ctx context.Context, dir string) (*Report, error) {
	t, err := FindToolchain(ctx, dir)
	if err != nil {
		return nil, err
	}
	return inspect(t, versions), nil
}

func inspect(t Toolchain, tables []version) *Report {
	p, err := newPlan(t, tables)
	r := &Report{Toolchain: t, Anchors: p.anchors, Err: err}
	if p.table != nil {
		r.Table = p.table.name
	}
	for _, name := range slices.Sorted(maps.Keys(p.added)) {
		r.Added = append(r.Added, Addition{name, firstComment(p.added[name])})
	}
	return r
}

// firstComment returns the first line of a file's first comment that is meant for readers.
func firstComment(text string) string {
	for line := range strings.Lines(text) {
		if comment, ok := strings.CutPrefix(line, "// "); ok {
			return strings.TrimSuffix(strings.TrimSpace(comment), ".")
		}
	}
	return ""
}
