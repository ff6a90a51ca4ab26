package dpor

import (
	"slices"
	"sync"

	"weft/sim/explore/search"
)

// Reduced walks the tree of decisions so that, of the orders that differ only in
// steps which do not affect each other, one is run: source-DPOR with sleep sets
// (Abdulla, Aronis, Jonsson and Sagonas, POPL'14). If it is through, every outcome
// that is permitted was seen, and every trace.
//
// What affects what it takes from the footprints of the steps. So the tasks of the
// program must share nothing but what the engine sees: for package sim, variables
// of type sim.Var, locks, queues, futures and the like, and output. If a run
// reports something else, the exploration ends and says so; use walk.Exhaustive then.
// Decisions other than which ready step is next, such as random values, are not
// reduced: of these, every alternative is run.
//
// The theory is about steps that touch one object each, or always the same ones. Then
// every trace is run once: as many runs as traces. For a program with a step that goes
// by one shared object in whether it touches another one, it is not sound. Such a step
// is then taken to touch whatever it was ever seen to touch after the same past, and
// the walk is repeated until that no longer grows. This is not proved; it was compared
// with complete counts on thousands of random programs, as the tests of this package
// do again. [SleepSets] needs no such thing. Then several runs may show one trace:
// explore.Report.Traces counts the traces, explore.Report.Runs the runs of the last
// walk.
//
// An engine has to let what is ready stay ready until it runs or is cancelled, with one
// exception: a step that is ready only while a condition holds, such as that a mutex is
// free. The engine says which steps these are, what the condition looks at, and which of
// them waited when the run was over; see order.Step and order.Run.
func Reduced() search.Strategy { return reduction{"reduced", raceReversal, partsOfTree} }

type reduction struct {
	name  string
	how   reductionKind
	parts int // into which it is cut, at least
}

// reductionKind says how the alternatives are chosen that are tried.
type reductionKind uint8

const (
	raceReversal reductionKind = iota // those that reverse a race that a run has shown
	allAwake                          // all that are not asleep
)

func (s reduction) String() string { return s.name }

func (s reduction) Planner(x *search.Exploration) search.Planner {
	if x.Unit || !x.Shard.Whole() {
		return newParted(x, s.parts, s.how != allAwake, func(x *search.Exploration, from start) partPlanner {
			return newReducer(x, from, s.how)
		})
	}
	return newReducer(x, start{newNames(), &root{}, nil}, s.how)
}

func newReducer(x *search.Exploration, from start, how reductionKind) *reducer {
	p := &reducer{fixpoint: newFixpoint(x, from.names, from.knows), how: how, root: from.root}
	p.tools.New = func() any { return newTools(p.names) }
	p.plant()
	return p
}

// reducer plans the runs of a reduced exploration. It keeps the part of the tree
// of decisions in which something is left to do.
type reducer struct {
	fixpoint
	how   reductionKind
	root  *root
	tools sync.Pool

	top  branch  // the way into the tree
	open []*node // those with something to try, the latest last
	// closed are those that the round that is on took out of open, and where they
	// stood there; short says that there was more to do than the limit of runs permits.
	closed []closedNode
	short  bool
}

type closedNode struct {
	place int
	node  *node
}

func (p *reducer) Round(runs int) []search.Job {
	p.closed, p.short = p.closed[:0], false
	if runs = p.left(runs); runs <= 0 {
		return nil
	}
	var jobs []search.Job
	add := func(b *branch) {
		b.state = running
		jobs = append(jobs, p.run(b))
	}
	if p.top.state == untried {
		add(&p.top)
		return jobs
	}
	kept := p.open
	for i := len(p.open) - 1; i >= 0 && len(jobs) < min(search.JobsOfRound, runs); i-- {
		n := p.open[i]
		for len(jobs) < min(search.JobsOfRound, runs) {
			b := n.startable()
			if b == nil {
				break
			}
			add(b)
		}
		if !n.left() {
			n.listed = false
			p.closed = append(p.closed, closedNode{i, n})
			kept = slices.Delete(kept, i, i+1)
		}
	}
	p.open = kept
	p.short = len(jobs) == runs && runs < search.JobsOfRound &&
		slices.ContainsFunc(p.open, func(n *node) bool { return n.startable() != nil })
	return jobs
}

// Short reports whether the limit of runs cut the round short.
func (p *reducer) Short() bool { return p.short }

func (p *reducer) run(b *branch) *reducedRun {
	return &reducedRun{p: p, branch: b, again: p.again()}
}

func (p *reducer) Merge(done []search.Job) {
	for _, j := range done {
		d := j.(*reducedRun)
		if p.take(&d.h, d.Found(), d.alone, p.how == raceReversal) {
			p.insert(d)
		}
	}
	if p.repeats(p.through()) {
		found := make([]*search.Tally, len(done))
		for i, j := range done {
			found[i] = j.Found()
			j.(*reducedRun).tally = search.NewTally(true)
		}
		p.repeat(found)
		p.plant()
	}
	for _, j := range done {
		j.(*reducedRun).drop()
	}
}

// Through reports whether the walk came to its end with nothing left out.
func (p *reducer) Through() bool { return p.through() && p.why == "" }

func (p *reducer) through() bool { return p.top.state == tried && p.top.child == nil }

func (p *reducer) Undo(interrupted []search.Job) {
	for _, j := range interrupted {
		d := j.(*reducedRun)
		d.branch.state = untried
		p.planned--
		d.drop()
	}
	// Where they stood, so that the next round is the same.
	for _, c := range slices.Backward(p.closed) {
		c.node.listed = true
		p.open = slices.Insert(p.open, c.place, c.node)
	}
	p.closed = p.closed[:0]
}

func (p *reducer) Conclude() search.Conclusion { return p.conclude(p.through()) }

func (p *reducer) Total() float64 { return 0 }
