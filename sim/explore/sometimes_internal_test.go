package explore

import (
	"slices"
	"testing"
)

// Which ends of an exploration allow to say that something never held.
func TestWhatNeverHeldIsJudgedAtTheEndOnly(t *testing.T) {
	for _, c := range []struct {
		name     string
		check    check
		coverage CoverageKind
		stopped  Stop
		excuse   string
	}{
		{"all orders", check{}, AllOrders, Through, ""},
		{"all orders, in short", check{short: true, hurried: true}, AllOrders, FailureFound, ""},
		{"all traces", check{}, AllTraces, Through, ""},
		{"a bound", check{short: true, hurried: true}, AllWithin, Through, ""},
		{"runs spent", check{hurried: true}, Sampled, RunsSpent, ""},
		{"runs spent, in short", check{short: true}, Sampled, RunsSpent, "-short has made the exploration a short one"},
		{"time spent", check{}, Sampled, TimeSpent, ""},
		{"limit of the test binary", check{hurried: true}, Sampled, TimeSpent, "the time limit of the test binary is near"},
		{"interrupted", check{}, Sampled, Interrupted, "the exploration was stopped early"},
		{"one order", check{}, OneOrder, Through, "only one order was run"},
	} {
		r := &Report{Coverage: Coverage{Kind: c.coverage}, Stopped: c.stopped, Seen: map[string]bool{"b": false, "a": false, "c": true}}
		names, excuse := c.check.unseen(r)
		if excuse != c.excuse || (excuse == "") != slices.Equal(names, []string{"a", "b"}) {
			t.Errorf("%s: %q, %q; want the excuse %q", c.name, names, excuse, c.excuse)
		}
		if names, excuse := c.check.unseen(&Report{Seen: map[string]bool{"c": true}}); len(names) > 0 || excuse != "" {
			t.Errorf("%s: %q, %q although all held", c.name, names, excuse)
		}
	}
}
