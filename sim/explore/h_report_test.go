package explore_test

import (
	"context"
	"testing"
	"weft/sim/explore"
	"weft/sim/order"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// search explores and demands that this could be done.
func search(t testing.TB, e order.Engine, options ...explore.Option) *explore.Report {
	t.Helper()
	r, err := explore.Search(context.Background(), e, options...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sameFindings demands that two reports differ in nothing but the time taken.
func sameFindings(t testing.TB, want, got *explore.Report, what string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(explore.Report{}, "Elapsed"), cmpopts.IgnoreUnexported(explore.Outcome{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
