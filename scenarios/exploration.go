package scenarios

import "weft/sim"

// Exploration is what is claimed about all the orders of a scenario that its
// policy permits: that of its options, or [sim.SameInstant]. Walking them all
// counts them; see weft/sim/explore.
type Exploration struct {
	// Orders is how many there are.
	Orders int
	// Failing is in how many of them the run ends otherwise than by coming to its
	// end without an error. It is 0 for a repair.
	Failing int
}

// The options of scenarios that are explored say which orders are permitted.
var (
	anyReady    = []sim.Option{sim.WithPolicy(sim.AnyReady)}
	sameInstant = []sim.Option{sim.WithPolicy(sim.SameInstant)}
)
