package sim_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/sim/order"
)

func printing(text string) func(ctx context.Context) {
	return func(ctx context.Context) { sim.Print(ctx, text) }
}

func TestCallbackOrder(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(l *sim.Loop)
		want []string
	}{
		{"soon, in the order of the calls", func(l *sim.Loop) {
			l.CallSoon("a", printing("a"))
			l.CallSoon("b", printing("b"))
		}, []string{"0s a", "0s b"}},
		{"soon is the next turn", func(l *sim.Loop) {
			l.CallSoon("a", func(ctx context.Context) {
				l.CallSoon("c", printing("c"))
				sim.Print(ctx, "a")
			})
			l.CallSoon("b", printing("b"))
		}, []string{"0s a", "0s b", "0s c"}},
		{"later, by deadline and then by creation", func(l *sim.Loop) {
			l.CallLater(2*ms, "c", printing("c"))
			l.CallLater(ms, "a", printing("a"))
			l.CallAt(2*ms, "d", printing("d"))
			l.CallAt(ms, "b", printing("b"))
		}, []string{"1ms a", "1ms b", "2ms c", "2ms d"}},
		{"never at once, behind what is ready", func(l *sim.Loop) {
			l.CallLater(0, "timer", printing("timer"))
			l.CallSoon("soon", printing("soon"))
		}, []string{"0s soon", "0s timer"}},
		{"past deadlines, the earliest first", func(l *sim.Loop) {
			l.Advance(5 * ms)
			l.CallLater(0, "now", printing("now"))
			l.CallLater(-ms, "negative", printing("negative"))
			l.CallAt(ms, "past", printing("past"))
			l.CallAt(math.MinInt64, "long past", printing("long past"))
			l.CallLater(math.MinInt64, "longer past", printing("longer past"))
		}, []string{"5ms long past", "5ms longer past", "5ms past", "5ms negative", "5ms now"}},
		{"no overflow", func(l *sim.Loop) {
			l.Advance(time.Hour)
			l.CallLater(math.MaxInt64-1, "overflow", printing("overflow"))
			l.CallAt(math.MaxInt64-1, "last", printing("last"))
			l.CallLater(time.Hour, "hour", printing("hour"))
			l.CallLater(24*time.Hour, "stop", func(context.Context) { l.Stop() })
		}, []string{"2h0m0s hour"}},
		{"cancelled", func(l *sim.Loop) {
			l.CallSoon("a", printing("a")).Cancel()
			l.CallLater(ms, "b", printing("b")).Cancel()
			timer := l.CallLater(2*ms, "c", printing("c"))
			l.CallAt(ms, "cancel", func(context.Context) { timer.Cancel() })
		}, nil},
		{"cancelled when it is due already", func(l *sim.Loop) {
			var second *sim.TimerHandle
			l.CallLater(ms, "first", func(ctx context.Context) { second.Cancel(); sim.Print(ctx, "first") })
			second = l.CallLater(ms, "second", printing("second"))
		}, []string{"1ms first"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := quietLoop(t)
			test.set(l)
			if err := l.RunUntilIdle(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, timed(l.Output())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHandle(t *testing.T) {
	l := quietLoop(t)
	l.Advance(ms)
	var soon *sim.Handle = l.CallSoon("soon", printing("soon"))
	var later *sim.TimerHandle = l.CallLater(2*ms, "later", printing("later"))
	at := l.CallAt(7*ms, "at", printing("at"))
	if soon.Name() != "soon" || later.Name() != "later" || l.CallSoon("", printing("nameless")).Name() != "callback" {
		t.Error("names")
	}
	if later.When() != 3*ms || at.When() != 7*ms {
		t.Errorf("When: %v, %v", later.When(), at.When())
	}
	if got := l.CallLater(math.MaxInt64, "", printing("never")); got.When() != sim.Forever {
		t.Errorf("When: %v", got.When())
	} else {
		got.Cancel()
	}
	if soon.Cancelled() || later.Cancelled() {
		t.Error("cancelled from the start")
	}
	at.Cancel()
	at.Cancel()
	if !at.Cancelled() || at.When() != 7*ms {
		t.Error("a cancelled timer forgot something")
	}
	if err := l.RunUntilIdle(); err != nil {
		t.Fatal(err)
	}
	soon.Cancel() // does no harm now
	later.Cancel()
	if !soon.Cancelled() || !later.Cancelled() {
		t.Error("Cancelled reports whether Cancel was called")
	}
	if diff := cmp.Diff([]string{"1ms soon", "1ms nameless", "3ms later"}, timed(l.Output())); diff != "" || l.Now() != 3*ms {
		t.Errorf("at %v: %s", l.Now(), diff)
	}
}

// Forever never comes: such a callback keeps no loop busy.
func TestCallLaterForever(t *testing.T) {
	l := quietLoop(t)
	l.CallLater(sim.Forever, "never", printing("never"))
	l.CallAt(sim.Forever, "never", printing("never"))
	if err := l.RunUntilIdle(); err != nil || l.Now() != 0 || len(l.Output()) != 0 {
		t.Errorf("idle at %v, %v, printed %v", l.Now(), err, timed(l.Output()))
	}
}

func TestCallbackCannotWait(t *testing.T) {
	l := quietLoop(t)
	l.CallSoon("waits", func(ctx context.Context) {
		if ctx != l.Context() {
			t.Error("a callback gets the loop's own context")
		}
		sim.Go(ctx, "task", say(ms, "task")) // it can make tasks
		l.CallSoon("sleeps", func(ctx context.Context) { sim.Sleep(ctx, ms) })
	})
	err := l.RunUntilIdle()
	var wrong *order.MisuseError
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Msg, "Sleep was called outside a task; callbacks and the code around the loop cannot wait") {
		t.Errorf("error %v", err)
	}
	var panicked *order.PanicError
	if !errors.As(err, &panicked) || !strings.Contains(panicked.Task, "sleeps") {
		t.Errorf("the panic is blamed on %+v", panicked)
	}
}

func TestCallbackMisuse(t *testing.T) {
	l := quietLoop(t)
	for name, f := range map[string]func(){
		"CallSoon":  func() { l.CallSoon("x", nil) },
		"CallLater": func() { l.CallLater(ms, "x", nil) },
		"CallAt":    func() { l.CallAt(ms, "x", nil) },
	} {
		if got := misuseOf(f); got != `sim: callback "x" is a nil function` {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestExceptionHandler(t *testing.T) {
	var log strings.Builder
	l := quietLoop(t, sim.WithLog(&log))
	l.CallExceptionHandler("to the log", nil)
	var heard []sim.Report
	l.SetExceptionHandler(func(on *sim.Loop, r sim.Report) {
		if on != l {
			t.Error("another loop")
		}
		heard = append(heard, r)
	})
	l.Advance(ms)
	l.CallExceptionHandler("to the handler", errTest)
	l.SetExceptionHandler(nil)
	l.CallExceptionHandler("to the log again", nil)
	if got, want := log.String(), "weft: 0s: to the log\nweft: 1ms: to the log again\n"; got != want {
		t.Errorf("the log holds %q", got)
	}
	want := sim.Report{Kind: sim.Callout, Text: "to the handler", Err: errTest, At: ms}
	if len(heard) != 1 || heard[0] != want {
		t.Errorf("the handler heard %+v", heard)
	}
	if got := len(l.Reports()); got != 3 {
		t.Errorf("%d reports", got)
	}
}

func TestNeverRetrieved(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		fail := func(name string) *sim.Task[int] {
			return sim.CreateTask(ctx, sim.Call(ctx, name, give(0, 0, errTest)))
		}
		sim.NewFuture[int](ctx, "future").SetError(errTest)
		fail("lost")
		awaited, result, err, any, caught := fail("awaited"), fail("result"), fail("err"), fail("any"), fail("group")
		fail("cancelled").Cancel()
		sim.Gather[int](ctx, caught).Await(ctx)
		awaited.Await(ctx)
		result.Result()
		err.Err()
		any.Any().Err()
		looked := fail("looked at")
		sim.Sleep(ctx, ms)
		looked.Done()
		looked.Cancelled()
		sim.Wait(ctx, sim.AllCompleted, sim.Forever, looked)
		return nil
	})
	want := []string{
		"future future: the error of future future was never retrieved: failed on purpose",
		"task lost: the error of task lost was never retrieved: failed on purpose",
		"task looked at: the error of task looked at was never retrieved: failed on purpose",
	}
	if diff := cmp.Diff(want, reportsOf(o.Reports, sim.NeverRetrieved)); diff != "" || o.Err != nil {
		t.Error(diff, o.Err)
	}
	for _, r := range o.Reports {
		if r.Err != errTest {
			t.Errorf("%+v", r)
		}
	}
}

func TestSlowSteps(t *testing.T) {
	hold := func(d time.Duration) func(ctx context.Context) error {
		return func(ctx context.Context) error { sim.Block(ctx, d); return nil }
	}
	program := func(ctx context.Context) error {
		sim.Go(ctx, "quick", hold(99*ms)).Await(ctx)
		sim.Go(ctx, "slow", hold(100*ms)).Await(ctx)
		sim.LoopOf(ctx).CallSoon("callback", func(ctx context.Context) { sim.Block(ctx, time.Second) })
		return sim.Sleep(ctx, ms)
	}
	if o := playMain(program); len(o.Reports) != 0 {
		t.Errorf("without debug mode: %v", o.Reports)
	}
	o := playMain(program, sim.WithDebug(true))
	var got []string
	for _, r := range o.Reports {
		if r.Kind != sim.SlowStep {
			t.Errorf("%+v", r)
		}
		got = append(got, r.At.String()+" "+r.Text)
	}
	want := []string{
		"199ms task slow held the loop for 100ms; nothing else could run",
		"1.199s callback main/callback held the loop for 1s; nothing else could run",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if o := playMain(program, sim.WithDebug(true), sim.WithSlowStep(99*ms)); len(o.Reports) != 3 {
		t.Errorf("with a lower limit: %v", o.Reports)
	}
}

// What counts is the whole step, as in asyncio, whatever it is made of.
func TestSlowStepOfSeveralParts(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		sim.Block(ctx, 60*ms)
		sim.Compute(ctx, 60*ms)
		sim.Block(ctx, 200*ms)
		return nil
	}, sim.WithDebug(true))
	want := []string{"task main: task main held the loop for 320ms; nothing else could run"}
	if diff := cmp.Diff(want, reportsOf(o.Reports, sim.SlowStep)); diff != "" {
		t.Error(diff)
	}
}
