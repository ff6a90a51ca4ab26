package sample

import (
	"weft/sim/explore/search"
	"weft/sim/order"
)

// POS draws a priority for every step that is ready, and takes the step with the
// highest; then those that were racing with it get new ones (partial order
// sampling: Yuan, Yang and Gu, CAV'18). So the order of any two steps that race
// with each other depends little on what else goes on, and traces with many
// orders are not preferred to those with few, as much as by [Random].
//
// Which steps race is learned from the footprints of earlier runs: of each step,
// all that it ever touched. One that was never seen races with every other one.
func POS() search.Strategy { return pos{} }

type pos struct{}

func (pos) String() string                                 { return "pos" }
func (p pos) Planner(x *search.Exploration) search.Planner { return newSampler(x, p) }
func (pos) learns() learning                               { return learnsSteps }

func (pos) drawer(known *profile) drawing {
	return &posDrawer{known: known, ready: map[string]posStep{}}
}

// posDrawer draws runs for POS.
type posDrawer struct {
	known  *profile
	prng   prng
	random *order.RandomStrategy // for what has no order
	ready  map[string]posStep    // steps that have a priority
	here   []posStep             // those of the decision
}

type posStep struct {
	priority float64
	step     int32 // its index in what is known, or -1
}

// Name returns "pos".
func (p *posDrawer) Name() string { return "pos" }

func (p *posDrawer) begin(_ int, seed uint64) {
	p.prng.seed(seed)
	p.random = order.Random(seed)
	clear(p.ready)
}

// Choose takes the step with the highest priority. Timers that are due at one
// instant have no footprints and each comes once, so that random priorities are
// random choices.
func (p *posDrawer) Choose(d *order.Decision) int {
	if !d.IsReady() {
		return p.random.Choose(d)
	}
	best := 0
	p.here = p.here[:0]
	for i := range d.Alternatives {
		a := &d.Alternatives[i]
		s, known := p.ready[a.Name]
		if !known {
			s = posStep{p.prng.share(), p.known.find(a.Name)}
			p.ready[a.Name] = s
		}
		p.here = append(p.here, s)
		if s.priority > p.here[best].priority {
			best = i
		}
	}
	for i := range d.Alternatives {
		if i == best || p.known.racing(p.here[best].step, p.here[i].step) {
			delete(p.ready, d.Alternatives[i].Name)
		}
	}
	return best
}
