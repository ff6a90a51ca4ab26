package dpor

import "slices"

// root is where a walk begins that is about a part of the tree: behind the first decisions
// of a way, with what sleeps there. All that could be tried at these decisions and does not
// sleep is the root of another part. So a walk of the part tries nothing before its root,
// whatever races it sees: the traces that begin otherwise are walked elsewhere. The zero
// value is that of the whole tree.
type root struct {
	taken  []int32 // the way
	widths []int32 // of its decisions
	// places are the last decision on the way at which there was more than one step to try,
	// and, behind it, those about choices in that step. If there is no such decision, they
	// are about choices before the first step.
	places []place
	share  float64 // about which part of the whole tree it is
}

// start is what a walk begins with.
type start struct {
	names *names
	root  *root
	knows *knowledge // nil for a whole walk
}

// place is a decision on the way to a root.
type place struct {
	at      int
	step    int       // the step that it is about, or in which it is, or -1
	enabled []int32   // the names of its alternatives, if it is about the next step
	asleep  []sleeper // what sleeps where its alternative is taken
}

// floor is the first decision behind the root.
func (r *root) floor() int { return len(r.taken) }

// picked returns the last decision on the way at which there was more than one step to
// try, or nil.
func (r *root) picked() *place {
	if len(r.places) == 0 || r.places[0].enabled == nil {
		return nil
	}
	return &r.places[0]
}

// fits reports whether a run is one of a program that has the root.
func (r *root) fits(h *happensBefore) bool {
	for _, p := range r.places {
		switch {
		case p.at >= len(h.pick):
			return false
		case p.step < 0:
			if len(h.steps) > 0 && p.at >= h.steps[0].begin && h.steps[0].at >= 0 && p.at >= h.steps[0].at {
				return false
			}
		case p.step >= len(h.steps):
			return false
		case p.enabled != nil:
			if e := &h.steps[p.step]; e.at != p.at || !slices.Equal(e.enabled, p.enabled) {
				return false
			}
		default:
			if e := &h.steps[p.step]; h.pick[p.at] || p.at < e.begin || p.at >= e.end {
				return false
			}
		}
	}
	return true
}

// sleeps reports whether a step of this name sleeps at the root.
func (r *root) sleeps(name int32) bool {
	p := r.picked()
	return p != nil && isAsleep(p.asleep, name)
}

// elsewhere reports whether the trace of a run belongs to another part: it could begin
// with a step that sleeps at the root. A walk goes by what steps were ever seen to touch,
// which wakes more than what they do touch.
func (r *root) elsewhere(h *happensBefore) bool {
	p := r.picked()
	if p == nil {
		return false
	}
	asleep := p.asleep
	for k := p.step; k < len(h.steps) && len(asleep) > 0; k++ {
		e := &h.steps[k]
		if e.at >= 0 {
			asleep = keep(asleep, func(s *sleeper) bool { return slices.Contains(e.enabled, s.name) })
		}
		if isAsleep(asleep, e.name) {
			return true
		}
		asleep = keep(asleep, func(s *sleeper) bool { return s.owner != e.owner && !e.own.conflicts(s.foot) })
	}
	return false
}

// rootAt returns the root of what is below a branch.
func rootAt(b *branch) *root {
	r := &root{}
	if b.node == nil {
		return r
	}
	r.taken, r.widths = append(slices.Clone(b.node.taken), b.alt), slices.Clone(b.node.widths)
	for n := b.node; n != nil; b, n = n.parent, n.parent.node {
		p := place{at: n.at(), step: n.step, enabled: n.enabled}
		if n.enabled != nil {
			p.asleep = b.before()
			for i := range p.asleep {
				p.asleep[i].past = 0 // what is seen of it elsewhere makes no difference here
			}
		}
		r.places = append(r.places, p)
		if n.enabled != nil {
			break
		}
	}
	slices.Reverse(r.places)
	return r
}

// plant begins a tree at a root.
func (p *reducer) plant() {
	p.top, p.open = branch{}, nil
	if p.root.floor() == 0 {
		return
	}
	p.top.state = tried
	above := &p.top
	for i, at := range p.root.places {
		n := &node{
			parent: above, taken: p.root.taken[:at.at:at.at], widths: p.root.widths[: at.at+1 : at.at+1],
			step: at.step, enabled: at.enabled, asleep: at.asleep,
		}
		b := &branch{node: n, alt: p.root.taken[at.at], state: tried}
		n.branches = []*branch{b}
		if above.child = n; i == len(p.root.places)-1 {
			b.state = untried
			p.list(n)
		}
		above = b
	}
}
