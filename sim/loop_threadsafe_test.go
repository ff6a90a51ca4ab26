package sim_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"weft/sim"
	"weft/sim/order"
)

// TestCallsFromGoroutines has real goroutines call into a running loop. The race
// detector checks that this is safe.
func TestCallsFromGoroutines(t *testing.T) {
	const goroutines, calls = 4, 25
	sum := 0 // belongs to the loop
	o := observe(func(ctx context.Context) error {
		l := sim.LoopOf(ctx)
		done := l.ExpectThreadsafe()
		var all sync.WaitGroup
		for range goroutines {
			all.Go(func() {
				for range calls {
					if err := l.CallSoonThreadsafe("add", func(context.Context) { sum++ }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		finished := sim.NewFuture[int](ctx, "finished")
		go func() {
			all.Wait()
			l.CallSoonThreadsafe("finish", func(context.Context) { finished.SetResult(sum) })
			done()
			done() // the second time changes nothing
		}()
		total, err := finished.Await(ctx)
		if total != goroutines*calls {
			t.Errorf("%d calls were made, want %d", total, goroutines*calls)
		}
		return err
	})
	mustEnd(t, o, order.Finished)
	if o.Elapsed != 0 {
		t.Errorf("virtual time moved to %v while the loop waited in real time", o.Elapsed)
	}
}

// TestExpectationTakenBack checks that a loop is called deadlocked once nobody
// is expected any more.
func TestExpectationTakenBack(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		go sim.LoopOf(ctx).ExpectThreadsafe()()
		_, err := sim.NewFuture[int](ctx, "f").Await(ctx)
		return err
	})
	mustEnd(t, o, order.Deadlocked)
}

func TestRunUntilIdleExpectsCalls(t *testing.T) {
	t.Run("a call", func(t *testing.T) {
		l := sim.NewLoop(quiet()...)
		defer l.Close()
		called := false
		done := l.ExpectThreadsafe()
		go func() {
			l.CallSoonThreadsafe("call", func(context.Context) { called = true })
			done()
		}()
		if err := l.RunUntilIdle(); err != nil || !called {
			t.Errorf("RunUntilIdle: %v, called %v", err, called)
		}
	})
	t.Run("none after all", func(t *testing.T) {
		l := sim.NewLoop(quiet()...)
		defer l.Close()
		go l.ExpectThreadsafe()()
		if err := l.RunUntilIdle(); err != nil {
			t.Errorf("RunUntilIdle: %v", err)
		}
	})
}

func TestCallToAClosedLoop(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	mustMisuse(t, func() { l.CallSoonThreadsafe("nothing", nil) }, "nothing", "nil function")
	l.Close()
	if err := l.CallSoonThreadsafe("late", func(context.Context) {}); !errors.Is(err, sim.ErrLoopClosed) {
		t.Errorf("CallSoonThreadsafe: %v, want ErrLoopClosed", err)
	}
}

// TestCallsOfAnEarlierRun checks that Reset forgets the calls, and the
// expectation of calls, that came too late for the run before.
func TestCallsOfAnEarlierRun(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	defer l.Close()
	l.CallSoonThreadsafe("old", func(ctx context.Context) { sim.Print(ctx, "of the run before") })
	done := l.ExpectThreadsafe()
	if err := l.Reset(quiet()...); err != nil {
		t.Fatal(err)
	}
	_, err := sim.RunMain(l, func(ctx context.Context) (int, error) {
		turns(ctx, 3)
		return sim.NewFuture[int](ctx, "f").Await(ctx)
	})
	if sim.Classify(err) != order.Deadlocked || len(l.Output()) != 0 {
		t.Errorf("the run ended with %v and printed %v", err, l.Output())
	}
	done() // must not count for the new run either
}
