package race

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var timeoutAgainstCompletion = scenario.Scenario{
	Name:  "timeout-against-completion",
	Title: "a payment that is confirmed at the deadline",
	Topic: scenario.DoneTwice,
	Story: "The customer gives the bank a second, and the bank needs exactly that second. " +
		"If the customer's time is over before the bank is done, the payment goes through all the same, the customer pays again, and is charged twice.",
	Claim:   "in the default order the customer is charged once; in 2 of the 8 orders twice",
	Program: payInTime(payAgain),
	Options: anyReady,
	Check:   claim.All(claim.Takes(time.Second), claim.PrintsAt("1s charged once")),
	Explore: &scenario.Exploration{Orders: 8, Failing: 2},
}

var timeoutAgainstCompletionFixed = scenario.Scenario{
	Name:  "timeout-against-completion-fixed",
	Title: "a payment that is withdrawn before the next is made",
	Topic: scenario.DoneTwice,
	Story: "When the time is over, the customer takes the first payment back and waits until the bank has said what became of it. " +
		"Only if it was really withdrawn, the customer pays again.",
	Claim:    "the customer is charged once in each of the 8 orders",
	Program:  payInTime(withdrawAndPayAgain),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.PrintsInAnyOrder("charged once")),
	Explore:  &scenario.Exploration{Orders: 8},
	Fixes:    "timeout-against-completion",
}

// payment is a coroutine that has the bank charge the customer.
func payment(ctx context.Context, charges *sim.Var[int]) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "payment", func(ctx context.Context) error {
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		charges.Update(func(n int) int { return n + 1 })
		return nil
	})
}

func payAgain(ctx context.Context, _ *sim.Task[sim.None], charges *sim.Var[int]) error {
	_, err := payment(ctx, charges).Await(ctx)
	return err
}

func withdrawAndPayAgain(ctx context.Context, late *sim.Task[sim.None], charges *sim.Var[int]) error {
	late.Cancel()
	if _, err := late.Await(ctx); err == nil {
		return nil // too late to withdraw it: it is through
	}
	return payAgain(ctx, late, charges)
}

func payInTime(timeIsOver func(ctx context.Context, late *sim.Task[sim.None], charges *sim.Var[int]) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		charges := sim.NewVar(ctx, "charges", 0)
		first := sim.CreateTask(ctx, payment(ctx, charges))
		customer := sim.Go(ctx, "customer", func(ctx context.Context) error {
			done, _, err := sim.Wait(ctx, sim.FirstCompleted, time.Second, first)
			if err != nil || len(done) == 1 {
				return err
			}
			return timeIsOver(ctx, first, charges)
		})
		if _, err := customer.Await(ctx); err != nil {
			return err
		}
		if n := charges.Get(); n != 1 {
			return fmt.Errorf("charged %d times", n)
		}
		sim.Print(ctx, "charged once")
		return nil
	})
}
