package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestLockKeepsOthersOut(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		m := sim.NewLock(ctx, "L")
		worker := func(name string) *sim.Coroutine[sim.None] {
			return sim.Do(ctx, name, func(ctx context.Context) error {
				return m.With(ctx, func(ctx context.Context) error {
					sim.Print(ctx, name, "in")
					sim.Sleep(ctx, time.Second)
					sim.Print(ctx, name, "out")
					return nil
				})
			})
		}
		_, err := sim.Gather(ctx, worker("a"), worker("b"), worker("c")).Await(ctx)
		return err
	})
	mustStamp(t, o, "0s a in", "1s a out", "1s b in", "2s b out", "2s c in", "3s c out")
}

func TestLockState(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		m := sim.NewLock(ctx, "L")
		if m.Locked() {
			t.Error("a new lock is held")
		}
		if err := m.Release(); !errors.Is(err, sim.ErrNotLocked) {
			t.Errorf("Release of a free lock: %v, want ErrNotLocked", err)
		}
		if err := m.Acquire(ctx); err != nil || !m.Locked() {
			t.Errorf("Acquire: %v, Locked %v", err, m.Locked())
		}
		// A lock belongs to no task: any task may release it.
		_, err := sim.Go(ctx, "other", func(context.Context) error { return m.Release() }).Await(ctx)
		if err != nil || m.Locked() {
			t.Errorf("Release by another task: %v, Locked %v", err, m.Locked())
		}
		return nil
	}), order.Finished)
}

// TestLockPromised checks that a released lock is kept for its first waiter,
// although Locked is false until that one runs.
func TestLockPromised(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		m := sim.NewLock(ctx, "L")
		m.Acquire(ctx)
		waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error {
			m.Acquire(ctx)
			sim.Print(ctx, "waiter")
			return m.Release()
		})
		sim.Yield(ctx)
		m.Release()
		sim.Print(ctx, "locked:", m.Locked())
		m.Acquire(ctx)
		sim.Print(ctx, "newcomer")
		m.Release()
		_, err := waiter.Await(ctx)
		return err
	})
	mustPrint(t, o, "locked: false", "waiter", "newcomer")
}

func TestLockCancelledWaiter(t *testing.T) {
	for _, test := range []struct {
		name string
		// release says whether the lock is free when the first waiter is cancelled.
		release bool
	}{
		{"while the lock is held", false},
		{"after the lock was promised to it", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(func(ctx context.Context) error {
				m := sim.NewLock(ctx, "L")
				m.Acquire(ctx)
				take := func(ctx context.Context) error {
					if err := m.Acquire(ctx); err != nil {
						sim.Print(ctx, "first:", errors.Is(err, sim.ErrCancelled))
						return err
					}
					sim.Print(ctx, "second has it")
					return m.Release()
				}
				first, second := sim.Go(ctx, "first", take), sim.Go(ctx, "second", take)
				sim.Yield(ctx)
				if test.release {
					m.Release()
					first.Cancel()
				} else {
					first.Cancel()
					sim.Yield(ctx)
					m.Release()
				}
				_, err := second.Await(ctx)
				return err
			})
			mustPrint(t, o, "first: true", "second has it")
		})
	}
}

func TestLockWithErrors(t *testing.T) {
	boom := errors.New("boom")
	mustEnd(t, observe(func(ctx context.Context) error {
		m := sim.NewLock(ctx, "L")
		if err := m.With(ctx, func(context.Context) error { return boom }); err != boom || m.Locked() {
			t.Errorf("With passed on %v and left Locked %v", err, m.Locked())
		}
		err := m.With(ctx, func(context.Context) error { return errors.Join(boom, m.Release()) })
		if !errors.Is(err, sim.ErrNotLocked) || !errors.Is(err, boom) {
			t.Errorf("With whose body released: %v, want ErrNotLocked and the body's error", err)
		}
		func() {
			defer func() { recover() }()
			m.With(ctx, func(context.Context) error { panic("out") })
		}()
		if m.Locked() {
			t.Error("a panic in the body left the lock held")
		}
		m.Acquire(ctx)
		entered := false
		err = sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error {
			return m.With(ctx, func(context.Context) error { entered = true; return nil })
		})
		if !errors.Is(err, sim.ErrTimeout) || entered || !m.Locked() {
			t.Errorf("With that timed out: %v, entered %v, Locked %v", err, entered, m.Locked())
		}
		return nil
	}), order.Finished)
}

func TestEvent(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		v := sim.NewEvent(ctx, "go")
		if v.IsSet() {
			t.Error("a new event is set")
		}
		var all []sim.Awaitable[sim.None]
		for _, name := range []string{"a", "b"} {
			all = append(all, sim.Go(ctx, name, func(ctx context.Context) error {
				defer sim.Print(ctx, name)
				return v.Wait(ctx)
			}))
		}
		sim.Sleep(ctx, time.Second)
		v.Set()
		v.Set() // the second time changes nothing
		v.Clear()
		if v.IsSet() {
			t.Error("a cleared event is set")
		}
		// Those who waited go on although the event was cleared before they ran.
		_, err := sim.Gather(ctx, all...).Await(ctx)
		v.Set()
		if !v.IsSet() {
			t.Error("Set had no effect")
		}
		v.Wait(ctx)
		sim.Print(ctx, "no wait")
		return err
	})
	mustStamp(t, o, "1s a", "1s b", "1s no wait")
}

func TestEventCancelledWaiter(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		v := sim.NewEvent(ctx, "")
		a := sim.Go(ctx, "a", v.Wait)
		b := sim.Go(ctx, "b", v.Wait)
		sim.Yield(ctx)
		a.Cancel()
		v.Set()
		if _, err := a.Await(ctx); !errors.Is(err, sim.ErrCancelled) {
			t.Errorf("the cancelled waiter returned %v", err)
		}
		_, err := b.Await(ctx)
		return err
	})
	mustEnd(t, o, order.Finished)
}
