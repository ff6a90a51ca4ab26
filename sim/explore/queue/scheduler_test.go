package queue_test

import (
	"bytes"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/walk"
	"weft/sim/simtest"
)

func text(t interface{ Fatal(...any) }, r *explore.Report) string {
	same := *r
	same.Elapsed = 0
	var b bytes.Buffer
	if err := same.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestScheduler: with 1,000 workers that die at any point, a keeper that does, answers and
// units that are lost or come twice, in orders that are drawn, the report is that of one
// machine.
func TestScheduler(t *testing.T) {
	for _, c := range []struct {
		name     string
		workers  int
		bad      float64
		lossy    bool
		engine   tree
		options  []explore.Option
		runs     int
		complete bool // what the ledger holds at the end is the whole as well
	}{
		{"exhaustive", 1000, 0.02, false, tree{7, 3}, []explore.Option{explore.WithStrategy(walk.Exhaustive())}, 3, true},
		{"bounded", 100, 0.02, false, tree{9, 3}, []explore.Option{explore.WithStrategy(walk.Bounded(3))}, 5, true},
		{"drawn", 100, 0.02, false, tree{12, 3}, []explore.Option{explore.WithStrategy(sample.Random()), explore.WithRuns(3000)}, 5, true},
		{"learning", 20, 0.02, false, tree{12, 3}, []explore.Option{explore.WithStrategy(sample.PCT(3)), explore.WithRuns(2000)}, 3, true},
		{"a ledger that forgets", 50, 0.03, true, tree{7, 3}, []explore.Option{explore.WithStrategy(walk.Exhaustive())}, 5, false},
		{"nothing but trouble", 30, 0.2, false, tree{6, 3}, []explore.Option{explore.WithStrategy(walk.Exhaustive())}, 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			options := append(c.options[:len(c.options):len(c.options)], explore.WithWorkers(1))
			if c.name != "drawn" && c.name != "learning" {
				options = append(options, explore.WithRuns(1<<40))
			}
			one, err := explore.Search(t.Context(), c.engine, options...)
			if err != nil {
				t.Fatal(err)
			}
			want := text(t, one)
			runs, workers := c.runs, c.workers
			if testing.Short() {
				runs, workers = 10, max(10, workers/10) // Check makes a tenth
			}
			dead, units, forgot := 0, 0, 0
			simtest.Check(t, func(t *simtest.T) {
				world := newCluster(c.bad, 3*workers+300, c.lossy)
				first, second, err := scheduler(t.Context(), world, workers, c.engine, options...)
				if err != nil {
					t.Fatal(err)
				}
				if got := text(t, first); got != want {
					t.Fatalf("the report is\n%s\nand that of one machine\n%s", got, want)
				}
				if c.complete {
					if got := text(t, second); got != want {
						t.Fatalf("from the ledger, the report is\n%s\nand that of one machine\n%s", got, want)
					}
				}
				dead, units, forgot = world.dead, len(world.values), world.forgot
			}, explore.WithStrategy(sample.Random()), explore.WithRuns(runs), explore.WithWorkers(1), simtest.WithSim(sim.WithStepLimit(10_000_000)), simtest.WithoutFailFiles())
			t.Logf("of the last run: %d orders, %d died, %d entries, %d forgotten", one.Runs, dead, units, forgot)
		})
	}
}
