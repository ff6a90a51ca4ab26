package explore_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
)

// A program of which only one call fails keeps something from run to run. Whether
// that call is a probe of the tree's size or one of the runs that count, it must
// not pass.
func TestAFailureOfOneCallIsNotLost(t *testing.T) {
	for _, strategy := range []explore.Strategy{explore.Auto(), explore.Exhaustive(), explore.Random()} {
		for call := range int64(10) {
			var calls atomic.Int64
			r := reduce(t, engineOf(func(ctx context.Context) error {
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

// Where very many things can happen at one instant, a run does not keep all that
// could have happened. It can be made again all the same.
func TestACrowdIsRepeatable(t *testing.T) {
	crowd := func(ctx context.Context) error {
		for range 800 {
			sim.Go(ctx, "one", func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
		}
		return sim.Sleep(ctx, 2*time.Second)
	}
	for _, policy := range []sim.Policy{sim.SameInstant, sim.Jitter(time.Millisecond)} {
		r := reduce(t, engineOf(crowd, sim.WithPolicy(policy)), explore.WithStrategy(explore.Random()), explore.WithRuns(2))
		if r.Nondeterminism != nil || r.Runs != 2 || r.Twice == 0 {
			t.Errorf("%s: %d runs, %d made twice, %v", policy, r.Runs, r.Twice, r.Nondeterminism)
		}
	}
}
