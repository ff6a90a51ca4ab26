package scenarios

import (
	"slices"

	"weft/sim"
	"weft/sim/order"
)

// Exploration is what is claimed about all the orders of a scenario that its
// policy permits: that of its options, or [order.SameInstant].
type Exploration struct {
	// Orders is how many there are.
	Orders int
	// Failing is in how many of them the run does not come to its end without an
	// error. A race has some of these; a repair has none.
	Failing int
}

// Engine returns what package explore needs to run the scenario in many orders.
// What options say comes after what the scenario itself needs, and wins.
func (s Scenario) Engine(options ...sim.Option) order.Engine {
	own := []sim.Option{sim.WithProgram(s.Name), sim.WithPolicy(order.SameInstant)}
	return sim.Engine(s.Program, slices.Concat(own, s.Options, options)...)
}

// The options of scenarios that are explored say which orders are permitted.
var (
	anyReady    = []sim.Option{sim.WithPolicy(order.AnyReady)}
	sameInstant = []sim.Option{sim.WithPolicy(order.SameInstant)}
)
