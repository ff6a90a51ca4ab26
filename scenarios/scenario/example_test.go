package scenario_test

import (
	"context"
	"fmt"
	"io"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/trace"
)

// A seed takes another of the orders that are permitted; the claim holds in it
// too.
func ExampleScenario_Run() {
	hello, _ := scenarios.Find("hello")
	outcome := hello.Run(sim.WithSeed(1))
	fmt.Println(outcome.Schedule)
	fmt.Println("broken:", hello.Check(outcome))
	// Output:
	// Hello 2!
	// Hello 1!
	// w1,timer:say1.1=say2.1
	// broken: <nil>
}

// Who has control, and when.
func ExampleScenario_Run_transfers() {
	hello, _ := scenarios.Find("hello")
	outcome := hello.Run(sim.WithRecording(trace.Full), sim.WithOutput(io.Discard))
	for _, transfer := range trace.Transfers(outcome.Trace) {
		fmt.Println(transfer.Number, transfer.Text)
	}
	for _, swap := range trace.Swaps(outcome.Trace) {
		fmt.Println(swap)
	}
	// Output:
	// 1 the loop starts say1
	// 2 say1 starts its sleep of 1s
	// 3 control goes back to the loop
	// 4 the loop starts say2
	// 5 say2 starts its sleep of 1s
	// 6 control goes back to the loop
	// 7 the sleep is over: the loop resumes say1, which prints "Hello 1!"
	// 8 say1 is finished; control goes back to the loop
	// 9 the sleep is over: the loop resumes say2, which prints "Hello 2!"
	// 10 say2 is finished; control goes back to the loop
	// 7 and 9 may be swapped: both sleeps are due at 1s.
}

// Walk all orders of a race: it passes in the default order, and not in all.
func ExampleScenario_Engine() {
	race, _ := scenarios.Find("lost-update")
	report, err := explore.Search(context.Background(), race.Engine(), explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict())
	fmt.Println(report.Summary())
	fmt.Print(report.Failure().Text)
	fmt.Println(report.Failure().Witness)
	fmt.Println("claim:", race.Claim)
	// Output:
	// all 4 orders explored
	// 2 outcomes, 1 of them a failure
	// failed: the balance is 100: a deposit is lost
	// w1,ready:alice.2=bob.2
	// claim: in the default order the balance is 200; in 2 of the 4 orders a deposit is lost
}
