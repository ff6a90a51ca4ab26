package race

import (
	"context"
	"errors"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var starvation = scenario.Scenario{
	Name:  "starvation",
	Title: "somebody who looks at the wrong moments",
	Topic: scenario.WaitingForEver,
	Story: "One task holds a lock for a second at a time and lets go of it only for a moment; the other looks every second whether it is free. " +
		"If every look falls beside the moment, it never has a turn, although the lock was free again and again.",
	Claim:   "in the default order the polite task has a turn; in 8 of the 30 orders it has none",
	Program: shareWithGreedy(lookAndTryLater),
	Options: anyReady,
	Check:   claim.All(claim.Takes(3*time.Second), claim.PrintsAt("1s the polite task has a turn")),
	Explore: &scenario.Exploration{Orders: 30, Failing: 8},
}

var starvationFixed = scenario.Scenario{
	Name:  "starvation-fixed",
	Title: "somebody who stands in line",
	Topic: scenario.WaitingForEver,
	Story: "The polite task does not look now and then but waits for the lock. " +
		"A lock goes to whoever has waited longest, so the greedy task cannot take it again before the other has had a turn.",
	Claim:    "the polite task has a turn in each of the 10 orders",
	Program:  shareWithGreedy(standInLine),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.PrintsInAnyOrder("the polite task has a turn")),
	Explore:  &scenario.Exploration{Orders: 10},
	Fixes:    "starvation",
}

func takeTurn(ctx context.Context) error {
	sim.Print(ctx, "the polite task has a turn")
	return nil
}

func lookAndTryLater(ctx context.Context, lock *sim.Lock) error {
	for range 3 {
		if !lock.Locked() {
			return lock.With(ctx, takeTurn)
		}
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
	}
	return errors.New("the polite task gives up without a turn")
}

func standInLine(ctx context.Context, lock *sim.Lock) error { return lock.With(ctx, takeTurn) }

func shareWithGreedy(getTurn func(ctx context.Context, lock *sim.Lock) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		lock := sim.NewLock(ctx, "the lock")
		greedy := sim.Go(ctx, "greedy", func(ctx context.Context) error {
			for range 3 {
				err := lock.With(ctx, func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
				if err != nil {
					return err
				}
				if err := sim.Yield(ctx); err != nil { // the moment
					return err
				}
			}
			return nil
		})
		polite := comesAfter(ctx, time.Second, "polite", func(ctx context.Context) error { return getTurn(ctx, lock) })
		_, err := sim.Gather(ctx, greedy, polite).Await(ctx)
		return err
	})
}
