package counts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// Check explores a program on an engine, with every reduction, and exhaustively if it
// has no more than so many orders, and compares what is found with the exact numbers.
func Check(t *testing.T, p *Program, e order.Engine, orders int) {
	if p.Inter <= orders {
		r := explored(t, e, walk.Exhaustive(), p.Inter)
		if r.Coverage.Kind != search.AllOrders || r.Runs != p.Inter {
			t.Errorf("exhaustive: %d orders, %v; there are %d", r.Runs, r.Coverage, p.Inter)
		}
		compareOuts(t, p, r, "exhaustive")
	}
	for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal()} {
		r := explored(t, e, s, 4*p.Traces)
		if r.Coverage.Kind != search.AllTraces || r.Runs != p.Traces || r.Traces != p.Traces {
			t.Errorf("%v: %d runs, %d traces, %v; there are %d", s, r.Runs, r.Traces, r.Coverage, p.Traces)
		}
		if s.String() == "optimal" && r.Blocked > 0 {
			t.Errorf("%v: %d blocked runs", s, r.Blocked)
		}
		dead := 0
		for _, o := range r.Outcomes {
			if o.End == order.Deadlocked {
				dead += o.Runs
			}
		}
		if dead != p.Dead {
			t.Errorf("%v: %d deadlocks; there are %d", s, dead, p.Dead)
		}
		compareOuts(t, p, r, s.String())
		t.Logf("%v: %d runs, %d blocked, %v, %v", s, r.Runs, r.Blocked, r.Coverage.Why, r.Elapsed)
	}
}

func explored(t *testing.T, e order.Engine, s search.Strategy, runs int) *explore.Report {
	t.Helper()
	r, err := explore.Search(context.Background(), e, explore.WithStrategy(s), explore.WithRuns(runs+1000))
	if err != nil {
		t.Fatal(err)
	}
	if r.Nondeterminism != nil {
		t.Fatal(r.Nondeterminism)
	}
	return r
}

func compareOuts(t *testing.T, p *Program, r *explore.Report, strategy string) {
	t.Helper()
	var got []string
	for _, o := range r.Outcomes {
		switch {
		case o.End == order.Deadlocked:
			got = append(got, "DEAD")
		case o.End != order.Finished:
			got = append(got, fmt.Sprint(o.End, ": ", o.Text))
		default:
			first, _, _ := strings.Cut(o.Text, "\n")
			got = append(got, first)
		}
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(p.Outs))
	if !slices.Equal(got, want) {
		t.Errorf("%s: outcomes %q; want %q", strategy, got, want)
	}
}
