package overlay

import "context"

// Report is what [Inspect] finds.
type Report struct {
	Toolchain Toolchain
	Table     string   // the name of the table for this version of Go, or ""
	Anchors   []Anchor // for each edit of the table, in its order
	Added     []string // the files that are added, below GOROOT/src
	Err       error    // what Generate would refuse with, or nil
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
	r := &Report{Toolchain: t, Anchors: p.anchors, Added: p.added(), Err: err}
	if p.table != nil {
		r.Table = p.table.name
	}
	return r
}
