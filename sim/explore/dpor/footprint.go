package dpor

import (
	"slices"

	"weft/sim/order"
)

// footprint is what a step touches, as reductions compare it: every object once,
// sorted. It is never changed, so that many may hold it.
type footprint struct {
	alone   bool
	touches []touched
}

// touched is an object with all the ways in which it is touched, a bit for each.
type touched struct {
	object int32
	access uint8
}

// commutes reports whether touches in these ways do, taken together.
func commutes(access uint8) bool { return access == 1<<order.Reads || access == 1<<order.Adds }

// conflicts reports whether the order of steps with these footprints can matter.
func (f *footprint) conflicts(g *footprint) bool {
	if f.alone || g.alone {
		return true
	}
	for i, k := 0, 0; i < len(f.touches) && k < len(g.touches); {
		switch a, b := f.touches[i], g.touches[k]; {
		case a.object < b.object:
			i++
		case a.object > b.object:
			k++
		case !commutes(a.access | b.access):
			return true
		default:
			i++
			k++
		}
	}
	return false
}

// covers reports whether g is a part of f.
func (f *footprint) covers(g *footprint) bool {
	if g.alone && !f.alone {
		return false
	}
	i := 0
	for _, t := range g.touches {
		for i < len(f.touches) && f.touches[i].object < t.object {
			i++
		}
		if i == len(f.touches) || f.touches[i].object != t.object || t.access&^f.touches[i].access != 0 {
			return false
		}
	}
	return true
}

func (f *footprint) equals(g *footprint) bool {
	return f.alone == g.alone && slices.Equal(f.touches, g.touches)
}

// with returns the union of f and g. Either may be nil.
func (f *footprint) with(g *footprint) *footprint {
	switch {
	case f == nil:
		return g
	case g == nil || f.covers(g):
		return f
	case g.covers(f):
		return g
	}
	u := &footprint{alone: f.alone || g.alone, touches: slices.Concat(f.touches, g.touches)}
	u.touches = united(u.touches)
	return u
}

// united sorts touches and makes one of those of one object.
func united(touches []touched) []touched {
	slices.SortFunc(touches, func(a, b touched) int { return int(a.object) - int(b.object) })
	kept := touches[:0]
	for _, t := range touches {
		if n := len(kept); n > 0 && kept[n-1].object == t.object {
			kept[n-1].access |= t.access
		} else {
			kept = append(kept, t)
		}
	}
	return kept
}
