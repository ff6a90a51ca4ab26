package race

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var philosophers = scenario.Scenario{
	Name:  "philosophers",
	Title: "five philosophers at a round table, with five forks",
	Topic: scenario.WaitingForEver,
	Story: "Each philosopher takes the fork on the left, reaches a second for the one on the right, and eats; one sits down every second. " +
		"If each takes the left fork just before the neighbour has got hold of it, all of them hold one fork and wait for the other for ever.",
	Claim:   "in the default order all five eat; in 1 of the 200 orders they starve",
	Program: dine(leftForkFirst, "plato", "socrates", "zeno", "thales", "hypatia"),
	Options: anyReady,
	Check:   claim.All(claim.Takes(5*time.Second), claim.PrintsAt("1s plato eats", "2s socrates eats", "3s zeno eats", "4s thales eats", "5s hypatia eats")),
	Explore: &scenario.Exploration{Orders: 200, Failing: 1},
}

var philosophersFixed = scenario.Scenario{
	Name:  "philosophers-fixed",
	Title: "five philosophers, who agree which fork comes first",
	Topic: scenario.WaitingForEver,
	Story: "The forks have numbers, and everybody takes the one with the lower number first. " +
		"So the last philosopher begins on the right, no circle of waiting can close, and all eat.",
	Claim:    "all five eat in each of the 200 orders",
	Program:  dine(lowerForkFirst, "plato", "socrates", "zeno", "thales", "hypatia"),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.PrintsInAnyOrder("plato eats", "socrates eats", "zeno eats", "thales eats", "hypatia eats")),
	Explore:  &scenario.Exploration{Orders: 200},
	Fixes:    "philosophers",
}

// leftForkFirst gives the numbers of a philosopher's forks, in the order in which
// they are taken.
func leftForkFirst(seat, seats int) (first, second int) { return seat, (seat + 1) % seats }

func lowerForkFirst(seat, seats int) (first, second int) {
	left, right := leftForkFirst(seat, seats)
	return min(left, right), max(left, right)
}

// philosopher is a coroutine that takes both forks, eats, and lays them back.
func philosopher(ctx context.Context, name string, first, second *sim.Lock) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, name, func(ctx context.Context) error {
		return first.With(ctx, func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil { // reaching for the other
				return err
			}
			return second.With(ctx, func(ctx context.Context) error {
				sim.Print(ctx, name, "eats")
				return nil
			})
		})
	})
}

func dine(order func(seat, seats int) (first, second int), names ...string) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		var forks []*sim.Lock
		for seat := range names {
			forks = append(forks, sim.NewLock(ctx, fmt.Sprintf("fork-%d", seat)))
		}
		return sim.WithTaskGroup(ctx, func(ctx context.Context, table *sim.TaskGroup) error {
			for seat, name := range names {
				if seat > 0 {
					if err := sim.Sleep(ctx, time.Second); err != nil {
						return err
					}
				}
				first, second := order(seat, len(names))
				if _, err := sim.CreateTaskIn(ctx, table, philosopher(ctx, name, forks[first], forks[second])); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
