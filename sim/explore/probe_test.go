package explore_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// A program of which only one call fails keeps something from run to run. Whether
// that call is a probe of the tree's size or one of the runs that count, it must
// not pass.
func TestAFailureOfOneCallIsNotLost(t *testing.T) {
	for _, strategy := range []search.Strategy{explore.Auto(), walk.Exhaustive(), sample.Random()} {
		for call := range int64(10) {
			var calls atomic.Int64
			r := exploretest.Search(t, exploretest.Main(func(ctx context.Context) error {
				if calls.Add(1) == call+1 {
					return errors.New("this once")
				}
				return sim.Yield(ctx)
			}), explore.WithStrategy(strategy), explore.WithRuns(100))
			if strategy.String() == "exhaustive" && call > 1 {
				continue // there is one run, made twice
			}
			if !r.Failed() {
				t.Errorf("%s, call %d: %s", strategy, call+1, r.Verdict())
			}
		}
	}
}

// What the probes of the tree's size have found is not lost when an exploration is
// stopped and goes on: probes are not made again. The outcome here is so rare that only
// probes meet it, which draw evenly.
func TestProbesSurviveACheckpoint(t *testing.T) {
	rare := exploretest.Main(func(ctx context.Context) error {
		for range 3 {
			if !sim.Flip(ctx, "rare", 0.0001) {
				return nil
			}
		}
		return errors.New("three at once")
	})
	options := []explore.Option{explore.WithStrategy(sample.Random()), explore.WithRuns(600), explore.WithWorkers(1)}
	want := exploretest.Search(t, rare, options...)
	if !want.Failed() {
		t.Fatalf("no probe met it: %s", want.Verdict())
	}
	options = append(options, explore.WithCheckpoint(filepath.Join(t.TempDir(), "checkpoint")))
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := explore.Search(ctx, rare, append(options, explore.WithProgress(func(explore.Progress) { cancel() }))...); err != nil {
		t.Fatal(err)
	}
	if got := exploretest.Search(t, rare, options...); !got.Failed() || len(got.Outcomes) != len(want.Outcomes) {
		t.Errorf("resumed: %s; want %s", got.Verdict(), want.Verdict())
	}
}

// An estimate is no reason to exceed a limit of time by much.
func TestEstimateKeepsTheTime(t *testing.T) {
	r := exploretest.Search(t, exploretest.Main(sim.Yield), explore.WithStrategy(explore.Auto()), explore.WithTime(time.Nanosecond))
	if r.Size != nil && r.Size.Probes > 1 {
		t.Errorf("%d probes within a nanosecond", r.Size.Probes)
	}
}

// Where very many things can happen at one instant, a run does not keep all that
// could have happened. It can be made again all the same.
func TestACrowdIsRepeatable(t *testing.T) {
	crowd := func(ctx context.Context) error {
		for range 800 {
			sim.Go(ctx, "one", func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
		}
		return sim.Sleep(ctx, 2*time.Second)
	}
	for _, policy := range []order.Policy{order.SameInstant, order.Jitter(time.Millisecond)} {
		r := exploretest.Search(t, exploretest.Main(crowd, sim.WithPolicy(policy)), explore.WithStrategy(sample.Random()), explore.WithRuns(2))
		if r.Nondeterminism != nil || r.Runs != 2 || r.Rechecked == 0 {
			t.Errorf("%s: %d runs, %d made twice, %v", policy, r.Runs, r.Rechecked, r.Nondeterminism)
		}
	}
}
