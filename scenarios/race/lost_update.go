package race

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var lostUpdate = scenario.Scenario{
	Name:  "lost-update",
	Title: "two deposits on one account, and one is lost",
	Topic: scenario.SomethingLost,
	Story: "Alice pays in 100, which takes the bank a second, and at the end of that second Bob pays in 100 as well. " +
		"If he reads the balance just before her new one is written, both write 100, and her deposit is gone.",
	Claim:   "in the default order the balance is 200; in 2 of the 4 orders a deposit is lost",
	Program: payInTwice(payInUnlocked),
	Options: anyReady,
	Check:   claim.All(claim.Takes(2*time.Second), claim.PrintsAt("2s the balance is 200")),
	Explore: &scenario.Exploration{Orders: 4, Failing: 2},
}

var lostUpdateFixed = scenario.Scenario{
	Name:  "lost-update-fixed",
	Title: "two deposits on one account, under a lock",
	Topic: scenario.SomethingLost,
	Story: "The same two deposits, but whoever reads the balance holds a lock until the new one is written. " +
		"Bob has to wait for Alice, and both deposits count.",
	Claim:    "the balance is 200 in each of the 4 orders",
	Program:  payInTwice(payInLocked),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(2*time.Second), claim.PrintsAt("2s the balance is 200")),
	Explore:  &scenario.Exploration{Orders: 4},
	Fixes:    "lost-update",
}

type account struct {
	balance *sim.Var[int]
	lock    *sim.Lock
}

// payInUnlocked adds to the balance that it has read a second before.
func payInUnlocked(ctx context.Context, to account, amount int) error {
	before := to.balance.Get()
	if err := sim.Sleep(ctx, time.Second); err != nil { // the bank checks the money
		return err
	}
	to.balance.Set(before + amount)
	return nil
}

func payInLocked(ctx context.Context, to account, amount int) error {
	return to.lock.With(ctx, func(ctx context.Context) error { return payInUnlocked(ctx, to, amount) })
}

func payInTwice(payIn func(ctx context.Context, to account, amount int) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		joint := account{sim.NewVar(ctx, "balance", 0), sim.NewLock(ctx, "account")}
		alice := sim.Go(ctx, "alice", func(ctx context.Context) error {
			return payIn(ctx, joint, 100)
		})
		bob := comesAfter(ctx, time.Second, "bob", func(ctx context.Context) error {
			return payIn(ctx, joint, 100)
		})
		if _, err := sim.Gather(ctx, alice, bob).Await(ctx); err != nil {
			return err
		}
		if balance := joint.balance.Get(); balance != 200 {
			return fmt.Errorf("the balance is %d: a deposit is lost", balance)
		}
		sim.Print(ctx, "the balance is 200")
		return nil
	})
}
