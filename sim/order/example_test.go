package order_test

import (
	"context"
	"fmt"

	"weft/sim"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// Where the numbers come from is up to the caller: a property test draws them from
// the source of its data, such as rapid's.
func ExampleAsking() {
	numbers := []int{1, 0, 0}
	draw := func(label string, n int) int {
		number := numbers[0] // of those below n
		numbers = numbers[1:]
		fmt.Printf("%s: %d of %d\n", label, number, n)
		return number
	}
	run := order.RunOnce(sim.Engine(exploretest.Deposits([]int{1, 2}, 0, 1)), order.Asking(draw))
	fmt.Println(run.Summary)
	fmt.Println(run.Schedule())
	// Output:
	// ready d0.1: 1 of 2
	// ready d0.1: 0 of 2
	// ready d0.2: 0 of 2
	// balance is 2, want 3
	// w1,ready:d0.1=d1.1
}

// Two tasks that have nothing to do with each other, in any order: that is one trace.
func ExampleSelective() {
	apart := func(ctx context.Context) error {
		look := func(ctx context.Context) error {
			sim.NewVar(ctx, "mine", 0).Get()
			return sim.Yield(ctx)
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "a", look), sim.Go(ctx, "b", sim.Yield)).Await(ctx)
		return err
	}
	runner := sim.Engine(sim.Main(apart)).Runner()
	defer runner.Close()
	orders, traces := map[string]bool{}, map[uint64]bool{}
	for seed := range uint64(50) {
		run := runner.(order.Selective).RunFor(order.Random(seed), order.WantsTraceID)
		orders[run.Schedule().String()] = true
		traces[run.TraceID()] = true
	}
	fmt.Println(len(orders), "orders,", len(traces), "trace")
	// Output: 6 orders, 1 trace
}
