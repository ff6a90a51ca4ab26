package explore

import (
	"fmt"
	"slices"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// Report says what an exploration has found and how much of what is possible it
// has seen.
type Report struct {
	Program  string
	Policy   string
	Strategy string
	Seed     uint64 // from which strategies that draw derived their own

	Coverage search.Coverage
	Stopped  search.Stop // why it ended early, if it did

	// Runs counts the runs that came to their end, Blocked those that a reduction
	// gave up because all that they could lead to had been seen.
	Runs    int
	Blocked int
	// Outcomes are the different outcomes: passing ones first, and those with the
	// simplest witness first. Others counts runs with further outcomes, which are
	// not told apart.
	Outcomes []search.Outcome
	Others   int

	// Decisions and Switches say how many decisions the runs had, and how many of
	// them did not go the default way.
	Decisions search.Stats
	Switches  search.Stats

	// Size is an estimate of the number of permitted orders, if one was made.
	Size *search.Estimate
	// Traces counts the different traces among the runs of a reduction, or among those
	// that were drawn; two orders are one trace if they differ only in steps that cannot
	// affect each other. It is 0 where traces were not counted, or were too many to be
	// told apart. Unseen is, for runs that were drawn, the estimated
	// probability that one more run shows a trace that was not seen yet (Good and
	// Turing): the share of the traces that were seen once.
	Traces int
	Unseen float64

	// Seen says of every condition that was named with simtest.T.Sometimes whether it
	// ever held.
	Seen map[string]bool
	// Untracked names what the program used that a reduction cannot see.
	Untracked []string
	// Rechecked counts the runs that were made again, with the same trace.
	// Nondeterminism says how one of them differed, or is nil.
	Rechecked      int
	Nondeterminism *search.NondeterminismError

	// Claim is what the engine says to follow from a walk of all orders in which none
	// failed, or "".
	Claim string

	// Elapsed is the real time that the exploration took.
	Elapsed time.Duration
}

// report makes the report of what was done so far.
func (x *exploration) report() *Report { return x.found().report() }

// found puts together what was done so far.
func (x *exploration) found() findings {
	what := x.Planner.Conclude()
	f := findings{
		program: x.Engine.Program(), policy: x.Engine.Policy(), strategy: x.strategy.String(), seed: x.Seed,
		coverage: what.Coverage, size: what.Size, traces: what.Traces, tracesKnown: what.TracesKnown,
		stopped: x.Stopped, tally: x.Tally, probed: x.Probed, elapsed: x.Elapsed(),
	}
	if what.Tally != nil {
		f.tally = what.Tally
	}
	if c, ok := x.Engine.(order.Claimant); ok {
		f.claim = c.Claim()
	}
	return f
}

// findings are what a report is made of.
type findings struct {
	program, policy, strategy string
	seed                      uint64
	coverage                  search.Coverage
	size                      *search.Estimate
	traces                    int
	tracesKnown               bool
	singles                   int  // of several parts: the traces that are not in the tally
	many                      bool // in one of them, there were too many traces to be told apart
	stopped                   search.Stop
	tally, probed             *search.Tally
	claim                     string // of the engine, if all orders were walked
	elapsed                   time.Duration
}

// addTraces adds the traces of another part, of runs that are traces of their own. Those of
// the others are told apart by the tallies; see sumTraces.
func (f *findings) addTraces(one findings) {
	if one.tracesKnown {
		f.tracesKnown = true
		f.singles += one.traces - len(one.tally.Traces)
		f.many = f.many || one.traces == 0 && one.tally.Runs > 0
	}
}

// sumTraces counts the traces of all parts, if they are not too many to be told apart.
func (f *findings) sumTraces() {
	if n := len(f.tally.Traces); f.tracesKnown && !f.many && n < search.TracesKept {
		f.traces = f.singles + n
	}
}

// report makes a report.
func (f findings) report() *Report {
	t := f.tally
	r := &Report{
		Program: f.program, Policy: f.policy, Strategy: f.strategy, Seed: f.seed,
		Coverage: f.coverage, Size: f.size,
		Stopped: f.stopped, Runs: t.Runs, Blocked: t.Blocked, Outcomes: t.Ordered(), Others: t.Others,
		Decisions: t.Decisions, Switches: t.Switches,
		Seen: t.Seen, Untracked: t.Untracked, Rechecked: t.Checked, Nondeterminism: t.Unequal,
		Elapsed: f.elapsed,
	}
	if f.tracesKnown {
		r.Traces = f.traces
	} else if n := len(t.Traces); n > 0 {
		once, drawn := 0, 0 // runs that were walked before others were drawn do not count
		for _, runs := range t.Traces {
			drawn += int(runs)
			if runs == 1 {
				once++
			}
		}
		r.Traces, r.Unseen = n, float64(once)/float64(drawn)
	}
	if f.probed != nil {
		f.reportProbed(r)
	}
	if r.Nondeterminism != nil {
		r.Coverage = search.Coverage{Kind: search.Partial}
	}
	unseen := func(what string) bool { return what != order.TimePasses } // which is walked
	if f.claim != "" && !r.Failed() && !slices.ContainsFunc(r.Untracked, unseen) && r.Coverage.Complete() {
		r.Claim = f.claim
	}
	return r
}

// reportProbed adds the failures that only probes of the tree's size have met. The probes
// are none of the runs that count: what is said of these would be wrong with them.
func (f findings) reportProbed(r *Report) {
	if r.Nondeterminism == nil {
		r.Nondeterminism = f.probed.Unequal
	}
	if r.Coverage.Complete() {
		return
	}
	for _, o := range f.probed.Ordered() {
		if o.Failed && !slices.ContainsFunc(r.Outcomes, func(known search.Outcome) bool { return known.Key == o.Key }) {
			o.Estimated = true
			r.Outcomes = append(r.Outcomes, o)
		}
	}
}

// Failed reports whether a run failed, or the program is not repeatable.
func (r *Report) Failed() bool { return r.Failure() != nil || r.Nondeterminism != nil }

// Failure returns the failing outcome with the simplest witness, or nil. Those that were
// stopped by the limit of steps come after all others.
func (r *Report) Failure() *search.Outcome {
	for i := range r.Outcomes {
		if r.Outcomes[i].Failed {
			return &r.Outcomes[i]
		}
	}
	return nil
}

// Verdict says in a line what was covered, and what is claimed by that. It says "all" only
// where all of it was walked.
func (r *Report) Verdict() string {
	if r.Claim != "" {
		return r.covered() + ", " + r.Claim
	}
	return r.covered()
}

func (r *Report) covered() string {
	if r.Nondeterminism != nil {
		return "no verdict: the program does not do the same twice"
	}
	stopped := map[search.Stop]string{
		search.RunsSpent: "stopped after " + words.Count(r.Runs, "run") + ", the limit", search.TimeSpent: "stopped after " + words.Count(r.Runs, "run") + ", the time being over",
		search.Interrupted: "interrupted after " + words.Count(r.Runs, "run"), search.FailureFound: "stopped at a failure after " + words.Count(r.Runs, "run"),
	}[r.Stopped]
	switch r.Coverage.Kind {
	case search.AllOrders:
		if r.Runs == 1 {
			return "1 order explored, the only one"
		}
		return "all " + words.Thousands(r.Runs) + " orders explored"
	case search.AllTraces:
		if r.Traces == 1 || r.Runs == 1 {
			return "the only trace explored: the order of steps makes no difference"
		}
		switch r.Traces {
		case r.Runs:
			return "all " + words.Thousands(r.Traces) + " traces explored"
		case 0: // too many to be told apart
			return "all traces explored in " + words.Count(r.Runs, "run")
		}
		return "all " + words.Thousands(r.Traces) + " traces explored in " + words.Count(r.Runs, "run")
	case search.AllWithin:
		text := fmt.Sprintf("all orders with at most %d switches explored: %s", r.Coverage.Bound, words.Thousands(r.Runs))
		if r.Coverage.Bound == 1 {
			text = fmt.Sprintf("all orders with at most 1 switch explored: %s", words.Thousands(r.Runs))
		}
		if stopped != "" {
			text += "; " + stopped
		}
		return text
	case search.OneOrder:
		return "1 order run, as asked"
	case search.Sampled:
		text := words.Count(r.Runs, "run") + " sampled"
		if n := r.Coverage.Walked; n > 0 {
			text = words.Count(n, "run") + " walked, " + words.Count(r.Runs-n, "run") + " sampled"
		}
		if r.Size != nil {
			text += " of " + r.Size.String() + " orders"
		}
		if r.Traces > 0 {
			text += fmt.Sprintf(", %s, unseen mass ≈%s", words.Count(r.Traces, "distinct trace"), words.Percent(r.Unseen))
		}
		if r.Stopped != search.Through && r.Stopped != search.RunsSpent {
			text += "; " + stopped
		}
		return text
	}
	if stopped == "" {
		stopped = r.Coverage.Why
	}
	text := "not all orders explored: " + stopped
	if r.Size != nil {
		text += "; there are " + r.Size.String()
	}
	return text
}

// Summary says in a line how many outcomes there are, and how many of them fail.
func (r *Report) Summary() string {
	failing, estimated := 0, 0
	for _, o := range r.Outcomes {
		if o.Failed {
			failing++
		}
		if o.Estimated {
			estimated++
		}
	}
	text := words.Count(len(r.Outcomes), "outcome")
	switch {
	case failing == 0:
	case failing == len(r.Outcomes) && failing == 1:
		text += ", which is a failure"
	case failing == len(r.Outcomes):
		text += ", all of them failures"
	case failing == 1:
		text += ", 1 of them a failure"
	default:
		text += fmt.Sprintf(", %d of them failures", failing)
	}
	if estimated > 0 {
		text += fmt.Sprintf(" (%d met only where the number of orders was estimated)", estimated)
	}
	return text
}

// texts returns the texts of all outcomes that were found.
func (r *Report) texts() []string {
	out := make([]string, len(r.Outcomes))
	for i, o := range r.Outcomes {
		out[i] = o.Text
	}
	return out
}
