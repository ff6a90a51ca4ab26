package coroutine

import (
	"context"
	"strings"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var coroutineObject = scenario.Scenario{
	Name:  "coroutine-object",
	Title: "calling a coroutine function gives a value, not a result",
	Topic: scenario.CoroutineValues,
	Story: "Calling a coroutine function runs nothing: what comes back is a coroutine, a call that has not started. " +
		"It has a name and a state, and it gives its result only when somebody runs it.",
	Claim:   "the coroutine is created, not run; running it takes 1 s and gives 10; then it is closed",
	Program: lookAtCoroutine,
	Check: claim.All(claim.Takes(time.Second), claim.Prints(
		"calling ten gives a coroutine: ten, created",
		"is ten a coroutine function? true",
		"is strings.ToUpper one? false",
		"running it gives 10",
		"now it is closed",
	)),
	AnyOrder: true,
}

// ten is a coroutine function: it takes a context, may wait, and returns a
// result and an error.
func ten(ctx context.Context) (int, error) {
	if err := sim.Sleep(ctx, time.Second); err != nil {
		return 0, err
	}
	return 10, nil
}

func lookAtCoroutine(loop *sim.Loop) error {
	ctx := loop.Context()
	coroutine := sim.Call(ctx, "ten", ten)
	sim.Printf(ctx, "calling ten gives a coroutine: %s, %s", coroutine.Name(), coroutine.State())
	sim.Printf(ctx, "is ten a coroutine function? %v", sim.IsCoroutineFunction(ten))
	sim.Printf(ctx, "is strings.ToUpper one? %v", sim.IsCoroutineFunction(strings.ToUpper))

	result, err := sim.RunUntilComplete(loop, coroutine)
	if err != nil {
		return err
	}
	sim.Printf(ctx, "running it gives %d", result)
	sim.Printf(ctx, "now it is %s", coroutine.State())
	return nil
}
