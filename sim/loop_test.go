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

// The three verbs do different things to the same loop.
func TestVerbsApart(t *testing.T) {
	setUp := func(l *sim.Loop) {
		ctx := l.Context()
		print := func(text string) func(context.Context) {
			return func(ctx context.Context) { sim.Print(ctx, text) }
		}
		l.CallLater(10*ms, "ten", print("ten"))
		l.CallLater(20*ms, "twenty", print("twenty"))
		l.CallSoon("ready", func(ctx context.Context) {
			sim.Print(ctx, "ready")
			l.CallSoon("then", print("then"))
			l.CallLater(0, "due", print("due"))
		})
		sim.Go(ctx, "stuck", forever)
	}
	for _, test := range []struct {
		name string
		run  func(l *sim.Loop) error
		want []string
		now  time.Duration
	}{
		{"nothing", func(l *sim.Loop) error { return nil }, nil, 0},
		{"Advance runs nothing", func(l *sim.Loop) error { l.Advance(15 * ms); return nil }, nil, 15 * ms},
		{"Advance of nothing", func(l *sim.Loop) error { l.Advance(0); l.Advance(-ms); return nil }, nil, 0},
		{"RunReady keeps the time", (*sim.Loop).RunReady, []string{"0s ready", "0s then", "0s due"}, 0},
		{
			"RunReady after Advance delivers late", func(l *sim.Loop) error { l.Advance(15 * ms); return l.RunReady() },
			[]string{"15ms ready", "15ms ten", "15ms then", "15ms due"}, 15 * ms,
		},
		{"RunUntilIdle", (*sim.Loop).RunUntilIdle, []string{"0s ready", "0s then", "0s due", "10ms ten", "20ms twenty"}, 20 * ms},
		{
			"RunUntilIdle after Advance", func(l *sim.Loop) error { l.Advance(15 * ms); return l.RunUntilIdle() },
			[]string{"15ms ready", "15ms ten", "15ms then", "15ms due", "20ms twenty"}, 20 * ms,
		},
		{"RunFor short", func(l *sim.Loop) error { return l.RunFor(9 * ms) }, []string{"0s ready", "0s then", "0s due"}, 9 * ms},
		{"RunFor includes its end", func(l *sim.Loop) error { return l.RunFor(10 * ms) }, []string{"0s ready", "0s then", "0s due", "10ms ten"}, 10 * ms},
		{"RunFor twice", func(l *sim.Loop) error { return errors.Join(l.RunFor(12*ms), l.RunFor(12*ms)) }, []string{"0s ready", "0s then", "0s due", "10ms ten", "20ms twenty"}, 24 * ms},
		{"RunFor beyond all", func(l *sim.Loop) error { return l.RunFor(time.Hour) }, []string{"0s ready", "0s then", "0s due", "10ms ten", "20ms twenty"}, time.Hour},
		{"RunFor of nothing", func(l *sim.Loop) error { return l.RunFor(0) }, []string{"0s ready", "0s then", "0s due"}, 0},
		{"RunFor of less than nothing", func(l *sim.Loop) error { return l.RunFor(math.MinInt64) }, []string{"0s ready", "0s then", "0s due"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := quietLoop(t)
			setUp(l)
			if err := test.run(l); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, timed(l.Output())); diff != "" {
				t.Error(diff)
			}
			if l.Now() != test.now {
				t.Errorf("it is %v, want %v", l.Now(), test.now)
			}
			if l.IsRunning() {
				t.Error("the loop says that it runs")
			}
		})
	}
}

func TestAdvanceDoesNotOverflow(t *testing.T) {
	l := quietLoop(t)
	l.Advance(time.Hour)
	l.Advance(math.MaxInt64)
	if l.Now() != sim.Forever {
		t.Errorf("it is %v", l.Now())
	}
	l.Advance(time.Hour)
	if l.Now() != sim.Forever {
		t.Errorf("an hour later it is %v", l.Now())
	}
}

func TestVerbsInsideARun(t *testing.T) {
	l := quietLoop(t)
	_, err := sim.RunMain(l, func(ctx context.Context) (sim.None, error) {
		if !l.IsRunning() || l.IsClosed() {
			t.Error("IsRunning, IsClosed:", l.IsRunning(), l.IsClosed())
		}
		_, main := sim.RunMain(l, give(0, 0, nil))
		_, until := sim.RunUntilComplete(l, sim.NewFuture[int](ctx, ""))
		for name, err := range map[string]error{
			"RunReady": l.RunReady(), "RunUntilIdle": l.RunUntilIdle(), "RunFor": l.RunFor(ms), "RunForever": l.RunForever(),
			"RunMain": main, "RunUntilComplete": until, "Close": l.Close(), "Reset": l.Reset(),
		} {
			if !errors.Is(err, sim.ErrLoopRunning) {
				t.Errorf("%s inside a run: %v", name, err)
			}
		}
		if got := misuseOf(func() { l.Advance(ms) }); !strings.Contains(got, "Advance was called while the loop runs; use Block in a task") {
			t.Errorf("Advance inside a run: %q", got)
		}
		return sim.None{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestClosedLoop(t *testing.T) {
	l := quietLoop(t)
	future := sim.NewFuture[int](l.Context(), "")
	if l.IsClosed() {
		t.Error("closed before Close")
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error("the second Close does nothing:", err)
	}
	if !l.IsClosed() {
		t.Error("not closed after Close")
	}
	_, main := sim.RunMain(l, give(0, 0, nil))
	_, until := sim.RunUntilComplete(l, future)
	for name, err := range map[string]error{
		"RunReady": l.RunReady(), "RunUntilIdle": l.RunUntilIdle(), "RunFor": l.RunFor(ms), "RunForever": l.RunForever(),
		"RunMain": main, "RunUntilComplete": until, "Reset": l.Reset(),
	} {
		if !errors.Is(err, sim.ErrLoopClosed) {
			t.Errorf("%s on a closed loop: %v", name, err)
		}
	}
}

func TestRunUntilComplete(t *testing.T) {
	l := quietLoop(t)
	ctx := l.Context()

	if v, err := sim.RunUntilComplete(l, sim.Call(ctx, "c", give(5*ms, "value", nil))); v != "value" || err != nil {
		t.Errorf("of a coroutine: %q, %v", v, err)
	}
	task := sim.CreateTask(ctx, sim.Call(ctx, "c", give(5*ms, 0, errTest)))
	if _, err := sim.RunUntilComplete(l, task); err != errTest {
		t.Errorf("of a task that fails: %v", err)
	}
	if _, err := sim.RunUntilComplete(l, task); err != errTest {
		t.Errorf("of one that is done: %v", err)
	}
	future := sim.NewFuture[int](ctx, "f")
	l.CallLater(5*ms, "set", func(context.Context) { future.SetResult(3) })
	if v, err := sim.RunUntilComplete[any](l, future.Any()); v != 3 || err != nil {
		t.Errorf("of an AnyFuture: %v, %v", v, err)
	}
	if l.Now() != 15*ms {
		t.Errorf("it is %v", l.Now())
	}
	awaited := sim.Do(ctx, "c", say(0, ""))
	awaited.Close()
	if _, err := sim.RunUntilComplete(l, awaited); err != sim.ErrAwaitedTwice {
		t.Errorf("of a closed coroutine: %v", err)
	}
	other := quietLoop(t)
	if got := misuseOf(func() { sim.RunUntilComplete(other, task) }); !strings.Contains(got, "RunUntilComplete was given a future of another loop") {
		t.Errorf("of a task of another loop: %q", got)
	}
}

// What is left stays where it is, and can go on in a later run.
func TestRunUntilCompleteLeavesTheOthers(t *testing.T) {
	l := quietLoop(t)
	ctx := l.Context()
	left := sim.Go(ctx, "left", say(10*ms, "left"))
	first := sim.Go(ctx, "first", say(5*ms, "first"))
	// Both are woken in one turn: the loop finishes the turn in which it stops.
	first.AddDoneCallback("same turn", func(ctx context.Context) { sim.Print(ctx, "same turn") })
	if _, err := sim.RunUntilComplete(l, first); err != nil {
		t.Fatal(err)
	}
	if left.Done() {
		t.Error("left is done")
	}
	if _, err := sim.RunUntilComplete(l, left); err != nil {
		t.Fatal(err)
	}
	want := []string{"5ms first", "5ms same turn", "10ms left"}
	if diff := cmp.Diff(want, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
}

func TestRunUntilCompleteOfWhatNeverComes(t *testing.T) {
	l := quietLoop(t)
	future := sim.NewFuture[int](l.Context(), "f")
	var deadlock *order.DeadlockError
	if _, err := sim.RunUntilComplete(l, future); !errors.As(err, &deadlock) {
		t.Fatalf("error %v", err)
	}
	// The loop is as good as before: another run is not stopped by the first one's end.
	l.CallLater(ms, "set", func(context.Context) { future.SetResult(1) })
	l.CallLater(2*ms, "late", func(ctx context.Context) { sim.Print(ctx, "late") })
	if v, err := sim.RunUntilComplete(l, sim.Call(l.Context(), "c", give(3*ms, 9, nil))); v != 9 || err != nil {
		t.Errorf("%v, %v", v, err)
	}
	if got := timed(l.Output()); len(got) != 1 {
		t.Errorf("printed %v", got)
	}
}

func TestStop(t *testing.T) {
	l := quietLoop(t)
	l.CallLater(5*ms, "stop", func(ctx context.Context) {
		l.CallSoon("next turn", func(ctx context.Context) { sim.Print(ctx, "next turn") })
		l.Stop()
	})
	l.CallLater(5*ms, "same turn", func(ctx context.Context) { sim.Print(ctx, "same turn") })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"5ms same turn"}, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
	// Stopped before it runs: one turn, and time stands still.
	l.CallLater(5*ms, "later", func(ctx context.Context) { sim.Print(ctx, "later") })
	l.Stop()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"5ms same turn", "5ms next turn"}, timed(l.Output())); diff != "" || l.Now() != 5*ms {
		t.Errorf("at %v: %s", l.Now(), diff)
	}
	// The stop is used up.
	var deadlock *order.DeadlockError
	if err := l.RunForever(); !errors.As(err, &deadlock) {
		t.Errorf("a loop without work: %v", err)
	}
	if l.Now() != 10*ms {
		t.Errorf("it is %v", l.Now())
	}
}

func TestStopBeforeTheResult(t *testing.T) {
	l := quietLoop(t)
	l.CallLater(ms, "stop", func(context.Context) { l.Stop() })
	future := sim.NewFuture[int](l.Context(), "f")
	if _, err := sim.RunUntilComplete(l, future); !errors.Is(err, sim.ErrLoopStopped) {
		t.Errorf("error %v", err)
	}
}

func TestRunForStopsWhereItIsStopped(t *testing.T) {
	l := quietLoop(t)
	l.CallLater(5*ms, "stop", func(context.Context) { l.Stop() })
	l.CallLater(7*ms, "on time", func(ctx context.Context) { sim.Print(ctx, "on time") })
	if err := l.RunFor(10 * ms); err != nil {
		t.Fatal(err)
	}
	if l.Now() != 5*ms {
		t.Errorf("stopped at %v, want 5ms", l.Now())
	}
	if err := l.RunUntilIdle(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"7ms on time"}, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
}

func TestLoopOfAndNow(t *testing.T) {
	l := quietLoop(t)
	if sim.LoopOf(l.Context()) != l || sim.Now(l.Context()) != 0 {
		t.Error("outside a run")
	}
	l.Advance(3 * ms)
	_, err := sim.RunMain(l, func(ctx context.Context) (sim.None, error) {
		type key struct{}
		derived, cancel := context.WithCancel(context.WithValue(ctx, key{}, 1))
		defer cancel()
		for _, ctx := range []context.Context{ctx, derived} {
			if sim.LoopOf(ctx) != l {
				t.Error("another loop")
			}
			if sim.Now(ctx) != 3*ms || l.Now() != 3*ms {
				t.Error("it is", sim.Now(ctx), l.Now())
			}
		}
		return sim.None{}, nil
	})
	if err != nil {
		t.Error(err)
	}
}
