package explore_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// The number before "traces" is one of traces, also where some were run several times, or
// too many were run to tell them apart.
func TestVerdictOfTraces(t *testing.T) {
	for _, c := range []struct {
		name                 string
		runs, traces         int
		verdict, withOutcome string
	}{
		{"one", 1, 1, "the only trace explored: the order of steps makes no difference", "1 trace"},
		{"one run a trace", 12, 12, "all 12 traces explored", "12 traces"},
		{"several runs a trace", 1400, 1200, "all 1,200 traces explored in 1,400 runs", "1,400 runs"},
		{"too many", 2_000_000, 0, "all traces explored in 2,000,000 runs", "2,000,000 runs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &explore.Report{
				Coverage: search.Coverage{Kind: search.AllTraces}, Runs: c.runs, Traces: c.traces,
				Outcomes: []search.Outcome{{Text: "done", Runs: c.runs}},
			}
			if got := r.Verdict(); got != c.verdict {
				t.Errorf("%q, want %q", got, c.verdict)
			}
			var b bytes.Buffer
			if err := r.WriteText(&b); err != nil || !strings.Contains(b.String(), "1. passes, "+c.withOutcome+"\n") {
				t.Errorf("%v, and it does not say %q:\n%s", err, c.withOutcome, b.String())
			}
		})
	}
}

// The figures of a report are of the same runs, whatever share of these fails.
func TestFiguresAgree(t *testing.T) {
	// late fails if one of those comes last that are to fail then.
	late := func(fail int) order.Engine {
		return exploretest.Main(func(ctx context.Context) error {
			came := 0
			var tasks []sim.Awaitable[sim.None]
			for i := range 8 {
				tasks = append(tasks, sim.Do(ctx, fmt.Sprint(i), func(ctx context.Context) error {
					if came++; came == 8 && i < fail {
						return fmt.Errorf("task %c came last", 'a'+i)
					}
					return nil
				}))
			}
			_, err := sim.Gather(ctx, tasks...).Await(ctx)
			return err
		})
	}
	for _, fail := range []int{0, 1, 4, 7, 8} {
		for _, strategy := range []search.Strategy{explore.Auto(), sample.Random(), sample.Portfolio()} {
			for _, options := range [][]explore.Option{{}, {explore.WithStopAtFailure()}} {
				t.Run(fmt.Sprint(fail, " of 8, ", strategy, ", ", len(options)), func(t *testing.T) {
					r := exploretest.Search(t, late(fail), append(options, explore.WithStrategy(strategy), explore.WithRuns(200))...)
					runs, outcomes := r.Others, 0
					for _, o := range r.Outcomes {
						if !o.Estimated {
							runs, outcomes = runs+o.Runs, outcomes+1
						} else if !o.Failed {
							t.Errorf("%q passes and does not count", o.Text)
						}
					}
					if runs != r.Runs {
						t.Errorf("%d runs in outcomes, %d in all", runs, r.Runs)
					}
					if r.Traces < outcomes || r.Traces > r.Runs {
						t.Errorf("%d traces of %d runs, which had %d outcomes", r.Traces, r.Runs, outcomes)
					}
				})
			}
		}
	}
}
