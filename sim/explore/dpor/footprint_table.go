package dpor

import "slices"

// footprintTable is what runs have shown about footprints.
//
// The theory of reductions is about steps of which this holds: if p and r conflict, and
// q and p do not, then whether q and r conflict does not depend on p. A step that finds
// out from one object whether to touch another one breaks it: let r read x, which p
// writes, and touch z or not; q touches z. Such steps are found by what their
// footprints are in one and the same past: what a task does next is settled by its
// past, but for what its step reads itself. They are taken to touch whatever they were
// seen to touch in that past, and the walk is made again until that no longer grows. A
// step that always touches the same objects, however many, breaks nothing, and neither
// does one whose footprints differ only in how it touches the object by which it
// decides, such as a compare-and-swap that fails.
type footprintTable struct {
	names   []nameNote           // by name
	pasts   map[stepInPast]*seen // of the names that are watched
	varied  []*seen              // those that were seen with several footprints
	shared  map[int32]bool       // objects that steps touch in conflict which may come in any order
	knows   *knowledge           // in the walk of a part, in place of what it learns itself; or nil
	choices bool                 // a step that chooses goes by what it touches whatever it chooses
	several int                  // pasts in which a step breaks the theory
}

// stepInPast is a step with a hash of what had come before it was to be taken.
type stepInPast struct {
	name int32
	past uint64
}

// nameNote is what is known of steps of one name.
type nameNote struct {
	seen
	latest  *footprint
	watched bool // it may break the theory: what it does is kept by its past
}

// seen are the different footprints that were seen.
type seen struct {
	all    []*footprint
	breaks bool
	union  *footprint // if it breaks the theory
}

// seenAtMost is how many footprints are kept. A step that has more of them is taken to
// break the theory.
const seenAtMost = 32

// add takes in a footprint, and reports whether it is new.
func (s *seen) add(f *footprint) bool {
	if s.breaks {
		if s.union.covers(f) {
			return false
		}
		s.union = s.union.with(f)
		return true
	}
	if slices.ContainsFunc(s.all, f.equals) {
		return false
	}
	s.all = append(s.all, f)
	return true
}

// look finds out whether these footprints break the theory.
func (s *seen) look(shared map[int32]bool) bool {
	if s.breaks {
		return false
	}
	found := len(s.all) > seenAtMost
	for i, f := range s.all {
		for _, g := range s.all[:i] {
			found = found || breaks(f, g, shared)
		}
	}
	if !found {
		return false
	}
	s.breaks = true
	for _, f := range s.all {
		s.union = s.union.with(f)
	}
	s.all = nil
	return true
}

// breaks reports whether a step that has two footprints in one past may have decided by
// one object how to touch another one. If shared is nil, any object may be shared.
func breaks(f, g *footprint, shared map[int32]bool) bool {
	const world = -1 // of steps that stand alone
	differ, both := []int32(nil), []int32(nil)
	if f.alone != g.alone {
		differ = append(differ, world)
	} else if f.alone {
		both = append(both, world)
	}
	for i, k := 0, 0; i < len(f.touches) || k < len(g.touches); {
		object, accesses := int32(0), [2]uint8{}
		switch {
		case k == len(g.touches) || i < len(f.touches) && f.touches[i].object < g.touches[k].object:
			object, accesses[0] = f.touches[i].object, f.touches[i].access
			i++
		case i == len(f.touches) || g.touches[k].object < f.touches[i].object:
			object, accesses[1] = g.touches[k].object, g.touches[k].access
			k++
		default:
			object, accesses = f.touches[i].object, [2]uint8{f.touches[i].access, g.touches[k].access}
			i++
			k++
		}
		if shared != nil && !shared[object] {
			continue
		}
		if accesses[0] != accesses[1] {
			differ = append(differ, object)
		}
		if accesses[0] != 0 && accesses[1] != 0 {
			both = append(both, object)
		}
	}
	return len(differ) > 0 && len(both) > 0 && (len(differ) > 1 || len(both) > 1 || differ[0] != both[0])
}

func newFootprintTable() footprintTable {
	return footprintTable{pasts: map[stepInPast]*seen{}, shared: map[int32]bool{}}
}

// learn takes in what a run shows, and reports whether it could be that something
// was decided by a footprint that was too small.
func (l *footprintTable) learn(h *happensBefore, unions bool) (stale bool) {
	for _, object := range h.contended {
		l.shared[object] = true
	}
	var look []int32
	for i := range h.steps {
		e := &h.steps[i]
		for int(e.name) >= len(l.names) {
			l.names = append(l.names, nameNote{})
		}
		n := &l.names[e.name]
		n.latest = e.own
		if !unions || l.knows != nil {
			continue
		}
		n.watched = n.watched || l.choices && len(e.choices) > 0
		if n.watched {
			stale = l.learnPast(e) || stale
		} else if n.add(e.own) && len(n.all) > 1 {
			look = append(look, e.name)
		}
	}
	if !unions || l.knows != nil {
		return false
	}
	if len(h.contended) > 0 {
		for name := range l.names {
			if n := &l.names[name]; !n.watched && len(n.all) > 1 {
				look = append(look, int32(name))
			}
		}
		for _, s := range l.varied {
			if s.look(l.shared) {
				l.several++
				stale = true
			}
		}
	}
	for _, name := range look {
		if n := &l.names[name]; !n.watched && n.look(l.shared) {
			n.watched = true
			n.seen = seen{}
			stale = true // what was seen so far was not kept by its past
		}
	}
	return stale
}

func (l *footprintTable) learnPast(e *event) (stale bool) {
	at := stepInPast{e.name, e.past}
	s := l.pasts[at]
	if s == nil {
		s = &seen{}
		l.pasts[at] = s
		if l.choices && len(e.choices) > 0 {
			s.breaks, s.union = true, e.own
			l.several++
		}
	}
	grown := s.add(e.own)
	if grown && !s.breaks && len(s.all) > 1 {
		if len(s.all) == 2 {
			l.varied = append(l.varied, s)
		}
		if s.look(l.shared) {
			l.several++
		}
	}
	return s.breaks && (grown || !e.foot.covers(s.union))
}

// foot returns by which footprint a step goes.
func (l *footprintTable) foot(name int32, past uint64, own *footprint) *footprint {
	if l.knows != nil {
		return l.knows.foot(name, own, l.choices)
	}
	if int(name) < len(l.names) && l.names[name].watched {
		if s := l.pasts[stepInPast{name, past}]; s != nil && s.breaks {
			return s.union.with(own)
		}
	}
	return own
}

// footOf returns by which footprint a step goes that has slept.
func (l *footprintTable) footOf(s *sleeper) *footprint { return l.foot(s.name, s.past, s.foot) }

// latest returns what a step of this name has touched when it was seen last, or nil.
func (l *footprintTable) latest(name int32) *footprint {
	if int(name) < len(l.names) {
		return l.names[name].latest
	}
	return nil
}
