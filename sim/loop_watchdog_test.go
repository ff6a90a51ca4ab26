package sim_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// stuckOn runs main, which blocks on a bare channel, and returns what the
// watchdog says, which then closes the channel. It does so in a bubble of
// testing/synctest, where the watchdog's time passes only while everybody
// blocks: nothing depends on the speed of the machine.
func stuckOn(t *testing.T, main func(ctx context.Context, bare chan int) error) (stuck *sim.StuckError) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		bare := make(chan int)
		o := observe(func(ctx context.Context) error { return main(ctx, bare) },
			sim.WithWatchdog(time.Second, func(e *sim.StuckError) {
				stuck = e
				close(bare)
			}))
		mustEnd(t, o, order.Finished)
	})
	return stuck
}

func receiveBare(bare chan int) { <-bare }

func TestWatchdogNamesTheTask(t *testing.T) {
	e := stuckOn(t, func(ctx context.Context, bare chan int) error {
		child := sim.Go(ctx, "child", func(ctx context.Context) error {
			sim.Sleep(ctx, time.Hour)
			receiveBare(bare)
			return nil
		})
		sim.Go(ctx, "bystander", func(ctx context.Context) error { return sim.Sleep(ctx, 2*time.Hour) })
		_, err := child.Await(ctx)
		return err
	})
	if e.Task != "child" || e.After != time.Second {
		t.Errorf("stuck is %q after %v, want child after 1s", e.Task, e.After)
	}
	mustMention(t, e.Stack, "receiveBare", "chan receive")
	mustMention(t, e.Error(), "task child", "bare channel", "sim.Recv", "receiveBare")
	if sim.Classify(e) != order.StuckEnd {
		t.Errorf("Classify = %q", sim.Classify(e))
	}
}

func TestWatchdogInACallback(t *testing.T) {
	e := stuckOn(t, func(ctx context.Context, bare chan int) error {
		sim.LoopOf(ctx).CallSoon("cb", func(context.Context) { receiveBare(bare) })
		return sim.Sleep(ctx, time.Second)
	})
	mustMention(t, e.Task, "main/cb")
	mustMention(t, e.Error(), "callback", "receiveBare")
}

func TestWatchdogInAThread(t *testing.T) {
	e := stuckOn(t, func(ctx context.Context, bare chan int) error {
		_, err := sim.ToThread(ctx, "job", func(context.Context) (int, error) { receiveBare(bare); return 0, nil })
		return err
	})
	if e.Task != "thread-1/job" {
		t.Errorf("stuck is %q, want thread-1/job", e.Task)
	}
}

// TestWatchdogBlamesNobody has runs that take long, in (fake) real time, and are
// not stuck.
func TestWatchdogBlamesNobody(t *testing.T) {
	for _, test := range []struct {
		name     string
		watchdog time.Duration
		main     func(ctx context.Context) error
	}{
		{"many steps", time.Second, func(ctx context.Context) error {
			for range 100 {
				time.Sleep(400 * time.Millisecond)
				sim.Yield(ctx)
			}
			return nil
		}},
		{"steps just below the limit", time.Second, func(ctx context.Context) error {
			for range 100 {
				time.Sleep(950 * time.Millisecond)
				sim.Yield(ctx)
			}
			return nil
		}},
		{"waiting for a goroutine", time.Second, func(ctx context.Context) error {
			l, f := sim.LoopOf(ctx), sim.NewFuture[int](ctx, "f")
			done := l.ExpectThreadsafe()
			go func() {
				time.Sleep(time.Hour)
				l.CallSoonThreadsafe("set", func(context.Context) { f.SetResult(1) })
				done()
			}()
			_, err := f.Await(ctx)
			return err
		}},
		{"off", 0, func(context.Context) error { time.Sleep(time.Hour); return nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := observe(test.main, sim.WithWatchdog(test.watchdog, func(e *sim.StuckError) { t.Errorf("blamed: %v", e) }))
				mustEnd(t, o, order.Finished)
			})
		})
	}
}

// TestWatchdogEndsTheProcess runs itself in a process of its own, which the
// watchdog ends with its report.
func TestWatchdogEndsTheProcess(t *testing.T) {
	if os.Getenv("WEFT_STUCK") != "" {
		observe(func(context.Context) error {
			go func() { select {} }() // so that Go's own deadlock detector is not first
			receiveBare(make(chan int))
			return nil
		}, sim.WithWatchdog(time.Millisecond, nil))
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestWatchdogEndsTheProcess$")
	child.Env = append(os.Environ(), "WEFT_STUCK=1")
	out, err := child.CombinedOutput()
	var failed *exec.ExitError
	if !errors.As(err, &failed) {
		t.Errorf("the process ended with %v", err)
	}
	// Not where it blocks: on a slow machine it may be blamed before it gets there.
	mustMention(t, string(out), "task main has not come back")
}
