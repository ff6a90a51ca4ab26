package explain_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// long is a program whose runs have about so many events before the last few decide
// whether they fail: two tasks yield all the time, then meet, and then may lose an update.
// They do in the default order, unless one of them yields some times more.
func long(events, more int) func(context.Context) error {
	return func(ctx context.Context) error {
		n, meet := sim.NewVar(ctx, "n", 0), sim.NewBarrier(ctx, "meet", 2)
		work := func(more int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				for range events / 6 {
					if err := sim.Yield(ctx); err != nil {
						return err
					}
				}
				if _, err := meet.Wait(ctx); err != nil {
					return err
				}
				for range more {
					if err := sim.Yield(ctx); err != nil {
						return err
					}
				}
				seen := n.Get()
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				n.Set(seen + 1)
				return nil
			}
		}
		a, b := sim.Go(ctx, "a", work(0)), sim.Go(ctx, "b", work(more))
		if _, err := sim.Gather(ctx, a, b).Await(ctx); err != nil {
			return err
		}
		if n.Get() != 2 {
			return errors.New("an update was lost")
		}
		return nil
	}
}

// BenchmarkExplain is all that is done about a failure before a reader has it, with the
// limits of a test: it is shrunk, compared with the nearest run that passes, and written.
// Of ten times as many events, the last figure is no greater.
func BenchmarkExplain(b *testing.B) {
	for _, c := range []struct {
		name     string
		more     int
		strategy func(seed uint64) order.Strategy
	}{
		{"default", 0, func(uint64) order.Strategy { return order.Default() }},
		{"random", 3, func(seed uint64) order.Strategy { return order.Random(seed) }},
	} {
		for _, n := range []int{10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				engine := exploretest.Main(long(n, c.more))
				failing := order.RunOnce(engine, c.strategy(0))
				for seed := uint64(1); !failing.Failed(); seed++ {
					failing = order.RunOnce(engine, c.strategy(seed))
				}
				events := len(failing.Trace().Events)
				schedule := failing.Schedule()
				b.ResetTimer()
				for b.Loop() {
					small, err := explain.Shrink(b.Context(), engine, schedule, explore.WithTime(0))
					if err != nil {
						b.Fatal(err)
					}
					f, err := explain.Why(b.Context(), engine, small.Schedule, explore.WithTime(0))
					if err != nil {
						b.Fatal(err)
					}
					if err := f.WriteText(io.Discard, trace.ViewOptions{}); err != nil {
						b.Fatal(err)
					}
					if _, err := explain.PointOfNoReturn(b.Context(), engine, small.Schedule, explore.WithTime(0)); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(events), "events")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(events), "ns/event")
			})
		}
	}
}
