package race_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios/internal/scenariotest"
	"weft/scenarios/race"
	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// explored explores a scenario in all its orders or, with another strategy, in some.
func explored(t *testing.T, s scenario.Scenario, strategy search.Strategy, options ...explore.Option) *explore.Report {
	t.Helper()
	return scenariotest.Search(t, s.Engine(), strategy, 20_000, options...)
}

// TestExplorations walks all orders of every scenario: their numbers are those that
// are claimed, and what they show is what the golden file holds.
func TestExplorations(t *testing.T) {
	for _, s := range race.All() {
		t.Run(s.Name, func(t *testing.T) {
			if s.Explore == nil {
				t.Fatal("it does not say what a walk over all its orders finds")
			}
			r := explored(t, s, walk.Exhaustive())
			if r.Coverage.Kind != search.AllOrders {
				t.Fatalf("%s; a scenario has so few orders that all of them can be walked", r.Verdict())
			}
			got := scenario.Exploration{Orders: r.Runs}
			for _, o := range r.Outcomes {
				if o.Failed {
					got.Failing += o.Runs
				}
			}
			scenariotest.Golden(t, s.Name+".explore", orders(r, got))
			if got != *s.Explore {
				if scenariotest.Updating() {
					writeNumbers(t, s, got)
					t.Skip("the source was changed; run the test again")
				}
				t.Errorf("the scenario claims %+v, and it is %+v; look at it, and if it is right run go test ./scenarios/race -update", *s.Explore, got)
			}
			if want := claimOf(s, got); want != "" && !strings.HasSuffix(s.Claim, want) && !strings.Contains(s.Claim, want+" ") {
				t.Errorf("the claim %q does not say %q", s.Claim, want)
			}
		})
	}
}

// orders writes what all orders of a scenario show.
func orders(r *explore.Report, n scenario.Exploration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy %s, orders %d, failing %d, outcomes %d\n", r.Policy, n.Orders, n.Failing, len(r.Outcomes))
	if failure := r.Failure(); failure != nil {
		fmt.Fprintf(&b, "smallest failing schedule: %s\n", failure.Witness)
	}
	for _, o := range r.Outcomes {
		verb := "pass"
		if o.Failed {
			verb = "fail"
		}
		fmt.Fprintf(&b, "\n%s %d: %s\n", verb, o.Runs, o.Witness)
		for line := range strings.Lines(o.Text) {
			fmt.Fprintf(&b, "  %s", line)
		}
	}
	return b.String()
}

// claimOf is what the claim of a race or repair says about its orders.
func claimOf(s scenario.Scenario, n scenario.Exploration) string {
	switch {
	case s.Fixes != "":
		return fmt.Sprintf("in each of the %d orders", n.Orders)
	case n.Failing > 0:
		return fmt.Sprintf("in %d of the %d orders", n.Failing, n.Orders)
	}
	return ""
}

var claimedNumbers = regexp.MustCompile(`in (each|\d+) of the \d+ orders`)

// writeNumbers writes numbers into the source of a scenario.
func writeNumbers(t *testing.T, s scenario.Scenario, n scenario.Exploration) {
	t.Helper()
	source, err := os.ReadFile(scenariotest.File(s.Name, s.Fixes))
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(source), "= scenario.Scenario{\n\tName:  \""+s.Name+"\",")
	body, after, ok2 := strings.Cut(rest, "\n}\n")
	if !ok1 || !ok2 {
		t.Fatalf("%s does not begin as the others do, so its numbers must be changed by hand", s.Name)
	}
	body = claimedNumbers.ReplaceAllString(body, claimOf(s, n))
	body = regexp.MustCompile(`Orders: \d+`).ReplaceAllString(body, fmt.Sprintf("Orders: %d", n.Orders))
	body = regexp.MustCompile(`Failing: \d+`).ReplaceAllString(body, fmt.Sprintf("Failing: %d", n.Failing))
	text := before + "= scenario.Scenario{\n\tName:  \"" + s.Name + "\"," + body + "\n}\n" + after
	if err := os.WriteFile(scenariotest.File(s.Name, s.Fixes), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestPairs: some order of each race fails, and no order of its repair.
func TestPairs(t *testing.T) {
	all := race.All()
	pairs := 0
	for i, s := range all {
		if s.Fixes != "" {
			continue
		}
		if i+1 == len(all) || all[i+1].Fixes != s.Name {
			continue // as TestChapter says
		}
		pairs++
		repair := all[i+1]
		if repair.Topic != s.Topic {
			t.Errorf("%s is in topic %q, and %s in topic %q", s.Name, s.Topic, repair.Name, repair.Topic)
		}
		if s.Explore == nil || s.Explore.Failing == 0 {
			t.Errorf("%s is no race: no order of it fails", s.Name)
		}
		if repair.Explore == nil || repair.Explore.Failing != 0 {
			t.Errorf("%s is no repair: some order of it fails, or it was not explored", repair.Name)
		}
		if !repair.AnyOrder {
			t.Errorf("%s is claimed in the default order only", repair.Name)
		}
		if own, repaired := s.Engine().Policy(), repair.Engine().Policy(); own != repaired {
			t.Errorf("%s is explored under %s, and its repair under %s", s.Name, own, repaired)
		}
	}
	if pairs < 17 {
		t.Errorf("the chapter holds %d pairs", pairs)
	}
}

// TestRepairs: the claim of a repair, not only its coming to an end, holds in
// every order.
func TestRepairs(t *testing.T) {
	for _, s := range race.All() {
		if s.Fixes == "" {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			r := explored(t, s, walk.Exhaustive(), explore.WithOutcome(func(r *order.Run) string {
				return fmt.Sprint(s.Check(&sim.Outcome{End: r.End, Err: r.Err, Output: r.Output, Elapsed: r.Elapsed}))
			}))
			for _, o := range r.Outcomes {
				if o.Failed || o.Text != "<nil>" {
					t.Errorf("in %d orders, such as %v: %s, %s", o.Runs, o.Witness, o.End, o.Text)
				}
			}
		})
	}
}

// TestReducedAgrees: what tasks share is all seen by the library, so leaving out
// orders that differ only in steps which do not affect each other loses no
// outcome.
func TestReducedAgrees(t *testing.T) {
	for _, s := range race.All() {
		t.Run(s.Name, func(t *testing.T) {
			all, reduced := explored(t, s, walk.Exhaustive()), explored(t, s, dpor.Reduced())
			if !reduced.Coverage.Complete() || len(reduced.Untracked) > 0 || reduced.Runs > all.Runs {
				t.Errorf("%s, untracked %v; there are %d orders", reduced.Verdict(), reduced.Untracked, all.Runs)
			}
			if diff := cmp.Diff(texts(all), texts(reduced)); diff != "" {
				t.Errorf("outcomes (-all orders +reduced):\n%s", diff)
			}
		})
	}
}

// texts returns the outcomes of a report, sorted.
func texts(r *explore.Report) []string {
	var out []string
	for _, o := range r.Outcomes {
		out = append(out, o.Text)
	}
	slices.Sort(out)
	return out
}

// TestSmallestFailures: the schedule that a race names leads to the failure, and
// no order that is nearer to the default one fails.
func TestSmallestFailures(t *testing.T) {
	for _, s := range race.All() {
		if s.Explore == nil || s.Explore.Failing == 0 {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			failure := explored(t, s, walk.Exhaustive()).Failure()
			schedule, err := order.ParseSchedule(failure.Witness.String())
			if err != nil {
				t.Fatal(err)
			}
			o := scenariotest.Quiet(s, sim.WithStrategy(order.Replay(schedule)))
			if o.End != failure.End || !strings.HasSuffix(failure.Text, string(o.End)+": "+o.Summary()+"\n") {
				t.Errorf("the schedule %v leads to %s: %s, and should lead to %s", schedule, o.End, o.Summary(), failure.Text)
			}

			switches := len(schedule)
			if r := explored(t, s, walk.Bounded(switches-1)); r.Failed() || r.Coverage.Kind != search.AllWithin || r.Coverage.Bound != switches-1 {
				t.Errorf("with one switch less than %v: %s, %s, failure %+v", schedule, r.Verdict(), r.Summary(), r.Failure())
			}
			r := explored(t, s, walk.Bounded(switches))
			if !r.Failed() {
				t.Fatalf("with as many switches as %v: %s, %s", schedule, r.Verdict(), r.Summary())
			}
			if found := r.Failure().Witness.String(); found != schedule.String() {
				t.Errorf("the simplest failure with as few switches is %s, not %v", found, schedule)
			}

			// From any failing run, shrinking comes to one of the simplest.
			worst := failure.Witness
			var simplest []string
			for _, o := range explored(t, s, walk.Exhaustive()).Outcomes {
				if o.Failed {
					worst = o.Witness
					simplest = append(simplest, o.Witness.String())
				}
			}
			for seed := range uint64(20) {
				if o := scenariotest.Quiet(s, sim.WithSeed(seed)); o.End != order.Finished && len(o.Schedule) > len(worst) {
					worst = o.Schedule
				}
			}
			shrunk, err := explain.Shrink(t.Context(), s.Engine(), worst)
			if err != nil {
				t.Fatal(err)
			}
			if !shrunk.Minimal || !slices.Contains(simplest, shrunk.Schedule.String()) {
				t.Errorf("%v shrinks to %v, minimal: %v; want one of %v", worst, shrunk.Schedule, shrunk.Minimal, simplest)
			}
		})
	}
}
