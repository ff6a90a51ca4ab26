package dpor

import "slices"

// footprintTable is what runs have shown about footprints.
type footprintTable struct {
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
func (l *footprintTable) learn(h *happensBefore, unions bool) (stale bool) {
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

// foot returns by which footprint a step goes.
func (l *footprintTable) foot(e *event) *footprint {
	if !l.union || int(e.name) >= len(l.known) {
		return e.own
	}
	return l.known[e.name].with(e.own)
}

// footOf returns by which footprint a step goes that has slept.
func (l *footprintTable) footOf(s *sleeper) *footprint {
	if !l.union || int(s.name) >= len(l.known) {
		return s.foot
	}
	return l.known[s.name].with(s.foot)
}
