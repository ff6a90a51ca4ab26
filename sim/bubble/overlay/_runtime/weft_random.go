// Random numbers that the program can see.

package runtime

import _ "unsafe" // for go:linkname

// What a program sees that could have been other without another order.
const (
	weftChanceNumbers = 1 << iota
	weftChanceMaps
	weftChancePools
)

// weftChance notes that the calling goroutine has seen something of that kind, if the
// program itself has asked for it, by packages of these kinds.
func weftChance(what uint8, through uintptr) {
	gp := getg()
	if gp.m == nil || gp == gp.m.g0 || gp.bubble == nil || gp.bubble.weft == nil {
		return
	}
	w := gp.bubble.weft
	if w.cur.ptr() != gp || w.chance&what != 0 {
		return
	}
	if own, _ := weftCaller(through); own {
		w.chance |= what
	}
}

// weftDraw is called by packages math/rand and math/rand/v2, for the source that everybody
// shares.
//
//go:linkname weftDraw
func weftDraw() uint64 {
	weftChance(weftChanceNumbers, weftLibrary)
	return rand()
}

// maps_weftSees is called when a goroutine goes through a map that has several entries.
//
//go:linkname maps_weftSees internal/runtime/maps.weftSees
func maps_weftSees() { weftChance(weftChanceMaps, weftInside) }

// sync_weftMaps is called when a goroutine comes to the second entry of a sync.Map.
//
//go:linkname sync_weftMaps sync.weftMaps
func sync_weftMaps() { weftChance(weftChanceMaps, weftSync) }

// sync_weftPools is called when something is taken out of a sync.Pool.
//
//go:linkname sync_weftPools sync.weftPools
func sync_weftPools() { weftChance(weftChancePools, weftSync) }

// weftRand draws from the stream of the goroutine.
func weftRand() (uint64, bool) {
	gp := getg()
	if gp.m == nil || gp == gp.m.g0 || gp.bubble == nil || gp.bubble.weft == nil {
		return 0, false
	}
	gp.weft.stream += 0x9e3779b97f4a7c15
	return weftMix(gp.weft.stream), true
}
