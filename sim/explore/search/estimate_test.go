package search_test

import (
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// An estimate of a tree in which all descents meet the same numbers is exact.
func TestEstimate(t *testing.T) {
	report := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(4, 2)), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(600))
	x := search.New(exploretest.SameInstant(exploretest.Sleepers(4, 2)), single{order.Default(), search.NewTally(true)}, search.Settings{Runs: 1, Workers: 1})
	defer x.Close()
	if x.Orders() != 0 {
		t.Errorf("%v orders before anybody asked", x.Orders())
	}
	e := x.EstimateOnce()
	if int(e.Orders) != report.Runs || e.Error != 0 || e.Probes != search.Probes || x.Orders() != e.Orders {
		t.Errorf("estimate %+v of %d orders", e, report.Runs)
	}
	if e.String() != "≈576" {
		t.Errorf("it is written %s", e)
	}
	if x.EstimateOnce() != e {
		t.Error("a second estimate was made")
	}
}
