package explain

import (
	"cmp"
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// preorder visits the orders of a program by their number of switches: the default order,
// then all with one switch, then all with two (iterative context bounding, as the strategy
// walk.Bounded has it). Each is made of one with a switch less by adding a switch behind
// its last one, so none is visited twice and none is left out.
//
// Among those with as many switches it begins with the simplest, as order.Compare ranks
// them, and if fromBack is set, takes turns with the other end: a failure may lie near
// the end of a run as well as near its beginning, and who comes from one side only has
// to go past all others first.
//
// It can be stopped after any run and goes on later. What it keeps in memory are the
// orders with a switch less than those that it visits, which it has visited all. It gives
// up rather than keep more than visitedMost.
type preorder struct {
	t *rerunner
	// visit is told each run, and returns true to end.
	visit func(*order.Run, choices) bool
	// before ends the visits at this order, which is not visited itself, nor what comes
	// after it; nil means that there is no such end. It may be lowered meanwhile.
	before   []int32
	fromBack bool

	begun       bool
	switches    int          // of the orders that are visited
	below       []*candidate // the orders with one less, sorted
	left, right int          // what was not taken yet of below
	front, back []*candidate // taken from there, and not visited yet
	atBack      bool         // whose turn it is
	visited     []*candidate
	lost        bool // there are more than may be kept
}

// visitedMost bounds the number of orders of as many switches that are kept.
const visitedMost = 1 << 18

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

// visitAll visits orders until there is an end.
func (l *preorder) visitAll() (ending, error) {
	for {
		if l.t.stopped() != search.Through {
			return cutShort, nil
		}
		if how, over, err := l.visitNext(); over || err != nil {
			return how, err
		}
	}
}

// visitNext visits one order more, and reports whether that, or that there is none, is the
// end.
func (l *preorder) visitNext() (how ending, over bool, err error) {
	r := l.next()
	switch {
	case r == nil && l.lost && (l.before == nil || l.switches < order.Switches(l.before)):
		return cutShort, true, nil
	case r == nil:
		return atEnd, true, nil
	}
	run, o, err := l.t.follow(r.prefix(), nil, trace.Off)
	if err != nil {
		return cutShort, true, err
	}
	r.widths = o.widths
	if l.before == nil || l.switches < order.Switches(l.before) {
		if len(l.visited) < visitedMost {
			l.visited = append(l.visited, r)
		} else {
			l.lost = true
		}
	}
	return atVisit, l.visit(run, o), nil
}

// next returns the order to visit next, or nil if there is none.
func (l *preorder) next() *candidate {
	if !l.begun {
		l.begun, l.front = true, []*candidate{{}}
	}
	for {
		if l.before != nil && l.switches > order.Switches(l.before) {
			return nil
		}
		if r := l.ofLevel(); r != nil {
			return r
		}
		if l.lost || len(l.visited) == 0 {
			return nil
		}
		l.switches++
		slices.SortFunc(l.visited, (*candidate).compare)
		l.below, l.visited = l.visited, nil
		l.left, l.right = 0, len(l.below)
	}
}

// ofLevel returns the next order with as many switches as are visited now, from the front or
// the back, or nil if there is none.
func (l *preorder) ofLevel() *candidate {
	for {
		l.atBack = !l.atBack && l.fromBack
		r := l.take(l.atBack)
		if r == nil {
			// Those at the other end may be left.
			r = l.take(!l.atBack)
		}
		if r == nil || l.before == nil || l.switches < order.Switches(l.before) || order.Compare(r.prefix(), l.before) < 0 {
			return r
		}
		// It is not simpler, and what is behind it is not either.
		if !l.fromBack {
			return nil
		}
		l.trim()
	}
}

// trim drops what is not simpler than before.
func (l *preorder) trim() {
	late := func(r *candidate) bool { return order.Compare(r.prefix(), l.before) >= 0 }
	l.front = slices.DeleteFunc(l.front, late)
	l.back = slices.DeleteFunc(l.back, late)
	for l.right > l.left {
		// The orders above one come after it with a switch more at the place behind.
		r := l.below[l.right-1]
		if !l.behind(r) {
			break
		}
		l.right--
	}
}

// behind reports whether all orders that are above one come after before.
func (l *preorder) behind(r *candidate) bool {
	at := 0
	for _, want := range r.at {
		for at < len(l.before) && l.before[at] == 0 {
			at++
		}
		if at == len(l.before) || int(want) != at {
			return at == len(l.before) || int(want) > at
		}
		at++
	}
	return false
}

// take takes an order from one end.
func (l *preorder) take(atBack bool) *candidate {
	list, other := &l.front, &l.back
	if atBack {
		list, other = other, list
	}
	if len(*list) == 0 {
		for len(*list) == 0 && l.left < l.right {
			*list = l.group(atBack)
		}
		if len(*list) == 0 {
			list = other // what the two have in common, or nothing
		}
	}
	n := len(*list)
	switch {
	case n == 0:
		return nil
	case atBack:
		r := (*list)[n-1]
		*list = (*list)[:n-1]
		return r
	}
	r := (*list)[0]
	*list = (*list)[1:]
	return r
}

// group takes the orders from below that have their switches at the same places, and
// returns those above them, sorted.
func (l *preorder) group(atBack bool) []*candidate {
	from, to := l.left, l.left+1
	if atBack {
		from, to = l.right-1, l.right
		for from > l.left && slices.Equal(l.below[from-1].at, l.below[from].at) {
			from--
		}
		l.right = from
	} else {
		for to < l.right && slices.Equal(l.below[to].at, l.below[from].at) {
			to++
		}
		l.left = to
	}
	var above []*candidate
	for _, r := range l.below[from:to] {
		above = r.above(above)
	}
	slices.SortFunc(above, (*candidate).compare)
	return above
}

// above adds the orders with one switch more to a list.
func (r *candidate) above(list []*candidate) []*candidate {
	from := 0
	if len(r.at) > 0 {
		from = int(r.at[len(r.at)-1]) + 1
	}
	for at := from; at < len(r.widths); at++ {
		for taken := int32(1); taken < r.widths[at]; taken++ {
			n := len(r.at)
			list = append(list, &candidate{at: append(r.at[:n:n], int32(at)), taken: append(r.taken[:n:n], taken)})
		}
	}
	return list
}
