package walk_test

import (
	"context"
	"fmt"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

// threeTasks prints the names of three tasks, in any order.
func threeTasks(ctx context.Context) error {
	say := func(ctx context.Context) error {
		task, _ := sim.CurrentTask(ctx)
		sim.Print(ctx, task.Name())
		return nil
	}
	_, err := sim.Gather(ctx, sim.Go(ctx, "a", say), sim.Go(ctx, "b", say), sim.Go(ctx, "c", say)).Await(ctx)
	return err
}

func ExampleExhaustive() {
	report, err := explore.Search(context.Background(), sim.Engine(sim.Main(threeTasks)), explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict())
	// Output: all 6 orders explored
}

// With at most one switch away from the default, there are four of the six orders.
func ExampleBounded() {
	report, err := explore.Search(context.Background(), sim.Engine(sim.Main(threeTasks)), explore.WithStrategy(walk.Bounded(1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict())
	for _, o := range report.Outcomes {
		fmt.Println(o.Witness)
	}
	// Output:
	// all orders with at most 1 switch explored: 4
	// w1
	// w1,ready:a.1=b.1
	// w1,ready:a.1=c.1
	// w1,ready:b.1=c.1
}
