package exploretest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Search explores and demands that this could be done.
func Search(t testing.TB, e order.Engine, options ...explore.Option) *explore.Report {
	t.Helper()
	r, err := explore.Search(context.Background(), e, options...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Repeatable is Search of a program that does the same twice.
func Repeatable(t testing.TB, e order.Engine, options ...explore.Option) *explore.Report {
	t.Helper()
	r := Search(t, e, options...)
	if r.Nondeterminism != nil {
		t.Fatal(r.Nondeterminism)
	}
	return r
}

// SameFindings demands that two reports differ in nothing but the time taken.
func SameFindings(t testing.TB, want, got *explore.Report, what string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(explore.Report{}, "Elapsed"), cmpopts.IgnoreUnexported(search.Outcome{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
