package walk_test

import (
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
)

func TestExhaustiveCountsOrders(t *testing.T) {
	for _, c := range []struct{ tasks, sleeps, orders, outcomes int }{
		{1, 2, 1, 1}, {2, 1, 2, 2}, {2, 4, 16, 2}, {3, 2, 36, 6}, {4, 2, 576, 24}, {5, 1, 120, 120}, {6, 1, 720, 720},
	} {
		r := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(c.tasks, c.sleeps)), explore.WithStrategy(walk.Exhaustive()))
		if r.Runs != c.orders || len(r.Outcomes) != c.outcomes || r.Coverage.Kind != search.AllOrders {
			t.Errorf("%d tasks, %d sleeps: %d orders, %d outcomes, coverage %v; want %d, %d and all",
				c.tasks, c.sleeps, r.Runs, len(r.Outcomes), r.Coverage, c.orders, c.outcomes)
		}
	}
}

func TestBoundedHasTheFewestSwitchesFirst(t *testing.T) {
	// Of n sleepers that wake once, the orders with at most k switches: those of
	// the n! in which at most k of the picks are not the first.
	for bound, orders := range []int{1, 7, 18, 24} {
		r := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(4, 1)), explore.WithStrategy(walk.Bounded(bound)))
		if r.Runs != orders || r.Switches.Max != bound {
			t.Errorf("bound %d: %d orders with up to %d switches, want %d", bound, r.Runs, r.Switches.Max, orders)
		}
		kind := search.AllWithin
		if bound == 3 {
			kind = search.AllOrders
		}
		if r.Coverage.Kind != kind {
			t.Errorf("bound %d: coverage %v, want %v", bound, r.Coverage, kind)
		}
	}
	r := exploretest.Search(t, sim.Engine(exploretest.Withdrawals()), explore.WithStrategy(walk.Bounded(-1)), explore.WithStopAtFailure())
	if f := r.Failure(); f == nil || f.Switches != 1 {
		t.Errorf("failure %+v, want one with one switch", f)
	}
}
