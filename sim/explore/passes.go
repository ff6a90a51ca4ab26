package explore

import "fmt"

// passes is what planners have in common that walk by footprints. If a walk went
// by footprints that turned out to be too small, it is made again.
type passes struct {
	x     *exploration
	names *names
	learned

	past    *tally // of earlier passes, or nil
	runs    int    // of the pass that is on, blocked ones included
	stale   int    // how many there were when a footprint grew, or 0
	alone   int    // runs of the pass that are traces of their own, for which no class was made
	planned int    // runs planned, by which some are chosen to be made twice
	why     string // why it cannot go on, or ""
}

// runsToLearn bounds how long a pass goes on that will have to be repeated: it
// goes on for a while, to learn as much as it can.
const runsToLearn = 32

func newPasses(x *exploration) passes {
	return passes{x: x, names: newNames(), learned: learned{holders: map[int32]int32{}}}
}

// left returns how many runs are left of those that the pass that is on could
// make if it were the first.
func (p *passes) left(runs int) int {
	if p.why != "" {
		return 0
	}
	if p.past != nil {
		if runs -= p.past.runs + p.past.blocked; runs <= 0 {
			p.x.stopped = RunsSpent
		}
	}
	return runs
}

// again reports whether the next run is one of those that are made twice.
func (p *passes) again() bool {
	p.planned++
	return p.planned%runsTwice == 1
}

// take takes in a job, and reports whether the walk goes on from what it found.
// unions says that what a step touches may have to be guessed from its namesakes.
func (p *passes) take(h *precedence, t *tally, alone int, unions bool) bool {
	p.runs += t.runs + t.blocked
	p.alone += alone
	if p.why == "" {
		p.why = h.why
	}
	if p.why != "" || t.unequal != nil {
		return false
	}
	if p.learn(h, unions) && p.stale == 0 {
		p.stale = p.runs
	}
	return true
}

// repeats reports whether it is time for a new pass.
func (p *passes) repeats(through bool) bool {
	return p.stale > 0 && p.why == "" && (through || p.runs >= 2*p.stale+runsToLearn)
}

// repeat begins a new pass. found is what the last jobs found.
func (p *passes) repeat(found []*tally) {
	if p.past == nil {
		p.past = newTally(true)
	}
	p.past.merge(p.x.tally)
	for _, t := range found {
		p.past.merge(t)
	}
	clear(p.past.classes)
	again := newTally(true)
	again.twice, again.unequal = p.past.twice, p.past.unequal
	p.past.twice, p.past.unequal = 0, nil
	p.x.tally = again
	p.runs, p.stale, p.alone = 0, 0, 0
	p.union = p.union || len(p.several) > 0
}

func (p *passes) reportOn(r *Report, through bool) {
	if through && p.why == "" {
		r.Coverage = Coverage{Kind: AllTraces}
		r.Traces, r.Unseen = p.alone+len(p.x.tally.classes), 0
		if len(p.x.tally.classes) == classesKept {
			r.Traces = 0
		}
		if p.past != nil {
			r.Coverage.Why = fmt.Sprintf("with footprints learned in %s before", count(p.past.runs+p.past.blocked, "run"))
		}
		return
	}
	r.Coverage = Coverage{Kind: Partial}
	r.Traces, r.Unseen = 0, 0
	if p.why != "" {
		r.Coverage.Why = p.why
	}
	if p.past != nil { // what earlier passes have found has been found
		all := newTally(true)
		all.merge(p.past)
		all.merge(p.x.tally)
		r.Runs, r.Blocked, r.Outcomes, r.Others = all.runs, all.blocked, all.ordered(), all.others
		r.Decisions = Spread{all.decisions.Min, all.decisions.Max, all.decisions.mean()}
		r.Switches = Spread{all.switches.Min, all.switches.Max, all.switches.mean()}
		r.Seen, r.Untracked = all.seen, all.untracked
	}
}
