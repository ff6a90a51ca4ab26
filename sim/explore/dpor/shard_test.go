package dpor_test

import (
	"context"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// TestPartsOfWalksAreOfOneSize: also where nearly all orders with few switches lie near the
// default order.
func TestPartsOfWalksAreOfOneSize(t *testing.T) {
	if testing.Short() {
		t.Skip("it walks 24,000 orders")
	}
	for name, engine := range map[string]order.Engine{"philosophers(8)": sim.Engine(simPhilosophers(8)), "lastzero(12)": sim.Engine(simLastzero(12))} {
		oneSize(t, name, engine, walk.Bounded(2))
	}
}

// TestPartsOfReductionsAreOfOneSize: as far as can be told before they are walked.
func TestPartsOfReductionsAreOfOneSize(t *testing.T) {
	if testing.Short() {
		t.Skip("it walks 15,000 orders")
	}
	oneSize(t, "philosophers(8)", sim.Engine(simPhilosophers(8)), dpor.Reduced())
}

// oneSize complains if the largest of 16 parts makes over twice as many runs as the mean.
func oneSize(t *testing.T, name string, engine order.Engine, s search.Strategy) {
	t.Helper()
	const parts = 16
	largest, all, m := 0, 0, &explore.Parts{}
	for part := 1; part <= parts; part++ {
		p, err := explore.SearchPart(context.Background(), engine, explore.WithStrategy(s), explore.WithRuns(1<<40), explore.WithShard(part, parts))
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Add(p); err != nil {
			t.Fatal(err)
		}
		made := p.Report().Runs + p.Report().Blocked
		largest, all = max(largest, made), all+made
	}
	imbalance := float64(largest) * parts / float64(all)
	t.Logf("%s: %s: %d runs, the largest of %d parts is %.2f times the mean", name, m.Report().Verdict(), all, parts, imbalance)
	if imbalance > 2 {
		t.Errorf("%s: the largest part is %.2f times the mean", name, imbalance)
	}
}
