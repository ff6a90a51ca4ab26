package coroutine

import (
	"context"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var neverAwaited = scenario.Scenario{
	Name:  "never-awaited",
	Title: "a coroutine that nobody awaits does nothing",
	Topic: scenario.CoroutineValues,
	Story: "The program calls a coroutine function and forgets to await what it gives. " +
		"So nothing of it runs, which is easy to miss, because there is no error. " +
		"At the end of the run, Weft reports the coroutine by its name and the place where it was made.",
	Claim:    "the greeting is not printed, and there is one report: coroutine greet was never awaited",
	Program:  sim.Main(forgetToAwait),
	Check:    claim.All(claim.Takes(0), claim.Prints("the program ends"), claim.Reports(sim.NeverAwaited, "greet")),
	AnyOrder: true,
}

func greet(ctx context.Context) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "greet", func(ctx context.Context) error {
		sim.Print(ctx, "Hello!")
		return nil
	})
}

func forgetToAwait(ctx context.Context) error {
	greet(ctx) // where is .Await(ctx)?
	sim.Print(ctx, "the program ends")
	return nil
}
