package sim_test

import (
	"context"
	"slices"
	"testing"

	"weft/sim"
	"weft/sim/order"
)

func TestUntracked(t *testing.T) {
	for _, test := range []struct {
		name string
		main func(ctx context.Context) error
		want []string
	}{
		{"nothing", sim.Yield, nil},
		{"values", func(ctx context.Context) error { return sim.Yield(context.WithValue(ctx, t, 1)) }, nil},
		{"thread", func(ctx context.Context) error {
			_, err := sim.ToThread(ctx, "x", func(ctx context.Context) (int, error) { return 0, nil })
			return err
		}, []string{"threads of an executor"}},
		{"channel", func(ctx context.Context) error {
			c := make(chan int, 1)
			c <- 1
			_, _, err := sim.Recv(ctx, c)
			return err
		}, []string{"a channel (Recv)"}},
		{"clock", func(ctx context.Context) error { sim.LoopOf(ctx).Bridge().Now(); return nil }, []string{"a clock bridge"}},
		{"derived context", func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return sim.Yield(ctx)
		}, []string{"a context derived with a cancel function"}},
		{"all tasks", func(ctx context.Context) error { sim.AllTasks(ctx); return nil }, []string{"AllTasks"}},
		{"call from a goroutine", func(ctx context.Context) error {
			return sim.LoopOf(ctx).CallSoonThreadsafe("x", func(ctx context.Context) {})
		}, []string{"CallSoonThreadsafe"}},
		{"the loop's own state", func(ctx context.Context) error {
			l := sim.LoopOf(ctx)
			l.SetExceptionHandler(func(*sim.Loop, sim.Report) {})
			l.Steps()
			l.Reports()
			l.Trace()
			return nil
		}, []string{"Loop.Decisions inside the run", "Loop.Reports inside the run", "Loop.Steps inside the run", "Loop.Trace inside the run", "SetExceptionHandler"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.main, sim.WithPolicy(order.AnyReady))
			mustEnd(t, o, order.Finished)
			if !slices.Equal(o.Untracked, test.want) {
				t.Errorf("untracked: %q, want %q", o.Untracked, test.want)
			}
		})
	}
}
