package dpor

import (
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// Optimal is like [Reduced], by optimal DPOR with wakeup trees (Abdulla, Aronis,
// Jonsson and Sagonas, POPL'14): when a race is seen, it keeps the whole run that
// reverses it and not its first step only, and so it never begins what it has to
// give up. It saves the blocked runs of Reduced, and pays with more work for each
// run, more memory, and runs that only look at what a step touches when it comes
// earlier; it makes one run at a time. Programs that look for something, as
// "lastzero" does, gain by it; most do not.
//
// That there are no blocked runs holds for programs within the theory, see Reduced. It
// was measured on random programs, not proved for this code. The report counts those
// of other programs.
//
// Of choices of the program (sim.Choose and the like), every alternative is run. A step
// that is ready and never runs, since it is cancelled or the run ends before it, is given
// its turn before what took it away. In programs with either, several runs can show one
// trace, and there can be blocked runs.
func Optimal() search.Strategy { return optimal{partsOfTree} }

type optimal struct {
	parts int // into which it is cut, at least
}

func (optimal) String() string { return "optimal" }

func (s optimal) Planner(x *search.Exploration) search.Planner {
	if x.Unit || !x.Shard.Whole() {
		return newParted(x, s.parts, true, newOptimizer)
	}
	return newOptimizer(x, start{newNames(), &root{}, nil})
}

func newOptimizer(x *search.Exploration, from start) partPlanner {
	p := &optimizer{fixpoint: newFixpoint(x, from.names, from.knows), foresight: newForesight(), root: from.root}
	p.choices = true
	p.tools = newTools(p.names)
	p.reset()
	return p
}

// optimizer plans the runs of an optimal exploration, one after another.
type optimizer struct {
	fixpoint
	root  *root
	tools *scratch
	spare happensBefore // for runs that only look
	top   *wakeup
	// levels are the steps of the last run. The exploration goes on at the last one
	// of them, if it is left.
	levels []level
	taken  []int32 // by the last run
	over   bool
	// begin are the choices that the program makes before its first step.
	begin []openChoice
	looks int // runs that only looked
	foresight
}

func (p *optimizer) reset() {
	p.top, p.levels, p.over = &wakeup{}, nil, false
	p.taken, p.begin = slices.Clone(p.root.taken), nil
}

func (p *optimizer) Round(runs int) []search.Job {
	if runs = p.left(runs); runs <= 0 || p.over {
		return nil
	}
	return []search.Job{&optimalRun{p: p, again: p.again(), tally: search.NewTally(true)}}
}

func (p *optimizer) Merge(done []search.Job) {
	j := done[0].(*optimalRun)
	if p.take(&p.tools.h, j.tally, j.alone, true) {
		p.back()
	}
	if p.repeats(p.over) {
		p.repeat([]*search.Tally{j.tally})
		j.tally = search.NewTally(true)
		p.reset()
	}
}

// back goes back to the last level at which something is left to try.
func (p *optimizer) back() {
	for len(p.levels) > 0 {
		f := &p.levels[len(p.levels)-1]
		if f.trying != nil {
			if f.again = lastOpen(f.choices); f.again >= 0 {
				f.turn()
				return
			}
			f.trying.foot = f.own
			f.asleep = append(slices.Clip(f.asleep), f.trying.sleeper)
			name := f.trying.name
			f.here.children = slices.DeleteFunc(f.here.children, func(c *wakeup) bool { return c.name == name })
			f.trying = nil
		}
		if len(f.here.children) > 0 {
			return
		}
		p.levels = p.levels[:len(p.levels)-1]
	}
	p.top = &wakeup{}
	p.over = lastOpen(p.begin) < 0
}

func (p *optimizer) Undo([]search.Job) { p.planned-- }

// Through reports whether the walk came to its end with nothing left out.
func (p *optimizer) Through() bool { return p.over && p.why == "" }

func (p *optimizer) Conclude() search.Conclusion {
	c := p.conclude(p.over)
	if p.looks > 0 && c.Coverage.Complete() {
		if c.Coverage.Why != "" {
			c.Coverage.Why += ", "
		}
		c.Coverage.Why += "with " + words.Count(p.looks, "run") + " beside to look at footprints"
	}
	return c
}

func (p *optimizer) Total() float64 { return 0 }

// optimalRun is a job: the next run.
type optimalRun struct {
	p     *optimizer
	again bool
	tally *search.Tally
	alone int
	cut   bool // it was not done, or not to its end
}

func (j *optimalRun) Found() *search.Tally { return j.tally }

func (j *optimalRun) Finished() bool { return !j.cut }

// stopped reports whether the job is to end early. It cannot be undone, so if the
// exploration is to be gone on with, it comes to its end once it has begun.
func (p *optimizer) stopped(w *search.Worker) bool { return w.Stopped() && !p.x.Resumable }

func (j *optimalRun) Do(w *search.Worker) {
	if j.cut = w.Stopped(); j.cut {
		return
	}
	p := j.p
	t := p.tools
	h := &t.h
	from := max(0, len(p.levels)-1) // the step at which the run is new
	s := &t.steering
	s.table, s.vocabulary = &p.footprintTable, &t.vocabulary
	var asleep []sleeper
	var guide []int32
	here := p.top
	turned := -1 // which of the choices before the first step is another one now
	again := -1  // which of those in its step
	if len(p.levels) > 0 {
		f := &p.levels[from]
		asleep, here = f.asleep, f.here
		if f.trying != nil {
			here, again = f.trying, f.again
			p.taken = f.choices[f.again].turn(p.taken)
		} else {
			p.taken = p.taken[:max(f.at, 0)]
		}
	} else if turned = lastOpen(p.begin); turned >= 0 {
		p.taken = p.begin[turned].turn(p.taken)
	}
	wanted := map[int32]int32{}
	if again >= 0 {
		for _, c := range here.choices {
			wanted[c.key] = c.alt
		}
	}
	for n := here; len(n.children) > 0; n = n.children[0] {
		guide = append(guide, n.children[0].name)
		for _, c := range n.children[0].choices {
			wanted[c.key] = c.alt
		}
	}
	s.lead(p.taken, guide, wanted, asleep)
	if at := p.root.picked(); len(p.levels) == 0 && turned < 0 && at != nil {
		s.lead(p.taken, nil, nil, at.asleep)
		s.from = at.at
	}
	end := 0
	for {
		if j.cut = p.stopped(w); j.cut {
			return
		}
		r := w.RunFor(s, wantsOf(j.again))
		s.Ended()
		if s.Strayed {
			j.tally.Unequal = w.Strayed(r)
			return
		}
		h.read(r, s.Taken, s.Widths, &t.vocabulary)
		if h.why != "" {
			w.CountOnce(j.tally, r, 0)
			return
		}
		if !p.root.fits(h) {
			j.tally.Unequal = w.Strayed(r)
			return
		}
		h.contend(p.shared)
		for i := range h.steps {
			e := &h.steps[i]
			e.foot = p.foot(e.name, e.past, e.own)
		}
		p.foresight.learn(h)
		if from == 0 && len(p.levels) == 0 {
			until := len(h.taken)
			if len(h.steps) > 0 {
				until = h.steps[0].begin
				if at := h.steps[0].at; at >= 0 {
					until = at
				}
			}
			p.begin = append(p.begin[:turned+1], p.openChoices(0, until)[turned+1:]...)
		}
		end = p.retrace(from, again)
		if end == len(h.steps) {
			j.count(w, r)
			break
		}
		j.tally.Blocked++
		if end-from < len(guide) || !p.turn(end) {
			break
		}
	}
	p.taken = append(p.taken[:0], h.taken...)
	if slices.Contains(h.pick, false) {
		from = 0 // with another choice, something else comes beside what is known
	}
	p.reverse(w, from, end)
}

func (j *optimalRun) count(w *search.Worker, r *order.Run) {
	if j.p.root.elsewhere(&j.p.tools.h) {
		j.tally.Blocked++
		return
	}
	class := uint64(0)
	if j.p.several > 0 || slices.Contains(j.p.tools.h.pick, false) {
		class = w.TraceOf(r)
	} else {
		j.alone++
	}
	if j.again {
		w.Count(j.tally, r, class)
	} else {
		w.CountOnce(j.tally, r, class)
	}
}

// retrace makes the levels of the run that was made, and returns how many of its
// steps count: it ends before one that slept.
func (p *optimizer) retrace(from, turned int) int {
	h := &p.tools.h
	if len(p.levels) == 0 {
		p.levels = append(p.levels, level{at: -1, here: p.top})
	}
	p.levels = p.levels[:from+1]
	for k := from; k < len(h.steps); k++ {
		e := &h.steps[k]
		f := &p.levels[k]
		if at := p.root.picked(); at != nil && k == at.step {
			f.asleep = at.asleep
		}
		again := k == from && turned >= 0
		f.at = e.at
		if !again {
			slept := isAsleep(f.asleep, e.name)
			f.trying, f.choices, f.own = nil, nil, nil
			f.meet(e, slept)
			if slept {
				return k
			}
			f.trying = f.here.children[0]
		}
		kept := 0
		if again {
			kept = turned + 1
		}
		f.choices = append(f.choices[:kept], p.openChoices(e.begin, e.end)[kept:]...)
		f.own = f.own.with(e.own)
		f.trying.sleeper, f.trying.choices = e.sleeper(), e.choices
		asleep := keep(f.asleep, func(s *sleeper) bool {
			return s.owner != e.owner && !e.foot.conflicts(p.footOf(s))
		})
		if k+1 < len(h.steps) && h.steps[k+1].at >= 0 {
			asleep = keep(asleep, func(s *sleeper) bool { return slices.Contains(h.steps[k+1].enabled, s.name) })
		}
		p.levels = append(p.levels, level{at: -1, asleep: asleep, here: f.trying})
	}
	p.levels = p.levels[:len(h.steps)]
	return len(h.steps)
}

// turn prepares another run, with a step that does not sleep in place of the one
// at the end.
func (p *optimizer) turn(end int) bool {
	h := &p.tools.h
	e := &h.steps[end]
	for alt, name := range e.enabled {
		if !isAsleep(p.levels[end].asleep, name) {
			p.tools.steering.turn(h.taken[:e.at], int32(alt), p.levels[end].asleep)
			return true
		}
	}
	return false
}

// reverse inserts what reverses the races of the run of which the later step is
// new, and what lets steps run that were ready and did not.
func (p *optimizer) reverse(w *search.Worker, from, end int) {
	h := &p.tools.h
	type lost struct{ at, alt int }
	var gone []lost
	h.gone(end, func(k, alt int) { gone = append(gone, lost{k, alt}) })
	var races []reversal
	found := func(r reversal) { races = append(races, r) }
	h.races(from, end, found, func(last int) {
		for _, r := range races {
			if h.steps[r.at].at < p.root.floor() {
				continue
			}
			v := append(p.spell(r.at, last, r.late), h.steps[r.late].spelled(-1))
			if !slices.Contains(h.steps[r.at].enabled, v[0].name) {
				for _, name := range h.steps[r.at].enabled {
					p.levels[r.at].try(name)
				}
				continue
			}
			p.insertLast(w, r.at, v, !r.unsure)
		}
		races = races[:0]
		for _, g := range gone {
			if g.at >= h.first && g.at < last && h.steps[g.at].at >= p.root.floor() {
				p.recover(w, g.at, last, h.steps[g.at].enabled[g.alt])
			}
		}
	})
}

// recover inserts what lets a step run that was ready before step k and was gone behind
// it: after all that does not come after k, or else at once.
func (p *optimizer) recover(w *search.Worker, k, last int, name int32) {
	v := p.spell(k, last, -1)
	asleep := p.levels[k].asleep
	i := slices.IndexFunc(asleep, func(s sleeper) bool { return s.name == name })
	if i < 0 {
		it := spelled{sleeper: sleeper{name: name, owner: name}, step: -1}
		if len(v) == 0 || !p.insertLast(w, k, append(slices.Clip(v), it), false) {
			p.insertLast(w, k, []spelled{it}, true)
		}
		return
	}
	// It need not be tried there, but behind something that affects it and that went on
	// without what took it away.
	foot := p.footOf(&asleep[i])
	if !slices.ContainsFunc(v, func(s spelled) bool { return s.foot.conflicts(foot) }) {
		return
	}
	if !p.insertLast(w, k, append(slices.Clip(v), spelled{sleeper: asleep[i], step: -1}), false) {
		p.insert(k, v)
	}
}

// insertLast inserts a run of whose last step it is not known what it touches in its
// new place, and reports whether it could be taken there; sure says that it can.
func (p *optimizer) insertLast(w *search.Worker, k int, v []spelled, sure bool) bool {
	last := &v[len(v)-1]
	guess := last.foot
	last.foot = nil
	if p.insert(k, v) {
		return true
	}
	if own := p.foresee(&p.tools.h, k, v); own != nil {
		last.foot = p.foot(last.name, last.past, own)
	} else if last.foot = p.look(w, k, v); last.foot == nil {
		if !sure || guess == nil {
			return false
		}
		last.foot = guess
	}
	p.insert(k, v)
	return true
}
