package dpor

import (
	"weft/sim/order"
	"weft/trace"
)

// pastHasher finds the pasts of steps. Its zero value is ready, and it is memory that
// is used again.
type pastHasher struct {
	objects map[int32]*accessHash
	spare   []*accessHash
	owners  map[int32]trace.Hash
	hashes  []trace.Hash
}

// accessHash is what has touched an object so far, in the ways in which it can be.
type accessHash struct{ written, read, added trace.Hash }

// hash sets the past of each step.
func (c *pastHasher) hash(h *happensBefore, r *order.Run) {
	if c.objects == nil {
		c.objects, c.owners = map[int32]*accessHash{}, map[int32]trace.Hash{}
	}
	c.reset()
	clear(c.owners)
	c.hashes = c.hashes[:0]
	var all, alone trace.Hash
	for i := range h.steps {
		e := &h.steps[i]
		x := trace.Hash(0).Word(uint64(e.name)).Word(uint64(e.epoch)).Word(uint64(alone)).Word(uint64(c.owners[e.owner]))
		causes := trace.Hash(0)
		for _, k := range e.causes {
			causes += c.hashes[k]
		}
		x = x.Word(uint64(causes))
		e.past = uint64(x)
		e.found = c.found(e.past, e.own)
		for d := e.begin; d < e.end; d++ {
			if !h.pick[d] {
				x = x.Word(uint64(d - e.begin)).Word(uint64(h.taken[d]))
			}
		}
		if e.own.alone {
			x = x.Word(uint64(all))
		}
		for _, t := range e.own.touches {
			o := c.of(t.object)
			x = x.Word(uint64(o.written))
			if t.access != 1<<order.Reads {
				x = x.Word(uint64(o.read))
			}
			if t.access != 1<<order.Adds {
				x = x.Word(uint64(o.added))
			}
		}
		c.touch(e.own, x)
		c.hashes = append(c.hashes, x)
		c.owners[e.owner] = x
		all += x
		if e.own.alone {
			alone = x
		}
	}
}

func (c *pastHasher) reset() {
	for _, o := range c.objects {
		c.spare = append(c.spare, o)
	}
	clear(c.objects)
}

// touch takes down that a step with this hash touches objects.
func (c *pastHasher) touch(f *footprint, x trace.Hash) {
	for _, t := range f.touches {
		switch o := c.of(t.object); t.access {
		case 1 << order.Reads:
			o.read += x
		case 1 << order.Adds:
			o.added += x
		default:
			*o = accessHash{written: x}
		}
	}
}

// found is a hash of a past, and of what a step finds behind it in the objects of a
// footprint: who has changed them, and not who has read them.
func (c *pastHasher) found(past uint64, f *footprint) uint64 {
	x := trace.Hash(past)
	for _, t := range f.touches {
		o := c.of(t.object)
		x = x.Word(uint64(t.object)).Word(uint64(o.written)).Word(uint64(o.added))
	}
	return uint64(x)
}

func (c *pastHasher) of(object int32) *accessHash {
	o := c.objects[object]
	if o == nil {
		if n := len(c.spare); n > 0 {
			o, c.spare = c.spare[n-1], c.spare[:n-1]
			*o = accessHash{}
		} else {
			o = new(accessHash)
		}
		c.objects[object] = o
	}
	return o
}
