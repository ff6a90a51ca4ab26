package search

import "weft/sim/order"

// Shard is one part of an exploration that several machines share, such as part 3 of 16.
// They do not talk to each other: each makes the same plan, and does what of it is its
// own. The zero value is the whole.
type Shard struct {
	Part int // counted from 1
	Of   int
}

// Whole reports whether there is only one part.
func (s Shard) Whole() bool { return s.Of <= 1 }

// Has reports whether a unit of the plan, counted from 0, belongs to the part, where
// units are dealt out in turn.
func (s Shard) Has(unit int) bool { return s.Whole() || unit%s.Of == s.Part-1 }

// Sharded is a planner that can plan one part of an exploration: that which
// Exploration.Shard names.
type Sharded interface {
	Planner
	// Plan identifies the plan of which this is a part. It is the same on every machine.
	Plan() uint64
	// Done reports whether nothing of the part is left to do.
	Done() bool
}

// DrawnAgain reports whether the run that takes these turns is one of those of a walk
// that are made twice: the default order, those with one early switch, and one in so
// many of the others. It goes by the turns alone, so that it does not matter how a walk
// is parted.
func DrawnAgain(taken []int32) bool {
	const early = 16
	hash, switches, last := uint64(14695981039346656037), 0, 0
	for i, alt := range taken {
		if alt != 0 {
			hash = (hash ^ uint64(i)<<20 ^ uint64(alt)) * 1099511628211
			switches, last = switches+1, i
		}
	}
	hash ^= hash >> 32
	return switches == 0 || switches == 1 && last < early || hash%CheckedShare == 0
}

// CountAgain is Count for a run of which it is known whether it is made again if it passes.
func (w *Worker) CountAgain(t *Tally, r *order.Run, again bool) {
	w.CountOnce(t, r, 0)
	if w.ReplayCheck && t.Unequal == nil && r.End != order.Mismatched && (again || r.Failed()) {
		w.check(t, r)
	}
}
