package toy

import (
	"fmt"
	"sync/atomic"

	"weft/sim/order"
)

// plan is what a strategy said ahead. The toy engine checks it in every run.
type plan struct {
	name  string
	turns []order.PlannedTurn
}

// AsPlanned counts the decisions that went as planned.
var AsPlanned atomic.Int64

func planOf(strategy order.Strategy) *plan {
	p := &plan{name: strategy.Name()}
	if planned, ok := strategy.(order.Planned); ok {
		turns := make([]order.PlannedTurn, 8)
		p.turns = turns[:planned.Plan(turns)]
	}
	return p
}

// check panics if a decision did not go as planned.
func (p *plan) check(d *order.Decision) {
	if len(p.turns) == 0 {
		return
	}
	turn := p.turns[0]
	p.turns = p.turns[1:]
	switch {
	case turn.Of != 0 && turn.Of != len(d.Alternatives):
		p.turns = nil
	case turn.Index(len(d.Alternatives)) != d.Taken:
		panic(fmt.Sprintf("%s planned %d of %d and took %d", p.name, turn.Index(len(d.Alternatives)), len(d.Alternatives), d.Taken))
	default:
		AsPlanned.Add(1)
	}
}
