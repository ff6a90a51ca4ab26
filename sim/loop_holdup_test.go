package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// walked explores a program exhaustively.
func walked(t *testing.T, program sim.Program, p order.Policy) *explore.Report {
	t.Helper()
	r, err := explore.Search(t.Context(), sim.Engine(program, sim.WithPolicy(p)), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(100_000))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Coverage.Complete() {
		t.Fatalf("it was not walked to its end: %s", r.Verdict())
	}
	return r
}

// A lease that is checked, and used after it has run out.
func TestHoldUps(t *testing.T) {
	lease := sim.Main(func(ctx context.Context) error {
		owner := "a"
		sim.LoopOf(ctx).CallLater(10*time.Millisecond, "runs out", func(context.Context) { owner = "b" })
		if owner == "a" {
			sim.Yield(ctx)
			if owner != "a" {
				return errors.New("a works on what is b's")
			}
		}
		return nil
	})
	for _, test := range []struct {
		policy order.Policy
		fails  bool
	}{
		{order.AnyReady, false},
		{order.HoldUps(1, 10*time.Millisecond-1), false},
		{order.HoldUps(1, 10*time.Millisecond), true},
		{order.HoldUps(3, time.Hour), true},
	} {
		if r := walked(t, lease, test.policy); (r.Failure() != nil) != test.fails {
			t.Errorf("%v: fails is %v: %s", test.policy, !test.fails, r.Summary())
		}
	}
}

// Where time may pass, and no more often: a task that goes on, and timers beside it. With
// m picks, one timer fires before one of them or never; of two that are due at one
// instant, either is the first, and the other one comes before a pick from there on, as
// it does where nobody is held up.
func TestHoldUpsCounted(t *testing.T) {
	const m = 4 // three yields, and then the loop may stop
	program := func(at ...time.Duration) sim.Program {
		return sim.Main(func(ctx context.Context) error {
			for _, d := range at {
				sim.LoopOf(ctx).CallLater(d, "late", func(context.Context) {})
			}
			for range m - 1 {
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	const long = time.Hour
	for _, test := range []struct {
		name   string
		times  int
		timers []time.Duration
		want   int
	}{
		{"none", 1, nil, 1},
		{"one", 1, []time.Duration{1}, 1 + m},
		{"one, twice", 2, []time.Duration{1}, 1 + m},
		{"two instants, once", 1, []time.Duration{1, 2}, 1 + m},
		{"two instants, twice", 2, []time.Duration{1, 2}, 1 + m + m*(m+1)/2},
		{"one instant", 1, []time.Duration{1, 1}, 1 + 2*(m+m*(m+1)/2)},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := walked(t, program(test.timers...), order.HoldUps(test.times, long))
			if r.Runs != test.want {
				t.Errorf("%d orders, want %d", r.Runs, test.want)
			}
		})
	}
}
