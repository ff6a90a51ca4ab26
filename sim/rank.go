package sim

import (
	"cmp"
	"time"
)

// rank is the place in the ready queue that a piece of work would have in the
// default order: its turn, who made it ready, and how many that one had made
// ready before. It depends on what caused what and on nothing else, so that it is
// the same in all runs that differ only in the order of steps which have nothing
// to do with each other.
//
// Under [order.AnyReady] the ready queue is sorted by rank and not by arrival. Or else
// what the loop does for itself, which nobody picks, would come before or after a
// step for reasons that no reader could see: two independent steps further back
// having changed places.
type rank struct {
	epoch int32 // how often time had moved on
	turn  int32
	root  *root   // where the chain of causes begins in this epoch
	path  *branch // the way from there
}

// root begins a chain: a timer that was delivered, or a push from outside.
type root struct {
	turn  int32 // in which it runs
	class rootClass
	when  time.Duration // of a timer
	made  *rank         // of a timer: where it was armed
	n     int32         // of pushes from outside
}

type rootClass uint8

const (
	fromOutside rootClass = iota
	fromTimer             // timers are delivered behind what is there
	fromEnd               // a turn is finished before the loop stops
)

// branch says that the work of one turn was not the first that its maker had made
// ready, but the one after n others. Links for the first ones are left out, so
// that a task which spins makes no list.
type branch struct {
	up   *branch
	turn int32
	n    int32
}

func (a *rank) compare(b *rank) int {
	if a == b {
		return 0
	}
	if c := cmp.Compare(a.epoch, b.epoch); c != 0 {
		return c
	}
	if c := cmp.Compare(a.turn, b.turn); c != 0 {
		return c
	}
	if c := a.root.compare(b.root); c != 0 {
		return c
	}
	// The difference nearest to the root counts, and the lists begin at the
	// other end.
	c := 0
	for p, q := a.path, b.path; p != q; {
		switch {
		case q == nil || p != nil && p.turn > q.turn:
			c, p = 1, p.up
		case p == nil || q.turn > p.turn:
			c, q = -1, q.up
		default:
			if d := cmp.Compare(p.n, q.n); d != 0 {
				c = d
			}
			p, q = p.up, q.up
		}
	}
	return c
}

func (r *root) compare(s *root) int {
	if r == s {
		return 0
	}
	if r == nil || s == nil {
		if r == nil {
			return -1
		}
		return 1
	}
	if c := cmp.Compare(r.turn, s.turn); c != 0 {
		return c
	}
	if c := cmp.Compare(r.class, s.class); c != 0 {
		return c
	}
	if c := cmp.Compare(r.when, s.when); c != 0 {
		return c
	}
	if c := r.made.compare(s.made); c != 0 {
		return c
	}
	return cmp.Compare(r.n, s.n)
}

// ranking is what the loop knows of ranks while it runs under AnyReady.
type ranking struct {
	here   *rank // of the work that runs now
	inside bool  // some work runs now
	pushed int32 // how much it has made ready so far
	last   int32 // the last turn of this epoch of which something ran
	count  int32 // pushes from outside
}

// nextRank gives out the rank of what is made ready or written down now.
func (l *Loop) nextRank() *rank {
	if !l.policy.PicksReady() {
		return nil
	}
	o := &l.order
	if !o.inside {
		o.count++
		return l.rankFrom(root{turn: o.last + 1, class: fromOutside, n: o.count})
	}
	r := *o.here
	r.turn++
	if o.pushed > 0 {
		r.path = &branch{r.path, r.turn, o.pushed}
	}
	o.pushed++
	return &r
}

func (l *Loop) rankFrom(r root) *rank {
	return &rank{epoch: l.moves, turn: r.turn, root: &r}
}

// nextTurn is the turn in which what becomes ready now will run by default.
func (l *Loop) nextTurn() int32 {
	if l.order.inside {
		return l.order.here.turn + 1
	}
	return l.order.last + 1
}
