package dpor_test

import (
	"context"
	"fmt"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
)

// simCAS has n tasks that compare a variable with 0 and set it to their number if it is.
func simCAS(n int) sim.Program {
	return together(func(ctx context.Context) (tasks []func(ctx context.Context) error) {
		x := sim.NewVar(ctx, "x", 0)
		for i := range n {
			tasks = append(tasks, func(context.Context) error { sim.CompareAndSwap(x, 0, i+1); return nil })
		}
		return tasks
	})
}

// BenchmarkReductions walks programs that are known from the literature to their end, on
// the event loop, and reports what that takes.
func BenchmarkReductions(b *testing.B) {
	for _, c := range []struct {
		name string
		p    sim.Program
	}{
		{"lastzero(10)", simLastzero(10)}, {"lastzero(12)", simLastzero(12)}, {"cas(8)", simCAS(8)}, {"philosophers(6)", simPhilosophers(6)},
	} {
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal()} {
			b.Run(fmt.Sprintf("%s/%s", c.name, s), func(b *testing.B) {
				for b.Loop() {
					r := exploretest.Repeatable(b, sim.Engine(c.p), explore.WithStrategy(s), explore.WithRuns(10_000_000))
					if r.Coverage.Kind != search.AllTraces {
						b.Fatal(r.Verdict())
					}
					b.ReportMetric(float64(r.Runs), "runs")
					b.ReportMetric(float64(r.Traces), "traces")
					b.ReportMetric(float64(r.Blocked), "blocked")
				}
			})
		}
	}
}
