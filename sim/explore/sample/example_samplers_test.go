package sample_test

import (
	"context"
	"fmt"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
)

// Samplers differ in what they find easily.
func ExamplePortfolio() {
	for _, strategy := range []search.Strategy{
		sample.Random(), sample.PCT(3), sample.POS(), sample.URW(), sample.SURW(), sample.Portfolio(),
	} {
		r, err := explore.Search(context.Background(), sim.Engine(exploretest.LongAndShort()),
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
