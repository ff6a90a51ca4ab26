package scenario

// Exploration is what is claimed about all the orders of a scenario that its
// policy permits: that of its options, or [order.SameInstant].
type Exploration struct {
	// Orders is how many there are.
	Orders int
	// Failing is in how many of them the run does not come to its end without an
	// error. A race has some of these; a repair has none.
	Failing int
}
