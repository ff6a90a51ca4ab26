package explore

import "weft/sim/order"

// isPick reports whether a decision is about which ready step comes next. Only
// such decisions can be left out by a reduction: of what a program asks for, such
// as a random value, and of which timer is delivered first, every alternative has
// to be seen.
func isPick(d *order.Decision) bool { return d.Kind == order.PickReady }
