package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var evensOddsLoop = scenario.Scenario{
	Name:  "evens-odds-loop",
	Title: "the same two tasks, with the loop driven by hand",
	Topic: scenario.TakingTurns,
	Story: "There is no main coroutine here: the program takes the loop, makes two tasks on it, gathers them and runs the loop until both are done. " +
		"Each task sleeps 0.5 s at every number, printed or not, so they stay in step and print in turn.",
	Claim: "0 to 9 in order, a number every 0.5 s, 5 s in all",
	Program: func(loop *sim.Loop) error {
		ctx := loop.Context()
		evens := sim.CreateTask(ctx, stepThrough(ctx, "print_evens", 0))
		odds := sim.CreateTask(ctx, stepThrough(ctx, "print_odds", 1))
		_, err := sim.RunUntilComplete(loop, sim.Gather(ctx, evens, odds))
		return err
	},
	Check:    claim.All(claim.Takes(5*time.Second), claim.Prints("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), claim.Spaced(500*time.Millisecond)),
	AnyOrder: true,
}

// stepThrough is a coroutine that sleeps at every number below 10, and prints
// every second one, from first.
func stepThrough(ctx context.Context, name string, first int) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, name, func(ctx context.Context) error {
		for i := range 10 {
			if i%2 == first {
				sim.Print(ctx, i)
			}
			if err := sim.Sleep(ctx, 500*time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	})
}
