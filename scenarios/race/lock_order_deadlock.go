package race

import (
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
)

var lockOrderDeadlock = scenario.Scenario{
	Name:  "lock-order-deadlock",
	Title: "two philosophers, and two forks between them",
	Topic: scenario.WaitingForEver,
	Story: "Plato takes fork 0 and reaches a second for fork 1; Socrates sits down at the end of that second and takes fork 1 first. " +
		"If he is quicker than Plato's hand, each holds the fork that the other one waits for, and nothing can happen any more.",
	Claim:   "in the default order both eat; in 1 of the 3 orders they starve",
	Program: dine(leftForkFirst, "plato", "socrates"),
	Options: anyReady,
	Check:   claim.All(claim.Takes(2*time.Second), claim.PrintsAt("1s plato eats", "2s socrates eats")),
	Explore: &scenario.Exploration{Orders: 3, Failing: 1},
}

var lockOrderDeadlockFixed = scenario.Scenario{
	Name:  "lock-order-deadlock-fixed",
	Title: "two philosophers, who take the forks in one order",
	Topic: scenario.WaitingForEver,
	Story: "Both philosophers take fork 0 first and fork 1 second. " +
		"Whoever holds fork 1 needs no other, so one of them can always go on.",
	Claim:    "both eat in each of the 3 orders",
	Program:  dine(lowerForkFirst, "plato", "socrates"),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(2*time.Second), claim.PrintsAt("1s plato eats", "2s socrates eats")),
	Explore:  &scenario.Exploration{Orders: 3},
	Fixes:    "lock-order-deadlock",
}
