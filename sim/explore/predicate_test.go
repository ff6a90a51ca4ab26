package explore_test

import (
	"context"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

func TestPredicates(t *testing.T) {
	all := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(3, 1)), explore.WithStrategy(walk.Exhaustive()))
	some := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(5, 2)), explore.WithStrategy(sample.Random()), explore.WithRuns(50))
	one := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(1, 1)), explore.WithStrategy(walk.Exhaustive()))
	two := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(2, 1)), explore.WithStrategy(walk.Exhaustive()))
	race := exploretest.Search(t, sim.Engine(exploretest.Withdrawals()), explore.WithStrategy(walk.Exhaustive()))
	begins := func(prefix string) func(search.Outcome) bool {
		return func(o search.Outcome) bool { return strings.HasPrefix(o.Text, prefix) }
	}
	finished := func(o search.Outcome) bool { return o.End == order.Finished }
	for _, c := range []struct {
		name      string
		predicate explore.Predicate
		report    *explore.Report
		say       string // what the error says, "" if the claim holds
	}{
		{"always", explore.Always(finished), all, ""},
		{"not always", explore.Always(begins("0")), all, "schedule w1,timer:s0.1=s1.1 gives"},
		{"always, but not all seen", explore.Always(finished), some, "that was not all"},
		{"never", explore.Never(explore.Failing), all, ""},
		{"not never", explore.Never(explore.Failing), race, "balance is 70, want 40"},
		{"sometimes", explore.Sometimes(begins("2")), all, ""},
		{"sometimes needs no whole", explore.Sometimes(finished), some, ""},
		{"not sometimes", explore.Sometimes(explore.Failing), all, "none of 6 outcomes"},
		{"gives", explore.Gives("1\n0\n", "0\n1\n"), two, ""},
		{"gives more", explore.Gives("1\n0\n"), two, "not claimed, but schedule w1 gives"},
		{"gives less", explore.Gives("1\n0\n", "0\n1\n", "3\n"), two, "claimed, but not found"},
		{"at most one", explore.AtMostOne(explore.Any), one, ""},
		{"at most one of those", explore.AtMostOne(explore.Failing), race, ""},
		{"more than one", explore.AtMostOne(explore.Any), two, "and schedule w1,timer:s0.1=s1.1"},
		{"refines", explore.Refines(two), two, ""},
		{"no refinement", explore.Refines(two), one, "what the other never shows"},
		{"refines what?", explore.Refines(some), two, "not explored to its end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.predicate.Check(c.report)
			switch {
			case c.say == "" && err != nil:
				t.Error(err)
			case c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)):
				t.Errorf("error %v, want one that says %q", err, c.say)
			}
		})
	}
	if err := explore.Always(finished).SoFar(some); err != nil {
		t.Error(err)
	}
	if err := explore.Always(finished).SoFar(&explore.Report{}); err == nil {
		t.Error("a claim holds although nothing was run")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	none, err := explore.Search(ctx, exploretest.SameInstant(exploretest.Sleepers(2, 1)))
	if err != nil || explore.Always(finished).Check(none) == nil {
		t.Errorf("a claim holds although nothing was run (%v)", err)
	}
}
