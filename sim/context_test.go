package sim_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"weft/sim"

	"github.com/google/go-cmp/cmp"
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
			switch test.name {
			case "WithTimeout", "WithTaskGroup", "WaitFor":
				t.Skip("BUG: bodies of timeouts and task groups do not hear of the end of a derived context around them")
			}
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
	t.Skip("BUG: a cancelled task does not wait for what it awaits on a derived context, and the message is lost")
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
	t.Skip("BUG: context.Cause of a task finds the cause of the context that the task was created with")
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
	t.Skip("BUG: a real deadline goes unnoticed")
	got := misuseIn(func(ctx context.Context) {
		real, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		sim.Sleep(real, ms)
	})
	if !strings.Contains(got, "WithTimeout") {
		t.Errorf("a wait on a context with a real deadline: %q", got)
	}
}

func TestMisusedContexts(t *testing.T) {
	operations := map[string]func(ctx context.Context){
		"Sleep":         func(ctx context.Context) { sim.Sleep(ctx, ms) },
		"Yield":         func(ctx context.Context) { sim.Yield(ctx) },
		"Uncancel":      func(ctx context.Context) { sim.Uncancel(ctx) },
		"ContextOf":     func(ctx context.Context) { sim.ContextOf(ctx) },
		"Wait":          func(ctx context.Context) { sim.Wait[sim.AnyFuture](ctx, sim.AllCompleted, 0) },
		"WaitFor":       func(ctx context.Context) { sim.WaitFor[any](ctx, sim.AnyFuture{}, 0) },
		"Timeout.Run":   func(ctx context.Context) { sim.WithTimeout(ctx, 0, forever) },
		"WithTaskGroup": func(ctx context.Context) { sim.WithTaskGroup(ctx, nil) },
		"Await":         func(ctx context.Context) { new(sim.Task[int]).Await(ctx) },
	}
	free := map[string]func(ctx context.Context){ // these work outside tasks
		"Call":        func(ctx context.Context) { sim.Call(ctx, "", give(0, 0, nil)) },
		"Do":          func(ctx context.Context) { sim.Do(ctx, "", forever) },
		"Go":          func(ctx context.Context) { sim.Go(ctx, "", forever) },
		"CreateTask":  func(ctx context.Context) { sim.CreateTask(ctx, new(sim.Coroutine[int])) },
		"LoopOf":      func(ctx context.Context) { sim.LoopOf(ctx) },
		"Now":         func(ctx context.Context) { sim.Now(ctx) },
		"CurrentTask": func(ctx context.Context) { sim.CurrentTask(ctx) },
		"AllTasks":    func(ctx context.Context) { sim.AllTasks(ctx) },
		"NewFuture":   func(ctx context.Context) { sim.NewFuture[int](ctx, "") },
		"Gather":      func(ctx context.Context) { sim.Gather[int](ctx) },
		"AsCompleted": func(ctx context.Context) { sim.AsCompleted[int](ctx) },
		"Block":       func(ctx context.Context) { sim.Block(ctx, 0) },
		"Print":       func(ctx context.Context) { sim.Print(ctx) },
	}
	check := func(name, got, want string) {
		t.Helper()
		if !strings.HasPrefix(got, "sim: "+name+" ") || !strings.Contains(got, want) {
			t.Errorf("%s: %q does not say %q", name, got, want)
		}
	}
	for _, list := range []map[string]func(ctx context.Context){operations, free} {
		for name, f := range list {
			check(name, misuseOf(func() { f(nil) }), "was given a nil context; pass the one that the coroutine got")
			check(name, misuseOf(func() { f(context.Background()) }), "was given a context that belongs to no loop; pass the one that the coroutine got, or Loop.Context")
		}
	}
	l := quietLoop(t)
	idle := sim.Go(l.Context(), "idle", forever)
	for name, f := range operations {
		check(name, misuseOf(func() { f(l.Context()) }), "was called outside a task; callbacks and the code around the loop cannot wait")
		check(name, misuseOf(func() { f(idle.Context()) }), "was given the context of task idle, which is not running")
		check(name, misuseIn(func(ctx context.Context) {
			other := sim.Go(ctx, "other", forever)
			f(other.Context())
		}), "was given the context of task other, but task main is running; pass the context that this coroutine got")
		check(name, misuseIn(func(ctx context.Context) {
			ended := sim.Go(ctx, "ended", say(0, ""))
			ended.Await(ctx)
			f(ended.Context())
		}), "was given the context of task ended, which has ended")
		check(name, misuseIn(func(ctx context.Context) {
			sim.LoopOf(ctx).CallSoon("callback", func(ctx context.Context) { f(ctx) })
			sim.Sleep(ctx, ms)
		}), "was called outside a task")
	}
}

// Things of one loop do not work with another.
func TestMisuseOfAnotherLoop(t *testing.T) {
	l := quietLoop(t)
	foreign := sim.CreateTask(l.Context(), sim.Call(l.Context(), "foreign", give(ms, 1, nil)))
	for _, test := range []struct {
		name, want string
		f          func(ctx context.Context)
	}{
		{"Await", "task main awaits task foreign, which belongs to another loop", func(ctx context.Context) { foreign.Await(ctx) }},
		{"AnyFuture", "task main awaits task foreign, which belongs to another loop", func(ctx context.Context) { foreign.Any().Await(ctx) }},
		{"Gather", "Gather was given task foreign, which belongs to another loop", func(ctx context.Context) { sim.Gather[int](ctx, foreign) }},
		{"GatherSettled", "GatherSettled was given task foreign, which belongs to another loop", func(ctx context.Context) { sim.GatherSettled[int](ctx, foreign) }},
		{"WaitFor", "task main awaits task foreign, which belongs to another loop", func(ctx context.Context) { sim.WaitFor(ctx, foreign, ms) }},
		{"WaitFor 0", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.WaitFor(ctx, foreign, 0) }},
		{"Wait", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.Wait(ctx, sim.AllCompleted, ms, foreign) }},
		{"Shield", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.Shield(ctx, foreign) }},
		{"AsCompleted", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.AsCompletedWithin[int](ctx, ms, foreign) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			switch test.name {
			case "WaitFor 0", "Wait", "Shield", "AsCompleted":
				t.Skip("BUG: a task of another loop is taken without a word")
			}
			if got := misuseIn(test.f); !strings.Contains(got, test.want) {
				t.Errorf("%q does not say %q", got, test.want)
			}
		})
	}
}
