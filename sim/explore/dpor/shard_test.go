package dpor_test

import (
	"context"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// TestPartsOfWalksAreOfOneSize: also where nearly all orders with few switches lie near the
// default order.
func TestPartsOfWalksAreOfOneSize(t *testing.T) {
	if testing.Short() {
		t.Skip("it walks 24,000 orders")
	}
	const parts = 16
	for name, engine := range map[string]order.Engine{"philosophers(8)": sim.Engine(simPhilosophers(8)), "lastzero(12)": sim.Engine(simLastzero(12))} {
		largest, all := 0, 0
		for part := 1; part <= parts; part++ {
			p, err := explore.SearchPart(context.Background(), engine, explore.WithStrategy(walk.Bounded(2)), explore.WithRuns(1<<40), explore.WithShard(part, parts))
			if err != nil {
				t.Fatal(err)
			}
			largest, all = max(largest, p.Report().Runs), all+p.Report().Runs
		}
		imbalance := float64(largest) * parts / float64(all)
		t.Logf("%s: %d orders, the largest of %d parts is %.2f times the mean", name, all, parts, imbalance)
		if imbalance > 2 {
			t.Errorf("%s: the largest part is %.2f times the mean", name, imbalance)
		}
	}
}
