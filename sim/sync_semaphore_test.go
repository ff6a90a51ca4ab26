package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// TestSemaphoreWidth runs jobs of a second each through a semaphore.
func TestSemaphoreWidth(t *testing.T) {
	for _, test := range []struct {
		name        string
		units, jobs int
		want        time.Duration
	}{
		{"one at a time", 1, 4, 4 * time.Second},
		{"two at a time", 2, 4, 2 * time.Second},
		{"two at a time, an odd number", 2, 5, 3 * time.Second},
		{"all at once", 4, 4, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			inside, most := 0, 0
			o := observe(func(ctx context.Context) error {
				s := sim.NewSemaphore(ctx, "S", test.units)
				return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					for range test.jobs {
						g.Go(ctx, "job", func(ctx context.Context) error {
							return s.With(ctx, func(ctx context.Context) error {
								inside++
								most = max(most, inside)
								defer func() { inside-- }()
								return sim.Sleep(ctx, time.Second)
							})
						})
					}
					return nil
				})
			})
			mustEnd(t, o, order.Finished)
			if o.Elapsed != test.want || most != test.units {
				t.Errorf("took %v with at most %d inside, want %v with %d", o.Elapsed, most, test.want, test.units)
			}
		})
	}
}

func TestSemaphoreState(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		s := sim.NewSemaphore(ctx, "S", 1)
		if s.Locked() {
			t.Error("a semaphore with a unit is locked")
		}
		s.Acquire(ctx)
		if !s.Locked() {
			t.Error("a semaphore without units is not locked")
		}
		s.Release()
		if err := s.Release(); err != nil {
			t.Errorf("an unbounded semaphore refused a unit: %v", err)
		}
		s.Acquire(ctx)
		if s.Locked() {
			t.Error("the additional unit is not there")
		}
		b := sim.NewBoundedSemaphore(ctx, "B", 2)
		if err := b.Release(); !errors.Is(err, sim.ErrOverReleased) {
			t.Errorf("a full bounded semaphore: %v, want ErrOverReleased", err)
		}
		b.Acquire(ctx)
		if err := b.Release(); err != nil {
			t.Errorf("a bounded semaphore refused its own unit: %v", err)
		}
		boom := errors.New("boom")
		err := b.With(ctx, func(context.Context) error { b.Release(); return boom })
		if !errors.Is(err, sim.ErrOverReleased) || !errors.Is(err, boom) {
			t.Errorf("With whose body released: %v, want ErrOverReleased and the body's error", err)
		}
		mustMisuse(t, func() { sim.NewSemaphore(ctx, "", -1) }, "-1")
		return nil
	}), order.Finished)
}

// TestSemaphoreIsFair checks that nobody gets past a task that was woken and has
// not run yet.
func TestSemaphoreIsFair(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		s := sim.NewSemaphore(ctx, "S", 1)
		s.Acquire(ctx)
		take := func(name string) *sim.Task[sim.None] {
			return sim.Go(ctx, name, func(ctx context.Context) error {
				return s.With(ctx, func(ctx context.Context) error { sim.Print(ctx, name); return nil })
			})
		}
		a, b := take("a"), take("b")
		sim.Yield(ctx)
		s.Release()
		if !s.Locked() {
			t.Error("the released unit is free, though two tasks wait")
		}
		s.Acquire(ctx)
		sim.Print(ctx, "main")
		_, err := sim.Gather(ctx, a, b).Await(ctx)
		return err
	})
	mustPrint(t, o, "a", "b", "main")
}

func TestSemaphoreCancelledWaiter(t *testing.T) {
	for _, test := range []struct {
		name  string
		woken bool // the waiter has been given the unit already
	}{{"while it waits", false}, {"after it was woken", true}} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(func(ctx context.Context) error {
				s := sim.NewSemaphore(ctx, "S", 1)
				s.Acquire(ctx)
				a, b := sim.Go(ctx, "a", s.Acquire), sim.Go(ctx, "b", s.Acquire)
				sim.Yield(ctx)
				if test.woken {
					s.Release()
					a.Cancel()
				} else {
					a.Cancel()
					s.Release()
				}
				if _, err := a.Await(ctx); !errors.Is(err, sim.ErrCancelled) {
					t.Errorf("the cancelled waiter returned %v", err)
				}
				if _, err := b.Await(ctx); err != nil {
					return err
				}
				if !s.Locked() {
					t.Error("the one unit was given out, and yet one is left")
				}
				s.Release()
				if s.Locked() {
					t.Error("a unit was lost")
				}
				return nil
			})
			mustEnd(t, o, order.Finished)
		})
	}
}
