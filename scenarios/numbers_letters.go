package scenarios

import (
	"context"
	"time"

	"weft/sim"
)

var numbersLetters = Scenario{
	Name:  "numbers-letters",
	Title: "numbers and letters take turns",
	Topic: TakingTurns,
	Story: "One coroutine prints the numbers 0 to 4, another the letters a to e, and both sleep 0.1 s after each. " +
		"gather makes tasks of them and waits for both, so a number and a letter come together every 0.1 s.",
	Claim: "five numbers and five letters, one of each every 0.1 s, 0.5 s in all",
	Program: sim.Main(func(ctx context.Context) error {
		_, err := sim.Gather(ctx, numbers(ctx), letters(ctx)).Await(ctx)
		return err
	}),
	Check:    all(takes(500*time.Millisecond), printsInAnyOrder("0", "1", "2", "3", "4", "a", "b", "c", "d", "e"), inPairs(100*time.Millisecond)),
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
