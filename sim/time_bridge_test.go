package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestBridge(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	o := observe(func(ctx context.Context) error {
		c := sim.LoopOf(ctx).Bridge()
		if c != sim.LoopOf(ctx).Bridge() {
			t.Error("a loop has two bridges")
		}
		if !c.Now().Equal(start) {
			t.Errorf("Now is %v, want %v", c.Now(), start)
		}
		c.AfterFunc(time.Second, func() { sim.Print(ctx, "AfterFunc") })
		stopped := c.AfterFunc(time.Second, func() { t.Error("a stopped AfterFunc ran") })
		stopped.Stop()
		c.Sleep(2 * time.Second)
		sim.Print(ctx, "slept", c.Since(start), c.Until(start))
		timer := c.Timer(time.Second)
		date, ok, err := sim.Recv(ctx, timer.C)
		sim.Print(ctx, "timer", date.Sub(start), ok, err)
		ticker := c.Ticker(time.Second)
		defer ticker.Stop()
		for range 2 {
			date, _, _ := sim.Recv(ctx, ticker.C)
			sim.Print(ctx, "tick", date.Sub(start))
		}
		limited, cancel := c.WithTimeout(ctx, time.Second/2)
		defer cancel()
		err = sim.Sleep(limited, time.Hour)
		sim.Print(ctx, errors.Is(err, context.DeadlineExceeded))
		return nil
	}, sim.WithStart(start))
	mustStamp(t, o, "1s AfterFunc", "2s slept 2s -2s", "3s timer 3s true <nil>", "4s tick 4s", "5s tick 5s", "5.5s true")
}

// TestBridgeTies checks that timers of the bridge tie with those of the loop and
// with each other.
func TestBridgeTies(t *testing.T) {
	receive := func(name string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			sim.Recv(ctx, sim.LoopOf(ctx).Bridge().After(time.Second))
			sim.Print(ctx, name)
			return nil
		}
	}
	sleep := func(name string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			sim.LoopOf(ctx).Bridge().Sleep(time.Second)
			sim.Print(ctx, name)
			return nil
		}
	}
	after := func(name string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			sim.LoopOf(ctx).Bridge().AfterFunc(time.Second, func() { sim.Print(ctx, name) })
			return sim.Sleep(ctx, time.Minute)
		}
	}
	later := func(name string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			sim.LoopOf(ctx).CallLater(time.Second, name, func(ctx context.Context) { sim.Print(ctx, name) })
			return sim.Sleep(ctx, time.Minute)
		}
	}
	for _, test := range []struct {
		name string
		a, b func(name string) func(ctx context.Context) error
	}{
		{"AfterFunc and CallLater", after, later},
		{"two of AfterFunc", after, after},
		{"two of Sleep", sleep, sleep},
		{"Sleep of both sorts", sleep, func(name string) func(ctx context.Context) error { return sleepThenPrint(time.Second, name) }},
		{"two of After", receive, receive},
		{"After and Sleep", receive, sleep},
	} {
		t.Run(test.name, func(t *testing.T) {
			outputs, _ := walkAll(t, func(ctx context.Context) error {
				_, err := sim.Gather(ctx, sim.Do(ctx, "a", test.a("a")), sim.Do(ctx, "b", test.b("b"))).Await(ctx)
				return err
			})
			if len(outputs) != 2 || outputs["a b"] == 0 || outputs["b a"] == 0 {
				t.Errorf("the orders are %v, want both", outputs)
			}
		})
	}
}

func TestBridgeSleepCancelled(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := sim.LoopOf(ctx).Bridge()
		err := sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error {
			c.Sleep(time.Hour)
			sim.Print(ctx, "woken")
			err := sim.Yield(ctx)
			sim.Print(ctx, errors.Is(err, sim.ErrCancelled))
			return err
		})
		if !errors.Is(err, sim.ErrTimeout) {
			t.Errorf("got %v, want ErrTimeout", err)
		}
		return nil
	})
	mustStamp(t, o, "1s woken", "1s true")
}

func TestBridgeMisuse(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	c := l.Bridge()
	mustMisuse(t, func() { c.Sleep(time.Second) }, "Sleep", "outside a task")
	l.Close()
	closed := sim.NewLoop(quiet()...)
	closed.Close()
	mustMisuse(t, func() { closed.Bridge() }, "loop is closed")
}

// TestBridgeCostsNoDecisions checks that a program that does not tie decides
// nothing.
func TestBridgeCostsNoDecisions(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := sim.LoopOf(ctx).Bridge()
		for i := range 3 {
			c.AfterFunc(time.Duration(i)*time.Second, func() {})
		}
		c.Sleep(time.Minute)
		return nil
	}, sim.WithPolicy(order.AnyReady))
	mustEnd(t, o, order.Finished)
	if got := keysOf(o.Decisions); len(got) > 0 {
		t.Errorf("decided %v", got)
	}
}

// keysOf returns the kinds and keys of decisions.
func keysOf(decisions []order.Decision) (keys []string) {
	for _, d := range decisions {
		keys = append(keys, d.Kind+":"+d.Key)
	}
	return keys
}
