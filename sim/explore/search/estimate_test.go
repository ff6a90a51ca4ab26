package search_test

import (
	"errors"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
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

// stuck is an engine whose runs have to be given up in real time, and counts them.
type stuck struct{ runs int }

func (s *stuck) Program() string      { return "" }
func (s *stuck) Policy() string       { return "any-ready" }
func (s *stuck) Runner() order.Runner { return s }
func (s *stuck) Close()               {}
func (s *stuck) Run(order.Strategy, trace.Level) *order.Run {
	s.runs++
	return &order.Run{End: order.StuckEnd, Err: errors.New("stuck"), Summary: "stuck"}
}

// Where a run is stuck, no further ones are made to learn how large the tree is.
func TestEstimateOfWhatIsStuck(t *testing.T) {
	e := &stuck{}
	exploretest.Search(t, e, explore.WithStopAtFailure(), explore.WithoutReplayCheck(), explore.WithWorkers(1))
	if e.runs > 4 {
		t.Errorf("%d runs", e.runs)
	}
}
