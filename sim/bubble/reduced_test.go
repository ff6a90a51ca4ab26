package bubble_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
)

// The yardsticks of reduction, written with real goroutines and locks: so many traces
// there are, and so many outcomes.
func TestReductionFindsAllOutcomes(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
	}{
		{"hello", hello}, {"counter", func() {
			var mu sync.Mutex
			n := 0
			var wg sync.WaitGroup
			for i := range 2 {
				wg.Go(func() {
					mu.Lock()
					n = 2*n + i
					mu.Unlock()
				})
			}
			wg.Wait()
			bubble.Println(n)
		}}, {"lock order", lockOrder},
		{"channels", func() {
			c := make(chan int)
			var wg sync.WaitGroup
			for i := range 2 {
				wg.Go(func() { c <- i })
			}
			bubble.Println(<-c, <-c)
			wg.Wait()
		}},
		{"once, with a step in it", func() {
			var once sync.Once
			var n atomic.Int32
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() { once.Do(func() { n.Add(1) }) })
			}
			wg.Wait()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && (c.name == "lock order" || c.name == "channels") {
				t.Skip("thousands of orders")
			}
			all := explored(t, c.program, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(200_000))
			part := explored(t, c.program, explore.WithStrategy(dpor.Reduced()), explore.WithRuns(200_000))
			slept := explored(t, c.program, explore.WithStrategy(dpor.SleepSets()), explore.WithRuns(200_000))
			t.Logf("%s; %s, %d blocked; %s, %d blocked", all.Verdict(), part.Verdict(), part.Blocked, slept.Verdict(), slept.Blocked)
			if part.Coverage.Kind != search.AllTraces || slept.Coverage.Kind != search.AllTraces || all.Coverage.Kind != search.AllOrders {
				t.Errorf("coverage %v and %v and %v", all.Coverage, part.Coverage, slept.Coverage)
			}
			if want := outcomes(all); !slices.Equal(outcomes(part), want) || !slices.Equal(outcomes(slept), want) {
				t.Errorf("outcomes %q and %q, want %q", outcomes(part), outcomes(slept), want)
			}
			if part.Traces != slept.Traces {
				t.Errorf("%d traces, and %d by sleep sets", part.Traces, slept.Traces)
			}
		})
	}
}

func outcomes(r *explore.Report) []string {
	var all []string
	for _, o := range r.Outcomes {
		all = append(all, string(o.End)+" "+o.Text)
	}
	slices.Sort(all)
	return all
}
