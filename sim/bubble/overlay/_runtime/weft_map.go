// What maps ask for.

package runtime

import _ "unsafe"

// maps_weftOrdered reports whether the order of the calling goroutine is decided.
//
//go:linkname maps_weftOrdered internal/runtime/maps.weftOrdered
func maps_weftOrdered() bool {
	gp := getg()
	return gp.bubble != nil && gp.bubble.weft != nil && gp != gp.m.g0
}
