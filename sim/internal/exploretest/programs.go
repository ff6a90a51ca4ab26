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
