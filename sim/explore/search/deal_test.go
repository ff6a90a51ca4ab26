package search_test

import (
	"fmt"
	"slices"
	"testing"

	"weft/sim/explore/search"

	"pgregory.net/rapid"
)

func TestDeal(t *testing.T) {
	for _, test := range []struct {
		name    string
		weights []float64
		hands   int
		want    []int
	}{
		{"nothing", nil, 3, []int{}},
		{"one hand", []float64{1, 2}, 1, []int{0, 0}},
		{"the heaviest first", []float64{1, 2, 3}, 2, []int{1, 1, 0}},
		{"as heavy: in turn", []float64{1, 1, 1, 1}, 2, []int{0, 1, 0, 1}},
		{"of no weight: in turn as well", []float64{0, 0, 0}, 3, []int{0, 1, 2}},
		{"more hands than pieces", []float64{5}, 3, []int{0}},
	} {
		if got := search.Deal(test.weights, test.hands); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// Graham's bound, against the best of all ways.
func TestDealIsNearTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hands := rapid.IntRange(1, 3).Draw(t, "hands")
		weights := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 20), func(n int) float64 { return float64(n) }), 0, 7).Draw(t, "weights")
		heaviest := func(owners []int) float64 {
			loads := make([]float64, hands)
			for i, h := range owners {
				loads[h] += weights[i]
			}
			return slices.Max(loads)
		}
		owners := make([]int, len(weights))
		best := heaviest(owners)
		for {
			at := 0
			for ; at < len(owners) && owners[at] == hands-1; at++ {
				owners[at] = 0
			}
			if at == len(owners) {
				break
			}
			owners[at]++
			best = min(best, heaviest(owners))
		}
		if got := heaviest(search.Deal(weights, hands)); got > best*4/3 {
			t.Errorf("the heaviest hand has %v, and %v at best", got, best)
		}
	})
}

// Four parts of an exploration, for two machines.
func ExampleDeal() {
	fmt.Println(search.Deal([]float64{1, 4, 2, 3}, 2))
	// Output: [0 0 1 1]
}
