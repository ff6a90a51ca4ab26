package search_test

import (
	"testing"

	"weft/scenarios"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// TestTraceOf: runs that are kept have the traces that an exploration counts.
func TestTraceOf(t *testing.T) {
	s, _ := scenarios.Find("philosophers")
	report, err := explore.Search(t.Context(), s.Engine(), explore.WithStrategy(dpor.Optimal()))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint64]bool{}
	for r := range explore.All(s.Engine(), explore.WithStrategy(walk.Exhaustive()), explore.WithRecorded(trace.Full)) {
		seen[search.TraceOf(r)] = true
	}
	if len(seen) != report.Traces || seen[0] {
		t.Errorf("%d traces, 0 among them: %v; want %d", len(seen), seen[0], report.Traces)
	}
	if id := search.TraceOf(&order.Run{}); id != 0 {
		t.Errorf("a run that nothing is known of has trace %d", id)
	}
}
