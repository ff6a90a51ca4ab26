package explore

import (
	"slices"

	"weft/sim/order"
)

// path is the order.Strategy by which searches steer runs: it takes alternatives
// by their index as far as it goes, and then the default, and takes down how many
// alternatives there were.
type path struct {
	taken  []int32 // to the end of the last run
	widths []int32
	given  int // how much of taken was given, and not found in the run
	at     int
	// strayed says that the run had another decision than an earlier one that
	// came to the same point: the program does not depend on decisions alone.
	strayed bool
}

func (p *path) Name() string { return "path" }

// Choose takes what the path says.
func (p *path) Choose(d *order.Decision) int {
	width := int32(len(d.Alternatives))
	if p.at < p.given {
		if p.at < len(p.widths) && p.widths[p.at] != width || p.taken[p.at] >= width {
			p.strayed = true
		}
		if p.at == len(p.widths) {
			p.widths = append(p.widths, width)
		}
		p.at++
		return int(min(p.taken[p.at-1], width-1))
	}
	p.taken, p.widths = append(p.taken[:p.at], 0), append(p.widths[:p.at], width)
	p.at++
	return 0
}

// Plan says what the path takes, as far as it is known of how many.
func (p *path) Plan(turns []order.PlannedTurn) int {
	for i := range turns {
		at := p.at + i
		switch {
		case at >= p.given:
			turns[i] = order.PlannedTurn{}
		case at >= len(p.widths) || p.taken[at] >= p.widths[at]:
			return i
		default:
			turns[i] = order.PlanIndex(int(p.taken[at]), int(p.widths[at]))
		}
	}
	return len(turns)
}

// rewind prepares for a run along the first n turns of the path.
func (p *path) rewind(n int) {
	p.given, p.at, p.strayed = n, 0, false
}

// ended notes the end of a run.
func (p *path) ended() {
	if p.at < p.given {
		p.strayed = true
	}
	p.taken, p.widths = p.taken[:p.at], p.widths[:p.at]
}

// follow returns a strategy that follows indices, and then the default.
func follow(taken []int32) *path {
	return &path{taken: slices.Clone(taken), given: len(taken)}
}

// takenOf returns the indices that a run took.
func takenOf(decisions []order.Decision) []int32 {
	taken := make([]int32, len(decisions))
	for i := range decisions {
		taken[i] = int32(decisions[i].Taken)
		if d := &decisions[i]; d.Of > len(d.Alternatives) {
			taken[i] = int32(d.Index)
		}
	}
	return taken
}

// switches counts the decisions that did not go the default way.
func switches(taken []int32) int {
	n := 0
	for _, t := range taken {
		if t != 0 {
			n++
		}
	}
	return n
}

// compareOrders says which of two orders is the simpler one, as a negative number
// if the first is: fewer switches, then earlier ones, then smaller alternatives.
// It is what witnesses are chosen by, and what shrinking aims at.
func compareOrders(a, b []int32) int {
	if d := switches(a) - switches(b); d != 0 {
		return d
	}
	i, k := 0, 0
	smaller := 0
	for {
		for i < len(a) && a[i] == 0 {
			i++
		}
		for k < len(b) && b[k] == 0 {
			k++
		}
		switch {
		case i == len(a):
			return smaller // both are at their ends: they have as many switches
		case i != k:
			return i - k
		case smaller == 0:
			smaller = int(a[i] - b[k])
		}
		i++
		k++
	}
}
