package sim_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// everyEnd holds a program for each way in which a run can end.
var everyEnd = []struct {
	name    string
	end     order.End
	program sim.Program
}{
	{"finished", order.Finished, sim.Main(bazaar)},
	{"failed", order.Failed, crowd(func(ctx context.Context) error { return errors.New("boom") })},
	{"cancelled", order.Cancelled, crowd(func(ctx context.Context) error {
		me, _ := sim.CurrentTask(ctx)
		me.Cancel()
		return sim.Sleep(ctx, 1)
	})},
	{"deadlock", order.Deadlocked, crowd(func(ctx context.Context) error {
		_, err := sim.NewFuture[int](ctx, "f").Await(ctx)
		return err
	})},
	{"step limit", order.OutOfSteps, crowd(func(ctx context.Context) error {
		for {
			if err := sim.Yield(ctx); err != nil {
				return err
			}
		}
	})},
	{"panic", order.Panicked, crowd(func(ctx context.Context) error { panic("boom") })},
	{"panic in a callback", order.Panicked, crowd(func(ctx context.Context) error {
		sim.LoopOf(ctx).CallSoon("cb", func(context.Context) { panic("boom") })
		return sim.Sleep(ctx, 1)
	})},
	{"exit", order.Exited, crowd(func(ctx context.Context) error { runtime.Goexit(); return nil })},
	{"exit in a callback", order.Exited, crowd(func(ctx context.Context) error {
		sim.LoopOf(ctx).CallSoon("cb", func(context.Context) { runtime.Goexit() })
		return sim.Sleep(ctx, 1)
	})},
	{"exit in a thread", order.Exited, crowd(func(ctx context.Context) error {
		_, err := sim.ToThread(ctx, "job", func(ctx context.Context) (int, error) {
			sim.Block(ctx, 1)
			runtime.Goexit()
			return 0, nil
		})
		return err
	})},
	{"leak", order.Leaked, func(l *sim.Loop) error {
		for range 3 {
			sim.Go(l.Context(), "left", func(ctx context.Context) error { return sim.Sleep(ctx, time.Hour) })
		}
		return l.RunReady()
	}},
	{"misuse", order.Misused, crowd(func(ctx context.Context) error { sim.Sleep(context.Background(), 1); return nil })},
	{"mismatch", order.Mismatched, sim.Main(bazaar)},
}

// crowd runs main beside tasks and threads that are still busy when it ends.
func crowd(main func(ctx context.Context) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		for range 3 {
			sim.Go(ctx, "other", func(ctx context.Context) error { return sim.NewEvent(ctx, "").Wait(ctx) })
		}
		pool := sim.NewThreadPool(ctx, "pool", 1)
		for range 2 {
			sim.RunInExecutor(ctx, pool, "job", func(ctx context.Context) (int, error) { sim.Block(ctx, time.Hour); return 0, nil })
		}
		sim.Sleep(ctx, time.Second)
		return main(ctx)
	})
}

// endOptions returns the options that a program of everyEnd needs.
func endOptions(end order.End) []sim.Option {
	switch end {
	case order.OutOfSteps:
		return []sim.Option{sim.WithStepLimit(500)}
	case order.Mismatched:
		return []sim.Option{sim.WithStrategy(order.Replay(order.Schedule{{Kind: "timer", Key: "nobody.1", Taken: "nothing.1"}}))}
	}
	return nil
}

// coroutines returns how many goroutines of the package are alive.
func coroutines() int {
	buffer := make([]byte, 1<<22)
	stacks := string(buffer[:runtime.Stack(buffer, true)])
	return strings.Count(stacks, "sim.(*worker).")
}

// mustHave waits, without sleeping, until n coroutines are alive: the runtime
// may still be busy ending one.
func mustHave(t *testing.T, n int) {
	t.Helper()
	for range 1000 {
		if coroutines() <= n {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("%d coroutines are alive, want %d at most", coroutines(), n)
}

// TestNothingLeaks checks that no goroutine survives its loop, however the run
// ends.
func TestNothingLeaks(t *testing.T) {
	before := coroutines()
	for _, test := range everyEnd {
		t.Run(test.name, func(t *testing.T) {
			for range 3 {
				o := sim.Simulate(test.program, quiet(endOptions(test.end)...)...)
				mustEnd(t, o, test.end)
			}
			mustHave(t, before)
		})
	}
}

// TestResetKeepsRunsAlike checks that a run on a loop that was used before, for
// anything, is like one on a new loop.
func TestResetKeepsRunsAlike(t *testing.T) {
	before := coroutines()
	fresh := make(map[string]string)
	l := sim.NewLoop(quiet()...)
	for round := range 100 {
		test := everyEnd[round*5%len(everyEnd)]
		seed := uint64(round % 4)
		options := quiet(append([]sim.Option{sim.WithSeed(seed), sim.WithPolicy(order.AnyReady)}, endOptions(test.end)...)...)
		if err := l.Reset(options...); err != nil && sim.Classify(err) != order.Leaked {
			t.Fatalf("Reset: %v", err)
		}
		err := test.program(l)
		got := fmt.Sprintln(l.Trace().Hash, l.Output(), l.Steps(), l.Now(), sim.Classify(err))
		key := fmt.Sprint(test.name, seed)
		if fresh[key] == "" {
			alone := sim.NewLoop(quiet(append([]sim.Option{sim.WithSeed(seed), sim.WithPolicy(order.AnyReady)}, endOptions(test.end)...)...)...)
			err := test.program(alone)
			fresh[key] = fmt.Sprintln(alone.Trace().Hash, alone.Output(), alone.Steps(), alone.Now(), sim.Classify(err))
			alone.Close()
		}
		if got != fresh[key] {
			t.Fatalf("round %d, %s: on a used loop\n%son a new one\n%s", round, test.name, got, fresh[key])
		}
	}
	l.Close()
	mustHave(t, before)
	if err := l.Reset(); err != sim.ErrLoopClosed {
		t.Errorf("Reset of a closed loop: %v, want ErrLoopClosed", err)
	}
}
