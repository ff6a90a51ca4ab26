package explain_test

import (
	"context"
	"fmt"
	"os"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/order"
)

// A seed has found an order in which an update is lost. Most of its turns have
// nothing to do with that.
func ExampleShrink() {
	program := sim.Main(func(ctx context.Context) error {
		load := sim.Do(ctx, "load", func(ctx context.Context) error { return sim.Yield(ctx) })
		if _, err := sim.Gather(ctx, load, sim.Do(ctx, "check", func(ctx context.Context) error { return sim.Yield(ctx) })).Await(ctx); err != nil {
			return err
		}
		return late(ctx) // fails if "serve" comes before "load"
	})
	found, err := order.ParseSchedule("w1,ready:load.1=check.1,ready:load.1=check.2,ready:load#2.1=serve.1")
	if err != nil {
		fmt.Println(err)
		return
	}
	small, err := explain.Shrink(context.Background(), sim.Engine(program), found)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(small.Schedule)
	fmt.Println("nothing is simpler:", small.Minimal)
	// Output:
	// w1,ready:load#2.1=serve.1
	// nothing is simpler: true
}

// What raced, in the failing run and beside it the nearest one that passes.
func ExampleWhy() {
	failure, err := explain.Why(context.Background(), sim.Engine(sim.Main(transfers)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(failure.Race.Text)
	fmt.Println("it passes with", failure.Passing.Schedule)
	// Output:
	// lost update on balance: transfer-2 read it at event 6.1 before transfer-1 wrote it at event 8.1, and wrote over that at event 10.1
	// it passes with w1,ready:transfer-2.1=transfer-1.2
}

// Two sleeps that end at one instant may end in either order, and it shows.
func ExampleSwaps() {
	program := sim.Main(func(ctx context.Context) error {
		_, err := sim.Gather(ctx, greet(ctx, 1), greet(ctx, 2)).Await(ctx)
		return err
	})
	engine := sim.Engine(program, sim.WithPolicy(order.SameInstant))
	swaps, err := explain.Swaps(context.Background(), engine, nil)
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range swaps {
		fmt.Println(s)
		fmt.Print(s.Outcome)
	}
	// Output:
	// 10 and 12 may be swapped, and the output changes: both sleeps are due at 1s.
	// Hello 2!
	// Hello 1!
}

// With which decision does it become certain that the update is lost?
func ExampleProspects() {
	points, err := explain.Prospects(context.Background(), sim.Engine(sim.Main(transfers)), nil)
	if err != nil {
		fmt.Println(err)
	}
	explain.WriteProspects(os.Stdout, points)
	// Output:
	// before the first decision, 4 of 6 orders fail (67%)
	// decision              event  at  taken         instead of    failing before  after
	// 1 ready:transfer-1.1  3.1    0s  transfer-1.1  transfer-2.1  67%             67%
	// 2 ready:transfer-2.1  5.1    0s  transfer-2.1  transfer-1.2  67%             100%   <- from here on, every order fails
	// 3 ready:transfer-1.2  7.1    0s  transfer-1.2  transfer-2.2  100%            100%
}
