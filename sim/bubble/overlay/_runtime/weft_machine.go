// What a program sees of the machine.

package runtime

import _ "unsafe"

// weftOrders reports whether the order of the calling goroutine is decided.
//
//go:nosplit
func weftOrders() bool {
	gp := getg()
	return gp.bubble != nil && gp.bubble.weft != nil && gp != gp.m.g0
}

// maps_weftOrdered has maps ask for it.
//
//go:linkname maps_weftOrdered internal/runtime/maps.weftOrdered
func maps_weftOrdered() bool { return weftOrders() }

// weftProcessors is how many processors there are in a run, as it sees it: the fewest of
// a machine that runs goroutines side by side.
const weftProcessors = 2

// weftProcs is GOMAXPROCS in a run.
func weftProcs(n int) (was int, ok bool) {
	if !weftOrders() {
		return 0, false
	}
	w := getg().bubble.weft
	if w.procs == 0 {
		w.procs = weftProcessors
	}
	was = w.procs
	if n > 0 {
		w.procs = n
	}
	return was, true
}
