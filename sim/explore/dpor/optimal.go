package dpor

import (
	"errors"
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
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
// That there are no blocked runs holds for programs whose steps touch one object
// each. It was measured on random programs, not proved for this code. With steps
// that touch several objects, see Reduced, there can be blocked runs.
//
// It does not know what to do with choices of the program ([sim.Choose] and the
// like), nor with a step that is ready and never runs, since it is cancelled or the
// run ends before it: something that comes earlier and does not affect a step may
// still take away what would affect that step, and wakeup trees hold nothing of
// what is not there. It ends when it meets one of these and says so; use Reduced
// for them.
func Optimal() search.Strategy { return optimal{} }

type optimal struct{}

func (optimal) String() string { return "optimal" }

func (optimal) Planner(x *search.Exploration) search.Planner {
	p := &optimizer{passes: newPasses(x)}
	p.tools = newTools(p.names)
	p.reset()
	return p
}

// optimizer plans the runs of an optimal exploration, one after another.
type optimizer struct {
	passes
	tools *tools
	spare precedence // for runs that only look
	top   *wake
	// floors are the steps of the last run. The exploration goes on at the last one
	// of them, if it is left.
	floors []floor
	taken  []int32 // by the last run
	over   bool
	looks  int // runs that only looked
}

// floor is the point before a step of the run that is on.
type floor struct {
	at     int // the decision, or -1
	asleep []sleeper
	here   *wake // what is to be tried from here
	trying *wake // which of that is on; it is the first
}

// wake is a node of a wakeup tree: a step, and what is to be tried behind it. The
// tree below a step that has been taken is the one that belongs to the floor
// behind it, so that what is inserted further up gets there.
type wake struct {
	sleeper
	children []*wake
	leaf     bool // nothing was to be tried behind it when it was taken, so that all is
}

func (p *optimizer) reset() {
	p.top, p.floors, p.over = &wake{}, nil, false
	p.taken = nil
}

func (p *optimizer) Round(runs int) []search.Job {
	if runs = p.left(runs); runs <= 0 || p.over {
		return nil
	}
	return []search.Job{&ascent{p: p, again: p.again(), tally: search.NewTally(true)}}
}

func (p *optimizer) Merge(done []search.Job) {
	j := done[0].(*ascent)
	if p.take(&p.tools.h, j.tally, j.alone, true) {
		p.back()
	}
	if p.repeats(p.over) {
		p.repeat([]*search.Tally{j.tally})
		j.tally = search.NewTally(true)
		p.reset()
	}
}

// back goes back to the last floor at which something is left to try.
func (p *optimizer) back() {
	for len(p.floors) > 0 {
		f := &p.floors[len(p.floors)-1]
		if f.trying != nil {
			f.asleep = append(slices.Clip(f.asleep), f.trying.sleeper)
			f.here.children = f.here.children[1:]
			f.trying = nil
		}
		if len(f.here.children) > 0 {
			return
		}
		p.floors = p.floors[:len(p.floors)-1]
	}
	p.over = true
}

func (p *optimizer) Undo([]search.Job) { p.planned-- }

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

func (p *optimizer) Save() ([]byte, error) {
	return nil, errors.New("dpor: an exploration with Optimal() cannot be saved; let it come to its end, or use Exhaustive()")
}

func (p *optimizer) Restore([]byte) error {
	_, err := p.Save()
	return err
}

// ascent is a job: the next run.
type ascent struct {
	p     *optimizer
	again bool
	tally *search.Tally
	alone int
}

func (j *ascent) Found() *search.Tally { return j.tally }

func (j *ascent) Do(w *search.Worker) {
	p := j.p
	t := p.tools
	h := &t.h
	from := max(0, len(p.floors)-1) // the step at which the run is new
	s := &t.steering
	s.learned, s.vocabulary = &p.learned, &t.vocabulary
	var asleep []sleeper
	var guide []int32
	here := p.top
	if len(p.floors) > 0 {
		f := &p.floors[from]
		asleep, here = f.asleep, f.here
		p.taken = p.taken[:max(f.at, 0)]
	}
	for n := here; len(n.children) > 0; n = n.children[0] {
		guide = append(guide, n.children[0].name)
	}
	s.lead(p.taken, guide, asleep)
	end := 0
	for {
		if w.Stopped() {
			return
		}
		r := w.Run(s, max(trace.Order, w.Level))
		s.Ended()
		if s.Strayed {
			j.tally.Unequal = w.Strayed(r)
			return
		}
		h.read(r, s.Taken, s.Widths, &t.vocabulary)
		if h.why == "" && slices.Contains(h.pick, false) {
			h.why = "the program makes choices, which Optimal() cannot explore; use Reduced()"
		}
		if h.why != "" {
			w.CountOnce(j.tally, r, 0)
			return
		}
		for i := range h.steps {
			h.steps[i].foot = p.foot(&h.steps[i])
		}
		end = p.climb(from)
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
	p.reverse(w, from, end)
}

func (j *ascent) count(w *search.Worker, r *order.Run) {
	class := uint64(0)
	if j.p.union {
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

// climb makes the floors of the run that was made, and returns how many of its
// steps count: it ends before one that slept.
func (p *optimizer) climb(from int) int {
	h := &p.tools.h
	if len(p.floors) == 0 {
		p.floors = append(p.floors, floor{at: -1, here: p.top})
	}
	p.floors = p.floors[:from+1]
	for k := from; k < len(h.steps); k++ {
		e := &h.steps[k]
		f := &p.floors[k]
		f.at, f.trying = e.at, nil
		slept := isAsleep(f.asleep, e.name)
		f.meet(e, slept)
		if slept {
			return k
		}
		f.trying = f.here.children[0]
		f.trying.sleeper = sleeper{e.name, e.owner, e.own}
		asleep := keep(f.asleep, func(s *sleeper) bool {
			return s.owner != e.owner && !e.foot.conflicts(p.footOf(s))
		})
		if k+1 < len(h.steps) && h.steps[k+1].at >= 0 {
			asleep = keep(asleep, func(s *sleeper) bool { return slices.Contains(h.steps[k+1].enabled, s.name) })
		}
		p.floors = append(p.floors, floor{at: -1, asleep: asleep, here: f.trying})
	}
	p.floors = p.floors[:len(h.steps)]
	return len(h.steps)
}

// meet makes what is to be tried from here agree with the step that was taken. If
// that does not sleep, it is the first of what is tried.
func (f *floor) meet(e *happening, slept bool) {
	n := f.here
	switch {
	case len(n.children) > 0 && n.children[0].name == e.name:
		if slept {
			n.children = n.children[1:] // it need not have been tried
		}
		return
	case e.at < 0 && slept:
		n.children = nil // there is no other way
		return
	case e.at < 0 && len(n.children) > 0:
		// Nothing else was ready, so it comes before all that is to be tried.
		n.children = []*wake{{children: n.children}}
		return
	case len(n.children) > 0:
		// What was to be taken is not there, because a step on the way did something
		// else than expected. Without knowing more, all that is there is to be tried.
		n.children = n.children[1:]
		for _, name := range e.enabled {
			if name != e.name {
				f.try(name)
			}
		}
	case !slept:
		n.leaf = true
	}
	if slept {
		return
	}
	taken := &wake{}
	if i := n.index(e.name); i >= 0 {
		taken = n.children[i]
		n.children = slices.Delete(n.children, i, i+1)
	}
	n.children = slices.Insert(n.children, 0, taken)
}

// try adds a step of which nothing is known, unless it is there or asleep.
func (f *floor) try(name int32) {
	if !isAsleep(f.asleep, name) && f.here.index(name) < 0 {
		f.here.children = append(f.here.children, &wake{sleeper: sleeper{name, name, &footprint{alone: true}}})
	}
}

func (n *wake) index(name int32) int {
	return slices.IndexFunc(n.children, func(c *wake) bool { return c.name == name })
}

// turn prepares another run, with a step that does not sleep in place of the one
// at the end.
func (p *optimizer) turn(end int) bool {
	h := &p.tools.h
	e := &h.steps[end]
	for alt, name := range e.enabled {
		if !isAsleep(p.floors[end].asleep, name) {
			p.tools.steering.turn(h.taken[:e.at], int32(alt), p.floors[end].asleep)
			return true
		}
	}
	return false
}

// reverse inserts what reverses the races of the run of which the later step is
// new.
func (p *optimizer) reverse(w *search.Worker, from, end int) {
	h := &p.tools.h
	type pair struct{ k, i int }
	var pairs []pair
	h.gone(end, func(k, alt int) {
		h.why = "the step " + p.names.text(h.steps[k].enabled[alt]) + " was ready and never ran, which Optimal() cannot explore; use Reduced()"
	})
	if h.why != "" {
		return
	}
	found := func(r reversal) { pairs = append(pairs, pair{r.at, r.late}) }
	h.races(from, end, found, func(last int) {
		for _, r := range pairs {
			late := &h.steps[r.i]
			if h.steps[r.k].at < 0 {
				continue
			}
			v := p.spell(r.k, last, sleeper{late.name, late.owner, late.foot}, late.causes)
			if !slices.Contains(h.steps[r.k].enabled, v[0].name) {
				for _, name := range h.steps[r.k].enabled {
					p.floors[r.k].try(name)
				}
				continue
			}
			if !p.union {
				// In its new place it may touch something else.
				v[len(v)-1].foot = nil
				if p.insert(r.k, v) {
					continue
				}
				v[len(v)-1].foot = p.look(w, r.k, v, late.foot)
			}
			p.insert(r.k, v)
		}
		pairs = pairs[:0]
	})
}

// spelled is a step of a run that is to be tried.
type spelled struct {
	sleeper
	step   int   // of the run that was, or -1
	causes []int // steps of that run
}

// spell returns the run from step k on in which a step comes earlier than k:
// what does not come after k until step last, and the step.
func (p *optimizer) spell(k, last int, late sleeper, causes []int) []spelled {
	h := &p.tools.h
	var v []spelled
	for m := k + 1; m < last; m++ {
		if e := &h.steps[m]; !h.set(m).has(k - h.first) {
			v = append(v, spelled{sleeper{e.name, e.owner, e.foot}, m, e.causes})
		}
	}
	return append(v, spelled{late, -1, causes})
}

// after reports whether step b of a spelled run comes after step a of it, which
// is an earlier one, and whether that is sure: of the last one it may not be known
// what it touches.
func after(a, b *spelled) (yes, sure bool) {
	switch {
	case a.owner == b.owner || slices.Contains(b.causes, a.step):
		return true, true
	case a.foot == nil || b.foot == nil:
		return false, false
	}
	return a.foot.conflicts(b.foot), true
}

// canBegin reports whether a step can be the first of a spelled run, or come
// before it without making a difference (weak initials), and at which place it
// stands there, or -1.
func canBegin(q *sleeper, v []spelled) (yes, sure bool, place int) {
	place = slices.IndexFunc(v, func(s spelled) bool { return s.name == q.name })
	yes, sure = true, true
	b := &spelled{sleeper: *q}
	rest := v
	if place >= 0 {
		rest, b = v[:place], &v[place]
	}
	for i := range rest {
		a, known := after(&rest[i], b)
		if a {
			return false, true, place
		}
		sure = sure && known
	}
	return true, sure, place
}

// insert inserts a run that is to be tried from floor k on into the wakeup tree
// there, unless it is there, or another one that shows the same, or it was tried.
// It reports false if that depends on what the last step of it touches, which is
// not known.
func (p *optimizer) insert(k int, v []spelled) (sure bool) {
	here := p.floors[k].here
	v = slices.Clone(v)
	for {
		if k < len(p.floors) && p.floors[k].here == here {
			for i := range p.floors[k].asleep {
				s := p.floors[k].asleep[i]
				s.foot = p.footOf(&s)
				yes, sure, _ := canBegin(&s, v)
				if yes && sure {
					return true
				}
				if !sure {
					return false
				}
			}
		}
		next := (*wake)(nil)
		for _, c := range here.children {
			s := c.sleeper
			s.foot = p.footOf(&s)
			yes, sure, place := canBegin(&s, v)
			if !sure {
				return false
			}
			if yes {
				next = c
				if place >= 0 {
					v = slices.Delete(v, place, place+1)
				}
				break
			}
		}
		if next == nil {
			break
		}
		if next.leaf || len(next.children) == 0 || len(v) == 0 {
			return true
		}
		here = next
		k++
	}
	if v[len(v)-1].foot == nil {
		return false
	}
	for i := range v {
		n := &wake{sleeper: v[i].sleeper}
		here.children = append(here.children, n)
		here = n
	}
	return true
}

// look runs a spelled run and returns what its last step touches.
func (p *optimizer) look(w *search.Worker, k int, v []spelled, guess *footprint) *footprint {
	if w.Stopped() {
		return guess
	}
	guide := make([]int32, len(v))
	for i := range v {
		guide[i] = v[i].name
	}
	s := &p.tools.steering
	s.lead(p.taken[:p.floors[k].at], guide, nil)
	r := w.Run(s, trace.Order)
	s.Ended()
	p.looks++
	h := &p.spare
	h.read(r, s.Taken, s.Widths, &p.tools.vocabulary)
	if at := k + len(v) - 1; h.why == "" && at < len(h.steps) && h.steps[at].name == v[len(v)-1].name {
		return h.steps[at].own
	}
	return guess
}
