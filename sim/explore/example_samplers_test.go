package explore_test

import (
	"context"
	"fmt"

	"weft/sim"
	"weft/sim/explore"
)

// longAndShort has a task of twelve steps, and one of a single step that does
// harm if it comes last. There are only 13 orders, but a random walk nearly always
// takes the single step early.
func longAndShort() sim.Program {
	return sim.Main(func(ctx context.Context) error {
		ready := sim.NewVar(ctx, "ready", true)
		long := func(ctx context.Context) error {
			for range 11 {
				sim.Yield(ctx)
			}
			ready.Set(false)
			return nil
		}
		short := func(ctx context.Context) error {
			if !ready.Get() {
				return fmt.Errorf("too late")
			}
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "long", long), sim.Go(ctx, "short", short)).Await(ctx)
		return err
	})
}

// Samplers differ in what they find easily.
func ExamplePortfolio() {
	for _, strategy := range []explore.Strategy{
		explore.Random(), explore.PCT(3), explore.POS(), explore.URW(), explore.SURW(), explore.Portfolio(),
	} {
		r, err := explore.Search(context.Background(), sim.Engine(longAndShort()),
			explore.WithStrategy(strategy), explore.WithRuns(1000))
		if err != nil {
			fmt.Println(err)
			return
		}
		late := 0
		if failure := r.Failure(); failure != nil {
			late = failure.Runs
		}
		fmt.Printf("%-9s %3d of 1000 runs fail\n", strategy, late)
	}
	// Output:
	// random      0 of 1000 runs fail
	// pct:3      40 of 1000 runs fail
	// pos        72 of 1000 runs fail
	// urw        71 of 1000 runs fail
	// surw      238 of 1000 runs fail
	// portfolio  73 of 1000 runs fail
}

// Auto walks all orders if they are few, and says so.
func ExampleAuto() {
	for _, limit := range []int{1000, 5} {
		r, err := explore.Search(context.Background(), sim.Engine(longAndShort()), explore.WithRuns(limit))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Verdict())
		fmt.Println(r.Coverage.Why)
	}
	// Output:
	// all 13 orders explored
	// about 7 orders, within the limit of 1,000 runs: walked
	// 5 runs sampled of ≈6 orders, 2 distinct traces, unseen mass ≈20%
	// about 6 orders, more than the limit of 5 runs permits: sampled
}

func ExampleParseStrategy() {
	s, err := explore.ParseStrategy("pct")
	fmt.Println(s, err)
	_, err = explore.ParseStrategy("pct:none")
	fmt.Println(err)
	// Output:
	// pct:3 <nil>
	// explore: strategy "pct:none": want a depth of at least 1, such as pct:3
}

// Where the numbers come from is up to the caller: a property test draws them from
// the source of its data, such as rapid's.
func ExampleDrawn() {
	numbers := []int{1, 0, 0}
	draw := func(label string, n int) int {
		number := numbers[0] // of those below n
		numbers = numbers[1:]
		fmt.Printf("%s: %d of %d\n", label, number, n)
		return number
	}
	run := explore.RunOnce(sim.Engine(deposits([]int{1, 2}, 0, 1)), explore.Drawn(draw))
	fmt.Println(run.Summary)
	fmt.Println(run.Schedule())
	// Output:
	// ready d0.1: 1 of 2
	// ready d0.1: 0 of 2
	// ready d0.2: 0 of 2
	// balance is 2, want 3
	// w1,ready:d0.1=d1.1
}
