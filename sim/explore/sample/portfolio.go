package sample

import (
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Portfolio mixes the ways to draw runs, since each finds what others rarely
// find: [Random], [PCT] with the depths 2, 3 and 5, [POS], [URW] and [SURW] take
// turns, and all learn from the runs of all.
func Portfolio() search.Strategy { return portfolio{} }

type portfolio struct{}

// members take turns. The first run, from which all learn, is random.
var members = [...]method{random{}, pct{2}, pos{}, surw{}, pct{3}, urw{}, pct{5}}

func (portfolio) String() string                                 { return "portfolio" }
func (p portfolio) Planner(x *search.Exploration) search.Planner { return newSampler(x, p) }
func (portfolio) learns() learning                               { return learnsSteps }

func (portfolio) drawer(known *profile) drawing {
	p := &portfolioDrawing{}
	for i, m := range members {
		p.members[i] = m.drawer(known)
	}
	return p
}

type portfolioDrawing struct {
	members [len(members)]drawing
	now     drawing
}

// Name returns the name of the member whose turn it is.
func (p *portfolioDrawing) Name() string { return p.now.Name() }

func (p *portfolioDrawing) begin(n int, seed uint64) {
	p.now = p.members[n%len(members)]
	p.now.begin(n, seed)
}

func (p *portfolioDrawing) Choose(d *order.Decision) int { return p.now.Choose(d) }

// Plan returns the plan of the member whose turn it is, if it has one.
func (p *portfolioDrawing) Plan(turns []order.PlannedTurn) int {
	if planned, ok := p.now.(order.Planned); ok {
		return planned.Plan(turns)
	}
	return 0
}
