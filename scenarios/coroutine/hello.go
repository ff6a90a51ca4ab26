package coroutine

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var hello = scenario.Scenario{
	Name:  "hello",
	Title: "two coroutines sleep at the same time",
	Topic: scenario.FirstPrograms,
	Story: "Two coroutines wait a second each and then say hello. " +
		"While one of them sleeps, the loop has nothing to do for it and starts the other, so both seconds pass at the same time. " +
		"Both sleeps end at one instant, so either greeting may come first.",
	Claim:    "both greetings come after 1 second, and the program takes 1 second, not 2",
	Program:  helloTwice,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s Hello 1!", "1s Hello 2!")),
	AnyOrder: true,
}

// say is a coroutine that sleeps for a second and greets.
func say(ctx context.Context, n int) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, fmt.Sprintf("say%d", n), func(ctx context.Context) error {
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		sim.Printf(ctx, "Hello %d!", n)
		return nil
	})
}

func helloTwice(loop *sim.Loop) error {
	ctx := loop.Context()
	_, err := sim.RunUntilComplete(loop, sim.Gather(ctx, say(ctx, 1), say(ctx, 2)))
	return err
}
