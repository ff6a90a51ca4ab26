package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var sayAfterTasks = scenario.Scenario{
	Name:  "say-after-tasks",
	Title: "two waits as tasks: 2 seconds",
	Topic: scenario.FirstPrograms,
	Story: "One coroutine waits 1 second, the other 2 seconds. " +
		"Making tasks of both sets them going at once, so the waits overlap and the program takes as long as the longer one. " +
		"Compare say-after-awaits.",
	Claim:    "it starts at 20:19:39 and finishes 2 seconds later, at 20:19:41",
	Program:  sim.Main(bothAsTasks),
	Options:  []sim.Option{sim.WithStart(evening)},
	Check:    claim.All(claim.Takes(2*time.Second), claim.PrintsAt("0s started at 20:19:39", "1s hello", "2s world", "2s finished at 20:19:41")),
	AnyOrder: true,
}

// evening is the time of day at which the program is started.
var evening = time.Date(2000, time.January, 1, 20, 19, 39, 0, time.UTC)

func bothAsTasks(ctx context.Context) error {
	hello := sim.CreateTask(ctx, sayAfter(ctx, 1*time.Second, "hello"))
	world := sim.CreateTask(ctx, sayAfter(ctx, 2*time.Second, "world"))
	sim.Printf(ctx, "started at %s", timeOfDay(ctx))
	if _, err := hello.Await(ctx); err != nil {
		return err
	}
	if _, err := world.Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "finished at %s", timeOfDay(ctx))
	return nil
}

// sayAfter is a coroutine that waits and then says something.
func sayAfter(ctx context.Context, delay time.Duration, what string) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "say_"+what, func(ctx context.Context) error {
		if err := sim.Sleep(ctx, delay); err != nil {
			return err
		}
		sim.Print(ctx, what)
		return nil
	})
}

func timeOfDay(ctx context.Context) string {
	return sim.LoopOf(ctx).Clock().Time().Format(time.TimeOnly)
}
