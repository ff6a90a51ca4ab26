package order_test

import (
	"fmt"
	"strings"
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

// What a schedule or a program has made up is shown as text, and cut where it is long.
func TestMismatchCanBeShown(t *testing.T) {
	red := "\x1b[31mred"
	r := order.Replay(order.Schedule{{Kind: order.PickTimer, Key: red, Taken: red}})
	mustMention(t, r.Err().Error(), `turn 1 wants \x1b[31mred at timer:\x1b[31mred, and the run had no such decision`)

	typed := order.Replay(order.Schedule{{Kind: "timr", Key: "say1.1", Taken: "say2.1"}})
	mustMention(t, typed.Err().Error(), "turn 1 wants say2.1 at timr:say1.1, and there is no decision of that kind (did you mean timer?); the kinds are timer, ready, choose")

	d := &order.Decision{Kind: order.PickTimer, Key: red}
	for i := range 1000 {
		d.Alternatives = append(d.Alternatives, order.Alternative{Name: fmt.Sprintf("\u202e%d%s", i, strings.Repeat("x", 1000))})
	}
	r.Choose(d)
	said := r.Err().Error()
	mustMention(t, said, `where there was only \u202e0xxx`, `, \u202e19x`, ", and 980 more")
	if len(said) > 3000 || strings.ContainsAny(said, "\x1b\u202e") {
		t.Errorf("it says %q", said)
	}
}
