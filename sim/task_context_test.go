package sim_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
)

// Contexts of the standard library that are derived from a task's end at once
// with it, and without a goroutine that would do so at its leisure.
func TestDerivedContextsEndWithTheTask(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		task := sim.Go(ctx, "task", forever)
		sim.Yield(ctx)
		const many = 100
		before := runtime.NumGoroutine()
		var derived []context.Context
		for range many {
			a, cancelA := context.WithCancel(task.Context())
			defer cancelA()
			b, cancelB := context.WithCancelCause(context.WithValue(a, valueKey{}, 1))
			defer cancelB(nil)
			derived = append(derived, a, b)
			stop := context.AfterFunc(b, func() { t.Error("a stopped AfterFunc was called") })
			if !stop() {
				t.Error("AfterFunc was not stopped")
			}
		}
		if grown := runtime.NumGoroutine() - before; grown >= many {
			t.Errorf("%d contexts started %d goroutines", len(derived), grown)
		}
		for _, d := range derived {
			if d.Err() != nil || context.Cause(d) != nil {
				t.Fatalf("before: Err %v, Cause %v", d.Err(), context.Cause(d))
			}
		}
		task.Cancel()
		for _, d := range derived {
			if d.Err() != context.Canceled || context.Cause(d) != context.Canceled {
				t.Fatalf("after: Err %v, Cause %v", d.Err(), context.Cause(d))
			}
			select {
			case <-d.Done():
			default:
				t.Fatal("Done is not closed")
			}
		}
		// What is derived from a context that is done is done from the start.
		late, cancel := context.WithCancel(task.Context())
		defer cancel()
		if late.Err() != context.Canceled {
			t.Errorf("derived afterwards: %v", late.Err())
		}
		return nil
	})
}

func TestDerivedContextsEndWithTheTimeout(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		var scope, derived context.Context
		err := sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
			var cancel context.CancelFunc
			scope = ctx
			derived, cancel = context.WithCancel(ctx)
			defer cancel()
			err := sim.Sleep(ctx, time.Hour)
			if derived.Err() != context.DeadlineExceeded || context.Cause(derived) != context.DeadlineExceeded {
				t.Errorf("Err %v, Cause %v", derived.Err(), context.Cause(derived))
			}
			return err
		})
		if err != sim.ErrTimeout || scope.Err() != context.DeadlineExceeded || ctx.Err() != nil {
			t.Errorf("error %v, the body's context %v, the task's %v", err, scope.Err(), ctx.Err())
		}
		sim.WithTimeout(ctx, ms, func(ctx context.Context) error { scope = ctx; return nil })
		if scope.Err() != context.Canceled {
			t.Errorf("a body that has returned: %v", scope.Err())
		}
		// A cancellation from outside reaches the bodies inside.
		task := sim.Go(ctx, "task", func(ctx context.Context) error {
			return sim.WithTimeout(ctx, time.Hour, func(ctx context.Context) error {
				return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					scope = ctx
					return forever(ctx)
				})
			})
		})
		sim.Yield(ctx)
		if scope.Err() != nil {
			t.Error(scope.Err())
		}
		task.Cancel()
		if scope.Err() != context.Canceled {
			t.Errorf("inside a cancelled task: %v", scope.Err())
		}
		return nil
	})
}

func TestContextCarriesValuesNotCancellation(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		derived, cancel := context.WithCancel(context.WithValue(ctx, valueKey{}, "value"))
		child := func(ctx context.Context) error {
			if ctx.Value(valueKey{}) != "value" {
				t.Error("the value is lost")
			}
			if _, ok := ctx.Deadline(); ok {
				t.Error("the child has its parent's deadline")
			}
			err := sim.Sleep(ctx, 5*ms)
			if err != nil || ctx.Err() != nil {
				t.Errorf("the child is cancelled: %v, %v", err, ctx.Err())
			}
			return err
		}
		var tasks []*sim.Task[sim.None]
		sim.WithTimeout(derived, time.Millisecond, func(ctx context.Context) error {
			tasks = append(tasks, sim.Go(ctx, "in a timeout", child))
			return sim.Sleep(ctx, time.Hour)
		})
		tasks = append(tasks, sim.Go(derived, "of a derived context", child))
		cancel()
		for _, task := range tasks {
			if _, err := task.Await(ctx); err != nil {
				t.Errorf("%s: %v", task.Name(), err)
			}
		}
		if ctx.Value(valueKey{}) != nil {
			t.Error("the value has come up")
		}
		return nil
	})
}

func TestDeadline(t *testing.T) {
	start := time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC)
	deadline := func(ctx context.Context) string {
		at, ok := ctx.Deadline()
		if !ok {
			return "none"
		}
		return at.Sub(start).String()
	}
	o := playMain(func(ctx context.Context) error {
		sim.Sleep(ctx, ms)
		sim.Print(ctx, deadline(ctx))
		return sim.WithTimeout(ctx, 10*ms, func(ctx context.Context) error {
			sim.Print(ctx, deadline(ctx))
			sim.WithTimeout(ctx, 20*ms, func(ctx context.Context) error {
				sim.Print(ctx, "outer comes first: ", deadline(ctx))
				return nil
			})
			sim.WithTimeoutAt(ctx, 5*ms, func(ctx context.Context) error {
				sim.Print(ctx, "inner comes first: ", deadline(ctx))
				return nil
			})
			inner := sim.NewTimeout(sim.Forever)
			return inner.Run(ctx, func(ctx context.Context) error {
				sim.Print(ctx, "no limit inside: ", deadline(ctx))
				inner.Reschedule(7 * ms)
				sim.Print(ctx, "rescheduled: ", deadline(ctx))
				sim.Print(ctx, "derived: ", deadline(context.WithValue(ctx, valueKey{}, 1)))
				return nil
			})
		})
	}, sim.WithStart(start))
	want := []string{
		"1ms none", "1ms 11ms", "1ms outer comes first:  11ms", "1ms inner comes first:  5ms",
		"1ms no limit inside:  11ms", "1ms rescheduled:  7ms", "1ms derived:  7ms",
	}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" || o.Err != nil {
		t.Error(diff, o.Err)
	}
}

// A wait on a derived context that the program cancels ends with its cause, at
// that instant, and leaves alone what is awaited.
func TestWaitsOnDerivedContexts(t *testing.T) {
	inTimeout := func(ctx context.Context, task *sim.Task[sim.None]) error {
		return sim.WithTimeout(ctx, time.Hour, func(ctx context.Context) error { return sim.Sleep(ctx, 10*ms) })
	}
	inGroup := func(ctx context.Context, task *sim.Task[sim.None]) error {
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error { return sim.Sleep(ctx, 10*ms) })
	}
	for _, test := range []struct {
		name string
		wait func(ctx context.Context, task *sim.Task[sim.None]) error
	}{
		{"Sleep", func(ctx context.Context, task *sim.Task[sim.None]) error { return sim.Sleep(ctx, 10*ms) }},
		{"Task.Await", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, err := task.Await(ctx)
			return err
		}},
		{"AnyFuture.Await", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, err := task.Any().Await(ctx)
			return err
		}},
		{"Gather", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, err := sim.Gather[sim.None](ctx, task).Await(ctx)
			return err
		}},
		{"Shield", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, err := sim.Shield(ctx, task).Await(ctx)
			return err
		}},
		{"Wait", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, _, err := sim.Wait(ctx, sim.AllCompleted, sim.Forever, task)
			return err
		}},
		{"WaitFor", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, err := sim.WaitFor(ctx, task, time.Hour)
			return err
		}},
		{"AsCompleted", func(ctx context.Context, task *sim.Task[sim.None]) error {
			for _, err := range sim.AsCompleted[sim.None](ctx, task) {
				return err
			}
			return nil
		}},
		{"an inline coroutine", func(ctx context.Context, task *sim.Task[sim.None]) error {
			_, err := sim.Do(ctx, "inline", say(10*ms, "slept")).Await(ctx)
			return err
		}},
		{"derived once more", func(ctx context.Context, task *sim.Task[sim.None]) error {
			ctx, cancel := context.WithCancel(context.WithValue(ctx, valueKey{}, 1))
			defer cancel()
			return sim.Sleep(ctx, 10*ms)
		}},
		{"WithTimeout", inTimeout},
		{"WithTaskGroup", inGroup},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := playMain(func(ctx context.Context) error {
				task := sim.Go(ctx, "task", say(10*ms, "task"))
				derived, cancel := context.WithCancelCause(ctx)
				defer cancel(nil)
				sim.LoopOf(ctx).CallLater(ms, "cancel", func(context.Context) { cancel(errTest) })
				err := test.wait(derived, task)
				if !errors.Is(err, errTest) || sim.Now(ctx) != ms {
					t.Errorf("ended at %v with %v", sim.Now(ctx), err)
				}
				if task.Done() {
					t.Error("the task was not left alone")
				}
				if err := ctx.Err(); err != nil {
					t.Error("the task's own context is done:", err)
				}
				sim.Sleep(ctx, 2*ms) // waits on the task's own context are as before
				if sim.Now(ctx) != 3*ms {
					t.Errorf("it is %v", sim.Now(ctx))
				}
				_, err = task.Await(ctx)
				return err
			})
			if o.Err != nil {
				t.Error(o.Err)
			}
		})
	}
}

func TestWaitOnADerivedContextThatIsDone(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		derived, cancel := context.WithCancel(ctx)
		cancel()
		if err := sim.Sleep(derived, time.Hour); err != context.Canceled || sim.Now(ctx) != 0 {
			t.Errorf("at %v: %v", sim.Now(ctx), err)
		}
		return nil
	})
}

// When the task itself is cancelled, its waits end as they do on its own context:
// inside out, with the message, once what is awaited has cleaned up.
func TestCancelDuringAWaitOnADerivedContext(t *testing.T) {
	playScenes(t, []scene{{
		name: "cancelled at a wait",
		main: func(ctx context.Context) error {
			child := sim.Go(ctx, "child", func(ctx context.Context) error {
				err := sim.Sleep(ctx, time.Hour)
				sim.Sleep(ctx, 5*ms)
				sim.Print(ctx, "child has cleaned up")
				return err
			})
			parent := sim.Go(ctx, "parent", func(ctx context.Context) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				_, err := child.Await(ctx)
				sim.Print(ctx, "parent: ", err)
				return err
			})
			sim.Sleep(ctx, ms)
			parent.Cancel("stop")
			parent.Await(ctx)
			return nil
		},
		want: []string{"6ms child has cleaned up", "6ms parent:  sim: cancelled: stop"},
	}})
}

// context.Cause of a task says how it was cancelled itself, whatever became of the
// contexts that its values come from.
func TestCauseIsOfTheTaskItself(t *testing.T) {
	base, cancelBase := context.WithCancel(context.Background())
	cancelBase()
	inTask(t, func(ctx context.Context) error {
		if got := context.Cause(ctx); got != nil {
			t.Errorf("the base context's cause came through: %v", got)
		}
		return nil
	}, sim.WithBaseContext(base))
	inTask(t, func(ctx context.Context) error {
		derived, cancel := context.WithCancelCause(ctx)
		cancel(errTest)
		child := sim.Go(derived, "child", say(0, ""))
		if got := context.Cause(child.Context()); got != nil {
			t.Errorf("the cause of the context it was created with came through: %v", got)
		}
		child.Cancel()
		if got := context.Cause(child.Context()); got != context.Canceled {
			t.Errorf("cancelled by Cancel, its cause is that of the context it was created with: %v", got)
		}
		return nil
	})
}

// A deadline of package context counts real time, which nothing here may
// depend on, so a wait on such a context says what to use in its place.
func TestRealDeadlineIsRefused(t *testing.T) {
	got := misuseIn(func(ctx context.Context) {
		real, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		sim.Sleep(real, ms)
	})
	if !strings.Contains(got, "WithTimeout") {
		t.Errorf("a wait on a context with a real deadline: %q", got)
	}
}
