package sim_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// waitUnder starts a task that waits for the condition once and prints its name.
func waitUnder(ctx context.Context, c *sim.Condition, name string) *sim.Task[sim.None] {
	return sim.Go(ctx, name, func(ctx context.Context) error {
		return c.With(ctx, func(ctx context.Context) error {
			if err := c.Wait(ctx); err != nil {
				sim.Print(ctx, name, "cancelled, locked:", c.Locked())
				return err
			}
			sim.Print(ctx, name)
			return nil
		})
	})
}

func TestConditionNotify(t *testing.T) {
	for _, test := range []struct {
		name   string
		notify func(c *sim.Condition) error
		want   []string
	}{
		{"none", func(c *sim.Condition) error { return c.Notify(0) }, []string{"end"}},
		{"one", func(c *sim.Condition) error { return c.Notify(1) }, []string{"a", "end"}},
		{"two", func(c *sim.Condition) error { return c.Notify(2) }, []string{"a", "b", "end"}},
		{"more than there are", func(c *sim.Condition) error { return c.Notify(9) }, []string{"a", "b", "c", "end"}},
		{"all", (*sim.Condition).NotifyAll, []string{"a", "b", "c", "end"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(func(ctx context.Context) error {
				c := sim.NewCondition(ctx, "C", nil)
				for _, name := range []string{"a", "b", "c"} {
					waitUnder(ctx, c, name)
				}
				sim.Sleep(ctx, time.Second)
				err := c.With(ctx, func(context.Context) error { return test.notify(c) })
				sim.Sleep(ctx, time.Second)
				sim.Print(ctx, "end")
				return err
			})
			// Those who were not woken are cancelled after the end.
			if got := printed(o); len(got) < len(test.want) || !slices.Equal(got[:len(test.want)], test.want) {
				t.Errorf("printed %q, want %q first", got, test.want)
			}
		})
	}
}

func TestConditionNeedsItsLock(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		c := sim.NewCondition(ctx, "C", nil)
		for name, err := range map[string]error{
			"Wait": c.Wait(ctx), "Notify": c.Notify(1), "NotifyAll": c.NotifyAll(), "Release": c.Release(),
			"WaitFor": c.WaitFor(ctx, func() bool { return false }),
		} {
			if !errors.Is(err, sim.ErrNotLocked) {
				t.Errorf("%s without the lock: %v, want ErrNotLocked", name, err)
			}
		}
		return nil
	}), order.Finished)
}

func TestConditionSharedLock(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		m := sim.NewLock(ctx, "L")
		full, empty := sim.NewCondition(ctx, "full", m), sim.NewCondition(ctx, "empty", m)
		full.Acquire(ctx)
		if !m.Locked() || !empty.Locked() {
			t.Error("a condition did not take the shared lock")
		}
		if err := empty.Notify(1); err != nil {
			t.Errorf("the other condition does not see the lock as held: %v", err)
		}
		if err := empty.Release(); err != nil || m.Locked() {
			t.Errorf("Release through the other condition: %v", err)
		}
		return nil
	}), order.Finished)
}

func TestConditionWaitFor(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c, level := sim.NewCondition(ctx, "C", nil), 0
		waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				err := c.WaitFor(ctx, func() bool {
					if !c.Locked() {
						t.Error("the predicate ran without the lock")
					}
					return level >= 2
				})
				sim.Print(ctx, "level", level)
				return err
			})
		})
		for range 3 {
			sim.Sleep(ctx, time.Second)
			c.With(ctx, func(context.Context) error { level++; return c.NotifyAll() })
		}
		_, err := waiter.Await(ctx)
		return err
	})
	mustStamp(t, o, "2s level 2")
}

// TestConditionCancelledWaiter checks that a cancelled waiter has the lock when
// Wait returns, and that a notification that reached it is passed on (as in
// Python 3.13; 3.11 lost it).
func TestConditionCancelledWaiter(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := sim.NewCondition(ctx, "C", nil)
		a, b := waitUnder(ctx, c, "a"), waitUnder(ctx, c, "b")
		sim.Sleep(ctx, time.Second)
		c.With(ctx, func(ctx context.Context) error {
			c.Notify(1)
			a.Cancel()
			return sim.Sleep(ctx, time.Second) // a cannot go on before the lock is free
		})
		if _, err := a.Await(ctx); !errors.Is(err, sim.ErrCancelled) {
			t.Errorf("the cancelled waiter returned %v", err)
		}
		_, err := b.Await(ctx)
		return err
	})
	mustStamp(t, o, "2s a cancelled, locked: true", "2s b")
}

func TestConditionDerivedContext(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := sim.NewCondition(ctx, "C", nil)
		var cancel context.CancelFunc
		waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error {
			derived, stop := context.WithCancel(ctx)
			cancel = stop
			c.Acquire(ctx)
			defer c.Release()
			return c.Wait(derived)
		})
		sim.Sleep(ctx, time.Second)
		c.Acquire(ctx)
		cancel()
		sim.Sleep(ctx, time.Second)
		c.Release()
		if _, err := waiter.Await(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Wait returned %v", err)
		}
		return nil
	}, sim.WithStepLimit(1000))
	mustEnd(t, o, order.Finished)
	if o.Elapsed != 2*time.Second {
		t.Errorf("ended at %v, want 2s", o.Elapsed)
	}
}

func TestConditionOfAnotherLoop(t *testing.T) {
	other := sim.NewLoop(quiet()...)
	defer other.Close()
	m := sim.NewLock(other.Context(), "far")
	mustEnd(t, observe(func(ctx context.Context) error {
		mustMisuse(t, func() { sim.NewCondition(ctx, "C", m) }, "lock far", "another loop")
		return nil
	}), order.Finished)
}
