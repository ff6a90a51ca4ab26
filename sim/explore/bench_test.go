package explore_test

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// plainly makes n runs of a program in the default order, one after another on
// one loop: what an exploration cannot be faster than.
func plainly(p sim.Program, n int, more ...sim.Option) {
	runner := sim.NewRunner()
	defer runner.Close()
	options := append([]sim.Option{sim.WithPolicy(order.SameInstant), sim.WithOutput(nil), sim.WithLog(io.Discard)}, more...)
	for range n {
		runner.Run(p, options...)
	}
}

// recorded makes the same runs, of which is taken down and named what a strategy that
// tells traces apart needs to know.
func recorded(p sim.Program, n int) {
	runner := exploretest.SameInstant(p).Runner()
	defer runner.Close()
	strategy := order.Default()
	for range n {
		runner.Run(strategy, trace.Order)
	}
}

var began = time.Now()

// quickest is the shortest of the times that something took.
type quickest time.Duration

func (q *quickest) time(f func()) {
	start := time.Now()
	f()
	q.took(time.Since(start))
}

// processor is time, by the processor time, for so many times that it can be measured.
func (q *quickest) processor(times int, f func()) {
	start := spent()
	for range times {
		f()
	}
	q.took(spent() - start)
}

func (q *quickest) took(d time.Duration) {
	if *q == 0 || quickest(d) < *q {
		*q = quickest(d)
	}
}

func (q quickest) per(o quickest) float64 { return float64(q) / float64(o) }

// BenchmarkExplore makes an exploration of a fixed number of runs, as many plain runs, and
// as many that are recorded likewise, in turns, and reports the quickest of the first as a
// ratio to the quickest of the others, in processor time. Random runs are recorded, those of a walk are not.
func BenchmarkExplore(b *testing.B) {
	hello, _ := scenarios.Find("hello")
	fib, _ := scenarios.Find("fib")
	for _, c := range []struct {
		name     string
		program  sim.Program
		strategy search.Strategy
		runs     int
		times    int // so many explorations are measured together
	}{
		{"long/hello/random", hello.Program, sample.Random(), 10_000, 1},
		{"long/sleepers/random", exploretest.Sleepers(2, 24), sample.Random(), 4000, 1},
		{"long/sleepers/exhaustive", exploretest.Sleepers(2, 24), walk.Exhaustive(), 4000, 1},
		{"long/sleepers/portfolio", exploretest.Sleepers(2, 24), sample.Portfolio(), 4000, 1},
		{"long/fib/random", fib.Program, sample.Random(), 640, 1},
		{"short/hello/random", hello.Program, sample.Random(), 4, 100},
		{"short/hello/exhaustive", hello.Program, walk.Exhaustive(), 2, 200}, // which are all
		{"short/fib/random", fib.Program, sample.Random(), 4, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			var exploring, plain, likewise quickest
			for b.Loop() {
				exploring.processor(c.times, func() {
					r, err := explore.Search(context.Background(), exploretest.SameInstant(c.program), explore.WithStrategy(c.strategy),
						explore.WithRuns(c.runs), explore.WithWorkers(1))
					if err != nil || r.Runs != c.runs {
						b.Fatal(r.Verdict(), err)
					}
				})
				plain.processor(c.times, func() { plainly(c.program, c.runs) })
				likewise.processor(c.times, func() { recorded(c.program, c.runs) })
			}
			b.ReportMetric(float64(c.runs*c.times)*1e9/float64(exploring), "runs/s")
			b.ReportMetric(exploring.per(plain), "x-plain")
			b.ReportMetric(exploring.per(likewise), "x-recorded")
		})
	}
}

// arithmetic keeps so many processors busy, with the same work for each.
func arithmetic(processors int) {
	var wait sync.WaitGroup
	for range processors {
		wait.Go(func() {
			n := uint64(1)
			for range 20_000_000 {
				n = n*6364136223846793005 + 1442695040888963407
			}
			sum.Add(n)
		})
	}
	wait.Wait()
}

var sum atomic.Uint64

// BenchmarkWorkers compares one worker with two, in turns, and reports how many times
// as many runs two make ("x-one"), and beside it how many times as much plain arithmetic
// two processors did meanwhile ("x-arithmetic"): where that is not 2, because others use
// them, the first shows nothing.
func BenchmarkWorkers(b *testing.B) {
	timers, tasks := exploretest.SameInstant(exploretest.Sleepers(2, 30)), sim.Engine(exploretest.Deposits([]int{1, 2, 3, 4, 5, 6}, 0, 2))
	for _, c := range []struct {
		strategy search.Strategy
		engine   order.Engine
		runs     int
	}{
		{walk.Exhaustive(), timers, 16_000}, {walk.Bounded(4), timers, 16_000},
		{sample.Random(), timers, 8000}, {sample.PCT(3), timers, 8000}, {sample.POS(), timers, 8000},
		{sample.URW(), timers, 8000}, {sample.SURW(), timers, 8000}, {sample.Portfolio(), timers, 8000},
		{dpor.Reduced(), tasks, 4000}, {dpor.SleepSets(), tasks, 4000}, {dpor.Optimal(), tasks, 4000},
	} {
		b.Run(c.strategy.String(), func(b *testing.B) {
			var one, two, alone, both quickest
			search := func(workers int) {
				r, err := explore.Search(context.Background(), c.engine, explore.WithStrategy(c.strategy),
					explore.WithRuns(c.runs), explore.WithWorkers(workers))
				if err != nil || r.Runs == 0 {
					b.Fatal(r.Verdict(), err)
				}
			}
			for b.Loop() {
				one.time(func() { search(1) })
				two.time(func() { search(2) })
				alone.time(func() { arithmetic(1) })
				both.time(func() { arithmetic(2) })
			}
			b.ReportMetric(2*alone.per(both), "x-arithmetic")
			b.ReportMetric(one.per(two), "x-one")
		})
	}
}
