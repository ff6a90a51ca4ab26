package race

import (
	"weft/sim"
	"weft/sim/order"
)

// The options of scenarios that are explored say which orders are permitted.
var (
	anyReady    = []sim.Option{sim.WithPolicy(order.AnyReady)}
	sameInstant = []sim.Option{sim.WithPolicy(order.SameInstant)}
)
