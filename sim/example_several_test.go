package sim_test

import (
	"context"
	"errors"
	"time"

	"weft/sim"
)

// square is a slow way to square a number: the larger, the slower.
func square(ctx context.Context, n int) *sim.Coroutine[int] {
	return sim.Call(ctx, "square", func(ctx context.Context) (int, error) {
		err := sim.Sleep(ctx, time.Duration(n)*time.Second)
		return n * n, err
	})
}

func ExampleGather() {
	sim.Run(func(ctx context.Context) error {
		squares, err := sim.Gather[int](ctx, square(ctx, 3), square(ctx, 1), square(ctx, 2)).Await(ctx)
		sim.Print(ctx, sim.Now(ctx), squares)
		return err
	})
	// Output: 3s [9 1 4]
}

// GatherSettled waits for all, whatever becomes of some of them.
func ExampleGatherSettled() {
	sim.Run(func(ctx context.Context) error {
		results, err := sim.GatherSettled[int](ctx, square(ctx, 3), sim.Call(ctx, "fails", func(ctx context.Context) (int, error) {
			return 0, errors.New("out of chalk")
		})).Await(ctx)
		for _, r := range results {
			sim.Print(ctx, r.Value, r.Err)
		}
		return err
	})
	// Output:
	// 9 <nil>
	// 0 out of chalk
}

// Awaitables makes the arguments of Gather from a slice.
func ExampleAwaitables() {
	sim.Run(func(ctx context.Context) error {
		var tasks []*sim.Task[int]
		for n := range 4 {
			tasks = append(tasks, sim.CreateTask(ctx, square(ctx, n)))
		}
		squares, err := sim.Gather(ctx, sim.Awaitables[int](tasks)...).Await(ctx)
		sim.Print(ctx, squares)
		return err
	})
	// Output: [0 1 4 9]
}

// The first answer is enough; the other server need not go on.
func ExampleWait() {
	sim.Run(func(ctx context.Context) error {
		near := sim.CreateTask(ctx, square(ctx, 1), sim.Named("near"))
		far := sim.CreateTask(ctx, square(ctx, 9), sim.Named("far"))
		done, pending, err := sim.Wait(ctx, sim.FirstCompleted, sim.Forever, far, near)
		if err != nil {
			return err
		}
		sim.Print(ctx, done, pending)
		for _, task := range pending {
			task.Cancel()
		}
		return nil
	})
	// Output: [<task near finished>] [<task far pending>]
}

func ExampleWaitFor() {
	sim.Run(func(ctx context.Context) error {
		v, err := sim.WaitFor(ctx, square(ctx, 2), 3*time.Second)
		sim.Print(ctx, sim.Now(ctx), v, err)
		_, err = sim.WaitFor(ctx, square(ctx, 9), 3*time.Second)
		sim.Print(ctx, sim.Now(ctx), err, errors.Is(err, context.DeadlineExceeded))
		return nil
	})
	// Output:
	// 2s 4 <nil>
	// 5s sim: timed out true
}

// A shielded task outlives the wait for it.
func ExampleShield() {
	sim.Run(func(ctx context.Context) error {
		saving := sim.CreateTask(ctx, square(ctx, 5), sim.Named("saving"))
		_, err := sim.WaitFor(ctx, sim.Shield(ctx, saving), time.Second)
		sim.Print(ctx, sim.Now(ctx), err, saving)
		v, err := saving.Await(ctx)
		sim.Print(ctx, sim.Now(ctx), v, err)
		return nil
	})
	// Output:
	// 1s sim: timed out <task saving pending>
	// 5s 25 <nil>
}

func ExampleAsCompleted() {
	sim.Run(func(ctx context.Context) error {
		for v, err := range sim.AsCompleted[int](ctx, square(ctx, 3), square(ctx, 1), square(ctx, 2)) {
			sim.Print(ctx, sim.Now(ctx), v, err)
		}
		return nil
	})
	// Output:
	// 1s 1 <nil>
	// 2s 4 <nil>
	// 3s 9 <nil>
}

func ExampleAsCompletedWithin() {
	sim.Run(func(ctx context.Context) error {
		for v, err := range sim.AsCompletedWithin[int](ctx, 2*time.Second, square(ctx, 3), square(ctx, 1)) {
			sim.Print(ctx, sim.Now(ctx), v, err)
		}
		return nil
	})
	// Output:
	// 1s 1 <nil>
	// 2s 0 sim: timed out
}

func ExampleWithTimeout() {
	sim.Run(func(ctx context.Context) error {
		err := sim.WithTimeout(ctx, 4*time.Second, func(ctx context.Context) error {
			for n := range 5 {
				v, err := square(ctx, n).Await(ctx)
				if err != nil {
					return err
				}
				sim.Print(ctx, sim.Now(ctx), v)
			}
			return nil
		})
		sim.Print(ctx, sim.Now(ctx), err)
		return nil
	})
	// Output:
	// 0s 0
	// 1s 1
	// 3s 4
	// 4s sim: timed out
}

// A body that makes progress may get more time.
func ExampleTimeout_Reschedule() {
	sim.Run(func(ctx context.Context) error {
		limit := sim.NewTimeout(2 * time.Second)
		err := limit.Run(ctx, func(ctx context.Context) error {
			for n := 1; ; n++ {
				if _, err := square(ctx, n).Await(ctx); err != nil {
					return err
				}
				sim.Print(ctx, sim.Now(ctx), n)
				limit.Reschedule(sim.Now(ctx) + 3*time.Second + 1)
			}
		})
		sim.Print(ctx, limit.When(), limit.Expired(), err)
		return nil
	})
	// Output:
	// 1s 1
	// 3s 2
	// 6s 3
	// 9.000000001s true sim: timed out
}

// An error of one task cancels the others of its group.
func ExampleWithTaskGroup() {
	sim.Run(func(ctx context.Context) error {
		err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			if _, err := sim.CreateTaskIn(ctx, g, square(ctx, 9)); err != nil {
				return err
			}
			_, err := g.Go(ctx, "fails", func(ctx context.Context) error {
				sim.Sleep(ctx, time.Second)
				return errors.New("out of chalk")
			})
			return err
		})
		sim.Print(ctx, sim.Now(ctx), err)
		return nil
	})
	// Output:
	// 1s sim: errors in a task group (1)
	//   out of chalk
}

// Split does what except* does in Python.
func ExampleErrorGroup_Split() {
	sim.Run(func(ctx context.Context) error {
		err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for _, problem := range []error{sim.ErrTimeout, errors.New("out of chalk")} {
				if _, err := g.Go(ctx, "fails", func(ctx context.Context) error { return problem }); err != nil {
					return err
				}
			}
			return nil
		})
		var group *sim.ErrorGroup
		if errors.As(err, &group) {
			late, rest := group.Split(func(err error) bool { return errors.Is(err, sim.ErrTimeout) })
			sim.Print(ctx, "late:", late.Errors)
			sim.Print(ctx, "else:", rest.Errors)
		}
		return nil
	})
	// Output:
	// late: [sim: timed out]
	// else: [out of chalk]
}
