package dpor

import "slices"

// node is a decision at which something is left to try, or below which there is.
type node struct {
	parent   *branch
	taken    []int32   // the way to it
	widths   []int32   // of the decisions on the way, and of its own
	step     int       // the step that it is about, or in which it is
	enabled  []int32   // the names of its alternatives, if it is about the next step
	asleep   []sleeper // those of them that need not be tried, with all that is not over here
	owner    *branch   // if it is about a choice: that of the step in which it is made, or nil
	branches []*branch // in the order in which they are tried
	listed   bool      // it stands in reducer.open
}

// sleeper is a step that need not be taken, because it was taken at an earlier
// point and nothing since has affected it: whatever comes of it is known.
type sleeper struct {
	name  int32
	owner int32
	past  uint64 // as in event
	foot  *footprint
}

// branch is an alternative of a node that is tried.
type branch struct {
	node  *node
	alt   int32
	state branchState
	sleeper
	loose int // alternatives of choices in its step that are not tried yet
	// child is the next node on the way that begins here. There is one way only,
	// to the next node, or else there would be another one before it.
	child *node
}

type branchState uint8

const (
	untried branchState = iota
	running
	tried
)

func (n *node) at() int { return len(n.taken) }

// startable returns a branch that can be tried now, or nil. What the next one of
// the steps may leave out depends on the footprint of the one before.
func (n *node) startable() *branch {
	for _, b := range n.branches {
		if b.state == untried {
			return b
		}
		if n.enabled != nil && (b.state == running || b.loose > 0) {
			return nil
		}
	}
	return nil
}

// left reports whether something is to be tried.
func (n *node) left() bool {
	return slices.ContainsFunc(n.branches, func(b *branch) bool { return b.state == untried })
}

func (n *node) tries(alt int32) bool {
	return slices.ContainsFunc(n.branches, func(b *branch) bool { return b.alt == alt })
}

func (n *node) finished() bool {
	for _, b := range n.branches {
		if b.state != tried || b.child != nil {
			return false
		}
	}
	return true
}

// before returns what sleeps where b begins: what slept at the node, and the
// branches that come earlier.
func (b *branch) before() []sleeper {
	n := b.node
	s := slices.Clone(n.asleep)
	for _, earlier := range n.branches {
		if earlier == b {
			break
		}
		s = append(s, earlier.sleeper)
	}
	return s
}

// list notes that a node has something to try.
func (p *reducer) list(n *node) {
	if !n.listed {
		n.listed = true
		p.open = append(p.open, n)
	}
}

// way is the nodes that a run passed, with the branches that it took there.
type way struct {
	p        *reducer
	d        *reducedRun
	nodes    []*node
	branches []*branch
}

func (p *reducer) wayOf(d *reducedRun) *way {
	n := 0
	for b := d.branch; b.node != nil; b = b.node.parent {
		n++
	}
	w := &way{p: p, d: d, nodes: make([]*node, n, n+4), branches: make([]*branch, n, n+4)}
	for b := d.branch; b.node != nil; b = b.node.parent {
		n--
		w.nodes[n], w.branches[n] = b.node, b
	}
	return w
}

// at returns the node at a decision that the run made in, or for, a step, and the
// branch that the run took there.
func (w *way) at(decision, step int) (*node, *branch) {
	i, found := slices.BinarySearchFunc(w.nodes, decision, func(n *node, at int) int { return n.at() - at })
	if found {
		return w.nodes[i], w.branches[i]
	}
	h := &w.d.h
	n := &node{parent: &w.p.top, taken: h.taken[:decision:decision], widths: h.widths[: decision+1 : decision+1], step: step}
	if i > 0 {
		n.parent = w.branches[i-1]
	}
	b := &branch{node: n, alt: h.taken[decision], state: tried, child: n.parent.child}
	if step >= 0 && h.steps[step].at == decision {
		e := &h.steps[step]
		n.enabled, n.asleep = e.enabled, w.d.asleep[step]
		b.sleeper = e.sleeper()
	}
	if b.child != nil {
		b.child.parent = b
	}
	n.parent.child = n
	n.branches = []*branch{b}
	w.nodes = slices.Insert(w.nodes, i, n)
	w.branches = slices.Insert(w.branches, i, b)
	return n, b
}

// settle notes what the run of a branch shows of it.
func (p *reducer) settle(d *reducedRun) {
	b, h := d.branch, &d.h
	b.state = tried
	switch n := b.node; {
	case n == nil:
	case n.enabled != nil:
		e := &h.steps[n.step]
		b.sleeper = e.sleeper()
	case n.owner != nil:
		n.owner.loose--
		n.owner.foot = n.owner.foot.with(h.steps[n.step].own)
	}
}

// insert takes into the tree what a job has found.
func (p *reducer) insert(d *reducedRun) {
	w := p.wayOf(d)
	p.settle(d)
	from := d.floor()
	p.insertChoicesBefore(w, from)
	for k := range d.h.steps[:d.end] {
		p.insertChoicesOf(w, k, from)
	}
	switch p.how {
	case raceReversal:
		for _, r := range d.reversals {
			p.insertReversal(w, r)
		}
	case allAwake:
		for k := range d.h.steps[:d.end] {
			if at := d.h.steps[k].at; at >= from {
				p.insertAwake(w, at, k)
			}
		}
	}
	p.close(d.branch)
}

// insertChoicesBefore adds the choices of the program before its first step, from a
// decision on.
func (p *reducer) insertChoicesBefore(w *way, from int) {
	h := &w.d.h
	until := len(h.taken)
	if len(h.steps) > 0 {
		until = h.steps[0].begin
		if at := h.steps[0].at; at >= 0 {
			until = at
		}
	}
	for decision := from; decision < until; decision++ {
		p.insertChoice(w, decision, -1, nil)
	}
}

// insertChoicesOf adds the choices in a step, from a decision on.
func (p *reducer) insertChoicesOf(w *way, step, from int) {
	h := &w.d.h
	e := &h.steps[step]
	for decision := max(e.begin, from); decision < e.end; decision++ {
		if h.pick[decision] {
			continue
		}
		var owner *branch
		if e.at >= 0 {
			_, owner = w.at(e.at, step)
		}
		p.insertChoice(w, decision, step, owner)
	}
}

// insertChoice adds a choice of the program, of which every alternative is tried.
func (p *reducer) insertChoice(w *way, decision, step int, owner *branch) {
	n, b := w.at(decision, step)
	n.owner = owner
	for alt := range w.d.h.widths[decision] {
		if alt != b.alt {
			n.branches = append(n.branches, &branch{node: n, alt: alt})
			if owner != nil {
				owner.loose++
			}
		}
	}
	p.list(n)
}

// insertReversal adds what reverses a race, unless something is tried or asleep
// there that does.
func (p *reducer) insertReversal(w *way, r reversal) {
	at := w.d.h.steps[r.at].at
	if len(r.first) == 0 {
		p.insertAwake(w, at, r.at)
		return
	}
	n, _ := w.at(at, r.at)
	if !slices.ContainsFunc(r.first, n.tries) {
		n.branches = append(n.branches, &branch{node: n, alt: r.first[0]})
		p.list(n)
	}
}

// insertAwake adds all alternatives that are not asleep.
func (p *reducer) insertAwake(w *way, decision, step int) {
	e := &w.d.h.steps[step]
	for alt, name := range e.enabled {
		if name == e.name || isAsleep(w.d.asleep[step], name) {
			continue
		}
		n, _ := w.at(decision, step)
		if !n.tries(int32(alt)) {
			n.branches = append(n.branches, &branch{node: n, alt: int32(alt)})
			p.list(n)
		}
	}
}

// close takes a branch out of the tree below which nothing is left, and the nodes
// above it of which the same is true now.
func (p *reducer) close(b *branch) {
	for b.node != nil && b.child == nil && b.node.finished() {
		b = b.node.parent
		b.child = nil
	}
}

func isAsleep(sleepers []sleeper, name int32) bool {
	return slices.ContainsFunc(sleepers, func(s sleeper) bool { return s.name == name })
}
