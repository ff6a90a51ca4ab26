package sim_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/sim/order"
)

func TestRun(t *testing.T) {
	if err := sim.Run(func(ctx context.Context) error { return sim.Sleep(ctx, time.Hour) }, quietly()...); err != nil {
		t.Error(err)
	}
	if err := sim.Run(func(context.Context) error { return errTest }, quietly()...); err != errTest {
		t.Errorf("error %v", err)
	}
	v, err := sim.RunValue(func(ctx context.Context) (string, error) {
		current, _ := sim.CurrentTask(ctx)
		return current.Name(), nil
	}, quietly()...)
	if v != "main" || err != nil {
		t.Errorf("RunValue: %q, %v", v, err)
	}
	v, err = sim.RunValue(give(0, "partial", errTest), quietly()...)
	if v != "" || err != errTest { // a value counts only without an error, as with Await
		t.Errorf("RunValue with both: %q, %v", v, err)
	}
	err = sim.Run(func(ctx context.Context) error {
		current, _ := sim.CurrentTask(ctx)
		current.Cancel("enough")
		return sim.Sleep(ctx, ms)
	}, quietly()...)
	var cancelled *sim.CancelledError
	if !errors.As(err, &cancelled) || cancelled.Msg != "enough" {
		t.Errorf("a main task that cancels itself: %v", err)
	}
}

func TestRunOfNil(t *testing.T) {
	l := quietLoop(t)
	if got := misuseOf(func() { sim.RunMain[int](l, nil) }); got != "sim: Run was given a nil function" {
		t.Errorf("RunMain: %q", got)
	}
	if got := misuseOf(func() { sim.RunValue[int](nil, quietly()...) }); got != "sim: Run was given a nil function" {
		t.Errorf("RunValue: %q", got)
	}
}

func TestRunOfNilWithoutResult(t *testing.T) {
	if got := misuseOf(func() { sim.Run(nil, quietly()...) }); got != "sim: Run was given a nil function" {
		t.Errorf("Run: %q", got)
	}
}

// What is left when main has ended is cancelled, in the order of creation, and
// waited for, however long its clean-up takes.
func TestLeftovers(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		sim.Go(ctx, "slow", func(ctx context.Context) error {
			err := forever(ctx)
			sim.Print(ctx, "slow cleans up")
			sim.Sleep(ctx, 5*ms)
			sim.Print(ctx, "slow has cleaned up")
			return err
		})
		sim.Go(ctx, "plain", say(time.Hour, "plain"))
		sim.Go(ctx, "stubborn", func(ctx context.Context) error {
			forever(ctx)
			sim.Print(ctx, "stubborn goes on")
			return sim.Sleep(ctx, 2*ms)
		})
		sim.Go(ctx, "fails", func(ctx context.Context) error {
			forever(ctx)
			return errTest
		})
		return sim.Yield(ctx)
	})
	want := []string{"0s slow cleans up", "0s plain was cancelled", "0s stubborn goes on", "5ms slow has cleaned up"}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" {
		t.Error(diff)
	}
	if o.Err != nil {
		t.Errorf("errors of what is left are reported, not returned: %v", o.Err)
	}
	reports := []string{"task fails: task fails failed while it was being cancelled at the end: failed on purpose"}
	if diff := cmp.Diff(reports, reportsOf(o.Reports, sim.LateError)); diff != "" {
		t.Error(diff)
	}
	if len(o.Reports) != 1 || o.Reports[0].Err != errTest {
		t.Errorf("reports: %+v", o.Reports)
	}
}

// The error of main is returned although the others are waited for first.
func TestLeftoversOfAFailedMain(t *testing.T) {
	playScenes(t, []scene{{
		name: "main fails",
		main: func(ctx context.Context) error {
			sim.Go(ctx, "left", say(time.Hour, "left"))
			sim.Sleep(ctx, ms)
			return errTest
		},
		want: []string{"1ms left was cancelled"},
		err:  errTest,
	}})
}

func TestLeftoversThatNeverEnd(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		sim.Go(ctx, "stubborn", func(ctx context.Context) error {
			forever(ctx)
			defer sim.Print(ctx, "unwound")
			return forever(ctx)
		})
		sim.Yield(ctx)
		return errTest
	})
	var deadlock *order.DeadlockError
	if !errors.As(o.Err, &deadlock) || !deadlock.Shutdown || !errors.Is(o.Err, errTest) {
		t.Errorf("error %v", o.Err)
	}
	if deadlock != nil {
		if diff := cmp.Diff([]string{"stubborn"}, deadlock.Tasks()); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"0s unwound"}, linesOf(o)); diff != "" {
		t.Error(diff)
	}
}

// As in asyncio.run, a loop that is stopped still cancels what is left, the main
// task included, so that it can clean up.
func TestLeftoversOfAStoppedRun(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		sim.Go(ctx, "left", say(time.Hour, "left"))
		sim.LoopOf(ctx).CallLater(ms, "stop", func(ctx context.Context) { sim.LoopOf(ctx).Stop() })
		return say(time.Hour, "main")(ctx)
	})
	want := []string{"1ms main was cancelled", "1ms left was cancelled"}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(o.Err, sim.ErrLoopStopped) {
		t.Errorf("error %v", o.Err)
	}
}

func TestRunMainTwice(t *testing.T) {
	l := quietLoop(t)
	for i := range 2 {
		v, err := sim.RunMain(l, func(ctx context.Context) (int, error) {
			sim.Go(ctx, "left", say(time.Hour, "left"))
			return i, sim.Sleep(ctx, ms)
		})
		if v != i || err != nil {
			t.Errorf("run %d: %v, %v", i, v, err)
		}
		if left := sim.AllTasks(l.Context()); len(left) != 0 {
			t.Errorf("run %d left %v", i, left)
		}
	}
	want := []string{"1ms left was cancelled", "2ms left was cancelled"}
	if diff := cmp.Diff(want, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
	if l.IsClosed() {
		t.Error("RunMain closed the loop")
	}
}

func TestCancelAll(t *testing.T) {
	l := quietLoop(t)
	if err := l.CancelAll(); err != nil {
		t.Error("nothing to cancel:", err)
	}
	task := sim.Go(l.Context(), "task", forever)
	l.RunReady()
	if err := l.CancelAll(); err != nil || !task.Cancelled() {
		t.Errorf("%v, %v", err, task)
	}
}

// Called where it cannot work, CancelAll leaves the tasks alone.
func TestCancelAllInsideARun(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		child := sim.Go(ctx, "child", say(ms, "child"))
		if err := sim.LoopOf(ctx).CancelAll(); !errors.Is(err, sim.ErrLoopRunning) {
			t.Errorf("error %v", err)
		}
		_, err := child.Await(ctx)
		return err
	})
	if diff := cmp.Diff([]string{"1ms child"}, linesOf(o)); diff != "" || o.Err != nil {
		t.Error(diff, o.Err)
	}
	l := quietLoop(t)
	l.Close()
	if err := l.CancelAll(); !errors.Is(err, sim.ErrLoopClosed) {
		t.Errorf("on a closed loop: %v", err)
	}
}

func TestCloseUnwindsWhatIsLeft(t *testing.T) {
	l := quietLoop(t)
	ctx := l.Context()
	unwound := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			defer func() {
				sim.Block(ctx, ms)
				sim.Print(ctx, name, "unwinds")
				sim.Sleep(ctx, ms) // ends the deferred function: nothing can wait now
				sim.Print(ctx, "not reached")
			}()
			return forever(ctx)
		}
	}
	a := sim.Go(ctx, "a", unwound("a"))
	sim.Go(ctx, "b", unwound("b"))
	l.RunReady()
	sim.Go(ctx, "unstarted", unwound("unstarted"))
	var leak *sim.LeakError
	if err := l.Close(); !errors.As(err, &leak) {
		t.Fatalf("error %v", err)
	}
	if diff := cmp.Diff([]string{"1ms a unwinds", "2ms b unwinds"}, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
	text := leak.Error()
	for _, part := range []string{"3 unfinished when the loop was closed", "a waits for future never since 0s", "unstarted waits for its turn"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not contain %q", text, part)
		}
	}
	if !a.Cancelled() {
		t.Errorf("after Close: %v", a)
	}
}

func TestReset(t *testing.T) {
	l := quietLoop(t)
	old := l.Context()
	play := func() ([]string, error) {
		_, err := sim.RunMain(l, func(ctx context.Context) (sim.None, error) {
			child := sim.Go(ctx, "child", say(ms, "child"))
			_, err := child.Await(ctx)
			sim.Print(ctx, child.Label())
			return sim.None{}, err
		})
		return timed(l.Output()), err
	}
	want := []string{"1ms child", "1ms child"}
	for i := range 3 {
		got, err := play()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("run %d: %v %s", i, err, diff)
		}
		if err := l.Reset(quietly()...); err != nil {
			t.Errorf("reset %d: %v", i, err)
		}
		if l.Now() != 0 || l.Steps() != 0 || len(l.Output()) != 0 || len(l.Reports()) != 0 || len(l.Decisions()) != 0 {
			t.Errorf("reset %d left something", i)
		}
	}
	if l.Context() == old {
		t.Error("the context of an earlier run is still in use")
	}
}

func TestResetDropsWhatIsLeft(t *testing.T) {
	l := quietLoop(t)
	heard := 0
	l.SetExceptionHandler(func(*sim.Loop, sim.Report) { heard++ })
	task := sim.Go(l.Context(), "left", func(ctx context.Context) error {
		defer func() { heard += 10 }()
		return forever(ctx)
	})
	sim.Do(l.Context(), "unawaited", forever)
	l.RunReady()
	late := func(ctx context.Context) { sim.Print(ctx, "of the run before") }
	l.CallSoon("soon", late)
	timer := l.CallLater(ms, "later", late)
	l.Stop()
	var leak *sim.LeakError
	if err := l.Reset(quietly()...); !errors.As(err, &leak) || len(leak.Tasks) != 1 {
		t.Errorf("error %v", err)
	}
	if heard != 11 || !task.Done() {
		t.Errorf("heard %d, %v", heard, task)
	}
	timer.Cancel() // of the run before: does no harm
	l.CallExceptionHandler("after", nil)
	if heard != 11 {
		t.Error("the handler outlived the reset")
	}
	if err := l.RunUntilIdle(); err != nil {
		t.Error(err)
	}
	if got := timed(l.Output()); len(got) != 0 {
		t.Errorf("printed %v", got)
	}
}

func TestResetDropsCallsFromOutside(t *testing.T) {
	l := quietLoop(t)
	l.CallSoonThreadsafe("soon", func(ctx context.Context) { sim.Print(ctx, "of the run before") })
	if err := l.Reset(quietly()...); err != nil {
		t.Fatal(err)
	}
	if err := l.RunReady(); err != nil {
		t.Fatal(err)
	}
	if got := timed(l.Output()); len(got) != 0 {
		t.Errorf("printed %v", got)
	}
}

// A run that cannot go on does not spoil the runs after a reset.
func TestResetAfterAPanic(t *testing.T) {
	l := quietLoop(t)
	_, err := sim.RunMain(l, func(ctx context.Context) (int, error) { panic("boom") })
	if sim.Classify(err) != order.Panicked {
		t.Errorf("error %v", err)
	}
	if err := l.RunReady(); sim.Classify(err) != order.Panicked {
		t.Errorf("a loop that panicked runs again: %v", err)
	}
	if err := l.Reset(quietly()...); err != nil {
		t.Error(err)
	}
	if v, err := sim.RunMain(l, give(ms, 3, nil)); v != 3 || err != nil {
		t.Errorf("after the reset: %v, %v", v, err)
	}
}

func TestBaseContext(t *testing.T) {
	type key struct{}
	base, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	cancel()
	o := playMain(func(ctx context.Context) error {
		child := sim.Go(context.WithValue(ctx, "child", 1), "child", func(ctx context.Context) error {
			sim.Print(ctx, ctx.Value(key{}), ctx.Value("child"))
			return ctx.Err()
		})
		sim.LoopOf(ctx).CallSoon("callback", func(ctx context.Context) { sim.Print(ctx, ctx.Value(key{}), ctx.Value("child")) })
		_, err := child.Await(ctx)
		sim.Print(ctx, ctx.Value(key{}), ctx.Value("child"), ctx.Err())
		return err
	}, sim.WithBaseContext(base))
	want := []string{"0s value 1", "0s value <nil>", "0s value <nil> <nil>"}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" || o.Err != nil {
		t.Error(diff, o.Err)
	}
}
