package explore

import (
	"slices"

	"weft/sim/order"
)

// Path is the order.Strategy by which searches steer runs: it takes alternatives
// by their index as far as it goes, and then the default, and takes down how many
// alternatives there were.
type Path struct {
	Taken  []int32 // to the end of the last run
	Widths []int32
	given  int // how much of taken was given, and not found in the run
	at     int
	// Strayed says that the run had another decision than an earlier one that
	// came to the same point: the program does not depend on decisions alone.
	Strayed bool
}

func (p *Path) Name() string { return "path" }

// Choose takes what the path says.
func (p *Path) Choose(d *order.Decision) int {
	width := int32(len(d.Alternatives))
	if p.at < p.given {
		if p.at < len(p.Widths) && p.Widths[p.at] != width || p.Taken[p.at] >= width {
			p.Strayed = true
		}
		if p.at == len(p.Widths) {
			p.Widths = append(p.Widths, width)
		}
		p.at++
		return int(min(p.Taken[p.at-1], width-1))
	}
	p.Taken, p.Widths = append(p.Taken[:p.at], 0), append(p.Widths[:p.at], width)
	p.at++
	return 0
}

// Plan says what the path takes, as far as it is known of how many.
func (p *Path) Plan(turns []order.PlannedTurn) int {
	for i := range turns {
		at := p.at + i
		switch {
		case at >= p.given:
			turns[i] = order.PlannedTurn{}
		case at >= len(p.Widths) || p.Taken[at] >= p.Widths[at]:
			return i
		default:
			turns[i] = order.PlanIndex(int(p.Taken[at]), int(p.Widths[at]))
		}
	}
	return len(turns)
}

// Rewind prepares for a run along the first n turns of the path.
func (p *Path) Rewind(n int) {
	p.given, p.at, p.Strayed = n, 0, false
}

// Ended notes the end of a run.
func (p *Path) Ended() {
	if p.at < p.given {
		p.Strayed = true
	}
	p.Taken, p.Widths = p.Taken[:p.at], p.Widths[:p.at]
}

// Follow returns a strategy that follows indices, and then the default.
func Follow(taken []int32) *Path {
	return &Path{Taken: slices.Clone(taken), given: len(taken)}
}
