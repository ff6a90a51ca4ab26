package dpor

import (
	"cmp"
	"errors"

	"weft/sim/explore/search"
	"weft/trace"
)

// partsOfTree is into how many parts a tree is cut, at least if it has so many traces. They
// are dealt out to the shards of an exploration. Up to sixteen shards cut alike, so that it
// makes no difference to the report how many there were.
const partsOfTree = 2048

// partsOfShard is into how many parts it is cut for each shard, at least: parts differ in
// size, and many small ones add up to about the same.
const partsOfShard = 128

// sideBySide is how many parts are walked in one round.
const sideBySide = 16

// parted plans the runs of a reduced walk in parts. Each part is a walk of its own that
// goes by nothing but its root: what is found in it is the same whoever does it, and after
// whatever.
type parted struct {
	x     *search.Exploration
	names *names
	knows *knowledge // nil for walks that need none
	parts int        // into which the tree is cut, at least
	walk  func(*search.Exploration, start) partPlanner

	cut  bool // the roots are known
	plan uint64
	why  string // why the program cannot be reduced, or ""

	roots   []*root // of the parts to be walked, the next one first
	walks   []*partWalk
	begun   int
	found   *search.Tally // of the walks that are over
	singles int           // their runs that are traces of their own, for which no class was made
}

// partPlanner plans the walk of a part.
type partPlanner interface {
	search.Planner
	// Through reports whether the walk came to its end with nothing left out.
	Through() bool
	// single returns how many runs are traces of their own, for which no class was made.
	single() int
	// stuck says why the walk cannot go on, or "".
	stuck() string
}

// partWalk is the walk of a part that is on.
type partWalk struct {
	root    *root
	x       *search.Exploration // its own
	planner partPlanner
	jobs    []search.Job // of the round
	made    int          // runs
}

func newParted(x *search.Exploration, parts int, learns bool, walk func(*search.Exploration, start) partPlanner) search.Planner {
	p := &parted{x: x, names: newNames(), parts: parts, walk: walk, found: search.NewTally(true)}
	if learns {
		p.knows = &knowledge{}
	}
	return p
}

// prepare cuts the tree, and keeps the parts of this shard.
func (p *parted) prepare() {
	if p.cut {
		return
	}
	p.cut = true
	var shown *search.Tally
	p.roots, p.why, shown = cut(p.x, start{p.names, &root{share: 1}, p.knows}, max(p.parts, min(p.parts, partsOfShard)*p.x.Shard.Of))
	p.x.Tally.Unequal, p.found.Unequal = shown.Unequal, shown.Unequal
	if p.x.Shard.Part <= 1 { // every part is shown the same
		p.found.Merge(shown)
		p.x.Tally.Merge(shown)
	}
	if p.knows != nil {
		p.knows.fixed = true
	}
	hash := trace.Hash(0)
	for _, r := range p.roots {
		hash = hash.Word(uint64(len(r.taken)))
		for _, alt := range r.taken {
			hash = hash.Word(uint64(alt))
		}
	}
	p.plan = uint64(hash)
	if !p.x.Shard.Whole() {
		p.roots = dealt(p.roots, p.x.Shard.Of)[p.x.Shard.Part-1]
	}
}

// dealt deals roots. Since nobody knows how large they are, how many one has counts as well.
func dealt(roots []*root, to int) [][]*root {
	weights := make([]float64, len(roots))
	for i, r := range roots {
		weights[i] = r.share + 1/float64(len(roots))
	}
	hands := make([][]*root, to)
	for i, h := range search.Deal(weights, to) {
		hands[h] = append(hands[h], roots[i])
	}
	return hands
}

// Round returns jobs of the walks that are on. The rounds of a walk are the same whatever
// goes on beside it.
func (p *parted) Round(runs int) []search.Job {
	if p.prepare(); p.why != "" {
		return nil
	}
	side := 1
	if !p.x.Unit {
		side = max(1, min(sideBySide, runs/search.JobsOfRound))
	}
	for len(p.walks) < side && len(p.roots) > 0 {
		p.begin(p.roots[0])
		p.roots = p.roots[1:]
	}
	var jobs []search.Job
	for _, w := range p.walks[:min(side, len(p.walks))] {
		limit := w.x.Runs
		if left := runs - len(jobs); left < search.JobsOfRound && !p.x.Unit {
			limit = w.made + left
		}
		w.jobs = w.planner.Round(limit)
		jobs = append(jobs, w.jobs...)
	}
	return jobs
}

// begin begins the walk of a part.
func (p *parted) begin(r *root) {
	w := &partWalk{root: r}
	w.x = &search.Exploration{Settings: p.x.Settings, Engine: p.x.Engine, Tally: search.NewTally(true)}
	w.x.Runs, w.x.Shard, w.x.Unit = 1<<40, search.Shard{}, false
	w.planner = p.walk(w.x, start{p.names, r, p.knows})
	p.walks = append(p.walks, w)
	p.begun++
}

func (p *parted) Merge([]search.Job) {
	kept := p.walks[:0]
	for _, w := range p.walks {
		for _, j := range w.jobs {
			w.made += j.Found().Made()
		}
		if len(w.jobs) > 0 {
			w.planner.Merge(w.jobs)
		}
		for _, j := range w.jobs {
			w.x.Tally.Merge(j.Found())
		}
		w.jobs = nil
		if p.why = cmp.Or(p.why, w.planner.stuck()); !w.planner.Through() {
			kept = append(kept, w)
			continue
		}
		p.found.Merge(w.x.Tally)
		p.singles += w.planner.single()
	}
	clear(p.walks[len(kept):])
	p.walks = kept
}

// Undo takes back a round that is not made again: what its jobs have found is told.
func (p *parted) Undo([]search.Job) {
	for _, w := range p.walks {
		for _, j := range w.jobs {
			p.found.Merge(j.Found())
		}
		w.planner.Undo(w.jobs)
		w.jobs = nil
	}
}

func (p *parted) Conclude() search.Conclusion {
	c := search.Conclusion{Coverage: search.Coverage{Kind: search.AllTraces}, TracesKnown: true, Tally: search.NewTally(true)}
	if !p.Done() {
		c.Coverage = search.Coverage{Kind: search.Partial, Why: p.why}
	}
	c.Tally.Merge(p.found)
	singles := p.singles
	for _, w := range p.walks {
		c.Tally.Merge(w.tally())
		singles += w.planner.single()
	}
	if n := len(c.Tally.Traces); n < search.TracesKept {
		c.Traces = singles + n
	}
	return c
}

// tally is what the walk has found so far.
func (w *partWalk) tally() *search.Tally { return cmp.Or(w.planner.Conclude().Tally, w.x.Tally) }

// Plan identifies the plan of which this is a part.
func (p *parted) Plan() uint64 {
	p.prepare()
	return p.plan
}

// Done reports whether nothing of the part is left to do.
func (p *parted) Done() bool {
	p.prepare()
	return p.why == "" && len(p.roots) == 0 && len(p.walks) == 0
}

func (p *parted) Total() float64 { return 0 }

func (p *parted) Save() ([]byte, error) {
	return nil, errors.New("dpor: a part of a reduced walk cannot be gone on with later")
}

func (p *parted) Restore([]byte) error {
	return errors.New("dpor: a part of a reduced walk cannot be gone on with")
}
