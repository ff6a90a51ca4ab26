package sim_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// Under AnyReady, what is left when the main task ends may or may not run before
// the program stops.
func TestTheEndIsAnAlternative(t *testing.T) {
	outputs, _ := walkAll(t, func(ctx context.Context) error {
		for _, name := range []string{"a", "b"} {
			sim.Go(ctx, name, func(ctx context.Context) error {
				sim.Print(ctx, name)
				return nil
			})
		}
		return nil
	}, sim.WithPolicy(order.AnyReady))
	got := slices.Sorted(maps.Keys(outputs))
	// A task that is cancelled before it begins never enters its body.
	if want := []string{"", "a", "a b", "b", "b a"}; !slices.Equal(got, want) {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func TestStopUnderAnyReady(t *testing.T) {
	program := func(l *sim.Loop) error {
		ctx := l.Context()
		for _, name := range []string{"a", "b", "c"} {
			sim.Go(ctx, name, func(ctx context.Context) error {
				if name == "a" {
					l.Stop()
				}
				sim.Print(ctx, name)
				sim.Yield(ctx)
				sim.Print(ctx, name)
				return nil
			})
		}
		err := l.RunForever()
		sim.Print(ctx, "stopped")
		l.Stop()
		if err == nil {
			err = l.RunForever() // one turn
		}
		sim.Print(ctx, "stopped")
		if err == nil {
			err = l.CancelAll()
		}
		return err
	}
	for _, policy := range []order.Policy{order.FIFO, order.AnyReady} {
		o := sim.Simulate(program, quiet(sim.WithPolicy(policy))...)
		mustPrint(t, o, "a", "b", "c", "stopped", "a", "b", "c", "stopped")
	}
	seen := map[string]bool{}
	for seed := range uint64(200) {
		o := sim.Simulate(program, quiet(sim.WithPolicy(order.AnyReady), sim.WithSeed(seed))...)
		seen[strings.Join(printed(o), " ")] = true
	}
	for _, want := range []string{"a stopped stopped", "b c a stopped", "a a b b c c stopped stopped"} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("no run prints %q", want)
		}
	}
}

// Timers that are due and were not delivered yet can be picked.
func TestDueTimersAreAlternatives(t *testing.T) {
	for name, later := range map[string]func(l *sim.Loop, call func(context.Context)){
		"no delay": func(l *sim.Loop, call func(context.Context)) { l.CallLater(0, "call", call) },
		"the past": func(l *sim.Loop, call func(context.Context)) { l.CallAt(-time.Second, "call", call) },
		"after a block": func(l *sim.Loop, call func(context.Context)) {
			l.CallLater(time.Second, "call", call)
			l.CallSoon("block", func(ctx context.Context) { sim.Block(ctx, time.Second) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			outputs, _ := walkAll(t, func(ctx context.Context) error {
				later(sim.LoopOf(ctx), func(ctx context.Context) { sim.Print(ctx, "call") })
				a := sim.Go(ctx, "a", func(ctx context.Context) error {
					sim.Print(ctx, "a")
					return nil
				})
				b := sim.Go(ctx, "b", func(ctx context.Context) error {
					sim.Print(ctx, "b")
					return nil
				})
				sim.Gather(ctx, sim.Awaitable[sim.None](a), b).Await(ctx)
				return sim.Sleep(ctx, time.Minute)
			}, sim.WithPolicy(order.AnyReady))
			want := []string{"a b call", "a call b", "b a call", "b call a", "call a b", "call b a"}
			if got := slices.Sorted(maps.Keys(outputs)); !slices.Equal(got, want) {
				t.Errorf("orders %q, want %q", got, want)
			}
		})
	}
}

// A sleeper whose timer was delivered is ready, and so is what waits for a gather
// of gathers whose children have all ended, and a callback of a gather.
func TestAnyReadyLooksThroughEverything(t *testing.T) {
	for name, test := range map[string]struct {
		main func(ctx context.Context) error
		want int
	}{
		"sleepers and a callback": {func(ctx context.Context) error {
			l := sim.LoopOf(ctx)
			sim.Go(ctx, "a", sleepThenPrint(time.Second, "a"))
			sim.Go(ctx, "b", sleepThenPrint(time.Second, "b"))
			l.CallLater(time.Second, "c", func(ctx context.Context) { sim.Print(ctx, "c") })
			return sim.Sleep(ctx, time.Minute)
		}, 6},
		"nested gathers": {func(ctx context.Context) error {
			done := func(ctx context.Context) error { return nil }
			x, y := sim.Gather(ctx, sim.Do(ctx, "x", done)), sim.Gather(ctx, sim.Do(ctx, "y", done))
			sim.Go(ctx, "a", func(ctx context.Context) error {
				sim.Yield(ctx)
				sim.Yield(ctx)
				sim.Print(ctx, "a")
				return nil
			})
			sim.Gather(ctx, x.Any(), y.Any()).Await(ctx)
			sim.Print(ctx, "main")
			return sim.Sleep(ctx, time.Minute)
		}, 2},
		"a callback of a gather": {func(ctx context.Context) error {
			g := sim.Gather(ctx, sim.Do(ctx, "x", func(ctx context.Context) error { return nil }))
			g.AddDoneCallback("done", func(ctx context.Context) { sim.Print(ctx, "done") })
			sim.Go(ctx, "a", func(ctx context.Context) error { sim.Print(ctx, "a"); return nil })
			return sim.Sleep(ctx, time.Minute)
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			outputs, _ := walkAll(t, test.main, sim.WithPolicy(order.AnyReady))
			if len(outputs) != test.want {
				t.Errorf("%d orders, want %d: %v", len(outputs), test.want, outputs)
			}
		})
	}
}

// TestAnyReadyBeginsWithFIFO compares the default runs of the plans of
// TestIndependentStepsMayBeExchanged, which do more than those of other tests.
func TestAnyReadyBeginsWithFIFO(t *testing.T) {
	checkPlans(t, func(p *plan) string {
		want, got := p.under(order.FIFO, order.Default()), p.under(order.AnyReady, order.Default())
		if happened(got) != happened(want) {
			return fmt.Sprintf("any-ready does\n%s\nfifo does\n%s", happened(got), happened(want))
		}
		return ""
	})
}

func happened(o *sim.Outcome) string {
	var b strings.Builder
	fmt.Fprintln(&b, o.Steps, shown(o))
	for _, e := range o.Trace.Events {
		if e.Kind != trace.Decide {
			fmt.Fprintln(&b, e.At, e.Task, e.Kind, e.Object, e.N, e.Detail)
		}
	}
	return b.String()
}
