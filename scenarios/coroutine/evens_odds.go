package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var evensOdds = scenario.Scenario{
	Name:  "evens-odds",
	Title: "two tasks count to ten in turn",
	Topic: scenario.TakingTurns,
	Story: "Two tasks walk through 0 to 9; one prints the even numbers, the other the odd ones, and each sleeps 0.1 s after what it prints. " +
		"A number that a task does not print costs it no time, so each of them sleeps five times. " +
		"The two are due at the same instants, so every pair may come in either order.",
	Claim:    "the numbers 0 to 9, a pair every 0.1 s, 0.5 s in all",
	Program:  sim.Main(evensAndOdds),
	Check:    claim.All(claim.Takes(500*time.Millisecond), claim.PrintsInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), claim.InPairs(100*time.Millisecond)),
	AnyOrder: true,
}

// printEvery is a coroutine that prints every second number below 10, from
// first, and sleeps after each.
func printEvery(ctx context.Context, name string, first int) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, name, func(ctx context.Context) error {
		for i := range 10 {
			if i%2 == first {
				sim.Print(ctx, i)
				if err := sim.Sleep(ctx, 100*time.Millisecond); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func evensAndOdds(ctx context.Context) error {
	evens := sim.CreateTask(ctx, printEvery(ctx, "task1", 0))
	odds := sim.CreateTask(ctx, printEvery(ctx, "task2", 1))
	if _, err := evens.Await(ctx); err != nil {
		return err
	}
	_, err := odds.Await(ctx)
	return err
}
