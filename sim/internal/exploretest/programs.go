package exploretest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// Main runs a main function in any order that is permitted.
func Main(main func(context.Context) error, options ...sim.Option) order.Engine {
	return sim.Engine(sim.Main(main), options...)
}

// Busy is a program with a bit of everything that asks for decisions.
func Busy() sim.Program {
	return sim.Main(func(ctx context.Context) error {
		lock, total := sim.NewLock(ctx, "L"), sim.NewVar(ctx, "total", 0)
		queue := sim.NewQueue[int](ctx, "Q", 1)
		work := func(ctx context.Context) error {
			for range 2 {
				if err := lock.Acquire(ctx); err != nil {
					return err
				}
				total.Set(total.Get() + 1)
				sim.Yield(ctx)
				lock.Release()
			}
			return queue.Put(ctx, sim.Choose(ctx, "size", 1, 2, 3))
		}
		consume := func(ctx context.Context) error {
			for range 2 {
				n := 0
				err := sim.WithTimeout(ctx, 2*time.Second, func(ctx context.Context) (err error) {
					n, err = queue.Get(ctx)
					return err
				})
				if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					return err
				}
				if sim.Flip(ctx, "slow", 0.3) {
					sim.Sleep(ctx, time.Duration(n)*time.Second)
				}
				sim.Print(ctx, n, total.Get())
			}
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "a", work), sim.Go(ctx, "b", work), sim.Go(ctx, "c", consume)).Await(ctx)
		return err
	})
}

// Deposits returns a program in which tasks add to a balance, and fails if one of
// the updates is lost. Each gives up control so often before and after it has
// looked.
func Deposits(amounts []int, before, after int) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		balance, want := sim.NewVar(ctx, "balance", 0), 0
		var all []sim.Awaitable[sim.None]
		for i, amount := range amounts {
			want += amount
			all = append(all, sim.Go(ctx, fmt.Sprint("d", i), func(ctx context.Context) error {
				for range before * i { // in the default order, one after the other
					sim.Yield(ctx)
				}
				seen := balance.Get()
				for range after {
					sim.Yield(ctx)
				}
				balance.Set(seen + amount)
				return nil
			}))
		}
		if _, err := sim.Gather(ctx, all...).Await(ctx); err != nil {
			return err
		}
		if got := balance.Get(); got != want {
			return fmt.Errorf("balance is %d, want %d", got, want)
		}
		return nil
	})
}

// Sleepers returns a program of n tasks that sleep m times together and then
// print their number.
func Sleepers(n, m int) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		var all []sim.Awaitable[sim.None]
		for i := range n {
			all = append(all, sim.Do(ctx, fmt.Sprint("s", i), func(ctx context.Context) error {
				for range m {
					if err := sim.Sleep(ctx, time.Second); err != nil {
						return err
					}
				}
				sim.Print(ctx, i)
				return nil
			}))
		}
		_, err := sim.Gather(ctx, all...).Await(ctx)
		return err
	})
}

// Withdrawals returns a program in which two tasks take 30 each off a balance of
// 100, and in which one of the updates can be lost.
func Withdrawals() sim.Program {
	return sim.Main(func(ctx context.Context) error {
		balance := sim.NewVar(ctx, "balance", 100)
		withdraw := func(ctx context.Context) error {
			seen := balance.Get()
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			balance.Set(seen - 30)
			return nil
		}
		later := func(ctx context.Context) error {
			sim.Yield(ctx) // in the default order, long enough
			return withdraw(ctx)
		}
		if _, err := sim.Gather(ctx, sim.Go(ctx, "a", withdraw), sim.Go(ctx, "b", later)).Await(ctx); err != nil {
			return err
		}
		if got := balance.Get(); got != 40 {
			return fmt.Errorf("balance is %d, want 40", got)
		}
		return nil
	})
}

// SameInstant is the engine for programs whose only choice is among timers.
func SameInstant(p sim.Program) order.Engine {
	return sim.Engine(p, sim.WithPolicy(order.SameInstant))
}

// LongAndShort has a task of twelve steps, and one of a single step that does
// harm if it comes last. There are only 13 orders, but a random walk nearly always
// takes the single step early.
func LongAndShort() sim.Program {
	return sim.Main(func(ctx context.Context) error {
		ready := sim.NewVar(ctx, "ready", true)
		long := func(ctx context.Context) error {
			for range 11 {
				sim.Yield(ctx)
			}
			ready.Set(false)
			return nil
		}
		short := func(ctx context.Context) error {
			if !ready.Get() {
				return fmt.Errorf("too late")
			}
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "long", long), sim.Go(ctx, "short", short)).Await(ctx)
		return err
	})
}
