package search

import (
	"cmp"
	"slices"
)

// Deal deals pieces of these weights to so many hands that all get about the same, and
// returns for each piece the hand that got it, counted from 0: the heaviest one first, each
// to the hand that has the least so far, or the fewest of those that have the least. The
// heaviest hand has at most 4/3 of what it would have in the best of all ways (Graham,
// "Bounds on multiprocessing timing anomalies", 1969). The same weights are dealt in the
// same way on every machine. It panics if there are pieces and no hand.
func Deal(weights []float64, hands int) []int {
	heaviest := make([]int, len(weights))
	for i := range heaviest {
		heaviest[i] = i
	}
	slices.SortStableFunc(heaviest, func(a, b int) int { return cmp.Compare(weights[b], weights[a]) })
	type hand struct {
		load   float64
		pieces int
	}
	dealt, owners := make([]hand, hands), make([]int, len(weights))
	for _, piece := range heaviest {
		least := 0
		for h := range dealt {
			if cmp.Or(cmp.Compare(dealt[h].load, dealt[least].load), cmp.Compare(dealt[h].pieces, dealt[least].pieces)) < 0 {
				least = h
			}
		}
		dealt[least].load += weights[piece]
		dealt[least].pieces++
		owners[piece] = least
	}
	return owners
}
