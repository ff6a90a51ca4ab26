package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var numbersLetters = scenario.Scenario{
	Name:  "numbers-letters",
	Title: "numbers and letters take turns",
	Topic: scenario.TakingTurns,
	Story: "One coroutine prints the numbers 0 to 4, another the letters a to e, and both sleep 0.1 s after each. " +
		"gather makes tasks of them and waits for both, so a number and a letter come together every 0.1 s.",
	Claim: "five numbers and five letters, one of each every 0.1 s, 0.5 s in all",
	Program: sim.Main(func(ctx context.Context) error {
		_, err := sim.Gather(ctx, numbers(ctx), letters(ctx)).Await(ctx)
		return err
	}),
	Check:    claim.All(claim.Takes(500*time.Millisecond), claim.PrintsInAnyOrder("0", "1", "2", "3", "4", "a", "b", "c", "d", "e"), claim.InPairs(100*time.Millisecond)),
	AnyOrder: true,
}

func numbers(ctx context.Context) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "numbers", func(ctx context.Context) error {
		for i := range 5 {
			sim.Print(ctx, i)
			if err := sim.Sleep(ctx, 100*time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	})
}

func letters(ctx context.Context) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "letters", func(ctx context.Context) error {
		for _, letter := range "abcde" {
			sim.Print(ctx, string(letter))
			if err := sim.Sleep(ctx, 100*time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	})
}
