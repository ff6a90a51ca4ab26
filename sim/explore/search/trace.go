package search

import (
	"weft/sim/order"
	"weft/trace"
)

// traceHasher identifies traces (Mazurkiewicz). Its zero value is ready, and it is
// memory that is used again.
type traceHasher struct {
	objects map[string]int32 // into touched
	touched []objectHash
	tasks   map[string]trace.Hash
	hashes  []trace.Hash
}

// objectHash is what touched an object so far, in the ways in which it can be
// touched.
type objectHash struct{ written, read, added trace.Hash }

// of identifies the trace (Mazurkiewicz) that a run belongs to: two runs
// have the same one if they differ only in the order of steps that do not affect
// each other. It is a hash over the partial order of the steps, each taken with
// what it came after, in one pass.
func (c *traceHasher) of(r *order.Run) uint64 {
	if c.objects == nil {
		c.objects, c.tasks = map[string]int32{}, map[string]trace.Hash{}
	}
	clear(c.objects)
	clear(c.tasks)
	c.touched, c.hashes = c.touched[:0], c.hashes[:0]
	var all, alone trace.Hash
	choice := 0
	for i := range r.Footprints {
		s := &r.Footprints[i]
		end := len(r.Decisions)
		if i+1 < len(r.Footprints) {
			end = r.Footprints[i+1].Begin
		}
		h := trace.Hash(0).Text(s.Name).Word(uint64(alone)).Word(uint64(s.Epoch))
		if s.Task != "" {
			h = h.Word(uint64(c.tasks[s.Task]))
		}
		causes := trace.Hash(0) // in whatever order they stand there
		for _, cause := range s.Causes {
			causes += c.hashes[cause]
		}
		h = h.Word(uint64(causes))
		for choice = max(choice, s.Begin); choice < end; choice++ {
			if d := &r.Decisions[choice]; !d.IsReady() {
				h = h.Text(d.Key).Text(d.Alternatives[d.Taken].Name)
			}
		}
		if s.Alone {
			h = h.Word(uint64(all))
		}
		for _, t := range s.Touches {
			at, known := c.objects[t.Object]
			if !known {
				at = int32(len(c.touched))
				c.objects[t.Object] = at
				c.touched = append(c.touched, objectHash{})
			}
			o := &c.touched[at]
			h = h.Word(uint64(o.written))
			if t.Access != order.Reads {
				h = h.Word(uint64(o.read))
			}
			if t.Access != order.Adds {
				h = h.Word(uint64(o.added))
			}
		}
		for _, t := range s.Touches {
			switch o := &c.touched[c.objects[t.Object]]; t.Access {
			case order.Reads:
				o.read += h
			case order.Adds:
				o.added += h
			default:
				*o = objectHash{written: h}
			}
		}
		c.hashes = append(c.hashes, h)
		if s.Task != "" {
			c.tasks[s.Task] = h
		}
		all += h
		if s.Alone {
			alone = h
		}
	}
	if len(r.Footprints) == 0 {
		all = r.Hash
	}
	return uint64(all.Word(uint64(len(c.hashes))).Text(r.Summary))
}

// TraceOf identifies the trace that a run belongs to, by its footprints. It returns 0 where
// these are not known, or do not tell all that the run has touched.
func TraceOf(r *order.Run) uint64 {
	switch {
	case r.TraceID != nil:
		return r.TraceID()
	case len(r.Footprints) == 0 || len(r.Untracked) > 0:
		return 0
	}
	return new(traceHasher).of(r)
}
