package dpor_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// asleepWith returns a program in which one task holds a mutex while time moves, and
// others want it.
func asleepWith(others int) sim.Program {
	return together(func(ctx context.Context) []func(ctx context.Context) error {
		m, log := sim.NewMutex(ctx, "m"), sim.NewVar(ctx, "log", "")
		tasks := []func(ctx context.Context) error{func(ctx context.Context) error {
			if err := m.Lock(ctx); err != nil {
				return err
			}
			log.Set(log.Get() + "a")
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return m.Unlock()
		}}
		for i := range others {
			tasks = append(tasks, func(ctx context.Context) error {
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				if err := m.Lock(ctx); err != nil {
					return err
				}
				log.Set(log.Get() + string(rune('b'+i)))
				if i == others-1 {
					sim.Print(ctx, log.Get())
				}
				return m.Unlock()
			})
		}
		return tasks
	})
}

// A step that waits for a mutex over a move of time could have come before the steps at
// the instant at which it began to wait.
func TestLocksAcrossInstants(t *testing.T) {
	most := 3
	if testing.Short() {
		most = 2
	}
	for others := 1; others <= most; others++ {
		outcomes := func(s search.Strategy) []string {
			r, err := explore.Search(context.Background(), sim.Engine(asleepWith(others), sim.WithPolicy(order.AnyReady)), explore.WithStrategy(s), explore.WithRuns(1_000_000))
			if err != nil {
				t.Fatal(err)
			}
			if !r.Coverage.Complete() {
				t.Fatalf("%v: %v", s, r.Coverage)
			}
			var texts []string
			for _, o := range r.Outcomes {
				texts = append(texts, o.Text)
			}
			slices.Sort(texts)
			return texts
		}
		want := outcomes(walk.Exhaustive())
		if others > 1 && len(want) < 4 {
			t.Errorf("%d tasks: outcomes %q", others, want)
		}
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal(), dpor.SleepSets()} {
			if got := outcomes(s); !slices.Equal(got, want) {
				t.Errorf("%d tasks, %v: outcomes %q; exhaustive: %q", others, s, got, want)
			}
		}
	}
}
