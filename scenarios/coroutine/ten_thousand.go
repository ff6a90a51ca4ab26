package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var tenThousand = scenario.Scenario{
	Name:  "ten-thousand",
	Title: "ten thousand sleepers",
	Topic: scenario.LoopPromises,
	Story: "Ten thousand tasks sleep for a second each, and all of them wake at the same instant. " +
		"A task that sleeps costs a little memory and no time, so the program takes one second, not ten thousand.",
	Claim:    "10,000 tasks have slept for 1 s each when 1 s is over",
	Program:  sim.Main(sleepTenThousandTimes),
	AnyOrder: true,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s 10000 are awake")),
}

func sleepTenThousandTimes(ctx context.Context) error {
	awake := sim.NewVar(ctx, "awake", 0)
	var sleepers []*sim.Task[sim.None]
	for range 10_000 {
		sleepers = append(sleepers, sim.Go(ctx, "sleeper", func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			awake.Update(func(n int) int { return n + 1 })
			return nil
		}))
	}
	if _, err := sim.Gather(ctx, sim.Awaitables(sleepers)...).Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "%d are awake", awake.Get())
	return nil
}
