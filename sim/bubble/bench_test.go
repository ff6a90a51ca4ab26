package bubble_test

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/sim/bubble"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/order"
	"weft/sim/simtest"
	"weft/trace"
)

// plainly makes n runs of a program under synctest.Test, in bubbles that nobody
// controls, and returns the real time that they took.
func plainly(program func(), n int) (took time.Duration) {
	procs := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(procs)
	// synctest.Test wants a T. RunTests gives one, for each number of the flag -cpu.
	all := func(_, _ string) (bool, error) { return true, nil }
	testing.RunTests(all, []testing.InternalTest{{Name: "plain", F: func(t *testing.T) {
		if runtime.GOMAXPROCS(0) != procs {
			return
		}
		began := time.Now()
		for range n {
			synctest.Test(t, func(*testing.T) { program() })
		}
		took = time.Since(began)
	}}})
	return took
}

// quiet is hello without output.
func quiet() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { time.Sleep(time.Second) })
	}
	wg.Wait()
}

// crowd has 50 goroutines that hand a number on, 20 times each.
func crowd() {
	asks, answers := make(chan int), make(chan int)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				asks <- 1
				<-answers
			}
		})
	}
	sum := 0
	for range 1000 {
		sum += <-asks
		answers <- sum
	}
	wg.Wait()
}

// BenchmarkRun makes b.N runs in the default order or drawn from a seed, and reports the
// least time of one, also as a ratio to that of a plain synctest.Test of the same function,
// and how many decisions it makes a second.
func BenchmarkRun(b *testing.B) {
	if !bubble.Controlled() {
		b.Skip("built without the overlay")
	}
	for _, c := range []struct {
		name     string
		program  func()
		policy   order.Policy
		strategy func(n int) order.Strategy
		level    trace.Level
	}{
		{"hello/fifo", quiet, order.FIFO, func(int) order.Strategy { return order.Default() }, trace.Off},
		{"hello/default", quiet, order.AnyReady, func(int) order.Strategy { return order.Default() }, trace.Off},
		{"hello/random", quiet, order.AnyReady, func(n int) order.Strategy { return order.Random(uint64(n)) }, trace.Off},
		{"hello/random/order", quiet, order.AnyReady, func(n int) order.Strategy { return order.Random(uint64(n)) }, trace.Order},
		{"crowd/fifo", crowd, order.FIFO, func(int) order.Strategy { return order.Default() }, trace.Off},
		{"crowd/random", crowd, order.AnyReady, func(n int) order.Strategy { return order.Random(uint64(n)) }, trace.Off},
	} {
		b.Run(c.name, func(b *testing.B) {
			runner := bubble.Engine(c.program, bubble.WithPolicy(c.policy)).Runner()
			defer runner.Close()
			decisions := 0
			// The two are made in turn, some at a time, and the shortest times are compared.
			least, leastPlain, some := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64), max(1, min(b.N/20, 100))
			b.ResetTimer()
			for n := 0; n < b.N; {
				began, of := time.Now(), min(some, b.N-n)
				for range of {
					run := runner.Run(c.strategy(n), c.level)
					if run.Failed() {
						b.Fatal(run.Err)
					}
					decisions += len(run.Decisions)
					n++
				}
				least = min(least, time.Since(began)/time.Duration(of))
				b.StopTimer()
				leastPlain = min(leastPlain, plainly(c.program, some)/time.Duration(some))
				b.StartTimer()
			}
			b.ReportMetric(float64(decisions)/b.Elapsed().Seconds(), "decisions/s")
			b.ReportMetric(float64(least), "least-ns")
			b.ReportMetric(float64(least)/float64(leastPlain), "x-plain")
		})
	}
}

// BenchmarkExplain is what is done about a failure in a run of so many events before a
// reader has it, with the limits of a test. Of ten times as many events, the last figure is
// no greater.
func BenchmarkExplain(b *testing.B) {
	if !bubble.Controlled() {
		b.Skip("built without the overlay")
	}
	for _, c := range []struct {
		name    string
		program func(events int) func()
		option  func(events int) bubble.Option
	}{
		{"ticks", // a signal is lost beside a ticker that goes on for ever
			func(int) func() {
				return func() {
					tick, stop := time.Tick(time.Second), make(chan bool)
					defer close(stop)
					go func() {
						for {
							select {
							case <-tick:
							case <-stop:
								return
							}
						}
					}()
					signal := make(chan int)
					go func() {
						select {
						case signal <- 1:
						default:
						}
					}()
					<-signal
				}
			},
			func(events int) bubble.Option { return bubble.WithTickLimit(events / 5) }},
		{"messages", // an update is lost behind very many hand-overs
			func(events int) func() {
				return func() {
					var mu sync.Mutex
					sum, all, ready := 0, make(chan int), make(chan int)
					add := func() {
						<-ready
						mu.Lock()
						seen := sum
						mu.Unlock()
						mu.Lock()
						sum = seen + 1
						mu.Unlock()
						all <- 1
					}
					go add()
					go add()
					c := make(chan int)
					go func() {
						defer close(c)
						for i := range events / 7 {
							c <- i
						}
					}()
					for range c {
					}
					close(ready)
					<-all
					<-all
					if sum != 2 {
						panic("an update was lost")
					}
				}
			},
			func(int) bubble.Option { return bubble.WithPolicy(order.AnyReady) }},
	} {
		for _, n := range []int{10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				engine := bubble.Engine(c.program(n), c.option(n))
				failing := order.RunOnce(engine, order.Random(1))
				for seed := uint64(2); !failing.Failed(); seed++ {
					failing = order.RunOnce(engine, order.Random(seed))
				}
				events, schedule := len(failing.Trace().Events), failing.Schedule()
				b.ResetTimer()
				for b.Loop() {
					small, err := explain.Shrink(b.Context(), engine, schedule)
					if err != nil {
						b.Fatal(err)
					}
					f, err := explain.Why(b.Context(), engine, small.Schedule)
					if err != nil {
						b.Fatal(err)
					}
					if err := f.WriteText(io.Discard, trace.ViewOptions{}); err != nil {
						b.Fatal(err)
					}
					if _, err := explain.PointOfNoReturn(b.Context(), engine, small.Schedule); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(events), "events")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
			})
		}
	}
}

// BenchmarkFresh makes runs in processes of their own.
func BenchmarkFresh(b *testing.B) {
	if !bubble.Controlled() {
		b.Skip("built without the overlay")
	}
	for b.Loop() {
		bubble.Check(b, func(*bubble.T) { quiet() }, simtest.WithFresh(), explore.WithStrategy(sample.Random()), explore.WithRuns(100), explore.WithoutReplayCheck())
	}
	b.ReportMetric(100*float64(b.N)/b.Elapsed().Seconds(), "runs/s")
}
