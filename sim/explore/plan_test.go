package explore_test

import (
	"testing"

	"weft/sim/explore"
)

// Plans are kept: in this test, and in all others that use the toy engine.
func TestPlansAreKept(t *testing.T) {
	for _, s := range []explore.Strategy{
		explore.Default(), explore.Seed(1), explore.Random(), explore.Portfolio(), explore.Exhaustive(), explore.Bounded(2),
		explore.Reduced(), explore.SleepSets(),
	} {
		before := asPlanned.Load()
		search(t, listEngine{philosophers(3)}, explore.WithStrategy(s), explore.WithRuns(100))
		if asPlanned.Load() == before {
			t.Errorf("%s made no decision as planned", s)
		}
	}
}
