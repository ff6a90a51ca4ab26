package explain_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// The programs with which failures are tested. They are small enough to know all
// that there is to know about them.

// both runs two coroutines and returns the first error.
func both(ctx context.Context, a, b *sim.Coroutine[sim.None]) error {
	_, err := sim.Gather(ctx, a, b).Await(ctx)
	return err
}

// transfers reads, yields and writes: an update is lost unless one of the two goes
// through before the other reads.
func transfers(ctx context.Context) error {
	balance := sim.NewVar(ctx, "balance", 100)
	transfer := func(name string, amount int) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			seen := balance.Get()
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			balance.Set(seen + amount)
			return nil
		})
	}
	if err := both(ctx, transfer("transfer-1", 10), transfer("transfer-2", 20)); err != nil {
		return err
	}
	if got := balance.Get(); got != 130 {
		return fmt.Errorf("balance is %d, want 130", got)
	}
	return nil
}

// slowTransfers is transfers with a second between reading and writing, so that every
// order loses an update.
func slowTransfers(ctx context.Context) error {
	balance := sim.NewVar(ctx, "balance", 100)
	transfer := func(name string, amount int) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			seen := balance.Get()
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			balance.Set(seen + amount)
			return nil
		})
	}
	if err := both(ctx, transfer("transfer-1", 10), transfer("transfer-2", 20)); err != nil {
		return err
	}
	if got := balance.Get(); got != 130 {
		return fmt.Errorf("balance is %d, want 130", got)
	}
	return nil
}

// locks takes two locks in two orders.
func locks(ctx context.Context) error {
	a, b := sim.NewLock(ctx, "a"), sim.NewLock(ctx, "b")
	philosopher := func(name string, first, second *sim.Lock) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			return first.With(ctx, func(ctx context.Context) error {
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				return second.With(ctx, func(context.Context) error { return nil })
			})
		})
	}
	return both(ctx, philosopher("plato", a, b), philosopher("kant", b, a))
}

// wakeUp notifies a condition that its waiter does not check before it waits.
func wakeUp(ctx context.Context) error {
	ready := sim.NewCondition(ctx, "ready", nil)
	consumer := sim.Do(ctx, "consumer", func(ctx context.Context) error {
		return ready.With(ctx, ready.Wait)
	})
	producer := sim.Do(ctx, "producer", func(ctx context.Context) error {
		return ready.With(ctx, func(context.Context) error { return ready.Notify(1) })
	})
	return both(ctx, consumer, producer)
}

// shop sells what it has looked for a moment before.
func shop(ctx context.Context) error {
	stock := sim.NewVar(ctx, "stock", 1)
	buyer := func(name string) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			if stock.Get() == 0 {
				return nil
			}
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			if left := stock.Update(func(n int) int { return n - 1 }); left < 0 {
				return errors.New("sold what is not there")
			}
			return nil
		})
	}
	return both(ctx, buyer("buyer-1"), buyer("buyer-2"))
}

// late reads a configuration that may not have been loaded.
func late(ctx context.Context) error {
	config := sim.NewVar(ctx, "config", "")
	load := sim.Do(ctx, "load", func(ctx context.Context) error {
		config.Set("production")
		return nil
	})
	serve := sim.Do(ctx, "serve", func(ctx context.Context) error {
		if config.Get() == "" {
			panic("no configuration")
		}
		return nil
	})
	return both(ctx, load, serve)
}

// answers sets one future twice, if nobody notices in time that it is done.
func answers(ctx context.Context) error {
	answer := sim.NewFuture[int](ctx, "answer")
	server := func(name string, value int) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			if answer.Done() {
				return nil
			}
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			return answer.SetResult(value)
		})
	}
	return both(ctx, server("fast", 1), server("slow", 2))
}

// holder is cancelled while it holds a lock which it then does not give back.
func holder(ctx context.Context) error {
	lock := sim.NewLock(ctx, "ledger")
	worker := sim.CreateTask(ctx, sim.Do(ctx, "worker", func(ctx context.Context) error {
		if err := lock.Acquire(ctx); err != nil {
			return err
		}
		if err := sim.Yield(ctx); err != nil {
			return err // and the lock?
		}
		return lock.Release()
	}))
	boss := sim.CreateTask(ctx, sim.Do(ctx, "boss", func(ctx context.Context) error {
		worker.Cancel()
		return nil
	}))
	if _, err := boss.Await(ctx); err != nil {
		return err
	}
	return lock.With(ctx, func(context.Context) error { return nil })
}

// greet is a coroutine of the first program of the gallery.
func greet(ctx context.Context, n int) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, fmt.Sprintf("say%d", n), func(ctx context.Context) error {
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		sim.Printf(ctx, "Hello %d!", n)
		return nil
	})
}

// helloTwice is that program: two greetings after one second.
func helloTwice(loop *sim.Loop) error {
	ctx := loop.Context()
	_, err := sim.RunUntilComplete(loop, sim.Gather(ctx, greet(ctx, 1), greet(ctx, 2)))
	return err
}

// hello is the same with a main task.
func hello(ctx context.Context) error { return both(ctx, greet(ctx, 1), greet(ctx, 2)) }

// everyOrder runs a program in all orders, depth first, by means of the loop
// alone.
func everyOrder(main func(context.Context) error, options ...sim.Option) []*sim.Outcome {
	var all []*sim.Outcome
	var path []int
	for {
		s := &pathStrategy{path: path}
		o := sim.Simulate(sim.Main(main), append([]sim.Option{sim.WithPolicy(order.AnyReady), sim.WithOutput(nil), sim.WithStrategy(s)}, options...)...)
		all = append(all, o)
		path = s.path
		for len(path) > 0 && path[len(path)-1]+1 == s.widths[len(path)-1] {
			path = path[:len(path)-1]
		}
		if len(path) == 0 {
			return all
		}
		path[len(path)-1]++
	}
}

type pathStrategy struct {
	path, widths []int
}

func (s *pathStrategy) Name() string { return "path" }

func (s *pathStrategy) Choose(d *order.Decision) int {
	at := len(s.widths)
	if at == len(s.path) {
		s.path = append(s.path, 0)
	}
	s.widths = append(s.widths, len(d.Alternatives))
	return s.path[at]
}
