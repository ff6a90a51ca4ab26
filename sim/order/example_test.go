package order_test

import (
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
