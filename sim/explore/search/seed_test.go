package search_test

import (
	"testing"

	"weft/sim/explore/search"
)

// Seeds of one exploration are all different, and the same on every machine.
func TestSeeds(t *testing.T) {
	seen := map[uint64]bool{}
	for n := range 10_000 {
		seen[search.SeedOf(7, n)] = true
	}
	if len(seen) != 10_000 {
		t.Errorf("%d different seeds of 10,000", len(seen))
	}
	// SplitMix64 with the state 0, as published with its source.
	if got := search.SeedOf(0, 0); got != 0xe220a8397b1dcdaf {
		t.Errorf("the first seed is %x", got)
	}
}
