package walk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// piecesOfUnit is from how many subtrees each unit is made, if there are so many: sizes
// differ, and those of several add up to about the same.
const piecesOfUnit = 8

// unitState is a unit of a walk: subtrees that are left, the next one last.
type unitState struct {
	Left []subtreeState `json:"left"`
}

// Take has the walker do a unit. A walk with rising bounds is one with the highest bound
// then: it counts each order once as well.
func (p *walker) Take(u search.Unit) error {
	p.once, p.done = true, -1
	if p.rising {
		p.bound = p.last
	}
	if u.Left == nil {
		p.left = []*Subtree{wholeTree(p.bound)}
		return nil
	}
	var s unitState
	if err := json.Unmarshal(u.Left, &s); err != nil {
		return err
	}
	left, err := restored(s.Left)
	if err != nil {
		return err
	}
	for _, t := range left {
		if t.most != p.bound {
			return fmt.Errorf("walk: a subtree permits %d switches, and the walk %d", t.most, p.bound)
		}
		if order.Switches(t.Taken) > t.most {
			return fmt.Errorf("walk: a subtree begins with more than %d switches", t.most)
		}
	}
	p.left = left
	return nil
}

// Divide deals what is left to units of about one size.
func (p *walker) Divide(n int) []search.Unit {
	n = max(1, n)
	for n > 1 && len(p.left) < n*piecesOfUnit && p.splitLargest() {
	}
	shares := make([]float64, len(p.left))
	for i, t := range p.left {
		shares[i] = t.share()
	}
	units := make([]search.Unit, min(n, len(p.left)))
	owners := search.Deal(shares, len(units))
	for i := range units {
		var s unitState
		for k, t := range p.left {
			if owners[k] == i {
				units[i].Share += shares[k]
				s.Left = append(s.Left, t.state())
			}
		}
		units[i].Left, _ = json.Marshal(s) // of numbers
	}
	p.left = nil
	return units
}

// splitLargest parts the subtree that seems to be the largest of those that can be parted.
func (p *walker) splitLargest() bool {
	order := slices.Clone(p.left)
	slices.SortStableFunc(order, func(a, b *Subtree) int { return cmp.Compare(b.share(), a.share()) })
	for _, t := range order {
		rest := t.split()
		p.cut = p.cut || t.cut
		if rest != nil {
			p.left = slices.Insert(p.left, slices.Index(p.left, t), rest)
			return true
		}
	}
	return false
}

// share returns which part of the whole tree is left of a subtree, as if all alternatives
// of a turn led to as many orders.
func (s *Subtree) share() float64 {
	share, below := 0.0, 1.0
	for i, taken := range s.Taken {
		if i >= len(s.Widths) {
			break // of what was never run
		}
		width := float64(s.Widths[i])
		if i >= s.floor {
			share += below * (width - 1 - float64(taken)) / width
		}
		below /= width
	}
	return share + below
}
