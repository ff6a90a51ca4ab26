package sim_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/order"
)

// policies are those under which waits for guards are tried.
var policies = []order.Policy{order.FIFO, order.SameInstant, order.AnyReady}

func TestUntil(t *testing.T) {
	for _, policy := range policies {
		o := sim.Simulate(sim.Main(func(ctx context.Context) error {
			n := sim.NewVar(ctx, "n", 0)
			var got []int
			var tasks []sim.Awaitable[sim.None]
			for i := range 3 {
				tasks = append(tasks, sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
					if err := sim.Until(ctx, "turn", func() bool { return n.Get() == 2-i }); err != nil {
						return err
					}
					got = append(got, i)
					n.Set(n.Get() + 1)
					return nil
				}))
			}
			_, err := sim.Gather(ctx, tasks...).Await(ctx)
			if err == nil && !slices.Equal(got, []int{2, 1, 0}) {
				err = fmt.Errorf("they went on as %v", got)
			}
			return err
		}), sim.WithPolicy(policy))
		if o.Err != nil {
			t.Errorf("%v: %v", policy, o.Err)
		}
	}
}

// TestUntilLooksAgain has two tasks wait for what only one of them can have.
func TestUntilLooksAgain(t *testing.T) {
	for _, policy := range policies {
		o := sim.Simulate(sim.Main(func(ctx context.Context) error {
			free := sim.NewVar(ctx, "free", false)
			take := func(ctx context.Context) error {
				if err := sim.Until(ctx, "it is free", free.Get); err != nil {
					return err
				}
				if !free.Get() {
					return errors.New("the guard does not hold")
				}
				free.Set(false)
				sim.Yield(ctx)
				free.Set(true)
				return nil
			}
			a, b := sim.Go(ctx, "a", take), sim.Go(ctx, "b", take)
			sim.Yield(ctx)
			free.Set(true)
			_, err := sim.Gather(ctx, a, b).Await(ctx)
			return err
		}), sim.WithPolicy(policy))
		if o.Err != nil {
			t.Errorf("%v: %v", policy, o.Err)
		}
	}
}

func TestUntilIsCancelled(t *testing.T) {
	for _, policy := range policies {
		for _, holds := range []bool{false, true} {
			o := sim.Simulate(sim.Main(func(ctx context.Context) error {
				n := sim.NewVar(ctx, "n", 0)
				task := sim.Go(ctx, "t", func(ctx context.Context) error {
					return sim.Until(ctx, "n", func() bool { return n.Get() > 0 })
				})
				if err := sim.Until(ctx, "it waits", func() bool { return true }); err != nil {
					return err
				}
				sim.Yield(ctx)
				if holds {
					n.Set(1)
				}
				task.Cancel()
				if _, err := task.Await(ctx); !errors.Is(err, sim.ErrCancelled) {
					return fmt.Errorf("it ended with %v", err)
				}
				return nil
			}), sim.WithPolicy(policy))
			if o.Err != nil {
				t.Errorf("%v, guard %v: %v", policy, holds, o.Err)
			}
		}
	}
}

func TestUntilForEver(t *testing.T) {
	o := sim.Simulate(sim.Main(func(ctx context.Context) error {
		return sim.Until(ctx, "pigs fly", func() bool { return false })
	}))
	if o.End != order.Deadlocked || !strings.Contains(o.Err.Error(), "until pigs fly") {
		t.Errorf("%v: %v", o.End, o.Err)
	}
}

func TestUntilMustNotWrite(t *testing.T) {
	defer func() {
		if s := fmt.Sprint(recover()); !strings.Contains(s, "may only look") {
			t.Error(s)
		}
	}()
	sim.Run(func(ctx context.Context) error {
		n := sim.NewVar(ctx, "n", 0)
		return sim.Until(ctx, "n", func() bool { n.Set(1); return true })
	})
}

// TestMutexWaitsTakeNoStep counts the steps of two tasks that want one mutex.
func TestMutexWaitsTakeNoStep(t *testing.T) {
	for seed := range uint64(20) {
		o := sim.Simulate(sim.Main(func(ctx context.Context) error {
			m, held := sim.NewMutex(ctx, "m"), 0
			use := func(ctx context.Context) error {
				return m.With(ctx, func(ctx context.Context) error {
					if held++; held > 1 {
						return errors.New("two tasks hold the mutex")
					}
					sim.Yield(ctx)
					held--
					return nil
				})
			}
			_, err := sim.Gather(ctx, sim.Go(ctx, "a", use), sim.Go(ctx, "b", use)).Await(ctx)
			return err
		}), sim.WithPolicy(order.AnyReady), sim.WithStrategy(order.Random(seed)), sim.WithFootprints())
		steps := 0
		for _, s := range o.Footprints {
			if s.Task == "a" || s.Task == "b" {
				steps++
			}
		}
		if o.Err != nil || steps != 6 { // it starts, takes the mutex, gives it back
			t.Errorf("seed %d: %d steps, %v", seed, steps, o.Err)
		}
	}
}

func TestMutex(t *testing.T) {
	err := sim.Run(func(ctx context.Context) error {
		m := sim.NewMutex(ctx, "m")
		if err := m.Unlock(); !errors.Is(err, sim.ErrNotLocked) {
			t.Errorf("Unlock of what is free: %v", err)
		}
		if !m.TryLock(ctx) || m.TryLock(ctx) || !m.Locked() {
			t.Error("TryLock succeeds when the mutex is free, and then only")
		}
		waits := sim.Go(ctx, "waits", m.Lock)
		sim.Yield(ctx)
		waits.Cancel()
		if _, err := waits.Await(ctx); !errors.Is(err, sim.ErrCancelled) {
			t.Errorf("Lock was cancelled, and returned %v", err)
		}
		if err := m.With(ctx, func(context.Context) error { return nil }); err != nil {
			return err
		}
		return nil
	})
	if !errors.As(err, new(*order.DeadlockError)) || !strings.Contains(err.Error(), "mutex m") {
		t.Errorf("a mutex that its own task holds: %v", err)
	}
}

func TestCompareAndSwap(t *testing.T) {
	o := sim.Simulate(sim.Main(func(ctx context.Context) error {
		v := sim.NewVar(ctx, "v", 1)
		if _, err := sim.Go(ctx, "fails", func(ctx context.Context) error {
			if sim.CompareAndSwap(v, 0, 5) || v.Get() != 1 {
				t.Error("it was swapped")
			}
			return nil
		}).Await(ctx); err != nil {
			return err
		}
		_, err := sim.Go(ctx, "succeeds", func(ctx context.Context) error {
			if !sim.CompareAndSwap(v, 1, 5) || v.Get() != 5 {
				t.Error("it was not swapped")
			}
			return nil
		}).Await(ctx)
		return err
	}), sim.WithFootprints())
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	want := map[string]order.Access{"fails": order.Reads, "succeeds": order.Writes}
	for _, s := range o.Footprints {
		for _, touch := range s.Touches {
			if touch.Object == "var v" && want[s.Task] != 0 && touch.Access != want[s.Task] {
				t.Errorf("%s %v v", s.Task, touch.Access)
			}
		}
	}
}

func ExampleUntil() {
	sim.Run(func(ctx context.Context) error {
		stock := sim.NewVar(ctx, "stock", 0)
		buyer := sim.Go(ctx, "buyer", func(ctx context.Context) error {
			if err := sim.Until(ctx, "in stock", func() bool { return stock.Get() > 0 }); err != nil {
				return err
			}
			stock.Set(stock.Get() - 1)
			sim.Print(ctx, "bought")
			return nil
		})
		sim.Yield(ctx)
		sim.Print(ctx, "delivered")
		stock.Set(1)
		_, err := buyer.Await(ctx)
		return err
	})
	// Output:
	// delivered
	// bought
}

func ExampleMutex() {
	sim.Run(func(ctx context.Context) error {
		m, balance := sim.NewMutex(ctx, "m"), sim.NewVar(ctx, "balance", 100)
		deposit := func(ctx context.Context) error {
			return m.With(ctx, func(ctx context.Context) error {
				seen := balance.Get()
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				balance.Set(seen + 10)
				return nil
			})
		}
		if _, err := sim.Gather(ctx, sim.Go(ctx, "a", deposit), sim.Go(ctx, "b", deposit)).Await(ctx); err != nil {
			return err
		}
		sim.Print(ctx, balance.Get())
		return nil
	})
	// Output: 120
}

func ExampleCompareAndSwap() {
	sim.Run(func(ctx context.Context) error {
		owner := sim.NewVar(ctx, "owner", "")
		sim.Print(ctx, sim.CompareAndSwap(owner, "", "a"), sim.CompareAndSwap(owner, "", "b"), owner.Get())
		return nil
	})
	// Output: true false a
}
