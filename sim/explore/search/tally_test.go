package search_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// tallied adds up the default order of a program and another one.
func tallied(t *testing.T, strategies ...order.Strategy) *search.Tally {
	t.Helper()
	all := search.NewTally(true)
	for i, s := range strategies {
		one := search.NewTally(true)
		x := search.New(exploretest.SameInstant(exploretest.Sleepers(2, 1)), single{s, one}, search.Settings{Runs: 1, Workers: 1})
		x.Explore(t.Context())
		x.Close()
		if x.Tally.Runs != 1 {
			t.Fatalf("strategy %d made %d runs", i, x.Tally.Runs)
		}
		all.Merge(x.Tally)
	}
	return all
}

// single is a strategy of the run that an order.Strategy steers.
type single struct {
	steer order.Strategy
	tally *search.Tally
}

func (s single) String() string                             { return "one" }
func (s single) Planner(*search.Exploration) search.Planner { return &onePlanner{s: s} }
func (s single) Found() *search.Tally                       { return s.tally }
func (s single) Do(w *search.Worker) {
	r := w.Run(s.steer, trace.Order)
	w.Count(s.tally, r, w.TraceOf(r))
}

type onePlanner struct {
	lastFirstPlanner
	s single
}

func (p *onePlanner) Round(runs int) []search.Job {
	if p.lastFirstPlanner.Round(runs) == nil {
		return nil
	}
	return []search.Job{p.s}
}

// Tallies add up in whatever groups they come, and keep the simplest run of each
// outcome.
func TestTalliesMerge(t *testing.T) {
	plain, last := order.Default(), lastFirst{}
	both, again := tallied(t, plain, last, last), tallied(t, last, last)
	again.Merge(tallied(t, plain))
	for name, tally := range map[string]*search.Tally{"one by one": both, "two and one": again} {
		outcomes := tally.Ordered()
		if tally.Runs != 3 || tally.Made() != 3 || len(outcomes) != 2 || tally.Failed() {
			t.Fatalf("%s: %d runs, %d made, %d outcomes, failed %t", name, tally.Runs, tally.Made(), len(outcomes), tally.Failed())
		}
		if o := outcomes[0]; o.Text != "0\n1\n" || o.Runs != 1 || o.Witness.String() != "w1" {
			t.Errorf("%s: the first outcome is %+v", name, o)
		}
		if o := outcomes[1]; o.Text != "1\n0\n" || o.Runs != 2 || o.Witness.String() != "w1,timer:s0.1=s1.1" || o.Switches != 1 {
			t.Errorf("%s: the second outcome is %+v", name, o)
		}
		if tally.Decisions != (search.Stats{N: 3, Min: 1, Max: 1, Sum: 3}) || tally.Switches.Mean() != 2./3 {
			t.Errorf("%s: decisions %+v, switches %+v", name, tally.Decisions, tally.Switches)
		}
		if len(tally.Traces) != 2 {
			t.Errorf("%s: %d traces, want 2", name, len(tally.Traces))
		}
	}
}

// A tally that was saved goes on as if it had not been.
func TestTallyState(t *testing.T) {
	want := tallied(t, order.Default(), lastFirst{})
	got := tallied(t, order.Default()).State().Tally()
	got.Merge(tallied(t, lastFirst{}))
	if diff := cmp.Diff(want.Ordered(), got.Ordered(), cmpopts.IgnoreUnexported(search.Outcome{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.Traces, got.Traces); diff != "" {
		t.Error(diff)
	}
}

// A state of what no tally has counted is refused.
func TestTallyStateRefused(t *testing.T) {
	for text, want := range map[string]bool{
		`{"runs": 2, "outcomes": [{"runs": 2}], "classes": {"7": 2}}`: true,
		`{"runs": -1}`:                  false,
		`{"blocked": -1}`:               false,
		`{"others": -1}`:                false,
		`{"twice": -1}`:                 false,
		`{"outcomes": [{"runs": -1}]}`:  false,
		`{"classes": {"7": 0}}`:         false,
		`{"classes": {"7": 1, "8":-1}}`: false,
		`{"runs": "x"}`:                 false,
	} {
		var s search.TallyState
		if err := json.Unmarshal([]byte(text), &s); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}
