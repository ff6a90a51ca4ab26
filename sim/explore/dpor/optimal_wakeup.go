package dpor

import (
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// level is the point before a step of the run that is on.
type level struct {
	at     int // the decision, or -1
	asleep []sleeper
	here   *wakeup // what is to be tried from here
	trying *wakeup // which of that is on; it is the first
	// choices are those that its step makes for the program, with what is left of
	// each. again is the one of which another alternative is to be taken, or -1.
	choices []openChoice
	again   int
	own     *footprint // what the step touches, whatever it chooses
}

// openChoice is a choice of the program at a decision.
type openChoice struct {
	at   int
	left []int32
}

// openChoices returns the choices among the decisions from begin to end.
func (h *happensBefore) openChoices(begin, end int) (open []openChoice) {
	for d := begin; d < end; d++ {
		if h.pick[d] {
			continue
		}
		c := openChoice{at: d}
		for alt := range h.widths[d] {
			if alt != h.taken[d] {
				c.left = append(c.left, alt)
			}
		}
		open = append(open, c)
	}
	return open
}

// openChoices returns the choices of the run that was made, among the decisions from begin
// to end. Of those before the root, nothing is left.
func (p *optimizer) openChoices(begin, end int) []openChoice {
	open := p.tools.h.openChoices(begin, end)
	for i := range open {
		if open[i].at < p.root.floor() {
			open[i].left = nil
		}
	}
	return open
}

// lastOpen returns the last choice of which something is left, or -1.
func lastOpen(choices []openChoice) int {
	for i := len(choices) - 1; i >= 0; i-- {
		if len(choices[i].left) > 0 {
			return i
		}
	}
	return -1
}

// turn prepares for the step that is tried to choose otherwise. What is to be tried
// behind it then stands beside it.
func (f *level) turn() {
	is := f.trying.choices
	want := choice{is[f.again].key, f.choices[f.again].left[0]}
	f.trying.children, f.trying.leaf = nil, true
	for i, c := range f.here.children[1:] {
		if c.name == f.trying.name && len(c.choices) > f.again && slices.Equal(c.choices[:f.again], is[:f.again]) && c.choices[f.again] == want {
			f.trying.children, f.trying.leaf, f.trying.choices = c.children, len(c.children) == 0, c.choices
			f.here.children = slices.Delete(f.here.children, i+1, i+2)
			return
		}
	}
}

// turn takes the next alternative of a choice, behind a way that comes to it.
func (c *openChoice) turn(taken []int32) []int32 {
	alt := c.left[0]
	c.left = c.left[1:]
	return append(taken[:c.at], alt)
}

// wakeup is a node of a wakeup tree: a step, and what is to be tried behind it. The
// tree below a step that has been taken is the one that belongs to the level
// behind it, so that what is inserted further up gets there.
type wakeup struct {
	sleeper
	choices  []choice // with which it is tried first
	children []*wakeup
	leaf     bool // nothing was to be tried behind it when it was taken, so that all is
}

// meet makes what is to be tried from here agree with the step that was taken. If
// that does not sleep, it is the first of what is tried.
func (f *level) meet(e *event, slept bool) {
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
		n.children = []*wakeup{{children: n.children}}
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
	taken := &wakeup{}
	if i := n.index(e.name); i >= 0 {
		taken = n.children[i]
		n.children = slices.Delete(n.children, i, i+1)
	}
	n.children = slices.Insert(n.children, 0, taken)
}

// try adds a step of which nothing is known, unless it is there or asleep.
func (f *level) try(name int32) {
	if !isAsleep(f.asleep, name) && f.here.index(name) < 0 {
		f.here.children = append(f.here.children, &wakeup{sleeper: sleeper{name: name, owner: name, foot: &footprint{alone: true}}})
	}
}

func (n *wakeup) index(name int32) int {
	return slices.IndexFunc(n.children, func(c *wakeup) bool { return c.name == name })
}

// spell returns what a run does from step k on, until step last, that does not come
// after k, without the step late. What comes behind that one is left out if it goes by
// what is chosen behind it: with another choice there would be another run. late is -1
// for none.
func (p *optimizer) spell(k, last, late int) []spelled {
	h := &p.tools.h
	var v []spelled
	var chosen bitset
	for m := k + 1; m < last; m++ {
		e := &h.steps[m]
		if h.set(m).has(k-h.first) || m == late {
			continue
		}
		if late >= 0 && m > late && (len(e.choices) > 0 || chosen != nil && h.set(m).meets(chosen)) {
			if chosen == nil {
				chosen = make(bitset, h.words)
			}
			chosen.set(m - h.first)
			continue
		}
		v = append(v, e.spelled(m))
	}
	return v
}

func (e *event) spelled(step int) spelled {
	return spelled{sleeper{e.name, e.owner, e.past, e.foot}, step, e.causes, e.choices}
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

// insert inserts a run that is to be tried from level k on into the wakeup tree
// there, unless it is there, or another one that shows the same, or it was tried.
// It reports false if that depends on what the last step of it touches, which is
// not known.
func (p *optimizer) insert(k int, v []spelled) (sure bool) {
	here := p.levels[k].here
	v = slices.Clone(v)
	for {
		if k < len(p.levels) && p.levels[k].here == here {
			for i := range p.levels[k].asleep {
				s := p.levels[k].asleep[i]
				s.foot = p.footOf(&s)
				yes, sure, place := canBegin(&s, v)
				// A sleeper that does not stand in the run, and that nothing in it affects, is
				// taken to come behind it anyway. Where a step breaks the theory, that loses
				// traces: of five philosophers, two of 201. Neither is it so for what sleeps at the
				// root of a part: runs that begin with it may ask for this one, and cannot
				// insert it here.
				if yes && sure && (place >= 0 || p.several == 0 && !p.root.sleeps(s.name)) {
					return true
				}
				if !sure {
					return false
				}
			}
		}
		next := (*wakeup)(nil)
		for _, c := range here.children {
			s := c.sleeper
			s.foot = p.footOf(&s)
			yes, sure, place := canBegin(&s, v)
			if !sure {
				return false
			}
			if yes {
				if place >= 0 {
					if !slices.Equal(c.choices, v[place].choices) {
						continue // that is another step
					}
					v = slices.Delete(v, place, place+1)
				}
				next = c
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
		n := &wakeup{sleeper: v[i].sleeper, choices: v[i].choices}
		here.children = append(here.children, n)
		here = n
	}
	return true
}

// look runs a spelled run and returns by which footprint its last step goes there, or
// nil if it could not be taken.
func (p *optimizer) look(w *search.Worker, k int, v []spelled) *footprint {
	if p.stopped(w) {
		return nil
	}
	guide, wanted := make([]int32, len(v)), map[int32]int32{}
	for i := range v {
		guide[i] = v[i].name
		for _, c := range v[i].choices {
			wanted[c.key] = c.alt
		}
	}
	s := &p.tools.steering
	s.lead(p.taken[:p.levels[k].at], guide, wanted, nil)
	r := w.RunFor(s, order.WantsSteps)
	s.Ended()
	p.looks++
	h := &p.spare
	h.read(r, s.Taken, s.Widths, &p.tools.vocabulary)
	if h.why == "" {
		p.foresight.learn(h)
	}
	if at := k + len(v) - 1; h.why == "" && at < len(h.steps) && h.steps[at].name == v[len(v)-1].name {
		e := &h.steps[at]
		return p.foot(e.name, e.past, e.own)
	}
	return nil
}

// spelled is a step of a run that is to be tried.
type spelled struct {
	sleeper
	step    int      // of the run that was, or -1
	causes  []int    // steps of that run
	choices []choice // that it makes
}
