package sim_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// Two tasks that each need a moment inside a critical section.
func ExampleLock() {
	sim.Run(func(ctx context.Context) error {
		m := sim.NewLock(ctx, "L")
		worker := func(name string) *sim.Coroutine[sim.None] {
			return sim.Do(ctx, name, func(ctx context.Context) error {
				return m.With(ctx, func(ctx context.Context) error {
					sim.Print(ctx, name, "enters at", sim.Now(ctx))
					return sim.Sleep(ctx, time.Second)
				})
			})
		}
		_, err := sim.Gather(ctx, worker("a"), worker("b")).Await(ctx)
		return err
	})
	// Output:
	// a enters at 0s
	// b enters at 1s
}

func ExampleEvent() {
	sim.Run(func(ctx context.Context) error {
		ready := sim.NewEvent(ctx, "ready")
		runner := sim.Go(ctx, "runner", func(ctx context.Context) error {
			err := ready.Wait(ctx)
			sim.Print(ctx, "off at", sim.Now(ctx))
			return err
		})
		sim.Sleep(ctx, 3*time.Second)
		ready.Set()
		_, err := runner.Await(ctx)
		return err
	})
	// Output: off at 3s
}

// A consumer waits until what it needs is there.
func ExampleCondition() {
	sim.Run(func(ctx context.Context) error {
		stock := 0
		changed := sim.NewCondition(ctx, "changed", nil)
		buyer := sim.Go(ctx, "buyer", func(ctx context.Context) error {
			return changed.With(ctx, func(ctx context.Context) error {
				err := changed.WaitFor(ctx, func() bool { return stock >= 2 })
				sim.Print(ctx, "bought", stock, "at", sim.Now(ctx))
				return err
			})
		})
		for range 3 {
			sim.Sleep(ctx, time.Second)
			changed.With(ctx, func(context.Context) error {
				stock++
				return changed.NotifyAll()
			})
		}
		_, err := buyer.Await(ctx)
		return err
	})
	// Output: bought 2 at 2s
}

// Five downloads, two at a time.
func ExampleSemaphore() {
	sim.Run(func(ctx context.Context) error {
		slots := sim.NewSemaphore(ctx, "slots", 2)
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for i := range 5 {
				g.Go(ctx, fmt.Sprint("download", i), func(ctx context.Context) error {
					return slots.With(ctx, func(ctx context.Context) error {
						sim.Print(ctx, i, "begins at", sim.Now(ctx))
						return sim.Sleep(ctx, time.Second)
					})
				})
			}
			return nil
		})
	})
	// Output:
	// 0 begins at 0s
	// 1 begins at 0s
	// 2 begins at 1s
	// 3 begins at 1s
	// 4 begins at 2s
}

func ExampleBarrier() {
	sim.Run(func(ctx context.Context) error {
		start := sim.NewBarrier(ctx, "start", 2)
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for i, name := range []string{"quick", "slow"} {
				g.Go(ctx, name, func(ctx context.Context) error {
					sim.Sleep(ctx, time.Duration(i)*time.Minute)
					sim.Print(ctx, name, "is there at", sim.Now(ctx))
					_, err := start.Wait(ctx)
					return err
				})
			}
			return nil
		})
	})
	// Output:
	// quick is there at 0s
	// slow is there at 1m0s
}

// A producer, a worker, and the end of both.
func ExampleQueue() {
	sim.Run(func(ctx context.Context) error {
		jobs := sim.NewQueue[string](ctx, "jobs", 1)
		worker := sim.Go(ctx, "worker", func(ctx context.Context) error {
			for {
				job, err := jobs.Get(ctx)
				if errors.Is(err, sim.ErrQueueShutDown) {
					return nil
				}
				if err != nil {
					return err
				}
				sim.Sleep(ctx, time.Second)
				sim.Print(ctx, job, "done at", sim.Now(ctx))
			}
		})
		for _, job := range []string{"wash", "dry", "fold"} {
			jobs.Put(ctx, job)
		}
		jobs.Shutdown(false)
		_, err := worker.Await(ctx)
		return err
	})
	// Output:
	// wash done at 1s
	// dry done at 2s
	// fold done at 3s
}

func ExampleNewPriorityQueue() {
	sim.Run(func(ctx context.Context) error {
		q := sim.NewPriorityQueue(ctx, "q", 0, cmp.Compare[int])
		for _, n := range []int{3, 1, 2} {
			q.PutNowait(n)
		}
		for !q.Empty() {
			n, _ := q.GetNowait()
			sim.Print(ctx, n)
		}
		return nil
	})
	// Output:
	// 1
	// 2
	// 3
}

// Two tasks take two locks in opposite orders.
func ExampleDeadlockError() {
	err := sim.Run(func(ctx context.Context) error {
		a, b := sim.NewLock(ctx, "A"), sim.NewLock(ctx, "B")
		both := func(first, second *sim.Lock) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return first.With(ctx, func(ctx context.Context) error {
					sim.Sleep(ctx, time.Second)
					return second.Acquire(ctx)
				})
			}
		}
		_, err := sim.Gather(ctx, sim.Do(ctx, "one", both(a, b)), sim.Do(ctx, "two", both(b, a))).Await(ctx)
		return err
	})
	fmt.Println(err)
	// Output:
	// deadlock: one holds A and waits for B; two the other way round
	// At 1s nothing is ready and no timer is left:
	//   main waits for gather since 0s, held by one, two
	//   one waits for lock B since 1s, held by two
	//   two waits for lock A since 1s, held by one
	//   cycle: one -> two -> one
}

func ExampleStepLimitError() {
	err := sim.Run(func(ctx context.Context) error {
		done := false
		for !done {
			sim.Yield(ctx)
		}
		return nil
	}, sim.WithStepLimit(1000))
	var limit *order.StepLimitError
	if errors.As(err, &limit) {
		busiest := limit.Busiest[0]
		fmt.Println(busiest.Task, "took", busiest.Steps, "steps, of which yields:", busiest.Yields)
	}
	// Output: main took 1000 steps, of which yields: 1000
}

func ExampleClassify() {
	for _, main := range []func(ctx context.Context) error{
		func(ctx context.Context) error { return nil },
		func(ctx context.Context) error { return errors.New("boom") },
		func(ctx context.Context) error { return sim.NewEvent(ctx, "E").Wait(ctx) },
		func(ctx context.Context) error { panic("boom") },
		func(ctx context.Context) error { return sim.Sleep(context.Background(), 1) },
	} {
		fmt.Println(sim.Classify(sim.Run(main)))
	}
	// Output:
	// finished
	// failed
	// deadlock
	// panic
	// misuse
}

// Four computations of a second each: coroutines, threads under the global
// interpreter lock, threads on two cores, processes.
func ExampleExecutor() {
	second := func(ctx context.Context) (int, error) {
		sim.Compute(ctx, time.Second)
		return 0, nil
	}
	measure := func(name string, pool func(ctx context.Context) *sim.Executor) {
		sim.Run(func(ctx context.Context) error {
			var all []sim.Awaitable[int]
			if pool == nil {
				for range 4 {
					all = append(all, sim.Call(ctx, "job", second))
				}
			} else {
				x := pool(ctx)
				for range 4 {
					all = append(all, sim.RunInExecutor(ctx, x, "job", second))
				}
			}
			_, err := sim.Gather(ctx, all...).Await(ctx)
			sim.Print(ctx, name, sim.Now(ctx))
			return err
		})
	}
	measure("coroutines:", nil)
	measure("threads:", func(ctx context.Context) *sim.Executor { return sim.NewThreadPool(ctx, "pool", 4, sim.GIL()) })
	measure("threads on two cores:", func(ctx context.Context) *sim.Executor { return sim.NewThreadPool(ctx, "pool", 4, sim.Cores(2)) })
	measure("processes:", func(ctx context.Context) *sim.Executor { return sim.NewProcessPool(ctx, "pool", 4) })
	// Output:
	// coroutines: 4s
	// threads: 4s
	// threads on two cores: 2s
	// processes: 1s
}

// A blocking call holds the loop; in a thread it does not.
func ExampleToThread() {
	main := func(fetch func(ctx context.Context) error) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			tick := sim.Do(ctx, "tick", func(ctx context.Context) error {
				sim.Sleep(ctx, time.Second)
				sim.Print(ctx, "tick at", sim.Now(ctx))
				return nil
			})
			_, err := sim.Gather(ctx, tick, sim.Do(ctx, "fetch", fetch)).Await(ctx)
			return err
		}
	}
	request := func(ctx context.Context) (int, error) { sim.Block(ctx, 5*time.Second); return 200, nil }
	sim.Run(main(func(ctx context.Context) error { _, err := request(ctx); return err }))
	sim.Run(main(func(ctx context.Context) error { _, err := sim.ToThread(ctx, "request", request); return err }))
	// Output:
	// tick at 5s
	// tick at 1s
}
