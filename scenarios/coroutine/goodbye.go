package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var goodbye = scenario.Scenario{
	Name:  "goodbye",
	Title: "say something, wait, say something else",
	Topic: scenario.FirstPrograms,
	Story: "The smallest program that waits. " +
		"It greets, sleeps for a second and says goodbye; nothing else is there to run meanwhile, so the loop moves its clock straight to the end of the sleep. " +
		"The second is virtual: no real time passes.",
	Claim:    "`Hello, World!`, a second later `Goodbye!`, and that is the end",
	Program:  sim.Main(helloAndGoodbye),
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("0s Hello, World!", "1s Goodbye!")),
	AnyOrder: true,
}

func helloAndGoodbye(ctx context.Context) error {
	sim.Print(ctx, "Hello, World!")
	if err := sim.Sleep(ctx, time.Second); err != nil {
		return err
	}
	sim.Print(ctx, "Goodbye!")
	return nil
}
