package sim_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

func TestClassify(t *testing.T) {
	for _, test := range []struct {
		err  error
		want order.End
	}{
		{nil, order.Finished},
		{errors.New("boom"), order.Failed},
		{&sim.CancelledError{}, order.Cancelled},
		{fmt.Errorf("wrapped: %w", &sim.CancelledError{Msg: "m"}), order.Cancelled},
		{&sim.ErrorGroup{Errors: []error{&sim.CancelledError{}, errors.New("boom")}}, order.Failed},
		{&order.DeadlockError{}, order.Deadlocked},
		{errors.Join(errors.New("boom"), &order.DeadlockError{Shutdown: true}), order.Deadlocked},
		{&order.StepLimitError{}, order.OutOfSteps},
		{&order.PanicError{Value: "v"}, order.Panicked},
		{&order.PanicError{Value: &order.MisuseError{}}, order.Misused},
		{&order.GoexitError{}, order.Exited},
		{&sim.LeakError{}, order.Leaked},
		{&sim.StuckError{}, order.StuckEnd},
		{fmt.Errorf("replay: %w", order.ErrScheduleMismatch), order.Mismatched},
	} {
		if got := sim.Classify(test.err); got != test.want {
			t.Errorf("Classify(%v) = %q, want %q", test.err, got, test.want)
		}
	}
}

func TestPlainEnds(t *testing.T) {
	boom := errors.New("boom")
	for _, test := range []struct {
		name string
		main func(ctx context.Context) error
		end  order.End
		is   error
	}{
		{"finished", func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) }, order.Finished, nil},
		{"failed", func(ctx context.Context) error { sim.Sleep(ctx, time.Second); return boom }, order.Failed, boom},
		{"cancelled", func(ctx context.Context) error {
			me, _ := sim.CurrentTask(ctx)
			me.Cancel("by itself")
			return sim.Sleep(ctx, time.Second)
		}, order.Cancelled, sim.ErrCancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.main)
			mustEnd(t, o, test.end)
			if test.is != nil && !errors.Is(o.Err, test.is) {
				t.Errorf("the error is %v, want %v", o.Err, test.is)
			}
			last := o.Trace.Events[len(o.Trace.Events)-1]
			if full := observe(test.main, sim.WithRecording(trace.Full)).Trace; full.Events[len(full.Events)-1].Object != string(test.end) {
				t.Errorf("the trace ends with %v, want the end %q", last, test.end)
			}
		})
	}
}

func explode(ctx context.Context, value any) error {
	sim.Print(ctx, "before")
	panic(value)
}

// A panic ends the run wherever it happens, with its value and its own stack.
func TestPanic(t *testing.T) {
	job := func(ctx context.Context) (int, error) { return 0, explode(ctx, fs.ErrExist) }
	for _, test := range []struct {
		name, who string
		at        time.Duration
		main      func(ctx context.Context) error
	}{
		{name: "in main", who: "main", main: func(ctx context.Context) error { return explode(ctx, fs.ErrExist) }},
		{name: "in another task", who: "child", main: func(ctx context.Context) error {
			_, err := sim.Go(ctx, "child", func(ctx context.Context) error { return explode(ctx, fs.ErrExist) }).Await(ctx)
			sim.Print(ctx, "after")
			return err
		}},
		{name: "after a wait", at: time.Second, who: "main", main: func(ctx context.Context) error {
			sim.Sleep(ctx, time.Second)
			return explode(ctx, fs.ErrExist)
		}},
		{name: "in a callback", who: "main/cb.1", main: func(ctx context.Context) error {
			sim.LoopOf(ctx).CallSoon("cb", func(ctx context.Context) { explode(ctx, fs.ErrExist) })
			return sim.Sleep(ctx, time.Second)
		}},
		{name: "in a timer's callback", at: time.Second, who: "main/cb.1", main: func(ctx context.Context) error {
			sim.LoopOf(ctx).CallLater(time.Second, "cb", func(ctx context.Context) { explode(ctx, fs.ErrExist) })
			return sim.Sleep(ctx, 2*time.Second)
		}},
		{name: "in a thread, after it blocked", at: time.Second, who: "thread-1/job", main: func(ctx context.Context) error {
			_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) {
				sim.Block(ctx, time.Second)
				return job(ctx)
			})
			return err
		}},
		{name: "in a thread, at once", who: "thread-1/job",
			main: func(ctx context.Context) error { _, err := sim.ToThread(ctx, "job", job); return err }},
		{name: "in a thread while the loop is held", who: "pool-1/job",
			main: func(ctx context.Context) error {
				sim.RunInExecutor(ctx, sim.NewThreadPool(ctx, "pool", 1), "job", job)
				sim.Block(ctx, time.Second)
				sim.Print(ctx, "after")
				return nil
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.main)
			mustEnd(t, o, order.Panicked)
			var panicked *order.PanicError
			if !errors.As(o.Err, &panicked) {
				t.Fatalf("the error is a %T, want a *order.PanicError", o.Err)
			}
			if panicked.Task != test.who || panicked.Value != fs.ErrExist || panicked.At != test.at {
				t.Errorf("panic of %q with %v at %v, want %q with %v at %v", panicked.Task, panicked.Value, panicked.At, test.who, fs.ErrExist, test.at)
			}
			if !errors.Is(o.Err, fs.ErrExist) {
				t.Error("the error does not unwrap to the value")
			}
			mustMention(t, panicked.Stack, "explode")
			mustMention(t, o.Err.Error(), test.who, fs.ErrExist.Error(), "explode")
			if got := printed(o); !slices.Equal(got, []string{"before"}) {
				t.Errorf("printed %q, want only what came before", got)
			}
			if len(o.Trace.Events) == 0 {
				t.Error("the trace so far is gone")
			}
		})
	}
}

func TestPanicValueThatIsNoError(t *testing.T) {
	o := observe(func(ctx context.Context) error { return explode(ctx, 42) })
	var panicked *order.PanicError
	if !errors.As(o.Err, &panicked) || panicked.Value != 42 || errors.Unwrap(panicked) != nil {
		t.Errorf("got %v", o.Err)
	}
}

// fakeTB is a testing.TB whose FailNow does to its goroutine what that of a real
// one does.
type fakeTB struct {
	testing.TB
	failed bool
}

func (f *fakeTB) Helper()                   {}
func (f *fakeTB) FailNow()                  { f.failed = true; runtime.Goexit() }
func (f *fakeTB) Fatalf(_ string, _ ...any) { f.FailNow() }

// requireEqual is a helper as assertion libraries have them.
func requireEqual(tb testing.TB, want, got any) {
	tb.Helper()
	if want != got {
		tb.Fatalf("want %v, got %v", want, got)
	}
}

func TestGoexit(t *testing.T) {
	for _, test := range []struct {
		name, who string
		main      func(ctx context.Context, tb testing.TB) error
	}{
		{"runtime.Goexit", "main", func(context.Context, testing.TB) error { runtime.Goexit(); return nil }},
		{"a require helper", "main", func(ctx context.Context, tb testing.TB) error { requireEqual(tb, 1, 2); return nil }},
		{"FailNow in another task", "child", func(ctx context.Context, tb testing.TB) error {
			_, err := sim.Go(ctx, "child", func(ctx context.Context) error { tb.FailNow(); return nil }).Await(ctx)
			return err
		}},
		{"FailNow in a callback", "main/cb.1", func(ctx context.Context, tb testing.TB) error {
			sim.LoopOf(ctx).CallSoon("cb", func(context.Context) { tb.FailNow() })
			return sim.Sleep(ctx, time.Second)
		}},
		{"FailNow in a thread", "thread-1/job", func(ctx context.Context, tb testing.TB) error {
			_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) {
				sim.Block(ctx, time.Second)
				tb.FailNow()
				return 0, nil
			})
			return err
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(func(ctx context.Context) error { return test.main(ctx, &fakeTB{}) })
			mustEnd(t, o, order.Exited)
			var exited *order.GoexitError
			if !errors.As(o.Err, &exited) || exited.Task != test.who || exited.At != o.Elapsed {
				t.Errorf("got %v, want an exit of %q at %v", o.Err, test.who, o.Elapsed)
			}
			mustMention(t, o.Err.Error(), test.who, "runtime.Goexit", "t.FailNow")
		})
	}
}

// TestFailNowOfARealTest runs itself in a process of its own, where a real test
// fails inside a task.
func TestFailNowOfARealTest(t *testing.T) {
	if os.Getenv("WEFT_FAIL_NOW") != "" {
		o := observe(func(ctx context.Context) error { t.Fatal("failed in a task"); return nil })
		fmt.Println("the loop went on:", o.End)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestFailNowOfARealTest$")
	child.Env = append(os.Environ(), "WEFT_FAIL_NOW=1")
	out, err := child.CombinedOutput()
	var failed *exec.ExitError
	if !errors.As(err, &failed) || failed.ExitCode() != 1 {
		t.Errorf("the process ended with %v, want exit code 1", err)
	}
	mustMention(t, string(out), "failed in a task", "the loop went on: exit", "--- FAIL: TestFailNowOfARealTest")
	if strings.Contains(string(out), "goroutine ") {
		t.Errorf("the test ended by a panic:\n%s", out)
	}
}

func TestLeak(t *testing.T) {
	o := sim.Simulate(func(l *sim.Loop) error {
		sim.Go(l.Context(), "waiter", func(ctx context.Context) error { return sim.NewEvent(ctx, "never").Wait(ctx) })
		sim.Go(l.Context(), "sleeper", func(ctx context.Context) error { return sim.Sleep(ctx, time.Hour) })
		return l.RunFor(time.Second)
	}, quiet()...)
	mustEnd(t, o, order.Leaked)
	var leak *sim.LeakError
	if !errors.As(o.Err, &leak) || len(leak.Tasks) != 2 {
		t.Fatalf("got %v, want a *sim.LeakError of two tasks", o.Err)
	}
	mustMention(t, leak.Error(), "2 unfinished", "waiter waits for event never since 0s", "sleeper waits for sleep since 0s")
}

func TestLeakNeverStarted(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	ran := false
	task := sim.Go(l.Context(), "idle", func(context.Context) error { ran = true; return nil })
	err := l.Close()
	if sim.Classify(err) != order.Leaked || ran || !task.Cancelled() {
		t.Errorf("Close: %v, ran %v, cancelled %v", err, ran, task.Cancelled())
	}
	mustMention(t, err.Error(), "idle waits for its turn")
	if err := l.Close(); err != nil {
		t.Errorf("the second Close: %v, want nothing", err)
	}
}

func TestStepLimit(t *testing.T) {
	t.Run("a task that only yields", func(t *testing.T) {
		o := observe(func(ctx context.Context) error {
			sim.Go(ctx, "spinner", func(ctx context.Context) error {
				for {
					if err := sim.Yield(ctx); err != nil {
						return err
					}
				}
			})
			return sim.Sleep(ctx, time.Second)
		}, sim.WithStepLimit(500), sim.WithRecording(trace.Full))
		mustEnd(t, o, order.OutOfSteps)
		var limit *order.StepLimitError
		if !errors.As(o.Err, &limit) || limit.Limit != 500 || limit.At != 0 || limit.Stalled < 499 {
			t.Fatalf("got %+v", limit)
		}
		if busiest := limit.Busiest[0]; busiest.Task != "spinner" || busiest.Steps < 490 || busiest.Yields < 490 || !strings.Contains(busiest.Pos, "errors_ends_test.go:") {
			t.Errorf("the busiest is %+v, want the spinner", busiest)
		}
		mustMention(t, o.Err.Error(), "after 500 steps", "time has stood still", "spinner", "it spins", "errors_ends_test.go:")
	})
	t.Run("no more steps stand still than there were", func(t *testing.T) {
		o := observe(func(ctx context.Context) error {
			for {
				sim.Yield(ctx)
			}
		}, sim.WithStepLimit(500))
		mustMention(t, o.Err.Error(), "for the last 500 of them")
	})
	t.Run("time moves on", func(t *testing.T) {
		o := observe(func(ctx context.Context) error {
			for {
				if err := sim.Sleep(ctx, time.Second); err != nil {
					return err
				}
			}
		}, sim.WithStepLimit(500))
		mustEnd(t, o, order.OutOfSteps)
		if text := o.Err.Error(); strings.Contains(text, "stood still") || strings.Contains(text, "spins") {
			t.Errorf("the report blames a stalled clock: %s", text)
		}
		mustMention(t, o.Err.Error(), "main: ")
	})
	t.Run("callbacks", func(t *testing.T) {
		l := sim.NewLoop(quiet(sim.WithStepLimit(500))...)
		defer l.Close()
		var again func(context.Context)
		again = func(context.Context) { l.CallSoon("again", again) }
		l.CallSoon("again", again)
		err := l.RunForever()
		mustMention(t, err.Error(), "callbacks of the loop")
		if second := l.RunForever(); second != err {
			t.Errorf("a loop that was stopped ran again: %v", second)
		}
	})
	mustMisuse(t, func() { sim.WithStepLimit(0) }, "positive")
}

func TestMisuse(t *testing.T) {
	other := sim.NewLoop(quiet()...)
	defer other.Close()
	var stale context.Context
	far := sim.NewLock(other.Context(), "far")
	farQueue := sim.NewQueue[int](other.Context(), "far", 0)
	farFuture := sim.NewFuture[int](other.Context(), "far")
	for _, test := range []struct {
		name string
		call func(ctx context.Context)
		says []string
	}{
		{"the lock of another loop", func(ctx context.Context) { far.Acquire(ctx) }, []string{"Lock.Acquire", "lock far", "main", "different loops"}},
		{"the queue of another loop", func(ctx context.Context) { farQueue.Get(ctx) }, []string{"Queue.Get", "queue far", "different loops"}},
		{"the future of another loop", func(ctx context.Context) { farFuture.Await(ctx) }, []string{"future far", "another loop"}},
		{"no context", func(context.Context) { sim.Sleep(nil, 1) }, []string{"Sleep", "nil context"}}, //nolint:staticcheck // that is the test
		{"a context of no loop", func(context.Context) { sim.NewLock(context.Background(), "") }, []string{"NewLock", "belongs to no loop"}},
		{"outside a task", func(ctx context.Context) { sim.Yield(sim.LoopOf(ctx).Context()) }, []string{"Yield", "outside a task"}},
		{"the context of another task", func(ctx context.Context) {
			sim.Go(ctx, "child", func(ctx context.Context) error { stale = ctx; return sim.Sleep(ctx, time.Hour) })
			sim.Yield(ctx)
			sim.Sleep(stale, 1)
		}, []string{"child", "main is running"}},
		{"the context of a task that has ended", func(ctx context.Context) {
			sim.Go(ctx, "child", func(ctx context.Context) error { stale = ctx; return nil })
			sim.Yield(ctx)
			sim.Sleep(stale, 1)
		}, []string{"child", "has ended"}},
		{"waiting in a thread", func(ctx context.Context) {
			sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) {
				sim.Block(ctx, 1)
				return 0, sim.Sleep(ctx, 1)
			})
		}, []string{"Sleep", "thread-1/job", "use Block"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(func(ctx context.Context) error { test.call(ctx); return nil })
			mustEnd(t, o, order.Misused)
			var wrong *order.MisuseError
			if !errors.As(o.Err, &wrong) {
				t.Fatalf("got %v, want a *order.MisuseError inside", o.Err)
			}
			mustMention(t, wrong.Error(), append(test.says, "sim: ")...)
		})
	}
}
