package sim_test

import (
	"context"
	"errors"
	"time"

	"weft/sim"
)

// bazaar is a program that uses most of what the package has, with many ties: for
// tests that compare whole runs.
func bazaar(ctx context.Context) error {
	l := sim.LoopOf(ctx)
	q := sim.NewQueue[int](ctx, "q", 1)
	m := sim.NewLock(ctx, "m")
	c := sim.NewCondition(ctx, "c", m)
	b := sim.NewBarrier(ctx, "b", 2)
	s := sim.NewSemaphore(ctx, "s", 1)
	n := sim.NewVar(ctx, "n", 0)
	pool := sim.NewThreadPool(ctx, "pool", 2, sim.Cores(1))
	l.CallLater(time.Second, "tick", func(ctx context.Context) { sim.Print(ctx, "tick") })

	return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
		for _, name := range []string{"p", "p"} {
			g.Go(ctx, name, func(ctx context.Context) error {
				sim.Sleep(ctx, time.Second)
				q.Put(ctx, sim.Choose(ctx, "item", 1, 2, 3))
				place, err := b.Wait(ctx)
				sim.Print(ctx, "place", place)
				return err
			})
		}
		g.Go(ctx, "consumer", func(ctx context.Context) error {
			for range 2 {
				item, err := q.Get(ctx)
				if err != nil {
					return err
				}
				m.With(ctx, func(context.Context) error {
					n.Update(func(n int) int { return n + item })
					return c.NotifyAll()
				})
			}
			return nil
		})
		g.Go(ctx, "watcher", func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				err := c.WaitFor(ctx, func() bool { return n.Get() > 0 })
				sim.Print(ctx, "sum", n.Get())
				return err
			})
		})
		g.Go(ctx, "pooled", func(ctx context.Context) error {
			job := func(ctx context.Context) (int, error) { sim.Compute(ctx, time.Second); return 1, nil }
			x, y := sim.RunInExecutor(ctx, pool, "x", job), sim.RunInExecutor(ctx, pool, "y", job)
			_, err := sim.Gather(ctx, x, y).Await(ctx)
			sim.Print(ctx, "computed")
			return err
		})
		g.Go(ctx, "limited", func(ctx context.Context) error {
			err := sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error {
				return s.With(ctx, func(ctx context.Context) error {
					return sim.Sleep(ctx, sim.Latency(ctx, "wait", sim.Uniform{Min: 0, Max: 2 * time.Second}))
				})
			})
			sim.Print(ctx, "timed out:", errors.Is(err, sim.ErrTimeout), sim.Flip(ctx, "coin", 0.5))
			return nil
		})
		return nil
	})
}
