package sim_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

type pauser func(ctx context.Context, d time.Duration)

// TestExecutorDurations runs jobs of a second each, all handed in at once.
func TestExecutorDurations(t *testing.T) {
	threads := func(workers int, options ...sim.ExecutorOption) func(ctx context.Context) *sim.Executor {
		return func(ctx context.Context) *sim.Executor { return sim.NewThreadPool(ctx, "pool", workers, options...) }
	}
	processes := func(workers int, options ...sim.ExecutorOption) func(ctx context.Context) *sim.Executor {
		return func(ctx context.Context) *sim.Executor { return sim.NewProcessPool(ctx, "pool", workers, options...) }
	}
	for _, test := range []struct {
		name string
		pool func(ctx context.Context) *sim.Executor
		what pauser
		jobs int
		want string // when each job ends
	}{
		{"computing in threads", threads(4), sim.Compute, 4, "1s 1s 1s 1s"},
		{"computing in threads, two workers", threads(2), sim.Compute, 4, "1s 1s 2s 2s"},
		{"computing in threads, two cores", threads(4, sim.Cores(2)), sim.Compute, 4, "2s 2s 2s 2s"},
		{"computing in threads, three on two cores", threads(4, sim.Cores(2)), sim.Compute, 3, "1.5s 1.5s 1.5s"},
		{"computing in threads, more cores than workers", threads(2, sim.Cores(9)), sim.Compute, 3, "1s 1s 2s"},
		{"computing under the lock", threads(4, sim.GIL()), sim.Compute, 4, "4s 4s 4s 4s"},
		{"computing under the lock, two workers", threads(2, sim.GIL()), sim.Compute, 4, "2s 2s 4s 4s"},
		{"computing under the lock, one worker", threads(1, sim.GIL()), sim.Compute, 3, "1s 2s 3s"},
		{"computing in processes", processes(4), sim.Compute, 4, "1s 1s 1s 1s"},
		{"computing in processes, two cores", processes(4, sim.Cores(2)), sim.Compute, 4, "2s 2s 2s 2s"},
		{"blocking in threads", threads(4), sim.Block, 4, "1s 1s 1s 1s"},
		{"blocking under the lock", threads(4, sim.GIL()), sim.Block, 4, "1s 1s 1s 1s"},
		{"blocking under the lock, two workers", threads(2, sim.GIL()), sim.Block, 5, "1s 1s 2s 2s 3s"},
		{"blocking in processes, one core", processes(4, sim.Cores(1)), sim.Block, 4, "1s 1s 1s 1s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ends := make([]string, test.jobs)
			o := observe(func(ctx context.Context) error {
				pool := test.pool(ctx)
				var all []sim.Awaitable[int]
				for i := range test.jobs {
					all = append(all, sim.RunInExecutor(ctx, pool, fmt.Sprint("job", i), func(ctx context.Context) (int, error) {
						test.what(ctx, time.Second)
						ends[i] = sim.Now(ctx).String()
						return i, nil
					}))
				}
				values, err := sim.Gather(ctx, all...).Await(ctx)
				for i, v := range values {
					if i != v {
						t.Errorf("job %d returned %d", i, v)
					}
				}
				return err
			})
			mustEnd(t, o, order.Finished)
			if got := strings.Join(ends, " "); got != test.want {
				t.Errorf("the jobs ended at %s, want %s", got, test.want)
			}
		})
	}
}

// TestThreadsWhileTheLoopIsHeld checks that real threads do not stop when a task
// blocks the loop, and share the interpreter lock with a task that computes.
func TestThreadsWhileTheLoopIsHeld(t *testing.T) {
	for _, test := range []struct {
		name         string
		inLoop       pauser
		inThread     pauser
		loop, thread time.Duration // how long each takes alone
		want         []string
	}{
		{"both block", sim.Block, sim.Block, 5 * time.Second, 2 * time.Second, []string{"2s thread", "5s loop", "5s seen"}},
		{"the loop blocks", sim.Block, sim.Compute, 5 * time.Second, 2 * time.Second, []string{"2s thread", "5s loop", "5s seen"}},
		{"the thread blocks", sim.Compute, sim.Block, 5 * time.Second, 2 * time.Second, []string{"2s thread", "5s loop", "5s seen"}},
		{"both compute, the loop longer", sim.Compute, sim.Compute, 5 * time.Second, 2 * time.Second, []string{"4s thread", "7s loop", "7s seen"}},
		{"both compute, the thread longer", sim.Compute, sim.Compute, 2 * time.Second, 5 * time.Second, []string{"4s loop", "7s thread", "7s seen"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(func(ctx context.Context) error {
				thread := sim.Go(ctx, "waiter", func(ctx context.Context) error {
					_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) {
						test.inThread(ctx, test.thread)
						sim.Print(ctx, "thread")
						return 0, nil
					})
					sim.Print(ctx, "seen")
					return err
				})
				sim.Yield(ctx)
				test.inLoop(ctx, test.loop)
				sim.Print(ctx, "loop")
				_, err := thread.Await(ctx)
				return err
			})
			mustStamp(t, o, test.want...)
		})
	}
}

func TestThreadPrintsUnderItsName(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		type key struct{}
		ctx = context.WithValue(ctx, key{}, "value")
		job := func(ctx context.Context) (int, error) {
			sim.Print(ctx, ctx.Value(key{}))
			_, isTask := sim.CurrentTask(ctx)
			if isTask {
				t.Error("a thread has a current task")
			}
			return 0, nil
		}
		sim.ToThread(ctx, "first", job)
		_, err := sim.ToThread(ctx, "second", job)
		return err
	})
	mustPrint(t, o, "value", "value")
	if a, b := o.Output[0].Task, o.Output[1].Task; a != "thread-1/first" || b != "thread-2/second" {
		t.Errorf("the threads are called %q and %q", a, b)
	}
}

func TestExecutorErrors(t *testing.T) {
	boom := errors.New("boom")
	mustEnd(t, observe(func(ctx context.Context) error {
		fail := func(ctx context.Context) (int, error) { sim.Block(ctx, time.Second); return 1, boom }
		if value, err := sim.ToThread(ctx, "fails", fail); value != 0 || err != boom {
			t.Errorf("ToThread: %v, %v; want the function's error", value, err)
		}
		pool := sim.NewThreadPool(ctx, "pool", 1)
		mustMisuse(t, func() { sim.NewThreadPool(ctx, "p", 0) }, "NewThreadPool", "0 workers")
		mustMisuse(t, func() { sim.NewProcessPool(ctx, "p", 0) }, "NewProcessPool", "0 workers")
		mustMisuse(t, func() { sim.NewProcessPool(ctx, "p", 1, sim.GIL()) }, "processes share no interpreter lock")
		mustMisuse(t, func() { sim.Cores(0) }, "Cores", "positive")
		mustMisuse(t, func() { sim.RunInExecutor[int](ctx, pool, "none", nil) }, "none", "nil function")
		other := sim.NewLoop(quiet()...)
		defer other.Close()
		mustMisuse(t, func() { sim.RunInExecutor(other.Context(), pool, "far", fail) }, "another loop")
		return nil
	}), order.Finished)
}

// TestExecutorCancel checks that a function which waits for a worker never
// starts if its future is cancelled, and that one which has started goes on.
func TestExecutorCancel(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		pool := sim.NewThreadPool(ctx, "pool", 1)
		job := func(name string) *sim.Future[int] {
			return sim.RunInExecutor(ctx, pool, name, func(ctx context.Context) (int, error) {
				sim.Print(ctx, name, "begins")
				sim.Block(ctx, 2*time.Second)
				sim.Print(ctx, name, "ends")
				return 0, nil
			})
		}
		running, waiting, last := job("running"), job("waiting"), job("last")
		sim.Sleep(ctx, time.Second)
		if !running.Cancel() || !waiting.Cancel() {
			t.Error("Cancel had nothing to cancel")
		}
		_, err := last.Await(ctx)
		return err
	})
	mustStamp(t, o, "0s running begins", "2s running ends", "2s last begins", "4s last ends")
}

func TestExecutorShutdown(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		pool := sim.NewThreadPool(ctx, "pool", 1)
		for _, name := range []string{"a", "b"} {
			sim.RunInExecutor(ctx, pool, name, func(ctx context.Context) (int, error) {
				sim.Block(ctx, time.Second)
				sim.Print(ctx, name)
				return 0, nil
			})
		}
		err := pool.Shutdown(ctx)
		sim.Print(ctx, "down")
		if err := pool.Shutdown(ctx); err != nil {
			t.Errorf("the second Shutdown: %v", err)
		}
		mustMisuse(t, func() {
			sim.RunInExecutor(ctx, pool, "late", func(ctx context.Context) (int, error) { return 0, nil })
		}, "pool", "shut down")
		return err
	})
	mustStamp(t, o, "1s a", "2s b", "2s down")
}

func TestExecutorShutdownCancelled(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		pool := sim.NewThreadPool(ctx, "pool", 1)
		sim.RunInExecutor(ctx, pool, "job", func(ctx context.Context) (int, error) { sim.Block(ctx, 2*time.Second); return 0, nil })
		err := sim.WithTimeout(ctx, time.Second, pool.Shutdown)
		sim.Print(ctx, errors.Is(err, sim.ErrTimeout))
		sim.Sleep(ctx, time.Minute)
		sim.Print(ctx, "slept a minute")
		return nil
	})
	mustStamp(t, o, "1s true", "1m1s slept a minute")
}

// TestRunWaitsForThreads checks that a run waits, at its end, for what it gave
// to the default threads, as asyncio.run does.
func TestRunWaitsForThreads(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		sim.Go(ctx, "impatient", func(ctx context.Context) error {
			_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) {
				sim.Block(ctx, time.Second)
				sim.Print(ctx, "done")
				return 0, nil
			})
			return err
		})
		sim.Yield(ctx)
		return nil
	})
	mustStamp(t, o, "1s done")
}

// TestDefaultPoolSize checks how many functions of ToThread run at once.
func TestDefaultPoolSize(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for range 33 {
				g.Go(ctx, "t", func(ctx context.Context) error {
					_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) { sim.Block(ctx, time.Second); return 0, nil })
					return err
				})
			}
			return nil
		})
	})
	mustEnd(t, o, order.Finished)
	if o.Elapsed != 2*time.Second {
		t.Errorf("33 jobs of 1s took %v, want 2s with 32 workers", o.Elapsed)
	}
}

// TestExecutorTies checks that a result which comes at the instant of a timer is
// a decision.
func TestExecutorTies(t *testing.T) {
	program := func(ctx context.Context) error {
		job := func(ctx context.Context) error {
			_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) { sim.Block(ctx, time.Second); return 0, nil })
			sim.Print(ctx, "thread")
			return err
		}
		_, err := sim.Gather(ctx, sim.Do(ctx, "a", job), sim.Do(ctx, "b", sleepThenPrint(time.Second, "timer"))).Await(ctx)
		return err
	}
	outputs, _ := walkAll(t, program)
	if len(outputs) != 2 || outputs["thread timer"] == 0 || outputs["timer thread"] == 0 {
		t.Errorf("the orders are %v, want both", outputs)
	}
	outputs, _ = walkAll(t, program, sim.WithPolicy(order.FIFO))
	if len(outputs) != 1 {
		t.Errorf("under FIFO the orders are %v, want one", outputs)
	}
}

// TestThreadChoices checks that the choices of a thread are its own, whatever
// other threads do.
func TestThreadChoices(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		for range 2 {
			sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) { return sim.Choose(ctx, "x", 1, 2), nil })
		}
		return nil
	})
	var keys []string
	for _, d := range o.Decisions {
		keys = append(keys, d.Key)
	}
	if want := []string{"thread-1/job/x.1", "thread-2/job/x.1"}; !slices.Equal(keys, want) {
		t.Errorf("the keys are %q, want %q", keys, want)
	}
}

// The trace says how each task, and each function of an executor, ended.
func TestEndsInTheTrace(t *testing.T) {
	for want, fn := range map[string]func(ctx context.Context) (int, error){
		"returned": func(context.Context) (int, error) { return 1, nil },
		"failed":   func(context.Context) (int, error) { return 0, errTest },
		"panicked": func(context.Context) (int, error) { panic("boom") },
		"exited":   func(context.Context) (int, error) { runtime.Goexit(); return 0, nil },
	} {
		for who, main := range map[string]func(ctx context.Context) error{
			"thread-1/job": func(ctx context.Context) error { _, err := sim.ToThread(ctx, "job", fn); return err },
			"job": func(ctx context.Context) error {
				_, err := sim.CreateTask(ctx, sim.Call(ctx, "job", fn)).Await(ctx)
				return err
			},
		} {
			got := ""
			for _, e := range observe(main).Trace.Events {
				if e.Kind == trace.Finish && e.Task == who {
					got = e.Object
				}
			}
			if got != want {
				t.Errorf("the trace says that %s %q, want %q", who, got, want)
			}
		}
	}
}
