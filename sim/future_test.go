package sim_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/sim/order"
)

func TestFuture(t *testing.T) {
	type state struct {
		Value           string
		Err             error
		Done, Cancelled bool
		Text            string
	}
	for _, test := range []struct {
		name   string
		settle func(f *sim.Future[string]) error
		want   state
	}{
		{"pending", func(*sim.Future[string]) error { return nil }, state{"", sim.ErrPending, false, false, "<future f pending>"}},
		{"a result", func(f *sim.Future[string]) error { return f.SetResult("x") }, state{"x", nil, true, false, "<future f finished>"}},
		{"an error", func(f *sim.Future[string]) error { return f.SetError(errTest) }, state{"", errTest, true, false, "<future f finished>"}},
		{"cancelled", func(f *sim.Future[string]) error {
			if !f.Cancel("stop") {
				t.Error("Cancel says false")
			}
			return nil
		}, state{"", sim.ErrCancelled, true, true, "<future f cancelled>"}},
		{"cancelled by its error", func(f *sim.Future[string]) error { return f.SetError(&sim.CancelledError{}) }, state{"", sim.ErrCancelled, true, false, "<future f finished>"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := quietLoop(t)
			f := sim.NewFuture[string](l.Context(), "f")
			if err := test.settle(f); err != nil {
				t.Fatal(err)
			}
			v, err := f.Result()
			got := state{v, err, f.Done(), f.Cancelled(), f.String()}
			if !errors.Is(err, test.want.Err) || err != f.Err() {
				t.Errorf("Result %v, Err %v", err, f.Err())
			}
			if got.Err = test.want.Err; got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			a := f.Any()
			anyV, anyErr := a.Result()
			if anyErr != err || a.Err() != err || a.Done() != got.Done || a.Cancelled() != got.Cancelled || a.String() != got.Text || a.Name() != "f" || f.Name() != "f" {
				t.Errorf("AnyFuture differs: %v %v", a, anyErr)
			}
			var want any // nothing beside an error
			if err == nil {
				want = test.want.Value
			}
			if anyV != want {
				t.Errorf("AnyFuture holds %v", anyV)
			}
			if !got.Done {
				return
			}
			// It is done once and for all.
			if f.SetResult("y") != sim.ErrAlreadyDone || f.SetError(errTest) != sim.ErrAlreadyDone || f.Cancel() || a.Cancel() {
				t.Error("it was settled twice")
			}
			if again, _ := f.Result(); again != test.want.Value {
				t.Errorf("the value became %q", again)
			}
		})
	}
}

func TestFutureIsAwaitedInOrder(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "callbacks and waiting tasks share one list",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				say := func(text string) func(context.Context) {
					return func(ctx context.Context) { sim.Print(ctx, text) }
				}
				wait := func(ctx context.Context) error {
					v, err := f.Await(ctx)
					current, _ := sim.CurrentTask(ctx)
					sim.Print(ctx, current.Name(), v)
					return err
				}
				f.AddDoneCallback("1", say("callback 1"))
				sim.Go(ctx, "task", wait)
				sim.Yield(ctx)
				f.AddDoneCallback("2", say("callback 2"))
				f.Any().AddDoneCallback("3", say("callback 3"))
				f.SetResult(7)
				f.AddDoneCallback("4", say("callback 4"))
				sim.Print(ctx, "main goes on")
				return sim.Sleep(ctx, ms)
			},
			want: []string{"0s main goes on", "0s callback 1", "0s task 7", "0s callback 2", "0s callback 3", "0s callback 4"},
		},
		{
			name: "a cancelled future cancels whoever awaits it, and that is not counted",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					_, err := f.Await(ctx)
					sim.Print(ctx, err, ctx.Err())
					return err
				})
				sim.Yield(ctx)
				f.Cancel("stop")
				task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), task.Cancelling())
				return nil
			},
			want: []string{"0s sim: cancelled: stop <nil>", "0s true 0"},
		},
		{
			name: "a cancelled waiter cancels the future",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					_, err := f.Any().Await(ctx)
					return err
				})
				sim.Yield(ctx)
				task.Cancel("stop")
				sim.Print(ctx, f.Cancelled(), f.Err())
				task.Await(ctx)
				return nil
			},
			want: []string{"0s true sim: cancelled: stop"},
		},
	})
}

func TestDoneCallbacks(t *testing.T) {
	l := quietLoop(t)
	f := sim.NewFuture[int](l.Context(), "f")
	print := func(text string) func(context.Context) {
		return func(ctx context.Context) { sim.Print(ctx, text) }
	}
	first := f.AddDoneCallback("first", print("first"))
	second := f.AddDoneCallback("second", print("second"))
	f.AddDoneCallback("third", print("third"))
	fourth := f.AddDoneCallback("fourth", print("fourth"))
	fourth.Cancel()
	if !f.RemoveDoneCallback(first) || f.RemoveDoneCallback(first) {
		t.Error("first: it can be removed once")
	}
	f.AddDoneCallback("fifth", print("fifth"))
	f.SetResult(1)
	if f.RemoveDoneCallback(second) {
		t.Error("second was removed although it is ready")
	}
	second.Cancel()
	if err := l.RunReady(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0s third", "0s fifth"}, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
	if second.Name() != "second" || !second.Cancelled() || first.Cancelled() {
		t.Error("handles: Name, Cancelled")
	}
	task := sim.Go(l.Context(), "task", forever)
	h := task.AddDoneCallback("h", print("h"))
	if !task.RemoveDoneCallback(h) {
		t.Error("a task's callback was not removed")
	}
	// A callback that cannot wait: it has the loop's context.
	f.AddDoneCallback("sixth", func(ctx context.Context) {
		if ctx != l.Context() {
			t.Error("not the loop's context")
		}
	})
	if err := l.RunReady(); err != nil {
		t.Fatal(err)
	}
	task.Cancel()
	l.RunReady()
}

func TestFutureMisuse(t *testing.T) {
	l := quietLoop(t)
	f := sim.NewFuture[int](l.Context(), "f")
	for _, test := range []struct{ name, got, want string }{
		{"SetError(nil)", misuseOf(func() { f.SetError(nil) }), "Future.SetError was given nil; use SetResult"},
		{"a nil callback", misuseOf(func() { f.AddDoneCallback("done", nil) }), `callback "done" is a nil function`},
		{"a nil callback of an AnyFuture", misuseOf(func() { f.Any().AddDoneCallback("done", nil) }), `callback "done" is a nil function`},
	} {
		if !strings.Contains(test.got, test.want) {
			t.Errorf("%s: %q does not say %q", test.name, test.got, test.want)
		}
	}
}

func TestAnyFuture(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		task := sim.CreateTask(ctx, sim.Call(ctx, "task", give(ms, 7, nil)))
		future := sim.NewFuture[string](ctx, "future")
		a, b := task.Any(), future.Any()
		if a == b || a != task.Any() || a.IsZero() || !(sim.AnyFuture{}).IsZero() {
			t.Error("comparison")
		}
		if a.Name() != "task" || a.String() != "<task task pending>" || b.String() != "<future future pending>" {
			t.Errorf("%v, %v", a, b)
		}
		if v, err := a.Result(); v != nil || err != sim.ErrPending || a.Err() != sim.ErrPending || a.Done() {
			t.Errorf("pending: %v, %v", v, err)
		}
		if v, err := a.Await(ctx); v != 7 || err != nil {
			t.Errorf("Await: %v, %v", v, err)
		}
		if v, err := a.Result(); v != 7 || err != nil || a.Err() != nil || !a.Done() || a.Cancelled() {
			t.Errorf("Result: %v, %v", v, err)
		}
		if !b.Cancel("stop") || !b.Cancelled() || b.Cancelling() != 0 {
			t.Errorf("cancelled: %v", b)
		}
		if v, err := b.Await(ctx); v != nil || err.Error() != "sim: cancelled: stop" {
			t.Errorf("Await: %v, %v", v, err)
		}
		idle := sim.Go(ctx, "idle", forever)
		idle.Cancel()
		if idle.Any().Cancelling() != 1 {
			t.Error("Cancelling of a task")
		}
		return nil
	})
}

// Printing the zero value must not look like a crash.
func TestZeroAnyFuturePrints(t *testing.T) {
	if got := fmt.Sprint(sim.AnyFuture{}); got == "" || strings.Contains(got, "PANIC") {
		t.Errorf("it prints as %q", got)
	}
}

func TestAwaitables(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		var tasks []*sim.Task[int]
		var coroutines []*sim.Coroutine[int]
		for i := range 3 {
			tasks = append(tasks, sim.CreateTask(ctx, sim.Call(ctx, "task", give(ms, i, nil))))
			coroutines = append(coroutines, sim.Call(ctx, "coroutine", give(ms, 10*i, nil)))
		}
		got, err := sim.Gather(ctx, sim.Awaitables[int](tasks)...).Await(ctx)
		if diff := cmp.Diff([]int{0, 1, 2}, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		got, err = sim.Gather(ctx, sim.Awaitables[int](coroutines)...).Await(ctx)
		if diff := cmp.Diff([]int{0, 10, 20}, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		mixed, err := sim.Gather(ctx, sim.Awaitables[any](sim.AllTasks(sim.LoopOf(ctx).Context())[1:])...).Await(ctx)
		if len(mixed) != 0 || err != nil {
			t.Error(mixed, err)
		}
		if none := sim.Awaitables[int]([]*sim.Task[int](nil)); len(none) != 0 {
			t.Error(none)
		}
		return nil
	})
}

// Futures of one name that a task makes, as a loop does, are told apart: what is done to
// one of them is not taken for a race with what is done to the other.
func TestFuturesOfOneName(t *testing.T) {
	program := func(ctx context.Context) error {
		first, second := sim.NewFuture[int](ctx, "reply"), sim.NewFuture[int](ctx, "reply")
		late := false
		sim.Go(ctx, "a", func(ctx context.Context) error { return first.SetResult(1) })
		b := sim.Go(ctx, "b", func(ctx context.Context) error {
			late = !first.Done()
			_, err := sim.WaitFor(ctx, second, 1)
			return err
		})
		b.Await(ctx)
		if late {
			return errors.New("b was before a")
		}
		return nil
	}
	engine := sim.Engine(sim.Main(program), sim.WithPolicy(order.AnyReady))
	var seen []string
	for seed := range uint64(20) {
		run := order.RunOnce(engine, order.Random(seed))
		for _, e := range run.Trace().Events {
			if strings.HasPrefix(e.Object, "future ") && !slices.Contains(seen, e.Object) {
				seen = append(seen, e.Object)
			}
		}
	}
	slices.Sort(seen)
	if want := []string{"future reply", "future reply#2"}; !slices.Equal(seen, want) {
		t.Errorf("the futures are called %q, want %q", seen, want)
	}
}
