package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var allTasks = scenario.Scenario{
	Name:  "all-tasks",
	Title: "gather whatever tasks there are",
	Topic: scenario.TakingTurns,
	Story: "Tasks are made on the loop and nobody keeps them. " +
		"The loop knows all its unfinished tasks, so the program asks it for them, gathers them, and runs until they are done. " +
		"At the end it closes the loop, which then takes no more work.",
	Claim:   "five numbers and six letters, a step every 0.5 s, 3 s in all; after that, the loop is closed",
	Program: gatherAllTasks,
	Check: claim.All(claim.Takes(3*time.Second), claim.PrintsAt(
		"0s 2 tasks on the loop",
		"0s 0", "500ms 1", "1s 2", "1.5s 3", "2s 4",
		"0s a", "500ms b", "1s c", "1.5s d", "2s e", "2.5s f",
		"3s the loop is closed: true",
	)),
	AnyOrder: true,
}

func gatherAllTasks(loop *sim.Loop) error {
	ctx := loop.Context()
	sim.CreateTask(ctx, printSlowly(ctx, "print_nums", 0, 1, 2, 3, 4))
	sim.CreateTask(ctx, printSlowly(ctx, "print_letters", "a", "b", "c", "d", "e", "f"))

	tasks := sim.AllTasks(ctx)
	sim.Printf(ctx, "%d tasks on the loop", len(tasks))
	if _, err := sim.RunUntilComplete(loop, sim.Gather(ctx, sim.Awaitables[any](tasks)...)); err != nil {
		return err
	}
	err := loop.Close()
	sim.Printf(ctx, "the loop is closed: %v", loop.IsClosed())
	return err
}

// printSlowly is a coroutine that prints its items and sleeps after each.
func printSlowly(ctx context.Context, name string, items ...any) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, name, func(ctx context.Context) error {
		for _, item := range items {
			sim.Print(ctx, item)
			if err := sim.Sleep(ctx, 500*time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	})
}
