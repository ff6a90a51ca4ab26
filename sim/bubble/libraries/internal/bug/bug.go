// Package bug looks for a known bug of a library.
package bug

import (
	"context"
	"strings"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/order"
)

// Find explores a program and fails the test unless some order of it ends as end says,
// with an outcome that contains text. It is skipped without the overlay.
func Find(t *testing.T, end order.End, text string, program func(), options ...explore.Option) {
	t.Helper()
	if !bubble.Controlled() {
		t.Skip("the order of goroutines is not controlled")
	}
	r, err := explore.Search(context.Background(), bubble.Engine(program, bubble.WithProgram(t.Name())),
		append([]explore.Option{explore.WithSeed(1)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	if r.Nondeterminism != nil {
		t.Fatal(r.Nondeterminism)
	}
	t.Attr("weft.verdict", r.Verdict())
	for _, o := range r.Outcomes {
		if o.End == end && strings.Contains(o.Text, text) {
			t.Logf("%s; %d of them end so: %s; schedule %s", r.Verdict(), o.Runs, o.Text, o.Witness)
			return
		}
	}
	t.Errorf("no order ends as %s with %q: the library may have been mended", end, text)
	for _, o := range r.Outcomes {
		t.Logf("%d runs: %s: %s", o.Runs, o.End, o.Text)
	}
}
