package simtest

import (
	"slices"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/search"
)

// Which ends of an exploration allow to say that something never held.
func TestWhatNeverHeldIsJudgedAtTheEndOnly(t *testing.T) {
	for _, c := range []struct {
		name     string
		check    check
		coverage search.CoverageKind
		stopped  search.Stop
		excuse   string
	}{
		{"all orders", check{}, search.AllOrders, search.Through, ""},
		{"all orders, in short", check{short: true, hurried: true}, search.AllOrders, search.FailureFound, ""},
		{"all traces", check{}, search.AllTraces, search.Through, ""},
		{"a bound", check{short: true, hurried: true}, search.AllWithin, search.Through, ""},
		{"runs spent", check{hurried: true}, search.Sampled, search.RunsSpent, ""},
		{"runs spent, in short", check{short: true}, search.Sampled, search.RunsSpent, "-short has made the exploration a short one"},
		{"time spent", check{}, search.Sampled, search.TimeSpent, ""},
		{"limit of the test binary", check{hurried: true}, search.Sampled, search.TimeSpent, "the time limit of the test binary is near"},
		{"interrupted", check{}, search.Sampled, search.Interrupted, "the exploration was stopped early"},
		{"one order", check{}, search.OneOrder, search.Through, "only one order was run"},
	} {
		r := &explore.Report{Coverage: search.Coverage{Kind: c.coverage}, Stopped: c.stopped, Seen: map[string]bool{"b": false, "a": false, "c": true}}
		c.check.overrides = new(overrides)
		names, excuse := c.check.unseen([]*explore.Report{r})
		if excuse != c.excuse || (excuse == "") != slices.Equal(names, []string{"a", "b"}) {
			t.Errorf("%s: %q, %q; want the excuse %q", c.name, names, excuse, c.excuse)
		}
		c.check.shard = search.Shard{Part: 3, Of: 16}
		if names, excuse := c.check.unseen([]*explore.Report{r}); names != nil || excuse != "only one part was explored" {
			t.Errorf("%s, in parts: %q, %q", c.name, names, excuse)
		}
		all := &explore.Report{Seen: map[string]bool{"a": true, "b": true}}
		if names, excuse := c.check.unseen([]*explore.Report{all, r}); len(names) > 0 || excuse != "" {
			t.Errorf("%s: %q, %q although all held in one of two explorations", c.name, names, excuse)
		}
	}
}
