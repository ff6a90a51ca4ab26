package search

import (
	"context"
	"encoding/json"
	"time"
)

// Unit is a piece of an exploration that one machine does and another one need not know
// of: some subtrees of the tree of decisions, or a range of the runs that are drawn.
type Unit struct {
	// Share is about which part of the exploration it is: 1 is the whole.
	Share float64 `json:"share"`
	// Left is what there is to do, as the planner of the strategy writes it; null stands
	// for the whole exploration.
	Left json.RawMessage `json:"left"`
}

// Divisible is a planner whose work can be handed over to others at any time between two
// rounds. What is found does not depend on where it was cut.
type Divisible interface {
	Planner
	// Take has the planner do a unit and nothing else. Its error says what is wrong with
	// the unit.
	Take(u Unit) error
	// Divide returns what is left as units, n at most, none of them empty. Nothing is left
	// then.
	Divide(n int) []Unit
}

// UnitLimits say when a machine that does a unit gives back the rest of it. A limit of 0
// is none. Whatever they are, something is done of each unit.
type UnitLimits struct {
	Time  time.Duration // real
	Runs  int
	Parts int // into how many units the rest is cut, at most; 0 means one
}

// What is found in one unit is bounded, since it travels as one message: the rest is given
// back when so many traces were told apart, or so many bytes of outcomes.
const (
	unitTraces = 1 << 15
	unitTexts  = 1 << 18
)

// roundsOfUnit is how many rounds are made of the time for a unit, about: so many that the
// time is kept, and so few that planning them costs nothing.
const roundsOfUnit = 8

// ExploreUnit makes rounds until nothing is left of the planner's unit, or a limit is
// reached. Its error is that of ctx: then the unit is to be done again by somebody, as if
// nothing of it had been done.
func (x *Exploration) ExploreUnit(ctx context.Context, limits UnitLimits) error {
	stop := context.AfterFunc(ctx, func() { x.stop.Store(true) })
	defer stop()
	began := time.Now()
	runs := 1 // of the next round: the time that they take is not known at first
	for ctx.Err() == nil && x.Tally.Unequal == nil {
		left := x.Runs
		if limits.Runs > 0 {
			left = limits.Runs - x.Tally.Made()
		}
		begun, made := time.Now(), x.Tally.Made()
		jobs := x.Planner.Round(min(runs, max(left, 1)))
		if len(jobs) == 0 {
			return nil
		}
		x.do(jobs)
		if ctx.Err() != nil {
			break
		}
		x.Planner.Merge(jobs)
		for _, j := range jobs {
			x.Tally.Merge(j.Found())
		}
		elapsed := time.Since(began)
		if limits.Time > 0 && elapsed >= limits.Time || limits.Runs > 0 && x.Tally.Made() >= limits.Runs || x.Tally.heavy() {
			return nil
		}
		runs = min(2*runs, JobsOfRound*RunsOfJob)
		if limits.Time > 0 {
			each := max(time.Since(begun)/time.Duration(max(1, x.Tally.Made()-made)), 1)
			runs = max(1, min(runs, int(min(limits.Time/roundsOfUnit, limits.Time-elapsed)/each)))
		}
	}
	return ctx.Err()
}

// heavy reports whether a tally holds as much as one message should.
func (t *Tally) heavy() bool {
	if len(t.Traces) >= unitTraces {
		return true
	}
	bytes := 0
	for _, o := range t.Outcomes {
		bytes += len(o.Text) + 8*len(o.path)
	}
	return bytes >= unitTexts
}
