package coroutine

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var fib = scenario.Scenario{
	Name:  "fib",
	Title: "a Fibonacci number by recursion, and by a tree of tasks",
	Topic: scenario.TakingTurns,
	Story: "fib(10) makes 177 calls, whether they are plain calls or tasks that wait for their children with gather. " +
		"If every call blocks for 0.1 s, the calls add up to 17.7 s. " +
		"If every task sleeps for 0.1 s, all tasks of one level of the tree sleep together, and ten levels take 1 s.",
	Claim:   "every way gives 55 in 177 calls; without waiting they take 0 s, with blocking sleep 17.7 s, with async sleep 1 s",
	Program: sim.Main(fibFourWays),
	Check: claim.All(claim.Takes(18700*time.Millisecond), claim.Prints(
		"plain calls:                   fib(10) = 55, 177 calls, 0s",
		"tasks:                         fib(10) = 55, 177 calls, 0s",
		"plain calls, blocking 0.1 s:   fib(10) = 55, 177 calls, 17.7s",
		"tasks, sleeping 0.1 s:         fib(10) = 55, 177 calls, 1s",
	)),
	AnyOrder: true,
}

// fibonacci computes with a pause at every call, and counts the calls.
type fibonacci struct {
	pause time.Duration
	calls *sim.Var[int]
}

// plain is the recursion that everybody knows. Its pause holds the whole loop.
func (f fibonacci) plain(ctx context.Context, n int) int {
	f.count()
	sim.Block(ctx, f.pause)
	if n < 2 {
		return n
	}
	return f.plain(ctx, n-1) + f.plain(ctx, n-2)
}

// task is the same as a coroutine: each call waits for two tasks.
func (f fibonacci) task(ctx context.Context, n int) *sim.Coroutine[int] {
	return sim.Call(ctx, fmt.Sprintf("fib(%d)", n), func(ctx context.Context) (int, error) {
		f.count()
		if f.pause > 0 {
			if err := sim.Sleep(ctx, f.pause); err != nil {
				return 0, err
			}
		}
		if n < 2 {
			return n, nil
		}
		parts, err := sim.Gather(ctx, f.task(ctx, n-1), f.task(ctx, n-2)).Await(ctx)
		if err != nil {
			return 0, err
		}
		return parts[0] + parts[1], nil
	})
}

func (f fibonacci) count() { f.calls.Update(func(n int) int { return n + 1 }) }

func fibFourWays(ctx context.Context) error {
	ways := []struct {
		name  string
		tasks bool
		pause time.Duration
	}{
		{"plain calls:", false, 0},
		{"tasks:", true, 0},
		{"plain calls, blocking 0.1 s:", false, 100 * time.Millisecond},
		{"tasks, sleeping 0.1 s:", true, 100 * time.Millisecond},
	}
	for _, way := range ways {
		f := fibonacci{way.pause, sim.NewVar(ctx, "calls", 0)}
		begin := sim.Now(ctx)
		var result int
		if way.tasks {
			var err error
			if result, err = f.task(ctx, 10).Await(ctx); err != nil {
				return err
			}
		} else {
			result = f.plain(ctx, 10)
		}
		sim.Printf(ctx, "%-30s fib(10) = %d, %d calls, %v", way.name, result, f.calls.Get(), sim.Now(ctx)-begin)
	}
	return nil
}
