package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// A loop cannot run inside a step of another one, whatever kind of step: the
// contexts of the two could be mixed up unnoticed.
func TestNestedLoopIsRefused(t *testing.T) {
	inner := func() error {
		return sim.Run(func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) }, quietly()...)
	}
	for name, main := range map[string]func(ctx context.Context) error{
		"in a task": func(context.Context) error { return inner() },
		"in a callback": func(ctx context.Context) error {
			f := sim.NewFuture[error](ctx, "f")
			sim.LoopOf(ctx).CallSoon("nest", func(context.Context) { f.SetResult(inner()) })
			err, _ := f.Await(ctx)
			return err
		},
		"in a thread": func(ctx context.Context) error {
			_, err := sim.ToThread(ctx, "nest", func(context.Context) (int, error) { return 0, inner() })
			return err
		},
		"deep down": func(context.Context) error {
			var down func(n int) error
			down = func(n int) error {
				if n == 0 {
					return inner()
				}
				return down(n - 1)
			}
			return down(300)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if o := observe(main); !errors.Is(o.Err, sim.ErrLoopNested) {
				t.Errorf("got %v, want ErrLoopNested", o.Err)
			}
		})
	}
}

// Loops that run beside each other, in goroutines of their own, do not mind.
func TestLoopsSideBySide(t *testing.T) {
	results := make(chan error)
	for range 8 {
		go func() {
			for range 50 {
				if o := observe(bazaar); o.End != order.Finished {
					results <- o.Err
					return
				}
			}
			results <- nil
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}
