package explore_test

import (
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/internal/toy"
)

// Plans are kept: in this test, and in all others that use the toy engine.
func TestPlansAreKept(t *testing.T) {
	for _, s := range []search.Strategy{
		explore.Default(), explore.Seed(1), sample.Random(), sample.Portfolio(), walk.Exhaustive(), walk.Bounded(2),
		dpor.Reduced(), dpor.SleepSets(),
	} {
		before := toy.AsPlanned.Load()
		exploretest.Search(t, toy.NewEngine(toy.Philosophers(3)), explore.WithStrategy(s), explore.WithRuns(100))
		if toy.AsPlanned.Load() == before {
			t.Errorf("%s made no decision as planned", s)
		}
	}
}
