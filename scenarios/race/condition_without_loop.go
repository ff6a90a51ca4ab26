package race

import (
	"context"
	"errors"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var conditionWithoutLoop = scenario.Scenario{
	Name:  "condition-without-loop",
	Title: "a customer who is woken for a loaf that is gone",
	Topic: scenario.TooEarly,
	Story: "Ann waits for bread; the baker puts a loaf on the counter and tells her, and Bob comes in at that moment. " +
		"If he is at the counter before she has woken up, he has the loaf, and Ann, who does not look again, takes one that is not there.",
	Claim:   "in the default order both get a loaf; in 12 of the 36 orders Ann takes one that is not there",
	Program: sellBread(waitIfEmpty),
	Options: anyReady,
	Check:   claim.All(claim.Takes(2*time.Second), claim.PrintsAt("1s ann has a loaf", "2s bob has a loaf")),
	Explore: &scenario.Exploration{Orders: 36, Failing: 12},
}

var conditionWithoutLoopFixed = scenario.Scenario{
	Name:  "condition-without-loop-fixed",
	Title: "a customer who looks again",
	Topic: scenario.TooEarly,
	Story: "Ann is woken as before, but looks at the counter again before she takes anything. " +
		"If the loaf is gone she waits on, and the baker's next one is hers.",
	Claim:    "both get a loaf in each of the 36 orders",
	Program:  sellBread(waitWhileEmpty),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(2*time.Second), claim.PrintsInAnyOrder("ann has a loaf", "bob has a loaf")),
	Explore:  &scenario.Exploration{Orders: 36},
	Fixes:    "condition-without-loop",
}

func waitIfEmpty(ctx context.Context, counter *sim.Condition, loaves *sim.Var[int]) error {
	if loaves.Get() == 0 {
		return counter.Wait(ctx)
	}
	return nil
}

func waitWhileEmpty(ctx context.Context, counter *sim.Condition, loaves *sim.Var[int]) error {
	for loaves.Get() == 0 {
		if err := counter.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

func sellBread(wait func(ctx context.Context, counter *sim.Condition, loaves *sim.Var[int]) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		counter := sim.NewCondition(ctx, "counter", nil)
		loaves := sim.NewVar(ctx, "loaves", 0)

		buy := func(ctx context.Context, customer string) error {
			return counter.With(ctx, func(ctx context.Context) error {
				if err := wait(ctx, counter, loaves); err != nil {
					return err
				}
				if loaves.Get() == 0 {
					return errors.New(customer + " takes a loaf that is not there")
				}
				loaves.Update(func(n int) int { return n - 1 })
				sim.Print(ctx, customer, "has a loaf")
				return nil
			})
		}
		ann := sim.Go(ctx, "ann", func(ctx context.Context) error { return buy(ctx, "ann") })
		baker := sim.Go(ctx, "baker", func(ctx context.Context) error {
			for range 2 {
				if err := sim.Sleep(ctx, time.Second); err != nil {
					return err
				}
				err := counter.With(ctx, func(ctx context.Context) error {
					loaves.Update(func(n int) int { return n + 1 })
					return counter.Notify(1)
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		bob := comesAfter(ctx, time.Second, "bob", func(ctx context.Context) error {
			if err := sim.Yield(ctx); err != nil { // he shuts the door
				return err
			}
			return buy(ctx, "bob")
		})
		_, err := sim.Gather(ctx, ann, baker, bob).Await(ctx)
		return err
	})
}
