package dpor_test

import (
	"context"
	"fmt"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
)

// apart has two tasks that write one variable and one that writes another: six orders,
// but only the order of the first two matters.
func apart(ctx context.Context) error {
	shared, own := sim.NewVar(ctx, "shared", 0), sim.NewVar(ctx, "own", 0)
	set := func(v *sim.Var[int], to int) func(context.Context) error {
		return func(context.Context) error { v.Set(to); return nil }
	}
	_, err := sim.Gather(ctx,
		sim.Go(ctx, "a", set(shared, 1)), sim.Go(ctx, "b", set(shared, 2)), sim.Go(ctx, "c", set(own, 3))).Await(ctx)
	return err
}

func verdict(s search.Strategy) {
	report, err := explore.Search(context.Background(), sim.Engine(sim.Main(apart)), explore.WithStrategy(s))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %s\n", s, report.Verdict())
}

func ExampleReduced() {
	verdict(walk.Exhaustive())
	verdict(dpor.Reduced())
	// Output:
	// exhaustive: all 6 orders explored
	// reduced: all 2 traces explored
}

func ExampleOptimal() {
	verdict(dpor.Optimal())
	// Output: optimal: all 2 traces explored
}

func ExampleSleepSets() {
	verdict(dpor.SleepSets())
	// Output: sleepsets: all 2 traces explored
}
