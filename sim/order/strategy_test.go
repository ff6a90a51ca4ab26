package order_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"weft/sim/order"
)

func TestPlanIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1<<40).Draw(t, "n")
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		turn := order.PlanIndex(i, n)
		if got := turn.Index(n); got != i || turn.Of != n {
			t.Fatalf("PlanIndex(%d, %d) is %+v, which takes %d", i, n, turn, got)
		}
	})
}

// What Random and Default say ahead is what they take, and to ask changes nothing.
func TestPlansOfStrategies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		widths := rapid.SliceOfN(rapid.IntRange(2, 50), 1, 20).Draw(t, "alternatives")
		for _, fresh := range []func() order.Strategy{order.Default, func() order.Strategy { return order.Random(seed) }} {
			asked, other := fresh(), fresh()
			turns := make([]order.PlannedTurn, len(widths)+3)
			if n := asked.(order.Planned).Plan(turns); n != len(turns) {
				t.Fatalf("%s knows %d of %d turns", asked.Name(), n, len(turns))
			}
			for i, n := range widths {
				d := &order.Decision{Kind: order.PickReady, Key: "k", Alternatives: make([]order.Alternative, n), Of: n}
				a, b := asked.Choose(d), other.Choose(d)
				if a != turns[i].Index(n) || a != b {
					t.Fatalf("%s planned %d of %d, took %d, and %d if not asked", asked.Name(), turns[i].Index(n), n, a, b)
				}
			}
		}
	})
}

// A strategy may know what it will take before it is asked.
func ExamplePlanned() {
	turns := make([]order.PlannedTurn, 3)
	n := order.Random(7).Plan(turns)
	for _, turn := range turns[:n] {
		fmt.Println("of 2:", turn.Index(2), "of 10:", turn.Index(10))
	}
	// Output:
	// of 2: 0 of 10: 4
	// of 2: 0 of 10: 0
	// of 2: 1 of 10: 5
}

func ExamplePlanIndex() {
	turn := order.PlanIndex(2, 5)
	fmt.Println(turn.Index(5), "of", turn.Of)
	// Output: 2 of 5
}
