package explain

import (
	"cmp"
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// preorder visits the orders of a program from the simplest one on, exactly as
// order.Compare ranks them: the default order, then all with one switch, then all
// with two. Each is made of one with a switch less by adding a switch behind its
// last one, so none is visited twice and none is left out.
//
// What it keeps in memory are the orders with the most switches so far and their next ones. It
// gives up rather than keep more than candidatesMost.
type preorder struct {
	t *rerunner
	// visit is told each run, and returns true to end.
	visit func(*order.Run, choices) bool
	// before ends the visits at this order, which is not visited itself; nil means
	// that there is no such end.
	before []int32
}

// candidatesMost bounds the number of orders that are waiting to be visited.
const candidatesMost = 1 << 18

// ending says how the visits ended.
type ending uint8

const (
	cutShort ending = iota // by a limit
	atVisit                // visit returned true
	atEnd                  // all orders were visited, up to before
)

// candidate is an order that is to be visited: those of its switches that it has more
// than the default, and how wide its decisions are.
type candidate struct {
	at, taken []int32
	widths    []int32 // known when it was visited
}

// prefix returns the order as indices.
func (r *candidate) prefix() []int32 {
	if len(r.at) == 0 {
		return nil
	}
	prefix := make([]int32, r.at[len(r.at)-1]+1)
	for i, at := range r.at {
		prefix[at] = r.taken[i]
	}
	return prefix
}

func (r *candidate) compare(o *candidate) int {
	return cmp.Or(slices.Compare(r.at, o.at), slices.Compare(r.taken, o.taken))
}

// visitAll visits orders.
func (l *preorder) visitAll() (ending, error) {
	level := []*candidate{{}}
	for n := 0; len(level) > 0; n++ {
		last := l.before != nil && n == order.Switches(l.before)
		var next []*candidate
		room := candidatesMost
		for _, r := range level {
			prefix := r.prefix()
			if last && order.Compare(prefix, l.before) >= 0 {
				return atEnd, nil
			}
			if l.t.stopped() != search.Through {
				return cutShort, nil
			}
			run, o, err := l.t.follow(prefix, nil, trace.Off)
			if err != nil {
				return cutShort, err
			}
			if l.visit(run, o) {
				return atVisit, nil
			}
			r.widths = o.widths
			if !last && room >= 0 {
				next, room = r.above(next, room)
			}
		}
		if last {
			return atEnd, nil
		}
		if room < 0 {
			return cutShort, nil
		}
		slices.SortFunc(next, (*candidate).compare)
		level = next
	}
	return atEnd, nil
}

// above adds the orders with one switch more to a list, as far as there is room,
// and returns what room is left, negative if it was not enough.
func (r *candidate) above(list []*candidate, room int) ([]*candidate, int) {
	from := 0
	if len(r.at) > 0 {
		from = int(r.at[len(r.at)-1]) + 1
	}
	for at := from; at < len(r.widths); at++ {
		for taken := int32(1); taken < r.widths[at]; taken++ {
			if room--; room < 0 {
				return list, room
			}
			n := len(r.at)
			list = append(list, &candidate{at: append(r.at[:n:n], int32(at)), taken: append(r.taken[:n:n], taken)})
		}
	}
	return list, room
}
