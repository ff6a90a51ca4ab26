package explore_test

import (
	"bytes"
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/search"
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
