package sim_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestSleepAndYield(t *testing.T) {
	wake := func(d time.Duration) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			err := sim.Sleep(ctx, d)
			sim.Print(ctx, d)
			return err
		}
	}
	playScenes(t, []scene{
		{
			name: "in the order of their deadlines, then of their calls",
			main: func(ctx context.Context) error {
				sim.Go(ctx, "b", say(2*ms, "b"))
				sim.Go(ctx, "a", say(ms, "a"))
				sim.Go(ctx, "c", say(2*ms, "c"))
				return sim.Sleep(ctx, 3*ms)
			},
			want: []string{"1ms a", "2ms b", "2ms c"},
		},
		{
			name: "nothing and less is one turn, and no timer",
			main: func(ctx context.Context) error {
				for _, d := range []time.Duration{0, -1, -ms, math.MinInt64} {
					sim.Go(ctx, "sleeper", wake(d))
				}
				sim.Go(ctx, "yielder", func(ctx context.Context) error {
					err := sim.Yield(ctx)
					sim.Print(ctx, "yield")
					return err
				})
				sim.LoopOf(ctx).CallLater(0, "timer", func(ctx context.Context) { sim.Print(ctx, "timer") })
				sim.Block(ctx, ms)
				return sim.Sleep(ctx, ms)
			},
			want: []string{"1ms timer", "1ms 0s", "1ms -1ns", "1ms -1ms", fmt.Sprint("1ms ", time.Duration(math.MinInt64)), "1ms yield"},
		},
		{
			name: "a sleeper resumes after the callbacks of that instant",
			main: func(ctx context.Context) error {
				l := sim.LoopOf(ctx)
				sim.Go(ctx, "sleeper", say(ms, "sleeper"))
				sim.Yield(ctx)
				l.CallLater(ms, "callback", func(ctx context.Context) { sim.Print(ctx, "callback") })
				return sim.Sleep(ctx, 2*ms)
			},
			want: []string{"1ms callback", "1ms sleeper"},
		},
		{
			name: "the longest sleep does not overflow",
			main: func(ctx context.Context) error {
				sim.Sleep(ctx, time.Hour)
				long := []*sim.Task[sim.None]{sim.Go(ctx, "a", wake(math.MaxInt64)), sim.Go(ctx, "b", wake(math.MaxInt64-1))}
				sim.Sleep(ctx, 24*365*100*time.Hour)
				sim.Print(ctx, long[0].Done(), long[1].Done())
				return nil
			},
			want: []string{"876001h0m0s false false", "876001h0m0s 2562047h47m16.854775807s", "876001h0m0s 2562047h47m16.854775806s"},
		},
	})
}

// Forever never comes: a program that only sleeps forever is stuck, and does not
// end after 292 years.
func TestSleepForever(t *testing.T) {
	o := playMain(func(ctx context.Context) error { return sim.Sleep(ctx, sim.Forever) })
	if o.End != order.Deadlocked || o.Elapsed != 0 {
		t.Errorf("ended with %q at %v", o.End, o.Elapsed)
	}
}

func TestBlock(t *testing.T) {
	playScenes(t, []scene{{
		name: "everything else is late",
		main: func(ctx context.Context) error {
			sim.Go(ctx, "sleeper", say(ms, "sleeper"))
			sim.LoopOf(ctx).CallLater(2*ms, "callback", func(ctx context.Context) {
				sim.Print(ctx, "callback")
				sim.Block(ctx, ms)
			})
			sim.Yield(ctx)
			sim.Block(ctx, 5*ms)
			sim.Block(ctx, 0)
			sim.Block(ctx, -ms)
			sim.Print(ctx, "blocked")
			return sim.Sleep(ctx, 0)
		},
		want: []string{"5ms blocked", "5ms callback", "6ms sleeper"},
	}})
	l := quietLoop(t)
	if got := misuseOf(func() { sim.Block(l.Context(), ms) }); !strings.Contains(got, "work inside a run; outside, use Loop.Advance") {
		t.Errorf("outside a run: %q", got)
	}
	v, err := sim.RunValue(func(ctx context.Context) (time.Duration, error) {
		sim.Block(ctx, time.Hour)
		sim.Block(ctx, math.MaxInt64)
		return sim.Now(ctx), nil
	}, sim.WithOutput(io.Discard))
	if v != sim.Forever || err != nil {
		t.Errorf("blocked until %v, %v", v, err)
	}
}
