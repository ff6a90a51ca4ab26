package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var syncVsAsyncSleep = scenario.Scenario{
	Name:  "sync-vs-async-sleep",
	Title: "the wrong sleep makes tasks queue up",
	Topic: scenario.WaitingTogether,
	Story: "Task A adds up 1 and 2, task B adds up 1, 2 and 3, and every step needs a second of waiting. " +
		"A blocking sleep holds the loop, so the five steps come one after the other: 5 s, although there are two tasks. " +
		"With the async sleep, the tasks wait at the same time: 3 s, as long as B alone.",
	Claim:   "5 s with the blocking sleep, 3 s with the async one, and the same sums",
	Program: sim.Main(sumWithBothSleeps),
	Check: claim.All(claim.Takes(8*time.Second), claim.PrintsInAnyOrder(
		"A: 0 + 1", "A: 1 + 2", "A: the sum is 3", "B: 0 + 1", "B: 1 + 2", "B: 3 + 3", "B: the sum is 6", "blocking sleep: 5s",
		"A: 0 + 1", "A: 1 + 2", "A: the sum is 3", "B: 0 + 1", "B: 1 + 2", "B: 3 + 3", "B: the sum is 6", "async sleep: 3s",
	)),
	AnyOrder: true,
}

// sleep is either of the two sleeps.
type sleep = func(ctx context.Context, d time.Duration) error

func blockingSleep(ctx context.Context, d time.Duration) error {
	sim.Block(ctx, d)
	return nil
}

// sum is a coroutine that adds up numbers, one a second.
func sum(ctx context.Context, name string, pause sleep, numbers ...int) *sim.Coroutine[int] {
	return sim.Call(ctx, name, func(ctx context.Context) (int, error) {
		total := 0
		for _, n := range numbers {
			sim.Printf(ctx, "%s: %d + %d", name, total, n)
			if err := pause(ctx, time.Second); err != nil {
				return 0, err
			}
			total += n
		}
		sim.Printf(ctx, "%s: the sum is %d", name, total)
		return total, nil
	})
}

func sumWithBothSleeps(ctx context.Context) error {
	for _, way := range []struct {
		name  string
		pause sleep
	}{
		{"blocking sleep", blockingSleep},
		{"async sleep", sim.Sleep},
	} {
		begin := sim.Now(ctx)
		sums := sim.Gather(ctx, sum(ctx, "A", way.pause, 1, 2), sum(ctx, "B", way.pause, 1, 2, 3))
		if _, err := sums.Await(ctx); err != nil {
			return err
		}
		sim.Printf(ctx, "%s: %v", way.name, sim.Now(ctx)-begin)
	}
	return nil
}
