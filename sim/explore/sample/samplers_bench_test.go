package sample_test

import (
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
)

// BenchmarkSamplers says what a run costs under each sampler: x-random is that in
// relation to a run under Random, measured in turns with it.
func BenchmarkSamplers(b *testing.B) {
	engine := sim.Engine(exploretest.Deposits([]int{1, 2, 3}, 2, 2))
	took := func(s search.Strategy, runs int) time.Duration {
		began := time.Now()
		exploretest.Search(b, engine, explore.WithStrategy(s), explore.WithRuns(runs), explore.WithWorkers(1), explore.WithoutReplayCheck())
		return time.Since(began)
	}
	for _, s := range samplers() {
		b.Run(s.String(), func(b *testing.B) {
			const runs = 2000
			var mine, random time.Duration
			for b.Loop() {
				random += took(sample.Random(), runs)
				mine += took(s, runs)
			}
			b.ReportMetric(float64(mine.Nanoseconds())/float64(b.N)/runs, "ns/run")
			b.ReportMetric(float64(mine)/float64(random), "x-random")
			b.ReportMetric(0, "ns/op")
		})
	}
}
