package sim_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
)

func TestCallRunsNothingUntilAwaited(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "awaited inline, without a turn of the loop",
			main: func(ctx context.Context) error {
				sim.Go(ctx, "other", say(0, "other"))
				c := sim.Call(ctx, "answer", func(ctx context.Context) (int, error) {
					sim.Print(ctx, "in answer")
					return 42, nil
				})
				sim.Print(ctx, "made ", c.Name())
				v, err := c.Await(ctx)
				sim.Print(ctx, v, err)
				return sim.Sleep(ctx, ms)
			},
			want: []string{"0s made  answer", "0s in answer", "0s 42 <nil>", "0s other"},
		},
		{
			name: "the awaiting task is the one that runs it",
			main: func(ctx context.Context) error {
				_, err := sim.Do(ctx, "inner", func(ctx context.Context) error {
					current, ok := sim.CurrentTask(ctx)
					sim.Print(ctx, current.Name(), ok)
					return sim.Sleep(ctx, ms)
				}).Await(ctx)
				sim.Print(ctx, "after")
				return err
			},
			want: []string{"0s main true", "1ms after"},
		},
		{
			name: "its error is passed on, its value too",
			main: func(ctx context.Context) error {
				v, err := sim.Call(ctx, "both", give(0, 7, errTest)).Await(ctx)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"0s 7"},
			err:  errTest,
		},
	})
}

func TestCoroutineIsAwaitedOnce(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "awaited twice",
			main: func(ctx context.Context) error {
				c := sim.Do(ctx, "c", say(0, "once"))
				c.Await(ctx)
				_, err := c.Await(ctx)
				return err
			},
			want: []string{"0s once"},
			err:  sim.ErrAwaitedTwice,
		},
		{
			name: "a task of an awaited one",
			main: func(ctx context.Context) error {
				c := sim.Do(ctx, "c", say(0, "once"))
				c.Await(ctx)
				_, err := sim.CreateTask(ctx, c).Await(ctx)
				return err
			},
			want: []string{"0s once"},
			err:  sim.ErrAwaitedTwice,
		},
		{
			name: "awaited after a task was made of it",
			main: func(ctx context.Context) error {
				c := sim.Do(ctx, "c", say(0, "once"))
				task := sim.CreateTask(ctx, c)
				_, err := c.Await(ctx)
				task.Await(ctx)
				return err
			},
			want: []string{"0s once"},
			err:  sim.ErrAwaitedTwice,
		},
		{
			name: "awaited after Close",
			main: func(ctx context.Context) error {
				c := sim.Do(ctx, "c", say(0, "once"))
				c.Close()
				_, err := c.Await(ctx)
				return err
			},
			err: sim.ErrAwaitedTwice,
		},
	})
}

func TestCoroutineState(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		var c *sim.Coroutine[sim.None]
		c = sim.Do(ctx, "c", func(ctx context.Context) error {
			sim.Print(ctx, "inside: ", c.State())
			return sim.Sleep(ctx, 2*ms)
		})
		sim.Print(ctx, "made: ", c.State())
		task := sim.CreateTask(ctx, c)
		sim.Sleep(ctx, ms)
		sim.Print(ctx, "waiting: ", c.State())
		task.Await(ctx)
		sim.Print(ctx, "over: ", c.State())
		c.Close() // does nothing to one that has started

		dropped := sim.Do(ctx, "dropped", forever)
		dropped.Close()
		dropped.Close()
		sim.Print(ctx, "dropped: ", dropped.State())

		// An outer coroutine runs while the inner one that it awaits does.
		var outer *sim.Coroutine[sim.None]
		outer = sim.Do(ctx, "outer", func(ctx context.Context) error {
			_, err := sim.Do(ctx, "inner", func(ctx context.Context) error {
				sim.Print(ctx, "outer: ", outer.State())
				return nil
			}).Await(ctx)
			return err
		})
		outer.Await(ctx)
		return nil
	})
	want := []string{
		"0s made:  created", "0s inside:  running", "1ms waiting:  suspended", "2ms over:  closed",
		"2ms dropped:  closed", "2ms outer:  running",
	}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" {
		t.Error(diff)
	}
	if o.Err != nil || len(o.Reports) != 0 {
		t.Errorf("err %v, reports %v", o.Err, o.Reports)
	}
}

// In CPython, a coroutine that was made a task stays CORO_CREATED until the
// task's first step.
func TestCoroutineStateBeforeTheFirstStep(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		started := sim.Do(ctx, "started", forever)
		sim.CreateTask(ctx, started)
		if got := started.State(); got != sim.CoroutineCreated {
			t.Errorf("state before the first step: %s, want created", got)
		}
		killed := sim.Do(ctx, "killed", forever)
		sim.CreateTask(ctx, killed).Cancel()
		sim.Sleep(ctx, ms)
		if got := killed.State(); got != sim.CoroutineClosed {
			t.Errorf("state after a cancel before the first step: %s, want closed", got)
		}
		return nil
	})
}

func TestIsCoroutineFunction(t *testing.T) {
	type named func(context.Context) error
	for _, test := range []struct {
		name string
		f    any
		want bool
	}{
		{"error only", func(context.Context) error { return nil }, true},
		{"value and error", func(context.Context) (int, error) { return 0, nil }, true},
		{"a named type", named(forever), true},
		{"generic", give(0, "", nil), true},
		{"nil", nil, false},
		{"not a function", 42, false},
		{"a coroutine", &sim.Coroutine[int]{}, false},
		{"no parameter", func() error { return nil }, false},
		{"no result", func(context.Context) {}, false},
		{"no error", func(context.Context) int { return 0 }, false},
		{"error first", func(context.Context) (error, int) { return nil, 0 }, false},
		{"three results", func(context.Context) (int, int, error) { return 0, 0, nil }, false},
		{"two parameters", func(context.Context, int) error { return nil }, false},
		{"another parameter", func(int) error { return nil }, false},
		{"variadic", func(...context.Context) error { return nil }, false},
		{"an error of its own type", func(context.Context) *sim.CancelledError { return nil }, false},
	} {
		if got := sim.IsCoroutineFunction(test.f); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestNeverAwaited(t *testing.T) {
	var line int
	o := playMain(func(ctx context.Context) error {
		_, _, line, _ = runtime.Caller(0)
		sim.Call(ctx, "forgotten", give(0, 1, nil))
		sim.Do(ctx, "also", forever)
		sim.Do(ctx, "closed", forever).Close()
		sim.Do(ctx, "awaited", say(0, "x")).Await(ctx)
		sim.Go(ctx, "task", say(0, "y"))
		return nil
	})
	if o.Err != nil {
		t.Error("a coroutine that is never awaited is a report, not an error:", o.Err)
	}
	first := fmt.Sprintf("sim/task_coroutine_test.go:%d", line+1)
	second := fmt.Sprintf("sim/task_coroutine_test.go:%d", line+2)
	want := []string{
		"forgotten: coroutine forgotten was never awaited; await it or make a task of it",
		"also: coroutine also was never awaited; await it or make a task of it",
	}
	if diff := cmp.Diff(want, reportsOf(o.Reports, sim.NeverAwaited)); diff != "" {
		t.Error(diff)
	}
	if len(o.Reports) != 2 || o.Reports[0].Pos != first || o.Reports[1].Pos != second {
		t.Errorf("reports: %+v", o.Reports)
	}
}

// A coroutine whose function is inside a method or a generic function of the
// program is named by the line that made it as well.
func TestNeverAwaitedInGenericCode(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		forget[string](ctx)
		return nil
	})
	if len(o.Reports) != 1 || !strings.HasPrefix(o.Reports[0].Pos, "sim/task_coroutine_test.go:") {
		t.Errorf("reports: %+v", o.Reports)
	}
}

func forget[T any](ctx context.Context) {
	var none T
	sim.Call(ctx, "generic", give(0, none, nil))
}

func TestNeverAwaitedIsLogged(t *testing.T) {
	var log strings.Builder
	sim.Run(func(ctx context.Context) error {
		sim.Do(ctx, "forgotten", forever)
		return sim.Sleep(ctx, ms)
	}, sim.WithLog(&log), sim.WithOutput(io.Discard))
	if got := log.String(); !strings.HasPrefix(got, "weft: 1ms: coroutine forgotten was never awaited; await it or make a task of it (sim/task_coroutine_test.go:") {
		t.Errorf("the log holds %q", got)
	}
}

func TestCoroutineMisuse(t *testing.T) {
	other := quietLoop(t)
	foreign := sim.Do(other.Context(), "foreign", forever)
	defer foreign.Close()
	for _, test := range []struct{ name, got, want string }{
		{"Call of nil", misuseIn(func(ctx context.Context) { sim.Call[int](ctx, "c", nil) }), `Call "c" was given a nil function`},
		{"Do of nil", misuseIn(func(ctx context.Context) { sim.Do(ctx, "c", nil) }), `Do "c" was given a nil function`},
		{"await in another loop", misuseIn(func(ctx context.Context) { foreign.Await(ctx) }), "coroutine foreign was awaited in another loop"},
		{"task in another loop", misuseIn(func(ctx context.Context) { sim.CreateTask(ctx, foreign) }), "coroutine foreign was made for another loop"},
		{"await outside a task", misuseOf(func() { foreign.Await(other.Context()) }), "Await was called outside a task"},
	} {
		if !strings.Contains(test.got, test.want) {
			t.Errorf("%s: %q does not contain %q", test.name, test.got, test.want)
		}
	}
}

func TestCoroutineOfAClosedLoop(t *testing.T) {
	l := quietLoop(t)
	ctx := l.Context()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(){
		"Call":       func() { sim.Call(ctx, "c", give(0, 0, nil)) },
		"Do":         func() { sim.Do(ctx, "c", forever) },
		"Go":         func() { sim.Go(ctx, "c", forever) },
		"CallSoon":   func() { l.CallSoon("c", func(context.Context) {}) },
		"CallLater":  func() { l.CallLater(ms, "c", func(context.Context) {}) },
		"CallAt":     func() { l.CallAt(ms, "c", func(context.Context) {}) },
		"CreateTask": func() { sim.CreateTask(ctx, new(sim.Coroutine[int])) },
	} {
		if got := misuseOf(f); !strings.Contains(got, "the loop is closed; make a new one") {
			t.Errorf("%s on a closed loop: %q", name, got)
		}
	}
	if _, err := sim.RunMain(l, give(0, 0, nil)); !errors.Is(err, sim.ErrLoopClosed) {
		t.Errorf("RunMain on a closed loop: %v", err)
	}
}
