package goroutine_test

import (
	"testing"

	"weft/scenarios/goroutine"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
)

// TestReductionsAgree: of each program, reductions walk as many traces as sleep sets alone,
// which need the least theory, as a whole and in parts.
func TestReductionsAgree(t *testing.T) {
	needsOverlay(t)
	for _, s := range goroutine.All() {
		t.Run(s.Name, func(t *testing.T) {
			skipDataRace(t, s)
			walked := func(by search.Strategy, options ...explore.Option) *explore.Part {
				p, err := explore.SearchPart(t.Context(), s.Engine(), append(options, explore.WithStrategy(by), explore.WithRuns(20_000))...)
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			want := walked(dpor.SleepSets()).Report()
			if want.Coverage.Kind != search.AllTraces {
				t.Skip("too many orders")
			}
			for what, got := range map[string]*explore.Report{
				"reduced": walked(dpor.Reduced()).Report(), "optimal": walked(dpor.Optimal()).Report(),
				"reduced, in parts": explore.Merged(walked(dpor.Reduced(), explore.WithShard(1, 2)), walked(dpor.Reduced(), explore.WithShard(2, 2))).Report(),
			} {
				if got.Coverage.Kind != search.AllTraces || got.Traces != want.Traces || len(got.Outcomes) != len(want.Outcomes) {
					t.Errorf("%s: %s, %d outcomes; by sleep sets: %s, %d outcomes", what, got.Verdict(), len(got.Outcomes), want.Verdict(), len(want.Outcomes))
				}
			}
		})
	}
}
