package race

import (
	"context"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var missedWakeup = scenario.Scenario{
	Name:  "missed-wakeup",
	Title: "the postman rings before anybody listens",
	Topic: scenario.WaitingForEver,
	Story: "Ida waits for the bell, and the postman rings it once. " +
		"A condition does not remember that it was notified: if he comes before she listens, nobody hears it, and she waits for ever.",
	Claim:   "in the default order Ida has her letter; in 1 of the 2 orders she waits for ever",
	Program: deliverLetter(waitForTheBell),
	Options: anyReady,
	Check:   claim.All(claim.Takes(0), claim.PrintsAt("0s ida has the letter")),
	Explore: &scenario.Exploration{Orders: 2, Failing: 1},
}

var missedWakeupFixed = scenario.Scenario{
	Name:  "missed-wakeup-fixed",
	Title: "the postman leaves the letter, and then he rings",
	Topic: scenario.WaitingForEver,
	Story: "The bell tells Ida when to look, but what she waits for is the letter in the box. " +
		"If it is there already, she does not wait at all.",
	Claim:    "Ida has her letter in each of the 2 orders",
	Program:  deliverLetter(waitForTheLetter),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(0), claim.PrintsAt("0s ida has the letter")),
	Explore:  &scenario.Exploration{Orders: 2},
	Fixes:    "missed-wakeup",
}

func waitForTheBell(ctx context.Context, bell *sim.Condition, _ *sim.Var[bool]) error {
	return bell.Wait(ctx)
}

func waitForTheLetter(ctx context.Context, bell *sim.Condition, letter *sim.Var[bool]) error {
	return bell.WaitFor(ctx, letter.Get)
}

func deliverLetter(wait func(ctx context.Context, bell *sim.Condition, letter *sim.Var[bool]) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		bell := sim.NewCondition(ctx, "bell", nil)
		letter := sim.NewVar(ctx, "letter", false)
		ida := sim.Go(ctx, "ida", func(ctx context.Context) error {
			return bell.With(ctx, func(ctx context.Context) error {
				if err := wait(ctx, bell, letter); err != nil {
					return err
				}
				sim.Print(ctx, "ida has the letter")
				return nil
			})
		})
		postman := sim.Go(ctx, "postman", func(ctx context.Context) error {
			return bell.With(ctx, func(ctx context.Context) error {
				letter.Set(true)
				return bell.Notify(1)
			})
		})
		_, err := sim.Gather(ctx, ida, postman).Await(ctx)
		return err
	})
}
