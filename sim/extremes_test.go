package sim_test

import (
	"context"
	"io"
	"math"
	"sync"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestDistributionsAtTheirLimits(t *testing.T) {
	for _, test := range []struct {
		name string
		d    sim.Distribution
		p    float64
		want time.Duration
	}{
		{"a uniform range wider than an int64", sim.Uniform{Min: math.MinInt64, Max: math.MaxInt64}, 0.5, 0},
		{"the top of the range", sim.Uniform{Min: 0, Max: math.MaxInt64}, 1, math.MaxInt64},
		{"the bottom of the range", sim.Uniform{Min: math.MinInt64, Max: 0}, 0, math.MinInt64},
		{"a huge mean", sim.Exponential{Mean: math.MaxInt64}, 0.99, math.MaxInt64},
		{"no mean", sim.Exponential{}, 0.99, 0},
	} {
		if got := test.d.Quantile(test.p); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
	mustMisuse(t, func() { sim.Uniform{Min: 2, Max: 1}.Quantile(0.5) }, "Max", "before Min")
	mustMisuse(t, func() { sim.Exponential{Mean: -1}.Quantile(0.5) }, "negative mean")
}

// A handler may do what it likes, even close the loop whose end it hears of.
func TestHandlerThatClosesTheLoop(t *testing.T) {
	l := sim.NewLoop(sim.WithOutput(io.Discard))
	heard := 0
	l.SetExceptionHandler(func(l *sim.Loop, r sim.Report) {
		heard++
		l.Close()
	})
	sim.Go(l.Context(), "fails", func(context.Context) error { return errTest })
	sim.Do(l.Context(), "never", func(context.Context) error { return nil })
	if err := l.RunUntilIdle(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil || heard != 2 {
		t.Errorf("Close returned %v after %d reports, want nil and 2", err, heard)
	}
}

// A context may be asked by real goroutines while its timeout is moved; the race
// detector watches.
func TestDeadlineIsSafeForGoroutines(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		timeout := sim.NewTimeout(time.Second)
		return timeout.Run(ctx, func(ctx context.Context) error {
			var asked sync.WaitGroup
			asked.Go(func() {
				for range 100 {
					ctx.Deadline()
				}
			})
			for i := range 100 {
				timeout.Reschedule(time.Duration(i+1) * time.Second)
			}
			asked.Wait()
			return nil
		})
	})
	mustEnd(t, o, order.Finished)
}

// What was left out is named, where a nil dereference would leave one guessing.
func TestMissingArgumentsAreNamed(t *testing.T) {
	for name, use := range map[string]func(ctx context.Context){
		"CreateTask":    func(ctx context.Context) { sim.CreateTask[int](ctx, nil) },
		"WaitFor":       func(ctx context.Context) { sim.WaitFor[int](ctx, nil, time.Second) },
		"Shield":        func(ctx context.Context) { sim.Shield[int](ctx, nil) },
		"Gather":        func(ctx context.Context) { sim.Gather[int](ctx, nil) },
		"AsCompleted":   func(ctx context.Context) { sim.AsCompleted[int](ctx, nil) },
		"RunInExecutor": func(ctx context.Context) { sim.RunInExecutor(ctx, nil, "x", give(0, 1, nil)) },
		"Update":        func(ctx context.Context) { sim.NewVar(ctx, "v", 1).Update(nil) },
		"task group":    func(ctx context.Context) { new(sim.TaskGroup).Go(ctx, "x", forever) },
		"nil channel":   func(ctx context.Context) { sim.Recv[int](ctx, nil) },
		"zero value":    func(ctx context.Context) { new(sim.Lock).Acquire(ctx) },
	} {
		o := observe(func(ctx context.Context) error { use(ctx); return nil })
		if o.End != order.Misused {
			t.Errorf("%s: %s, %v", name, o.End, o.Err)
			continue
		}
		mustMention(t, o.Err.Error(), name)
	}
	mustMisuse(t, func() { sim.Simulate(nil) }, "nil program")
}
