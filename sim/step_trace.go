package sim

import (
	"weft/sim/order"
	"weft/trace"
)

// traceHasher identifies the trace (Mazurkiewicz) of a run from what was taken down of
// its steps, without making their names. Its zero value is ready, and it is memory that is
// used again.
type traceHasher struct {
	objects []objectHash
	places  map[touchable]int32 // into objects, of those that do not know it themselves
	hashes  []trace.Hash        // by step
	causes  []int
	own     []int32 // the objects that the step touches
}

// objectHash is what touched an object so far, in the ways in which it can be touched,
// and how the step that is looked at does.
type objectHash struct {
	place                *int32 // if the object keeps it itself
	written, read, added trace.Hash
	step                 int32 // that touched it last, counted from 1
	access               order.Access
}

// traceID is a hash over the partial order of the steps: each is taken with those that it
// comes after, in one pass. What a step does is settled by that, so the objects themselves
// need no names.
func (c *traceHasher) traceID(l *Loop, summary string) uint64 {
	l.takeLooks()
	g := &l.journal
	if c.places == nil {
		c.places = map[touchable]int32{}
	}
	clear(c.places)
	clear(c.objects)
	c.objects, c.hashes = c.objects[:0], c.hashes[:0]
	var all, alone trace.Hash
	choice := 0
	for i := range g.steps {
		note := &g.steps[i]
		touches, end := len(g.touches), len(l.decisions)
		if i+1 < len(g.steps) {
			touches, end = g.steps[i+1].touches, int(g.steps[i+1].begin)
		}
		h := note.hash().Word(uint64(alone)).Word(uint64(note.epoch))
		if note.before > 0 {
			h = h.Word(uint64(c.hashes[note.before-1]))
		}
		if note.by != 0 {
			causes := trace.Hash(0) // in whatever order they stand there
			c.causes = g.appendCauses(c.causes[:0], note.by)
			for _, cause := range c.causes {
				causes += c.hashes[cause]
			}
			h = h.Word(uint64(causes))
		}
		for choice = max(choice, int(note.begin)); choice < end; choice++ {
			if d := &l.decisions[choice]; !d.IsReady() {
				h = h.Text(d.Key).Text(d.Alternatives[d.Taken].Name)
			}
		}
		if note.alone {
			h = h.Word(uint64(all))
		}
		c.touch(g.touches[note.touches:touches], int32(i)+1)
		met := trace.Hash(0) // in whatever order
		for _, at := range c.own {
			o := &c.objects[at]
			x := o.written.Word(uint64(o.access) + 1)
			if o.access != order.Reads {
				x = x.Word(uint64(o.read))
			}
			if o.access != order.Adds {
				x = x.Word(uint64(o.added))
			}
			met += x
		}
		h = h.Word(uint64(met))
		for _, at := range c.own {
			switch o := &c.objects[at]; o.access {
			case order.Reads:
				o.read += h
			case order.Adds:
				o.added += h
			default:
				o.written, o.read, o.added = h, 0, 0
			}
		}
		c.hashes = append(c.hashes, h)
		all += h
		if note.alone {
			alone = h
		}
	}
	return uint64(all.Word(uint64(len(c.hashes))).Text(summary))
}

// touch makes the list of what a step touches, each object once.
func (c *traceHasher) touch(notes []touchNote, step int32) {
	c.own = c.own[:0]
	for i := range notes {
		note := &notes[i]
		at := c.placeOf(note.what)
		if o := &c.objects[at]; o.step != step {
			o.step, o.access = step, note.access
			c.own = append(c.own, at)
		} else {
			o.access = o.access.Join(note.access)
		}
	}
}

// placeOf returns the place of an object among those that were touched. Those that are
// touched most know it themselves, if what stands there is theirs.
func (c *traceHasher) placeOf(what touchable) int32 {
	next := int32(len(c.objects))
	place := what.placed()
	if place == nil {
		at, known := c.places[what]
		if !known {
			c.places[what] = next
			c.objects = append(c.objects, objectHash{})
			return next
		}
		return at
	}
	if *place >= next || c.objects[*place].place != place {
		*place = next
		c.objects = append(c.objects, objectHash{place: place})
	}
	return *place
}

// hash stands for the step's name.
func (n *stepNote) hash() trace.Hash {
	switch w := n.work.(type) {
	case *task:
		return trace.Hash(w.path).Word(uint64(n.n))
	case *Loop, *stopEntry:
		return trace.Hash(0).Text(n.name())
	}
	return trace.Hash(1).Text(n.name())
}
