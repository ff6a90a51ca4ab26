package walk_test

import (
	"context"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// TestPartsAreOfOneSize: the largest part has less than twice the runs of the mean.
func TestPartsAreOfOneSize(t *testing.T) {
	for name, engine := range map[string]order.Engine{
		"sleepers(7,1)": exploretest.SameInstant(exploretest.Sleepers(7, 1)),
		"sleepers(4,3)": exploretest.SameInstant(exploretest.Sleepers(4, 3)),
		"deposits":      sim.Engine(exploretest.Deposits([]int{1, 2, 3}, 1, 1)),
		"deposits(4)":   sim.Engine(exploretest.Deposits([]int{1, 2, 3, 4}, 0, 1)),
	} {
		for _, of := range []int{3, 16} {
			largest, all := 0, 0
			for part := 1; part <= of; part++ {
				p, err := explore.SearchPart(context.Background(), engine, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1<<40), explore.WithShard(part, of))
				if err != nil {
					t.Fatal(err)
				}
				largest, all = max(largest, p.Report().Runs), all+p.Report().Runs
			}
			imbalance := float64(largest) * float64(of) / float64(all)
			t.Logf("%s in %d parts: %d orders, the largest part is %.2f times the mean", name, of, all, imbalance)
			if imbalance > 2 {
				t.Errorf("%s in %d parts: the largest part is %.2f times the mean", name, of, imbalance)
			}
		}
	}
}
