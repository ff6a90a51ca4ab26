package sim_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

func TestZeroPolicy(t *testing.T) {
	mustMisuse(t, func() { sim.WithPolicy(order.Policy{}) }, "zero Policy")
}

// tied has n tasks that sleep for a second, m times, and then print.
func tied(n, m int) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for i := range n {
				g.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
					for range m {
						sim.Sleep(ctx, time.Second)
						sim.Print(ctx, i)
					}
					return nil
				})
			}
			return nil
		})
	}
}

// TestHowManyOrders walks the whole tree: the numbers are facts.
func TestHowManyOrders(t *testing.T) {
	for _, test := range []struct {
		name         string
		policy       order.Policy
		main         func(ctx context.Context) error
		orders, runs int
	}{
		{"one sleeper", order.SameInstant, tied(1, 3), 1, 1},
		{"2 tied", order.SameInstant, tied(2, 1), 2, 2},
		{"3 tied", order.SameInstant, tied(3, 1), 6, 6},
		{"4 tied", order.SameInstant, tied(4, 1), 24, 24},
		{"5 tied", order.SameInstant, tied(5, 1), 120, 120},
		{"2 tied, 5 rounds", order.SameInstant, tied(2, 5), 32, 32},
		{"3 tied, 3 rounds", order.SameInstant, tied(3, 3), 216, 216},
		{"FIFO decides nothing", order.FIFO, tied(4, 2), 1, 1},
		{"Jitter of 0 is SameInstant", order.Jitter(0), tied(3, 2), 36, 36},
		{"any ready task: 3 that print", order.AnyReady, func(ctx context.Context) error {
			for i := range 3 {
				sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error { sim.Print(ctx, i); return nil })
			}
			return sim.Sleep(ctx, time.Second)
		}, 6, 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			outputs, runs := walkAll(t, test.main, sim.WithPolicy(test.policy))
			if len(outputs) != test.orders || runs != test.runs {
				t.Errorf("%d orders in %d runs, want %d in %d", len(outputs), runs, test.orders, test.runs)
			}
		})
	}
}

// TestAnyReadyContainsSameInstant walks the trees of small programs.
func TestAnyReadyContainsSameInstant(t *testing.T) {
	for name, main := range map[string]func(ctx context.Context) error{
		"tied sleepers": tied(3, 1),
		"two rounds":    tied(2, 2),
		"sleepers and callbacks": func(ctx context.Context) error {
			for i := range 2 {
				sim.Go(ctx, fmt.Sprint("t", i), sleepThenPrint(time.Second, fmt.Sprint("t", i)))
				sim.LoopOf(ctx).CallLater(time.Second, "cb", func(ctx context.Context) { sim.Print(ctx, "cb", i) })
			}
			return sim.Sleep(ctx, 2*time.Second)
		},
		"a timeout at the very instant": func(ctx context.Context) error {
			sim.Go(ctx, "other", sleepThenPrint(time.Second, "other"))
			err := sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
			sim.Print(ctx, err)
			return sim.Yield(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			wide, _ := walkAll(t, main, sim.WithPolicy(order.AnyReady))
			narrow, _ := walkAll(t, main, sim.WithPolicy(order.SameInstant))
			for order := range narrow {
				if wide[order] == 0 {
					t.Errorf("AnyReady lacks the order %q", order)
				}
			}
		})
	}
}

// TestJitter walks all orders of timers a second apart, and checks that only
// those within reach swap and that none is early.
func TestJitter(t *testing.T) {
	due := []time.Duration{1 * time.Second, 2 * time.Second, 3 * time.Second}
	main := func(ctx context.Context) error {
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for i, d := range due {
				g.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
					sim.Sleep(ctx, d)
					if now := sim.Now(ctx); now < d {
						t.Errorf("timer %d was delivered at %v, before %v", i, now, d)
					}
					sim.Print(ctx, i)
					return nil
				})
			}
			return nil
		})
	}
	for _, test := range []struct {
		d    time.Duration
		want []string
	}{
		{0, []string{"0 1 2"}},
		{time.Second - 1, []string{"0 1 2"}},
		{time.Second, []string{"0 1 2", "0 2 1", "1 0 2"}},
		{2 * time.Second, []string{"0 1 2", "0 2 1", "1 0 2", "1 2 0", "2 0 1", "2 1 0"}},
	} {
		outputs, _ := walkAll(t, main, sim.WithPolicy(order.Jitter(test.d)))
		var got []string
		for order := range outputs {
			got = append(got, order)
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("Jitter(%v) permits %q, want %q", test.d, got, test.want)
		}
	}
}

// TestJitterAndThreads checks that threads go on at their own instants when a
// late timer moves time.
func TestJitterAndThreads(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		sim.RunInExecutor(ctx, sim.NewThreadPool(ctx, "pool", 1), "job", func(ctx context.Context) (int, error) {
			sim.Block(ctx, 1500*time.Millisecond)
			sim.Print(ctx, "thread")
			return 0, nil
		})
		_, err := sim.Gather(ctx, sim.Do(ctx, "a", sleepThenPrint(time.Second, "a")), sim.Do(ctx, "b", sleepThenPrint(2*time.Second, "b"))).Await(ctx)
		return err
	}, sim.WithPolicy(order.Jitter(time.Second)), sim.WithStrategy(always(1)))
	mustStamp(t, o, "1.5s thread", "2s b", "2s a")
}

var allPolicies = []order.Policy{order.FIFO, order.SameInstant, order.AnyReady, order.Jitter(0), order.Jitter(time.Minute)}

// TestDefaultOrderIsTheSameUnderEveryPolicy compares runs but for their
// decisions, of which a policy has more than another.
func TestDefaultOrderIsTheSameUnderEveryPolicy(t *testing.T) {
	programs := map[string]sim.Program{"tied": sim.Main(tied(3, 2)), "choices": sim.Main(func(ctx context.Context) error {
		sim.Print(ctx, sim.Choose(ctx, "x", 1, 2), sim.Flip(ctx, "f", .5))
		return nil
	})}
	for _, test := range everyEnd {
		if test.end != order.Mismatched {
			programs[test.name] = test.program
		}
	}
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			want := ""
			for _, policy := range allPolicies {
				o := sim.Simulate(program, quiet(sim.WithPolicy(policy), sim.WithRecording(trace.Full), sim.WithStepLimit(500))...)
				if len(o.Schedule) != 0 {
					t.Errorf("the default strategy has the schedule %v", o.Schedule)
				}
				var b strings.Builder
				fmt.Fprintln(&b, o.End, o.Elapsed, o.Steps, stamped(o))
				for _, e := range o.Trace.Events {
					if e.Kind != trace.Decide && e.Kind != trace.End {
						fmt.Fprintln(&b, e.At, e.Task, e.Kind, e.Object, e.N)
					}
				}
				if want == "" {
					want = b.String()
				}
				if b.String() != want {
					t.Errorf("the run under %v differs from that under %v", policy, allPolicies[0])
				}
			}
		})
	}
}
