package sim_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// The benchmarks below are meant to be read as ratios to this one, within one
// run: the round trip of iter.Pull is the floor under every switch of tasks.
func BenchmarkPull(b *testing.B) {
	next, stop := iter.Pull(func(yield func(struct{}) bool) {
		for yield(struct{}{}) {
		}
	})
	defer stop()
	for b.Loop() {
		next()
	}
}

// reportRatio reports how many such round trips one operation took, measured in
// the same process right afterwards.
func reportRatio(b *testing.B) {
	b.Helper()
	perOp := float64(b.Elapsed()) / float64(b.N)
	next, stop := iter.Pull(func(yield func(struct{}) bool) {
		for yield(struct{}{}) {
		}
	})
	defer stop()
	const trips = 200_000
	start := time.Now()
	for range trips {
		next()
	}
	b.ReportMetric(perOp/(float64(time.Since(start))/trips), "x-pull")
}

// BenchmarkSwitch is a task switch through the loop: a task yields, the loop
// takes a turn, the task goes on.
func BenchmarkSwitch(b *testing.B) {
	for _, level := range []trace.Level{trace.Off, trace.Order, trace.Full} {
		b.Run("recording="+level.String(), func(b *testing.B) {
			recorder := trace.NewRecorder(level)
			err := sim.Run(func(ctx context.Context) error {
				b.ReportAllocs()
				n := 0
				for b.Loop() {
					if n++; n%4096 == 0 {
						recorder.Reset()
					}
					sim.Yield(ctx)
				}
				return nil
			}, sim.WithRecorder(recorder), sim.WithStepLimit(1<<60))
			if err != nil {
				b.Fatal(err)
			}
			reportRatio(b)
		})
	}
}

// BenchmarkHello is a whole run of the hello program on a loop that is used again.
func BenchmarkHello(b *testing.B) {
	for _, level := range []trace.Level{trace.Off, trace.Full} {
		b.Run("recording="+level.String(), func(b *testing.B) {
			b.ReportAllocs()
			options := []sim.Option{sim.WithOutput(nil), sim.WithRecording(level)}
			l := sim.NewLoop(options...)
			defer l.Close()
			for b.Loop() {
				ctx := l.Context()
				_, err := sim.RunUntilComplete(l, sim.Gather(ctx,
					sim.Do(ctx, "say1", sayHello1), sim.Do(ctx, "say2", sayHello2)))
				if err != nil {
					b.Fatal(err)
				}
				if err := l.Reset(options...); err != nil {
					b.Fatal(err)
				}
			}
			reportRatio(b)
		})
	}
}

func sayHello1(ctx context.Context) error { return sayHello(ctx, "Hello 1!") }
func sayHello2(ctx context.Context) error { return sayHello(ctx, "Hello 2!") }

func sayHello(ctx context.Context, text string) error {
	if err := sim.Sleep(ctx, time.Second); err != nil {
		return err
	}
	sim.Print(ctx, text)
	return nil
}

// BenchmarkSleepers runs many tasks that sleep at different instants.
func BenchmarkSleepers(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				sleepers(b, n, func() {})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/task")
		})
	}
}

// BenchmarkSleeperMemory reports the memory that a task takes while it sleeps,
// its stack included.
func BenchmarkSleeperMemory(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			perTask := 0.0
			for b.Loop() {
				var before, during runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				sleepers(b, n, func() {
					runtime.GC()
					runtime.ReadMemStats(&during)
				})
				perTask = float64(during.HeapAlloc+during.StackInuse-before.HeapAlloc-before.StackInuse) / float64(n)
			}
			b.ReportMetric(perTask, "B/task")
		})
	}
}

func sleepers(b *testing.B, n int, whileAsleep func()) {
	err := sim.Run(func(ctx context.Context) error {
		for i := range n {
			d := time.Second + time.Duration(i*7919%n)*time.Microsecond
			sim.Go(ctx, "sleeper", func(ctx context.Context) error { return sim.Sleep(ctx, d) })
		}
		sim.Sleep(ctx, time.Millisecond)
		whileAsleep()
		return sim.Sleep(ctx, time.Hour)
	}, sim.WithOutput(io.Discard), sim.WithStepLimit(1<<60))
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkFootprints is a run of a thousand steps on a loop that is used again,
// with and without what is taken down for exploration.
func BenchmarkFootprints(b *testing.B) {
	for _, policy := range []order.Policy{order.SameInstant, order.AnyReady} {
		for _, c := range []struct {
			name    string
			options []sim.Option
		}{
			{"off", nil},
			{"footprints", []sim.Option{sim.WithFootprints()}},
			{"order", []sim.Option{sim.WithRecording(trace.Order)}},
		} {
			b.Run(policy.String()+"/"+c.name, func(b *testing.B) {
				options := append([]sim.Option{sim.WithOutput(nil), sim.WithPolicy(policy)}, c.options...)
				l := sim.NewLoop(options...)
				defer l.Close()
				for b.Loop() {
					ctx := l.Context()
					for range 2 {
						v := sim.NewVar(ctx, "v", 0)
						sim.Go(ctx, "t", func(ctx context.Context) error {
							for range 500 {
								v.Set(1)
								sim.Yield(ctx)
							}
							return nil
						})
					}
					if err := l.RunUntilIdle(); err != nil {
						b.Fatal(err)
					}
					if err := l.Reset(options...); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/step")
			})
		}
	}
}

// BenchmarkAnyReady makes a run in which n tasks are ready at one instant, twice, and any of
// them may come next.
func BenchmarkAnyReady(b *testing.B) {
	for _, strategy := range []order.Strategy{order.Default(), order.Random(1)} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", strategy.Name(), n), func(b *testing.B) {
				for b.Loop() {
					err := sim.Run(func(ctx context.Context) error {
						for range n {
							sim.CreateTask(ctx, sim.Do(ctx, "task", sim.Yield))
						}
						return sim.Sleep(ctx, 1)
					}, sim.WithPolicy(order.AnyReady), sim.WithStrategy(strategy))
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/task")
			})
		}
	}
}
