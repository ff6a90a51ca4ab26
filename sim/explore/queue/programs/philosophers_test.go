package programs_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

var (
	seats  = flag.Int("seats", 3, "how many philosophers there are")
	greedy = flag.Bool("greedy", false, "each takes the left fork first, so that they may starve")
)

// TestPhilosophers: whoever takes the fork with the lower number first eats in the end.
func TestPhilosophers(t *testing.T) {
	simtest.Check(t, func(t *simtest.T) {
		forks := make([]*sim.Lock, *seats)
		for i := range forks {
			forks[i] = sim.NewLock(t.Context(), fmt.Sprintf("fork-%d", i))
		}
		err := sim.WithTaskGroup(t.Context(), func(ctx context.Context, table *sim.TaskGroup) error {
			for seat := range *seats {
				first, second := forks[seat], forks[(seat+1)%*seats]
				if !*greedy && seat == *seats-1 {
					first, second = second, first
				}
				dine := sim.Do(ctx, fmt.Sprintf("p%d", seat), func(ctx context.Context) error {
					return first.With(ctx, func(ctx context.Context) error {
						if err := sim.Sleep(ctx, 0); err != nil { // reaching for the other one
							return err
						}
						return second.With(ctx, func(ctx context.Context) error {
							sim.Print(ctx, seat, "eats")
							return nil
						})
					})
				})
				if _, err := sim.CreateTaskIn(ctx, table, dine); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
