package explore_test

import (
	"context"
	"io"
	"testing"
	"time"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// plainly makes n runs of a program in the default order, one after another on
// one loop, and returns the real time that they took: what an exploration cannot
// be faster than.
func plainly(p sim.Program, n int) time.Duration {
	runner := sim.NewRunner()
	defer runner.Close()
	options := []sim.Option{sim.WithPolicy(order.SameInstant), sim.WithOutput(nil), sim.WithLog(io.Discard)}
	start := time.Now()
	for range n {
		runner.Run(p, options...)
	}
	return time.Since(start)
}

// BenchmarkExplore makes b.N runs as parts of explorations, and reports the time
// of one as a ratio to that of a plain run, measured right afterwards.
func BenchmarkExplore(b *testing.B) {
	hello, _ := scenarios.Find("hello")
	fib, _ := scenarios.Find("fib")
	for _, c := range []struct {
		name     string
		program  sim.Program
		strategy search.Strategy
	}{
		{"hello/random", hello.Program, sample.Random()},
		{"hello/exhaustive", hello.Program, walk.Exhaustive()},
		{"sleepers/exhaustive", exploretest.Sleepers(2, 24), walk.Exhaustive()},
		{"sleepers/random", exploretest.Sleepers(2, 24), sample.Random()},
		{"fib/random", fib.Program, sample.Random()},
	} {
		b.Run(c.name, func(b *testing.B) {
			runs := 0
			for runs < b.N {
				r, err := explore.Search(context.Background(), exploretest.SameInstant(c.program), explore.WithStrategy(c.strategy),
					explore.WithRuns(b.N-runs), explore.WithWorkers(1))
				if err != nil || r.Runs == 0 {
					b.Fatal(r.Verdict(), err)
				}
				runs += r.Runs
			}
			perRun := float64(b.Elapsed()) / float64(b.N)
			b.ReportMetric(1e9/perRun, "runs/s")
			n := min(b.N, 20_000)
			b.ReportMetric(perRun/(float64(plainly(c.program, n))/float64(n)), "x-plain")
		})
	}
}

// BenchmarkWorkers compares one worker with two.
func BenchmarkWorkers(b *testing.B) {
	search := func(workers int) time.Duration {
		start := time.Now()
		r, err := explore.Search(context.Background(), exploretest.SameInstant(exploretest.Sleepers(2, 30)), explore.WithStrategy(walk.Exhaustive()),
			explore.WithRuns(b.N), explore.WithWorkers(workers))
		if err != nil || r.Runs != b.N {
			b.Fatal(r.Verdict(), err)
		}
		return time.Since(start)
	}
	one, two := search(1), search(2)
	b.ReportMetric(float64(one)/float64(two), "x-one")
}
