package dpor

import (
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// reducedRun is a job: the run that begins with a branch, and what it shows.
type reducedRun struct {
	p      *reducer
	branch *branch
	again  bool // the run is one of those that are made twice
	tally  *search.Tally
	alone  int // runs for which no class was needed

	tools     *scratch
	h         happensBefore
	end       int         // how many steps of the run count
	asleep    [][]sleeper // what sleeps before each of them, and before the next one
	reversals []reversal
}

// scratch is memory that is used again.
type scratch struct {
	vocabulary
	steering
	h      happensBefore
	asleep [][]sleeper
}

func newTools(n *names) *scratch {
	return &scratch{vocabulary: vocabulary{n, map[string]int32{}}}
}

// Found makes the tally, if the run was not begun: what all wait for is to do as little as
// it can.
func (d *reducedRun) Found() *search.Tally {
	if d.tally == nil {
		d.tally = search.NewTally(true)
	}
	return d.tally
}

func (d *reducedRun) drop() {
	if d.tools == nil {
		return
	}
	d.tools.h, d.tools.asleep = d.h, d.asleep
	d.p.tools.Put(d.tools)
	d.tools, d.h, d.asleep = nil, happensBefore{}, nil
}

func (d *reducedRun) Do(w *search.Worker) {
	p := d.p
	d.Found()
	d.tools = p.tools.Get().(*scratch)
	d.h, d.asleep = d.tools.h, d.tools.asleep
	s := &d.tools.steering
	s.table, s.vocabulary = &p.footprintTable, &d.tools.vocabulary
	s.begin(d.branch)
	for !w.Stopped() {
		r := w.RunFor(s, wantsOf(d.again))
		s.Ended()
		if s.Strayed {
			d.tally.Unequal = w.Strayed(r)
			return
		}
		d.h.read(r, s.Taken, s.Widths, &d.tools.vocabulary)
		if d.h.why != "" {
			w.CountOnce(d.tally, r, 0)
			return
		}
		if !p.root.fits(&d.h) {
			d.tally.Unequal = w.Strayed(r)
			return
		}
		if p.how == raceReversal {
			d.h.contend(p.shared)
		}
		for i := range d.h.steps {
			e := &d.h.steps[i]
			e.foot = p.foot(e.name, e.past, e.own)
		}
		d.sleep()
		if d.end == len(d.h.steps) {
			d.count(w, r)
			break
		}
		d.tally.Blocked++
		if !d.turn() {
			break
		}
	}
	if p.how == raceReversal {
		d.reverse()
	}
}

// wantsOf is what a walk goes by. The hash is for runs that are made twice.
func wantsOf(again bool) order.Wants {
	wants := order.WantsSteps | order.WantsTraceID
	if again {
		wants |= order.WantsHash
	}
	return wants
}

func (d *reducedRun) count(w *search.Worker, r *order.Run) {
	if d.p.root.elsewhere(&d.h) {
		d.tally.Blocked++
		return
	}
	class := uint64(0)
	if d.p.several > 0 || slices.Contains(d.h.pick, false) {
		// Several runs may show one trace. A step that chooses counts as one whatever
		// it chooses, as far as leaving out goes.
		class = w.TraceOf(r)
	} else {
		d.alone++
	}
	if d.again {
		w.Count(d.tally, r, class)
	} else {
		w.CountOnce(d.tally, r, class)
	}
}

// sleep finds out what slept on the way, and where the run took a step that did:
// there it ends, as far as it shows anything new.
func (d *reducedRun) sleep() {
	h := &d.h
	way := d.p.wayOf(d)
	d.asleep = d.asleep[:0]
	d.end = len(h.steps)
	from := 0
	if d.branch.node != nil {
		from = d.branch.node.step + 1
	}
	var asleep []sleeper
	next := 0
	for k := range h.steps {
		e := &h.steps[k]
		if e.at >= 0 {
			asleep = keep(asleep, func(s *sleeper) bool { return slices.Contains(e.enabled, s.name) })
		}
		d.asleep = append(d.asleep, asleep)
		if k >= from && isAsleep(asleep, e.name) {
			d.end = k
			return
		}
		for next < len(way.nodes) && way.nodes[next].at() < e.at {
			next++
		}
		if next < len(way.nodes) && way.nodes[next].at() == e.at {
			asleep = way.branches[next].before()
		}
		asleep = keep(asleep, func(s *sleeper) bool {
			return s.owner != e.owner && !e.foot.conflicts(d.p.footOf(s))
		})
	}
}

// keep returns the sleepers that stay asleep, without changing the slice.
func keep(sleepers []sleeper, stays func(*sleeper) bool) []sleeper {
	for i := range sleepers {
		if stays(&sleepers[i]) {
			continue
		}
		kept := slices.Clone(sleepers[:i])
		for k := i + 1; k < len(sleepers); k++ {
			if stays(&sleepers[k]) {
				kept = append(kept, sleepers[k])
			}
		}
		return kept
	}
	return sleepers
}

// turn prepares another run, like the last one up to where it took a step that
// slept, and with one there that does not. It reports false if there is none.
func (d *reducedRun) turn() bool {
	e := &d.h.steps[d.end]
	for alt, name := range e.enabled {
		if !isAsleep(d.asleep[d.end], name) {
			d.tools.steering.turn(d.h.taken[:e.at], int32(alt), d.asleep[d.end])
			return true
		}
	}
	return false
}

// reverse finds the races of the run of which the later step is new.
func (d *reducedRun) reverse() {
	h := &d.h
	from := 0
	if d.branch.node != nil {
		from = max(0, d.branch.node.step)
	}
	add := func(r reversal) {
		e := &h.steps[r.at]
		if e.at < d.p.root.floor() || len(r.first) == 0 && len(e.enabled) < 2 {
			return
		}
		for _, alt := range r.first {
			if isAsleep(d.asleep[r.at], e.enabled[alt]) {
				return
			}
		}
		for _, known := range d.reversals {
			if known.at == r.at && slices.Equal(known.first, r.first) {
				return
			}
		}
		d.reversals = append(d.reversals, reversal{at: r.at, first: slices.Clone(r.first)})
	}
	type lost struct{ at, alt int }
	var gone []lost
	h.gone(d.end, func(k, alt int) { gone = append(gone, lost{k, alt}) })
	h.races(from, d.end, add, func(last int) {
		for _, g := range gone {
			if g.at < h.first || g.at >= last {
				continue
			}
			asleep := d.asleep[g.at]
			i := slices.IndexFunc(asleep, func(s sleeper) bool { return s.name == h.steps[g.at].enabled[g.alt] })
			if i < 0 {
				// What it would have touched is seen when it is tried.
				add(reversal{at: g.at, first: []int32{int32(g.alt)}})
			} else if firsts := h.without(g.at, last, d.p.footOf(&asleep[i])); len(firsts) > 0 {
				// It need not be tried there, but with something before it that went
				// on without what took it away.
				add(reversal{at: g.at, first: firsts})
			}
		}
	})
}

// steering is the order.Strategy of a reduced run: it goes the way to the branch, and
// from there on where, as far as earlier runs let it guess, nothing is asleep.
type steering struct {
	search.Path
	table      *footprintTable
	vocabulary *vocabulary
	from       int // the decision before which those slept that are in dozing
	sleeping   []sleeper
	dozing     []sleeper
	guide      []int32         // the names of the steps to take behind the given way
	wanted     map[int32]int32 // by key, the choices to make there
}

// begin prepares for the run that begins with a branch.
func (s *steering) begin(b *branch) {
	n := b.node
	s.from, s.sleeping, s.guide = 0, nil, nil
	s.Taken, s.Widths = s.Taken[:0], s.Widths[:0]
	if n != nil {
		s.Taken, s.Widths = append(append(s.Taken, n.taken...), b.alt), append(s.Widths, n.widths...)
		for ; b.node != nil; b = b.node.parent {
			if b.node.enabled != nil {
				s.from, s.sleeping = b.node.at(), b.before()
				break
			}
		}
	}
	s.Rewind(len(s.Taken))
	s.dozing = s.sleeping
}

// turn prepares for a run along a part of the last one, and another alternative
// then.
func (s *steering) turn(taken []int32, alt int32, asleep []sleeper) {
	s.Taken = append(append(s.Taken[:0], taken...), alt)
	s.Widths = s.Widths[:len(s.Taken)]
	s.from, s.sleeping, s.guide, s.wanted = len(taken), asleep, nil, nil
	s.Rewind(len(s.Taken))
	s.dozing = s.sleeping
}

// lead prepares for a run along a way, on which certain steps come then, with certain
// choices.
func (s *steering) lead(taken, guide []int32, wanted map[int32]int32, asleep []sleeper) {
	s.Taken, s.Widths = append(s.Taken[:0], taken...), s.Widths[:0]
	s.from, s.sleeping, s.guide, s.wanted = len(taken), asleep, guide, wanted
	s.Rewind(len(taken))
	s.dozing = asleep
}

// guided returns the alternative that the guide wants. What it wants and is not
// there has come already, when nothing else was ready and nobody was asked.
func (s *steering) guided(d *order.Decision) (alt int, ok bool) {
	for len(s.guide) > 0 {
		want := s.guide[0]
		s.guide = s.guide[1:]
		for i := range d.Alternatives {
			if s.vocabulary.id(d.Alternatives[i].Name) == want {
				return i, true
			}
		}
	}
	return 0, false
}

func (s *steering) choiceKey(d *order.Decision) int32 {
	if len(s.wanted) == 0 || d.IsReady() {
		return -1
	}
	return s.vocabulary.id("choice " + d.Key)
}

// Plan says what the way says. Behind it, what is taken depends on what is there.
func (s *steering) Plan(turns []order.PlannedTurn) int {
	return s.Path.Plan(turns[:min(len(turns), s.Given-s.At)])
}

// Choose takes what the way says, and then what the guide says, and then the
// first alternative that seems to be awake.
func (s *steering) Choose(d *order.Decision) int {
	at, given := s.At, s.At < s.Given
	alt := s.Path.Choose(d)
	if !d.IsReady() || at < s.from {
		if want, ok := s.wanted[s.choiceKey(d)]; ok && !given && int(want) < len(d.Alternatives) {
			alt = int(want)
			s.Taken[at] = want
		}
		return alt
	}
	if !given && len(s.guide) > 0 {
		if wanted, ok := s.guided(d); ok {
			alt, given = wanted, true
			s.Taken[at] = int32(alt)
		}
	}
	if len(s.dozing) == 0 {
		return alt
	}
	if !given {
		for i := range d.Alternatives {
			if !isAsleep(s.dozing, s.vocabulary.id(d.Alternatives[i].Name)) {
				alt = i
				break
			}
		}
		s.Taken[at] = int32(alt)
	}
	name := s.vocabulary.id(d.Alternatives[alt].Name)
	if foot := s.table.latest(name); foot != nil {
		s.dozing = keep(s.dozing, func(o *sleeper) bool { return !foot.conflicts(s.table.footOf(o)) })
	}
	return alt
}
