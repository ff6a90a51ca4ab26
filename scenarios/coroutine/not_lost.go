package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var notLost = scenario.Scenario{
	Name:  "not-lost",
	Title: "many things end at one instant, and none is lost",
	Topic: scenario.LoopPromises,
	Story: "Twenty sleeps, twenty futures that callbacks complete, and twenty threads all end at the same instant, and each sends a number. " +
		"They may arrive in any order, but every one of them arrives, once, and at that instant.",
	Claim:    "60 numbers are sent at 1 s, and 60 different numbers have arrived at 1 s",
	Program:  sim.Main(endAllAtOnce),
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s 60 numbers have arrived, 60 of them different")),
	AnyOrder: true,
}

func endAllAtOnce(ctx context.Context) error {
	const each = 20
	arrivals := sim.NewQueue[int](ctx, "arrivals", 0)
	pool := sim.NewThreadPool(ctx, "thread", each)
	for i := range each {
		sim.Go(ctx, "sleeper", func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return arrivals.Put(ctx, 3*i)
		})

		number := sim.NewFuture[int](ctx, "number")
		sim.LoopOf(ctx).CallLater(time.Second, "complete", func(context.Context) { number.SetResult(3*i + 1) })
		sim.Go(ctx, "waiter", func(ctx context.Context) error { return forward(ctx, number, arrivals) })

		thread := sim.RunInExecutor(ctx, pool, "block", func(ctx context.Context) (int, error) {
			sim.Block(ctx, time.Second)
			return 3*i + 2, nil
		})
		sim.Go(ctx, "waiter", func(ctx context.Context) error { return forward(ctx, thread, arrivals) })
	}

	different := map[int]bool{}
	for range 3 * each {
		number, err := arrivals.Get(ctx)
		if err != nil {
			return err
		}
		different[number] = true
	}
	sim.Printf(ctx, "%d numbers have arrived, %d of them different", 3*each, len(different))
	return nil
}

// forward waits for a number and sends it on.
func forward(ctx context.Context, from *sim.Future[int], to *sim.Queue[int]) error {
	number, err := from.Await(ctx)
	if err != nil {
		return err
	}
	return to.Put(ctx, number)
}
