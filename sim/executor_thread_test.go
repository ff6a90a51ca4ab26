package sim_test

import (
	"context"
	"errors"
	"testing"

	"weft/sim"
	"weft/sim/order"
)

// What a thread must not do to the loop, and the door that it has.
func TestThreadsAndTheLoop(t *testing.T) {
	run := func(use func(ctx context.Context, v *sim.Event)) *sim.Outcome {
		return observe(func(ctx context.Context) error {
			v := sim.NewEvent(ctx, "v")
			waiter := sim.Go(ctx, "waiter", v.Wait)
			sim.Yield(ctx)
			if _, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) { use(ctx, v); return 0, nil }); err != nil {
				return err
			}
			_, err := waiter.Await(ctx)
			return err
		})
	}
	for name, use := range map[string]func(ctx context.Context, v *sim.Event){
		"sets an event": func(_ context.Context, v *sim.Event) { v.Set() },
		"makes a task":  func(ctx context.Context, _ *sim.Event) { sim.Go(ctx, "child", forever) },
		"calls soon":    func(ctx context.Context, _ *sim.Event) { sim.LoopOf(ctx).CallSoon("cb", func(context.Context) {}) },
	} {
		if o := run(use); o.End != order.Misused {
			t.Errorf("a thread that %s: %s, want misuse", name, o.End)
		} else {
			mustMention(t, o.Err.Error(), "thread-1/job", "CallSoonThreadsafe")
		}
	}
	mustEnd(t, run(func(ctx context.Context, v *sim.Event) {
		sim.LoopOf(ctx).CallSoonThreadsafe("set", func(context.Context) { v.Set() })
	}), order.Finished)
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// Output that cannot be written is reported, once, and the run goes on.
func TestLostOutputIsReported(t *testing.T) {
	full := errors.New("the disk is full")
	o := observe(func(ctx context.Context) error {
		sim.Print(ctx, "one")
		sim.Print(ctx, "two")
		return nil
	}, sim.WithOutput(brokenWriter{full}))
	mustEnd(t, o, order.Finished)
	if len(o.Output) != 2 || len(o.Reports) != 1 || o.Reports[0].Kind != sim.LostOutput || o.Reports[0].Err != full {
		t.Errorf("output %v, reports %v", o.Output, o.Reports)
	}
}
