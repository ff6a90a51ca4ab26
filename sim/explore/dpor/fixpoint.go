package dpor

import (
	"fmt"

	"weft/sim/explore/search"
	"weft/trace/words"
)

// fixpoint is what planners have in common that walk by footprints. If a walk went
// by footprints that turned out to be too small, it is made again.
type fixpoint struct {
	x     *search.Exploration
	names *names
	footprintTable

	past    *search.Tally // of earlier passes, or nil
	runs    int           // of the pass that is on, blocked ones included
	stale   int           // how many there were when a footprint grew, or 0
	alone   int           // runs of the pass that are traces of their own, for which no class was made
	planned int           // runs planned, by which some are chosen to be made twice
	why     string        // why it cannot go on, or ""
}

// runsToLearn bounds how long a pass goes on that will have to be repeated: it
// goes on for a while, to learn as much as it can.
const runsToLearn = 32

func newFixpoint(x *search.Exploration, names *names, knows *knowledge) fixpoint {
	p := fixpoint{x: x, names: names, footprintTable: newFootprintTable()}
	if p.knows = knows; knows != nil && knows.breaks {
		p.several = 1
	}
	return p
}

// left returns how many runs are left of those that the pass that is on could
// make if it were the first.
func (p *fixpoint) left(runs int) int {
	if p.why != "" {
		return 0
	}
	if p.past != nil {
		if runs -= p.past.Made(); runs <= 0 {
			p.x.Stopped = search.RunsSpent
		}
	}
	return runs
}

// again reports whether the next run is one of those that are made twice.
func (p *fixpoint) again() bool {
	p.planned++
	return p.planned%search.CheckedShare == 1
}

// take takes in a job, and reports whether the walk goes on from what it found.
// unions says that what a step touches may have to be guessed from its namesakes.
func (p *fixpoint) take(h *happensBefore, t *search.Tally, alone int, unions bool) bool {
	p.runs += t.Made()
	p.alone += alone
	if p.why == "" {
		p.why = h.why
	}
	if p.why != "" || t.Unequal != nil {
		return false
	}
	if p.learn(h, unions) && p.stale == 0 {
		p.stale = p.runs
	}
	if p.knows != nil && p.knows.fixed {
		if name, ok := p.knows.add(h); !ok {
			p.why = fmt.Sprintf("in one part, the step %s touches what it did not when the parts were cut; walk it as a whole, or with exhaustive", p.names.text(name))
		}
	}
	return p.why == ""
}

// repeats reports whether it is time for a new pass.
func (p *fixpoint) repeats(through bool) bool {
	return p.stale > 0 && p.why == "" && (through || p.runs >= 2*p.stale+runsToLearn)
}

// repeat begins a new pass. found is what the last jobs found.
func (p *fixpoint) repeat(found []*search.Tally) {
	if p.past == nil {
		p.past = search.NewTally(true)
	}
	p.past.Merge(p.x.Tally)
	for _, t := range found {
		p.past.Merge(t)
	}
	clear(p.past.Traces)
	again := search.NewTally(true)
	again.Checked, again.Unequal = p.past.Checked, p.past.Unequal
	p.past.Checked, p.past.Unequal = 0, nil
	p.x.Tally = again
	p.runs, p.stale, p.alone = 0, 0, 0
}

// conclude says what the walk amounts to.
func (p *fixpoint) conclude(through bool) search.Conclusion {
	if through && p.why == "" {
		c := search.Conclusion{Coverage: search.Coverage{Kind: search.AllTraces}, TracesKnown: true}
		if n := len(p.x.Tally.Traces); n < search.TracesKept {
			c.Traces = p.alone + n
		}
		if p.past != nil {
			c.Coverage.Why = fmt.Sprintf("with footprints learned in %s before", words.Count(p.past.Made(), "run"))
		}
		return c
	}
	c := search.Conclusion{Coverage: search.Coverage{Kind: search.Partial, Why: p.why}, TracesKnown: true}
	if p.past != nil { // what earlier passes have found has been found
		c.Tally = search.NewTally(true)
		c.Tally.Merge(p.past)
		c.Tally.Merge(p.x.Tally)
	}
	return c
}

// single returns how many runs are traces of their own, for which no class was made.
func (p *fixpoint) single() int { return p.alone }

// stuck says why the walk cannot go on, or "".
func (p *fixpoint) stuck() string { return p.why }

// GiveUp ends the walk for good, and leaves what all passes have found in the
// exploration's tally. It returns why the walk could not go on, if it could not.
func (p *fixpoint) GiveUp() (why string) {
	if p.past != nil {
		p.past.Merge(p.x.Tally) // what earlier passes have found has been found
		p.past.Checked, p.past.Unequal = p.x.Tally.Checked, p.x.Tally.Unequal
		p.x.Tally, p.past = p.past, nil
	}
	return p.why
}
