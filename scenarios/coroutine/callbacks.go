package coroutine

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var callbacks = scenario.Scenario{
	Name:  "callbacks",
	Title: "the same program as nested callbacks and as awaits",
	Topic: scenario.LoopPromises,
	Story: "Two guests order coffee: grind, boil, pour, each step after the one before. " +
		"With callbacks, every step is nested in the one before it; with await, the steps stand one below the other like a plain program. " +
		"To the guests there is no difference: the same lines at the same times.",
	Claim:    "both versions print the same lines at the same times, counted from their beginning",
	Program:  makeCoffeeTwice,
	Check:    claim.All(claim.Takes(8200*time.Millisecond), halvesAgree),
	AnyOrder: true,
}

const (
	grinding = 800 * time.Millisecond
	boiling  = 2 * time.Second
	pouring  = 1 * time.Second
)

// coffeeByCallbacks schedules the steps one inside the other.
func coffeeByCallbacks(loop *sim.Loop, guest string) {
	loop.CallLater(grinding, "grind", func(ctx context.Context) {
		sim.Printf(ctx, "%s: ground", guest)
		loop.CallLater(boiling, "boil", func(ctx context.Context) {
			sim.Printf(ctx, "%s: boiled", guest)
			loop.CallLater(pouring, "pour", func(ctx context.Context) {
				sim.Printf(ctx, "%s: poured", guest)
			})
		})
	})
}

// coffeeByAwaits is a coroutine that takes the steps one after the other.
func coffeeByAwaits(ctx context.Context, guest string) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, guest, func(ctx context.Context) error {
		if err := sim.Sleep(ctx, grinding); err != nil {
			return err
		}
		sim.Printf(ctx, "%s: ground", guest)
		if err := sim.Sleep(ctx, boiling); err != nil {
			return err
		}
		sim.Printf(ctx, "%s: boiled", guest)
		if err := sim.Sleep(ctx, pouring); err != nil {
			return err
		}
		sim.Printf(ctx, "%s: poured", guest)
		return nil
	})
}

func makeCoffeeTwice(loop *sim.Loop) error {
	const later = 300 * time.Millisecond // Bob comes after Alice
	ctx := loop.Context()

	coffeeByCallbacks(loop, "Alice")
	loop.CallLater(later, "Bob comes", func(context.Context) { coffeeByCallbacks(loop, "Bob") })
	if err := loop.RunUntilIdle(); err != nil {
		return err
	}

	bob := sim.Do(ctx, "Bob comes", func(ctx context.Context) error {
		if err := sim.Sleep(ctx, later); err != nil {
			return err
		}
		_, err := coffeeByAwaits(ctx, "Bob").Await(ctx)
		return err
	})
	_, err := sim.RunUntilComplete(loop, sim.Gather(ctx, coffeeByAwaits(ctx, "Alice"), bob))
	return err
}

// halvesAgree claims that the second half of the output repeats the first, 4.1 s
// later.
func halvesAgree(o *sim.Outcome) error {
	half := len(o.Output) / 2
	if half != 6 || len(o.Output) != 12 {
		return fmt.Errorf("scenarios: the run printed %d lines, not 6 in each half", len(o.Output))
	}
	for i, first := range o.Output[:half] {
		second := o.Output[half+i]
		if first.Text != second.Text || first.At != second.At-o.Elapsed/2 {
			return fmt.Errorf("scenarios: callbacks printed %q at %v, awaits %q at %v", first.Text, first.At, second.Text, second.At-o.Elapsed/2)
		}
	}
	return nil
}
