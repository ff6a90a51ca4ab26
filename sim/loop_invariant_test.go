package sim_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

func TestInvariant(t *testing.T) {
	broken := errors.New("it is 2")
	var v *sim.Var[int]
	main := func(check bool) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			v = sim.NewVar(ctx, "v", 0)
			if check {
				sim.LoopOf(ctx).AfterStep(func() error {
					if v.Get() == 2 {
						return broken
					}
					return nil
				})
			}
			add := func(ctx context.Context) error {
				sim.Sleep(ctx, time.Second)
				v.Update(func(v int) int { return v + 1 })
				sim.Print(ctx, v.Get())
				return nil
			}
			_, err := sim.Gather(ctx, sim.Do(ctx, "a", add), sim.Do(ctx, "b", add), sim.Do(ctx, "c", add)).Await(ctx)
			return err
		}
	}
	o := observe(main(true), sim.WithPolicy(order.AnyReady))
	var violated *order.InvariantError
	if o.End != order.Violated || !errors.As(o.Err, &violated) || !errors.Is(o.Err, broken) {
		t.Fatalf("it ended with %s: %v", o.End, o.Err)
	}
	if violated.Step != "b.2" || violated.At != time.Second || o.Err.Error() != "invariant violated after step b.2 at 1s: it is 2" {
		t.Errorf("%+v: %v", violated, o.Err)
	}
	if !slices.Equal(printed(o), []string{"1", "2"}) {
		t.Errorf("it went on: %q", printed(o))
	}
	last := o.Footprints[len(o.Footprints)-1]
	if last.Name != "b.2" || !last.Alone {
		t.Errorf("the last step is %+v", last)
	}
	// A check that holds is not seen.
	with := observe(func(ctx context.Context) error {
		sim.LoopOf(ctx).AfterStep(func() error {
			if v != nil {
				v.Get()
			}
			return nil
		})
		return main(false)(ctx)
	}, sim.WithRecording(trace.Full))
	without := observe(main(false), sim.WithRecording(trace.Full))
	if difference := trace.Compare(without.Trace, with.Trace, trace.IgnoreHeader()); difference != nil {
		t.Errorf("a check shows in the trace: %v", difference)
	}
	for i := range without.Footprints {
		if described(with, i) != described(without, i) {
			t.Errorf("a check shows in the footprint %s", described(with, i))
		}
	}
}

func TestInvariantWithoutRecording(t *testing.T) {
	l := quietLoop(t)
	calls := 0
	run := func() error {
		_, err := sim.RunMain(l, func(ctx context.Context) (int, error) { return 0, sim.Yield(ctx) })
		return err
	}
	l.AfterStep(func() error {
		if calls++; calls == 2 {
			return errors.New("enough")
		}
		return nil
	})
	if err := run(); sim.Classify(err) != order.Violated || calls != 2 {
		t.Errorf("%d calls: %v", calls, err)
	}
	l.Reset(quietly()...)
	if err := run(); err != nil || calls != 2 {
		t.Errorf("after Reset: %d calls: %v", calls, err)
	}
}
