package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var sayAfterAwaits = scenario.Scenario{
	Name:  "say-after-awaits",
	Title: "two waits, awaited one after the other: 3 seconds",
	Topic: scenario.FirstPrograms,
	Story: "The same two coroutines as in say-after-tasks, but no tasks are made of them. " +
		"Awaiting a coroutine runs it then and there, so the second does not begin before the first has ended, and the waits add up.",
	Claim:    "it starts at 20:19:39 and finishes 3 seconds later, at 20:19:42",
	Program:  sim.Main(oneAfterTheOther),
	Options:  []sim.Option{sim.WithStart(evening)},
	Check:    claim.All(claim.Takes(3*time.Second), claim.PrintsAt("0s started at 20:19:39", "1s hello", "3s world", "3s finished at 20:19:42")),
	AnyOrder: true,
}

func oneAfterTheOther(ctx context.Context) error {
	sim.Printf(ctx, "started at %s", timeOfDay(ctx))
	if _, err := sayAfter(ctx, 1*time.Second, "hello").Await(ctx); err != nil {
		return err
	}
	if _, err := sayAfter(ctx, 2*time.Second, "world").Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "finished at %s", timeOfDay(ctx))
	return nil
}
