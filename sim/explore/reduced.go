package explore

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Reduced walks the tree of decisions so that, of the orders that differ only in
// steps which do not affect each other, one is run: source-DPOR with sleep sets
// (Abdulla, Aronis, Jonsson and Sagonas, POPL'14). If it is through, every outcome
// that is permitted was seen, and every trace.
//
// What affects what it takes from the footprints of the steps. So the tasks of the
// program must share nothing but what the engine sees: for package sim, variables
// of type sim.Var, locks, queues, futures and the like, and output. If a run
// reports something else, the exploration ends and says so; use [Exhaustive] then.
// Decisions other than which ready step is next, such as random values, are not
// reduced: of these, every alternative is run.
//
// The theory is about steps that touch one object each. Then every trace is run
// once: as many runs as traces. For a program with steps that touch several
// objects it is not sound, since what such a step touches may depend on what it
// finds. Every step is then taken to touch whatever a step of its name was ever
// seen to touch, and the walk is repeated until that no longer grows. This is not
// proved; it was compared with complete counts on thousands of random programs, as
// the tests of this package do again. [SleepSets] needs no such thing. Then
// several runs may show one trace: [Report.Traces] counts the traces,
// [Report.Runs] the runs of the last walk.
//
// An engine has to let what is ready stay ready until it runs or is cancelled:
// something that waits for a lock is not ready, and is made ready by the step that
// hands the lock over.
func Reduced() Strategy { return reduction{"reduced", raceReversal} }

type reduction struct {
	name string
	how  reductionKind
}

// reductionKind says how the alternatives are chosen that are tried.
type reductionKind uint8

const (
	raceReversal reductionKind = iota // those that reverse a race that a run has shown
	allAwake                          // all that are not asleep
)

func (s reduction) String() string { return s.name }

func (s reduction) planner(x *exploration) planner {
	p := &reducer{x: x, how: s.how, names: newNames(), learned: learned{holders: map[int32]int32{}}}
	p.tools.New = func() any { return newTools(p.names) }
	return p
}

// reducer plans the runs of a reduced exploration. It keeps the part of the tree
// of decisions in which something is left to do.
type reducer struct {
	x     *exploration
	how   reductionKind
	names *names
	tools sync.Pool
	learned

	top  branch  // the way into the tree
	open []*node // those with something to try, the latest last

	// A walk is repeated if it went by footprints that turned out to be too small.
	passes   int    // so far, the one that is on not counted
	runs     int    // of the pass that is on, blocked ones included
	stale    int    // how many there were when a footprint grew, or 0
	alone    int    // runs of the pass that are traces of their own, for which no class was made
	past     *tally // of earlier passes
	fruitful int    // runs planned, by which some are chosen to be made twice
	why      string // why it cannot go on, or ""
}

// runsToLearn bounds how long a pass goes on that will have to be repeated: it
// goes on for a while, to learn as much as it can.
const runsToLearn = 32

func (p *reducer) round(runs int) []job {
	if p.why != "" {
		return nil
	}
	if p.past != nil {
		if runs -= p.past.runs + p.past.blocked; runs <= 0 {
			p.x.stopped = RunsSpent
			return nil
		}
	}
	var jobs []job
	add := func(b *branch) {
		b.state = running
		jobs = append(jobs, p.descent(b))
	}
	if p.top.state == untried {
		add(&p.top)
		return jobs
	}
	kept := p.open
	for i := len(p.open) - 1; i >= 0 && len(jobs) < min(jobsOfRound, runs); i-- {
		n := p.open[i]
		for len(jobs) < min(jobsOfRound, runs) {
			b := n.startable()
			if b == nil {
				break
			}
			add(b)
		}
		if !n.left() {
			n.listed = false
			kept = slices.Delete(kept, i, i+1)
		}
	}
	p.open = kept
	return jobs
}

func (p *reducer) descent(b *branch) *descent {
	p.fruitful++
	return &descent{p: p, branch: b, again: p.fruitful%runsTwice == 1, tally: newTally(true)}
}

func (p *reducer) merge(done []job) {
	for _, j := range done {
		d := j.(*descent)
		p.runs += d.tally.runs + d.tally.blocked
		p.alone += d.alone
		if d.h.why != "" && p.why == "" {
			p.why = d.h.why
		}
		if p.why == "" && d.tally.unequal == nil {
			if p.learn(&d.h, p.how == raceReversal) && p.stale == 0 {
				p.stale = p.runs
			}
			p.insert(d)
		}
	}
	if p.stale > 0 && p.why == "" && (p.through() || p.runs >= 2*p.stale+runsToLearn) {
		p.repeat(done)
	}
	for _, j := range done {
		j.(*descent).drop()
	}
}

// repeat begins a new pass.
func (p *reducer) repeat(done []job) {
	if p.past == nil {
		p.past = newTally(true)
	}
	p.past.merge(p.x.tally)
	for _, j := range done {
		d := j.(*descent)
		p.past.merge(d.tally)
		d.tally = newTally(true)
	}
	clear(p.past.classes)
	again := newTally(true)
	again.twice, again.unequal = p.past.twice, p.past.unequal
	p.past.twice, p.past.unequal = 0, nil
	p.x.tally = again
	p.top, p.open = branch{}, nil
	p.passes++
	p.runs, p.stale, p.alone = 0, 0, 0
	p.union = p.union || len(p.several) > 0
}

func (p *reducer) through() bool { return p.top.state == tried && p.top.child == nil }

func (p *reducer) undo(interrupted []job) {
	for _, j := range interrupted {
		d := j.(*descent)
		d.branch.state = untried
		if n := d.branch.node; n != nil {
			p.list(n)
		}
		p.fruitful--
		d.drop()
	}
}

func (p *reducer) report(r *Report) {
	if p.through() && p.why == "" {
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
		r.Coverage.Why = p.why + "; use Exhaustive()"
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

func (p *reducer) total() float64 { return 0 }

func (p *reducer) save() ([]byte, error) {
	return nil, errors.New("explore: a reduced exploration cannot be saved; let it come to its end, or use Exhaustive()")
}

func (p *reducer) restore([]byte) error {
	_, err := p.save()
	return err
}

// learned is what runs have shown about footprints.
type learned struct {
	union   bool            // steps are taken to touch whatever their namesakes were seen to touch
	known   []*footprint    // by name, the union of all that were seen
	latest  []*footprint    // by name, what was seen last
	holders map[int32]int32 // by object, the task that touches it, or several
	pairs   []*footprint    // those that were seen with more than one object
	several []*footprint    // those of them of which more than one is shared
}

const sharedObject = -1

// learn takes in what a run shows, and reports whether it could be that something
// was decided by a footprint that was too small.
func (l *learned) learn(h *precedence, unions bool) (stale bool) {
	for i := range h.steps {
		e := &h.steps[i]
		for int(e.name) >= len(l.known) {
			l.known, l.latest = append(l.known, nil), append(l.latest, nil)
		}
		before := l.known[e.name]
		l.known[e.name] = before.with(e.own)
		l.latest[e.name] = e.own
		if l.union && unions && (before != nil && l.known[e.name] != before || !e.foot.covers(l.known[e.name])) {
			stale = true
		}
		for _, t := range e.own.touches {
			switch holder, ok := l.holders[t.object]; {
			case !ok:
				l.holders[t.object] = e.owner
			case holder != e.owner && holder != sharedObject:
				l.holders[t.object] = sharedObject
			}
		}
		if !l.union && unions && e.own.size() > 1 && !slices.ContainsFunc(l.pairs, func(f *footprint) bool { return f.covers(e.own) }) {
			l.pairs = append(l.pairs, e.own)
		}
	}
	if l.union || !unions || len(l.several) > 0 {
		return stale
	}
	for _, f := range l.pairs {
		n := 0
		if f.alone {
			n++
		}
		for _, t := range f.touches {
			if l.holders[t.object] == sharedObject {
				n++
			}
		}
		if n > 1 {
			l.several = append(l.several, f)
		}
	}
	return len(l.several) > 0
}

// size is how many objects a step touches, of which all the world is one.
func (f *footprint) size() int {
	n := len(f.touches)
	if f.alone {
		n++
	}
	return n
}

// foot returns by which footprint a step goes.
func (l *learned) foot(e *happening) *footprint {
	if !l.union || int(e.name) >= len(l.known) {
		return e.own
	}
	return l.known[e.name].with(e.own)
}

// footOf returns by which footprint a step goes that has slept.
func (l *learned) footOf(s *sleeper) *footprint {
	if !l.union {
		return s.foot
	}
	return l.known[s.name]
}
