package scenariotest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// Quiet runs a scenario and keeps its output to itself.
func Quiet(s scenario.Scenario, options ...sim.Option) *sim.Outcome {
	return s.Run(slices.Concat([]sim.Option{sim.WithOutput(io.Discard), sim.WithLog(io.Discard)}, options)...)
}

// DefaultOrder runs a scenario in the default order: its claim holds, what it shows
// is what its golden file holds, and a second run is equal to the first, event for
// event.
func DefaultOrder(t testing.TB, s scenario.Scenario) {
	t.Helper()
	if strings.TrimSpace(s.Claim) == "" || strings.TrimSpace(s.Claim) != s.Claim {
		t.Errorf("the claim is %q", s.Claim)
	}
	o := Quiet(s, sim.WithRecording(trace.Order))
	if err := s.Check(o); err != nil {
		t.Error(err)
	}
	Golden(t, s.Name, shown(o))
	again := Quiet(s, sim.WithRecording(trace.Order))
	if o.Trace.Hash != again.Trace.Hash {
		t.Errorf("two runs differ: hashes %v and %v", o.Trace.Hash, again.Trace.Hash)
	}
	if o.Trace.Program != s.Name {
		t.Errorf("the trace is of program %q", o.Trace.Program)
	}

	// A check that accepts any run checks nothing.
	if s.Check(&sim.Outcome{}) == nil {
		t.Error("the check accepts a run that did nothing")
	}
	o.Err, o.End = io.ErrUnexpectedEOF, order.Failed
	if s.Check(o) == nil {
		t.Error("the check accepts a run that failed")
	}
}

// shown writes what a run shows to its user.
func shown(o *sim.Outcome) string {
	var b strings.Builder
	for _, line := range o.Output {
		task := line.Task
		if task == "" {
			task = "-"
		}
		fmt.Fprintf(&b, "%v  %s  %s\n", line.At, task, line.Text)
	}
	for _, r := range o.Reports {
		// Not its text, which names a line of the source.
		fmt.Fprintf(&b, "%v  report  %s: %s\n", r.At, r.Kind, r.Object)
	}
	fmt.Fprintf(&b, "%v  %s\n", o.Elapsed, o.End)
	return b.String()
}

// AnyOrder checks the claim of a scenario in other orders too, if it says that it
// holds there, each of them twice.
func AnyOrder(t *testing.T, s scenario.Scenario) {
	if !s.AnyOrder {
		return
	}
	for _, policy := range []order.Policy{order.SameInstant, order.AnyReady} {
		seeds := uint64(4)
		if s.Name == "ten-thousand" {
			// The cost of a decision grows with the number of alternatives.
			if policy == order.AnyReady {
				continue
			}
			seeds = 1
		}
		t.Run(s.Name+"/"+policy.String(), func(t *testing.T) {
			for seed := range seeds {
				InOrder(t, s, policy, seed)
			}
		})
	}
}

// InOrder checks the claim of a scenario in one of the orders that a policy permits,
// and that a second run with this seed is equal to the first.
func InOrder(t testing.TB, s scenario.Scenario, policy order.Policy, seed uint64) {
	t.Helper()
	options := []sim.Option{sim.WithPolicy(policy), sim.WithSeed(seed), sim.WithRecording(trace.Order)}
	o := Quiet(s, options...)
	if err := s.Check(o); err != nil {
		t.Errorf("seed %d, schedule %v: %v", seed, o.Schedule, err)
	}
	if again := Quiet(s, options...); o.Trace.Hash != again.Trace.Hash {
		t.Errorf("seed %d: two runs differ: hashes %v and %v", seed, o.Trace.Hash, again.Trace.Hash)
	}
}
