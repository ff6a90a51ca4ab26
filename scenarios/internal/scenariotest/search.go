package scenariotest

import (
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Search explores a program by a strategy, in no more than this many runs, and
// demands that every run of one schedule is the same.
func Search(t testing.TB, program order.Engine, strategy search.Strategy, runs int, options ...explore.Option) *explore.Report {
	t.Helper()
	options = append([]explore.Option{explore.WithStrategy(strategy), explore.WithRuns(runs)}, options...)
	r, err := explore.Search(t.Context(), program, options...)
	if err != nil {
		t.Fatal(err)
	}
	if r.Nondeterminism != nil {
		t.Fatal(r.Nondeterminism)
	}
	return r
}
