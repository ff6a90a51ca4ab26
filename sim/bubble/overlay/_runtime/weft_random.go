// What the program sees that could have been other without another order: random numbers, the
// time, what comes from outside.

package runtime

import (
	"internal/goarch"
	"internal/stringslite"
	"unsafe"
)

// What a program sees that could have been other without another order.
const (
	weftChanceNumbers = 1 << iota
	weftChanceMaps
	weftChancePools
	weftChanceTime      // what time it is
	weftChanceSystem    // what the operating system does
	weftChanceSignals   // which signals come
	weftChanceCollector // when memory is collected
	weftChanceLibrary   // what the standard library keeps
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

// weftFill fills b with random numbers of the calling goroutine, for package crypto/rand. It
// reports whether it has.
//
//go:linkname weftFill crypto/internal/sysrand.weftFill
func weftFill(b []byte) bool {
	if _, ok := weftRand(); !ok {
		return false
	}
	weftChance(weftChanceNumbers, weftLibrary)
	for i := range b {
		if i%8 == 0 {
			x, _ := weftRand()
			for j := range min(8, len(b)-i) {
				b[i+j] = byte(x >> (8 * j))
			}
		}
	}
	return true
}

// within is called where the standard library takes a lock of its own, or uses an atomic: that is
// no point, so if several goroutines do, there are orders of what they do that no run shows.
func (w *weftControl) within(gp *g) {
	if w.chance&weftChanceLibrary != 0 || w.inside == gp.weft.id || w.writes || gp.weft.quiet > 0 {
		return
	}
	if own, _ := weftCaller(weftContext); own {
		return // it is for one of the program's, as the state of a sync.WaitGroup is
	}
	var asks string
	systemstack(func() { asks = weftWhoAsks(gp, gp.sched.bp, "sync/atomic.") })
	if stringslite.HasPrefix(asks, "weft/sim/bubble.") {
		return
	}
	if w.inside == 0 {
		w.inside = gp.weft.id
		return
	}
	w.chance |= weftChanceLibrary
}

// weftCollects is called where the calling goroutine makes a weak pointer, which shows when
// memory is collected, but for those of package unique.
func weftCollects() { weftChanceUnless(weftChanceCollector, "weak.", "unique.") }

// weftAsksTime is called when a goroutine asks for the time. Package context does so to know
// how far off a deadline is, which does not show.
func weftAsksTime() { weftChanceUnless(weftChanceTime, "time.", "context.") }

// weftChanceUnless is weftChance where the program may have asked by any package, and by one of
// the standard library first, but not on behalf of that other one.
func weftChanceUnless(what uint8, by, behalf string) {
	gp := getg()
	if gp.m == nil || gp == gp.m.g0 || gp.bubble == nil || gp.bubble.weft == nil {
		return
	}
	w := gp.bubble.weft
	if w.cur.ptr() != gp || w.chance&what != 0 {
		return
	}
	var asks string
	systemstack(func() { asks = weftWhoAsks(gp, gp.sched.bp, by) })
	if !stringslite.HasPrefix(asks, behalf) && !stringslite.HasPrefix(asks, "weft/sim/bubble.") {
		w.chance |= what
	}
}

// weftWhoAsks returns the first function on the stack that is neither of the runtime nor of package
// sync, nor of that other package.
func weftWhoAsks(gp *g, fp uintptr, by string) string {
	for range 8 {
		if fp < gp.stack.lo || fp > gp.stack.hi-2*goarch.PtrSize {
			break
		}
		pc := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
		fp = *(*uintptr)(unsafe.Pointer(fp))
		f := findfunc(pc)
		if !f.valid() {
			break
		}
		for u, uf := newInlineUnwinder(f, pc-1); uf.valid(); uf = u.next(uf) {
			name := u.srcFunc(uf).name()
			other := true
			for _, p := range [...]string{"runtime.", "sync.", "internal/sync.", by} {
				other = other && !stringslite.HasPrefix(name, p)
			}
			if other {
				return name
			}
		}
	}
	return ""
}

// weftLeavesGo is called when a goroutine makes a system call, or calls C. What that does is
// not known, and when others do theirs.
//
//go:nosplit
func weftLeavesGo(gp *g) {
	if b := gp.bubble; b != nil && b.weft != nil && b.weft.cur.ptr() == gp {
		b.weft.chance |= weftChanceSystem
	}
}

// weftRand draws from the stream of the goroutine.
func weftRand() (uint64, bool) {
	gp := getg()
	if gp.m == nil || gp == gp.m.g0 || gp.bubble == nil || gp.bubble.weft == nil {
		return 0, false
	}
	gp.weft.stream += 0x9e3779b97f4a7c15
	return weftMix(gp.weft.stream), true
}
