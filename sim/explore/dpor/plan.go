package dpor

import (
	"context"
	"math"
	"slices"

	"weft/sim/explore/search"
)

// cut cuts what is below a root into so many parts, or into single runs if there are
// fewer, and returns their roots, in the order of the tree. It goes by nothing but the
// program, so that every machine cuts the same. why says why the program cannot be
// reduced, if that is so. shown is what no part will show: the run that says why, and how
// the program does not do the same twice.
//
// Above the cut, all is tried that is awake, as [SleepSets] does. So nothing that is seen
// below a cut can ask for more above it, and the parts need not know of each other: each
// trace belongs to one of them, that in which SleepSets would run it. For each part, one
// run or two show where it begins; they are not counted. What they show of footprints is
// added to what is known, unless that is fixed.
func cut(x *search.Exploration, from start, parts int) (roots []*root, why string, shown *search.Tally) {
	settings := x.Settings
	settings.Runs, settings.Time, settings.Workers = 1<<40, 0, 1
	settings.StopAtFailure, settings.ReplayCheck, settings.Unit, settings.Shard = false, false, false, search.Shard{}
	planning := search.New(x.Engine, cutting{from, parts}, settings)
	defer planning.Close()
	planning.Explore(context.Background())
	c := planning.Planner.(*cutter)
	if c.why == "" && planning.Tally.Unequal == nil {
		roots = c.roots()
	}
	return roots, c.why, planning.Tally
}

// cutting is the strategy of cut.
type cutting struct {
	start
	parts int
}

func (c cutting) String() string { return "cut" }

func (c cutting) Planner(x *search.Exploration) search.Planner {
	from := c.start
	from.knows = nil // what is cut goes by what steps touch
	return &cutter{reducer: newReducer(x, from, allAwake), parts: c.parts, learned: c.knows}
}

// cutter plans the runs of cut, one after another. It cuts again and again the part that
// seems to have the most traces, at the first of its decisions at which there is something
// to try.
type cutter struct {
	*reducer
	parts   int
	leaves  []*leaf
	learned *knowledge
	drawn   bool // runs were, to learn from
}

// leaf is a part, which may be cut again.
type leaf struct {
	branch *branch // below which it is
	weight float64 // about how many traces it has; 1 if there is nothing to cut
}

// cutRun is a job: the run of a branch, made again if a leaf is to be cut.
type cutRun struct {
	*reducedRun
	of    *leaf
	stuck bool // it says why the program cannot be reduced
}

// Found is nothing but that the program does not do the same twice: what the run shows is
// counted in the part, unless there will be none.
func (r *cutRun) Found() *search.Tally {
	if r.stuck {
		return r.reducedRun.Found()
	}
	t := search.NewTally(false)
	t.Unequal = r.reducedRun.Found().Unequal
	return t
}

func (r *cutRun) Do(w *search.Worker) {
	r.reducedRun.Do(w)
	if r.stuck = r.h.why != ""; !r.stuck && r.tally.Unequal == nil {
		r.reverse()
	}
}

func (c *cutter) Round(int) []search.Job {
	job := func(b *branch, of *leaf) []search.Job {
		b.state = running
		return []search.Job{&cutRun{reducedRun: &reducedRun{p: c.reducer, branch: b}, of: of}}
	}
	if c.why != "" {
		return nil
	}
	if !c.drawn && c.learned != nil && !c.learned.fixed {
		c.drawn = true
		return []search.Job{&drawRun{k: c.learned, names: c.names, tally: search.NewTally(false)}}
	}
	if c.top.state == untried {
		return job(&c.top, nil)
	}
	for len(c.open) > 0 {
		n := c.open[len(c.open)-1]
		if b := n.startable(); b != nil {
			return job(b, nil)
		}
		n.listed = false
		c.open = c.open[:len(c.open)-1]
	}
	if len(c.leaves) >= c.parts {
		return nil
	}
	heaviest := c.leaves[0]
	for _, l := range c.leaves {
		if l.weight > heaviest.weight {
			heaviest = l
		}
	}
	if heaviest.weight <= 1 {
		return nil
	}
	return job(heaviest.branch, heaviest)
}

func (c *cutter) Merge(done []search.Job) {
	if r, ok := done[0].(*drawRun); ok {
		c.why = r.why
		return
	}
	r := done[0].(*cutRun)
	defer r.drop()
	if !c.take(&r.h, r.Found(), 0, false) {
		return
	}
	if c.learned != nil && !c.learned.fixed {
		c.learned.add(&r.h)
	}
	w, l := c.wayOf(r.reducedRun), r.of
	if l == nil {
		l = &leaf{}
		c.leaves = append(c.leaves, l)
		c.settle(r.reducedRun)
	} else {
		r.branch.state = tried
		if !c.insertFirst(w) {
			l.weight = 1
			return
		}
	}
	// What a step touches is not known before all is tried that it chooses.
	n := len(w.nodes)
	if n > 0 && w.nodes[n-1].step >= 0 {
		c.insertChoicesOf(w, w.nodes[n-1].step, w.nodes[n-1].at()+1)
	}
	l.branch, l.weight = r.branch, r.weight(w)
	if n := len(w.branches); n > 0 {
		l.branch = w.branches[n-1]
	}
}

// Undo has nothing to do: nobody interrupts the runs of cut.
func (c *cutter) Undo([]search.Job) {}

// insertFirst adds what there is to try at the first decision behind the branch of a run
// at which there is something, and reports whether there is.
func (c *cutter) insertFirst(w *way) bool {
	h, from, known := &w.d.h, w.d.floor(), len(w.nodes)
	c.insertChoicesBefore(w, from)
	for k := 0; k < w.d.end && len(w.nodes) == known; k++ {
		if at := h.steps[k].at; at >= from {
			c.insertAwake(w, at, k)
		}
		if len(w.nodes) == known {
			c.insertChoicesOf(w, k, from)
		}
	}
	return len(w.nodes) > known
}

// floor returns the first decision behind the branch of a run.
func (d *reducedRun) floor() int {
	if n := d.branch.node; n != nil {
		return n.at() + 1
	}
	return 0
}

// weight estimates how much there is to walk below the way of a run: as if, whatever is
// tried, there were as much to try later as the races of this run ask for (Knuth,
// Mathematics of Computation 1975). Where one task after another has its way, there are few
// races, and many when they do not: so, of two parts with as many races, the one with more
// orders counts for more.
func (r *cutRun) weight(w *way) float64 {
	const enough = 1e300
	floor := 0
	if n := len(w.nodes); n > 0 {
		floor = w.nodes[n-1].at() + 1
	}
	tries := make([]int, r.end) // more than one, by step
	for _, v := range r.reversals {
		if v.at < r.end {
			tries[v.at]++
		}
	}
	traces, orders := 1.0, 1.0
	for k, step := range r.h.steps[:r.end] {
		for d := max(step.begin, floor); d < step.end; d++ {
			if !r.h.pick[d] {
				traces = min(enough, traces*float64(r.h.widths[d]))
			}
		}
		if step.at < floor {
			continue
		}
		awake := 0
		for _, name := range step.enabled {
			if !isAsleep(r.asleep[k], name) {
				awake++
			}
		}
		traces = min(enough, traces*float64(1+tries[k]))
		orders = min(enough, orders*float64(awake))
	}
	if traces > 1 {
		traces = min(enough, traces*math.Sqrt(orders))
	}
	return traces
}

// roots returns the roots of the leaves.
func (c *cutter) roots() []*root {
	all := 0.0
	for _, l := range c.leaves {
		all += l.weight
	}
	var roots []*root
	for _, l := range c.leaves {
		r := rootAt(l.branch)
		if r.floor() == 0 {
			r = c.root
		}
		part := *r
		part.share = l.weight / all
		roots = append(roots, &part)
	}
	slices.SortFunc(roots, func(a, b *root) int { return slices.Compare(a.taken, b.taken) })
	return roots
}
