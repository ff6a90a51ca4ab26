package exploretest

import (
	"context"
	"fmt"
	"time"

	"weft/sim"
	"weft/sim/order"
)

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
