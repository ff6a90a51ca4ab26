package explain

import (
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// bounded is a walk through the orders with few switches, the fewest first, that goes
// on where it was left.
type bounded struct {
	bound int           // of the walk that is on
	tree  *walk.Subtree // what is left of it; nil at its beginning
	all   bool          // there are no orders with more switches
}

// walk goes on until it has had its share, and returns true if no order has fewer
// switches than the best one and fails in the same way.
func (s *shrinker) walk() (through bool) {
	for {
		// Those with fewer than s.bound switches have been walked.
		if s.all || s.bound >= order.Switches(s.best.taken) {
			return true
		}
		if s.full() {
			return false
		}
		if s.tree == nil {
			s.tree = walk.Within(s.bound)
		}
		r, o, err := s.follow(s.tree.Taken, nil, trace.Off)
		if err != nil {
			s.err = err
			return false
		}
		s.better(r, o)
		o = o.clone() // Advance writes to it
		s.tree.Taken, s.tree.Widths = o.taken, o.widths
		if !s.tree.Advance() {
			s.all, s.tree = !s.tree.Cut(), nil
			s.bound++
		}
	}
}
