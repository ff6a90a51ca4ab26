package scenarios

import (
	"context"

	"weft/sim"
)

var awaitInline = Scenario{
	Name:  "await-inline",
	Title: "awaiting a coroutine runs it to its end",
	Topic: CoroutineObjects,
	Story: "The main coroutine awaits another one that prints 0 to 9. " +
		"Awaiting a coroutine is like calling a function: it runs inside the same task, and `Finished` cannot come before it has ended. " +
		"As nothing in it waits, the loop does not even get a turn.",
	Claim:    "0 to 9 and then `Finished`, all by one task, and in no time",
	Program:  sim.Main(awaitTheCount),
	Check:    all(takes(0), prints("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "Finished"), printedBy("main")),
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
