package dpor

import (
	"encoding/json"
	"slices"
)

// savedReducer is what is saved of a reducer. Its nodes stand in an order in which each
// comes behind the one above it.
type savedReducer struct {
	ledger
	savedFixpoint
	Top   savedBranch `json:"top"`
	Nodes []savedNode `json:"nodes,omitempty"`
	Open  []int       `json:"open,omitempty"`
}

// savedNode is a node without the way to the one above it, which that one has.
type savedNode struct {
	Parent   savedPlace    `json:"parent"`
	Taken    []int32       `json:"taken,omitempty"`
	Widths   []int32       `json:"widths"`
	Step     int           `json:"step"`
	Enabled  []int32       `json:"enabled,omitempty"`
	Asleep   []int         `json:"asleep,omitempty"`
	Owner    *savedPlace   `json:"owner,omitempty"`
	Branches []savedBranch `json:"branches"`
}

// savedPlace is a node, or -1 for the top, and one of its branches.
type savedPlace struct {
	Node   int `json:"node"`
	Branch int `json:"branch"`
}

type savedBranch struct {
	Alt     int32       `json:"alt"`
	State   branchState `json:"state"`
	Sleeper int         `json:"sleeper"`
	Loose   int         `json:"loose,omitempty"`
}

func (l *ledger) branch(b *branch) savedBranch {
	return savedBranch{b.alt, b.state, l.sleeper(b.sleeper), b.loose}
}

func (p *reducer) Save() ([]byte, error) {
	s := &savedReducer{}
	s.savedFixpoint = p.save(&s.ledger)
	s.Top = s.branch(&p.top)
	numbers := map[*node]int{}
	placeOf := func(b *branch) savedPlace {
		if b.node == nil {
			return savedPlace{-1, 0}
		}
		return savedPlace{numbers[b.node], slices.Index(b.node.branches, b)}
	}
	left := []*node{p.top.child}
	for len(left) > 0 {
		n := left[len(left)-1]
		left = left[:len(left)-1]
		if n == nil {
			continue
		}
		numbers[n] = len(s.Nodes)
		above := 0 // turns that stand at the node above, and in its branch
		if up := n.parent.node; up != nil {
			above = up.at() + 1
		}
		saved := savedNode{
			Parent: placeOf(n.parent), Taken: n.taken[above:], Widths: n.widths[above:], Step: n.step, Enabled: n.enabled,
			Asleep: s.sleepers(n.asleep),
		}
		if n.owner != nil {
			owner := placeOf(n.owner)
			saved.Owner = &owner
		}
		for _, b := range n.branches {
			saved.Branches = append(saved.Branches, s.branch(b))
			left = append(left, b.child)
		}
		s.Nodes = append(s.Nodes, saved)
	}
	for _, n := range p.open {
		s.Open = append(s.Open, numbers[n])
	}
	return json.Marshal(s)
}

func (p *reducer) Restore(data []byte) error {
	s := &savedReducer{}
	if err := json.Unmarshal(data, s); err != nil {
		return err
	}
	if err := p.restore(s.savedFixpoint, &s.ledger); err != nil {
		return err
	}
	p.open = nil
	p.top = branch{alt: s.Top.Alt, state: s.Top.State, sleeper: s.sleeperAt(s.Top.Sleeper), loose: s.Top.Loose}
	nodes := make([]*node, 0, len(s.Nodes))
	branchAt := func(place savedPlace) *branch {
		if place.Node < 0 {
			return &p.top
		}
		n := at(&s.ledger, nodes, place.Node)
		if n == nil {
			return nil
		}
		return at(&s.ledger, n.branches, place.Branch)
	}
	for _, saved := range s.Nodes {
		n := &node{parent: branchAt(saved.Parent), step: saved.Step, enabled: saved.Enabled, asleep: named(saved.Asleep, s.sleeperAt)}
		if saved.Owner != nil {
			n.owner = branchAt(*saved.Owner)
		}
		if s.err != nil {
			return s.err
		}
		if up := n.parent.node; up != nil {
			n.taken = append(append(n.taken, up.taken...), n.parent.alt)
			n.widths = append(n.widths, up.widths...)
		}
		n.taken, n.widths = append(n.taken, saved.Taken...), append(n.widths, saved.Widths...)
		if len(n.widths) != len(n.taken)+1 {
			return errSaved
		}
		for _, b := range saved.Branches {
			n.branches = append(n.branches, &branch{node: n, alt: b.Alt, state: b.State, sleeper: s.sleeperAt(b.Sleeper), loose: b.Loose})
		}
		n.parent.child = n
		nodes = append(nodes, n)
	}
	for _, i := range s.Open {
		if n := at(&s.ledger, nodes, i); n != nil {
			p.list(n)
		}
	}
	return s.err
}
