package sim_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// TestCloseUnwinds checks that the deferred functions of unfinished tasks run at
// close, in creation order, and that nothing can stop that.
func TestCloseUnwinds(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	m := sim.NewLock(l.Context(), "L")
	start := func(name string, body func(ctx context.Context) error) {
		sim.Go(l.Context(), name, func(ctx context.Context) error {
			defer sim.Print(ctx, name, "out")
			return body(ctx)
		})
	}
	start("plain", func(ctx context.Context) error { return sim.Sleep(ctx, time.Hour) })
	start("holds", func(ctx context.Context) error {
		return m.With(ctx, func(ctx context.Context) error { return sim.Sleep(ctx, time.Hour) })
	})
	start("waits again", func(ctx context.Context) error {
		defer func() {
			sim.Sleep(ctx, time.Hour)
			sim.Print(ctx, "a deferred wait returned")
		}()
		return sim.Sleep(ctx, time.Hour)
	})
	start("recovers", func(ctx context.Context) error {
		for range 3 {
			func() {
				defer func() {
					if value := recover(); value != nil {
						sim.Print(ctx, "recovered", value)
					}
				}()
				sim.Sleep(ctx, time.Hour)
				sim.Print(ctx, "the task went on")
			}()
		}
		return nil
	})
	start("holds the loop", func(ctx context.Context) error {
		defer sim.Block(ctx, time.Second)
		return sim.NewEvent(ctx, "E").Wait(ctx)
	})
	start("makes a task", func(ctx context.Context) error {
		defer sim.Go(ctx, "late", func(ctx context.Context) error { sim.Print(ctx, "late ran"); return nil })
		return sim.Sleep(ctx, time.Hour)
	})
	if err := l.RunReady(); err != nil {
		t.Fatal(err)
	}
	if len(l.Output()) != 0 {
		t.Fatalf("printed %v before the close", l.Output())
	}
	err := l.Close()
	if sim.Classify(err) != order.Leaked {
		t.Errorf("Close: %v", err)
	}
	var got []string
	for _, line := range l.Output() {
		got = append(got, line.Task+": "+line.Text)
	}
	want := []string{
		"plain: plain out", "holds: holds out", "waits again: waits again out", "recovers: recovers out",
		"holds the loop: holds the loop out", "makes a task: makes a task out",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the close printed %q, want %q", got, want)
	}
	if m.Locked() {
		t.Error("With did not release the lock")
	}
}

// TestCloseAfterAPanic checks that the other tasks are unwound when a run ends
// by force, and that they are no leak then.
func TestCloseAfterAPanic(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		sim.Go(ctx, "other", func(ctx context.Context) error {
			defer sim.Print(ctx, "other out")
			return sim.Sleep(ctx, time.Hour)
		})
		sim.Yield(ctx)
		panic("boom")
	})
	mustEnd(t, o, order.Panicked)
	if got := printed(o); !slices.Equal(got, []string{"other out"}) {
		t.Errorf("printed %q", got)
	}
}

func TestCloseWithAPanicInADeferredFunction(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	sim.Go(l.Context(), "panics", func(ctx context.Context) error {
		defer sim.Print(ctx, "panics out")
		defer func() { panic("late") }()
		return sim.Sleep(ctx, time.Hour)
	})
	sim.Go(l.Context(), "other", func(ctx context.Context) error {
		defer sim.Print(ctx, "other out")
		return sim.Sleep(ctx, time.Hour)
	})
	l.RunReady()
	returned := make(chan error, 1)
	go func() {
		defer close(returned)
		returned <- l.Close()
	}()
	err, ok := <-returned
	if !ok {
		t.Fatal("Close did not return")
	}
	if sim.Classify(err) != order.Leaked || len(l.Output()) != 2 {
		t.Errorf("Close: %v, printed %v", err, l.Output())
	}
	if reports := l.Reports(); len(reports) != 1 || reports[0].Kind != sim.LateError || reports[0].Object != "task panics" {
		t.Errorf("the reports are %v, want one on the panic", reports)
	} else {
		mustMention(t, reports[0].Text, "task panics", "late")
	}
}

func TestCloseUnwindsThreads(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	pool := sim.NewThreadPool(l.Context(), "pool", 1)
	for _, name := range []string{"working", "queued"} {
		sim.RunInExecutor(l.Context(), pool, name, func(ctx context.Context) (int, error) {
			defer sim.Print(ctx, name, "out")
			sim.Block(ctx, time.Hour)
			sim.Print(ctx, name, "returned")
			return 0, nil
		})
	}
	l.RunFor(time.Second)
	if err := l.Close(); err != nil {
		t.Errorf("Close: %v; threads are no tasks", err)
	}
	if out := l.Output(); len(out) != 1 || out[0].Text != "working out" {
		t.Errorf("the close printed %v", out)
	}
}

func TestCloseInsideTheLoop(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		if err := sim.LoopOf(ctx).Close(); err != sim.ErrLoopRunning {
			t.Errorf("Close: %v, want ErrLoopRunning", err)
		}
		return nil
	}), order.Finished)
}
