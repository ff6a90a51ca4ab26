package race

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var cancelledLockHolder = scenario.Scenario{
	Name:  "cancelled-lock-holder",
	Title: "a transfer that is cancelled halfway",
	Topic: scenario.SomethingLost,
	Story: "A transfer takes 100 from one account and puts them into another a second later, all under a lock; the user cancels it at the end of that second. " +
		"If the user is quicker, the lock is given back as it should be, but what it guarded is half done: the money is in neither account.",
	Claim:   "in the default order the accounts hold 100; in 2 of the 8 orders the money is gone",
	Program: cancelTransfer(underLock),
	Options: anyReady,
	Check:   claim.All(claim.Takes(time.Second), claim.PrintsAt("1s the accounts hold 100")),
	Explore: &scenario.Exploration{Orders: 8, Failing: 2},
}

var cancelledLockHolderFixed = scenario.Scenario{
	Name:  "cancelled-lock-holder-fixed",
	Title: "a transfer that nobody can stop halfway",
	Topic: scenario.SomethingLost,
	Story: "What must not be left half done runs in a task of its own, behind a shield. " +
		"The user can stop waiting for it but not the transfer itself, and whoever takes the lock next finds the money.",
	Claim:    "the accounts hold 100 in each of the 21 orders",
	Program:  cancelTransfer(underLockAndShield),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s the accounts hold 100")),
	Explore:  &scenario.Exploration{Orders: 21},
	Fixes:    "cancelled-lock-holder",
}

type accounts struct {
	savings, checking *sim.Var[int]
	lock              *sim.Lock
}

func underLock(ctx context.Context, a accounts) error {
	return a.lock.With(ctx, func(ctx context.Context) error {
		a.savings.Update(func(n int) int { return n - 100 })
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		a.checking.Update(func(n int) int { return n + 100 })
		return nil
	})
}

func underLockAndShield(ctx context.Context, a accounts) error {
	move := sim.Do(ctx, "move", func(ctx context.Context) error { return underLock(ctx, a) })
	_, err := sim.Shield(ctx, move).Await(ctx)
	return err
}

func cancelTransfer(transfer func(ctx context.Context, a accounts) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		a := accounts{sim.NewVar(ctx, "savings", 100), sim.NewVar(ctx, "checking", 0), sim.NewLock(ctx, "accounts")}
		moving := sim.Go(ctx, "transfer", func(ctx context.Context) error { return transfer(ctx, a) })
		comesAfter(ctx, time.Second, "user", func(context.Context) error {
			moving.Cancel()
			return nil
		})
		if _, err := moving.Await(ctx); err != nil && !errors.Is(err, sim.ErrCancelled) {
			return err
		}
		return a.lock.With(ctx, func(ctx context.Context) error {
			if sum := a.savings.Get() + a.checking.Get(); sum != 100 {
				return fmt.Errorf("the accounts hold %d: the money is gone", sum)
			}
			sim.Print(ctx, "the accounts hold 100")
			return nil
		})
	})
}
