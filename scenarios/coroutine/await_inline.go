package coroutine

import (
	"context"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var awaitInline = scenario.Scenario{
	Name:  "await-inline",
	Title: "awaiting a coroutine runs it to its end",
	Topic: scenario.CoroutineValues,
	Story: "The main coroutine awaits another one that prints 0 to 9. " +
		"Awaiting a coroutine is like calling a function: it runs inside the same task, and `Finished` cannot come before it has ended. " +
		"As nothing in it waits, the loop does not even get a turn.",
	Claim:    "0 to 9 and then `Finished`, all by one task, and in no time",
	Program:  sim.Main(awaitTheCount),
	Check:    claim.All(claim.Takes(0), claim.Prints("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "Finished"), claim.PrintedBy("main")),
	AnyOrder: true,
}

func awaitTheCount(ctx context.Context) error {
	count := sim.Do(ctx, "count", func(ctx context.Context) error {
		for i := range 10 {
			sim.Print(ctx, i)
		}
		return nil
	})
	if _, err := count.Await(ctx); err != nil {
		return err
	}
	sim.Print(ctx, "Finished")
	return nil
}
