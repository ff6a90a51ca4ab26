package search

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
	Given  int // how much of taken was given, and not found in the run
	At     int // how many decisions the run has made
	// Strayed says that the run had another decision than an earlier one that
	// came to the same point: the program does not depend on decisions alone.
	Strayed bool
}

func (p *Path) Name() string { return "path" }

// Choose takes what the path says.
func (p *Path) Choose(d *order.Decision) int {
	width := int32(len(d.Alternatives))
	if p.At < p.Given {
		if p.At < len(p.Widths) && p.Widths[p.At] != width || p.Taken[p.At] >= width {
			p.Strayed = true
		}
		if p.At == len(p.Widths) {
			p.Widths = append(p.Widths, width)
		}
		p.At++
		return int(min(p.Taken[p.At-1], width-1))
	}
	p.Taken, p.Widths = append(p.Taken[:p.At], 0), append(p.Widths[:p.At], width)
	p.At++
	return 0
}

// Plan says what the path takes, as far as it is known of how many.
func (p *Path) Plan(turns []order.PlannedTurn) int {
	for i := range turns {
		at := p.At + i
		switch {
		case at >= p.Given:
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
	p.Given, p.At, p.Strayed = n, 0, false
}

// Ended notes the end of a run.
func (p *Path) Ended() {
	if p.At < p.Given {
		p.Strayed = true
	}
	p.Taken, p.Widths = p.Taken[:p.At], p.Widths[:p.At]
}

// follow returns a strategy that follows indices, and then the default.
func follow(taken []int32) *Path {
	return &Path{Taken: slices.Clone(taken), Given: len(taken)}
}
