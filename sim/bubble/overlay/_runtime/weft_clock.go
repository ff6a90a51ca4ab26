//go:build !race

// What happens before what: vector clocks (Fidge; Mattern), over the edges of the Go
// memory model. Where the race detector would be told of an edge, so is what is here.

package runtime

import (
	"internal/runtime/atomic"
	"internal/runtime/sys"
	"unsafe"
)

// weftArena is memory of one run: what it gives out is good until the next one begins.
// References to it are in units of 16 bytes, and 0 is none.
var weftArena weftArenaState

type weftArenaState struct {
	base         uintptr
	size, mapped uintptr
	used         uintptr
	free         [40]uint32 // by the logarithm of their size, linked by their first word
}

const (
	weftArenaStep = 4 << 20
	weftArenaMost = 1 << 30 // bytes for one run
)

func (a *weftArenaState) reset() {
	a.used = 16
	clear(a.free[:])
}

//go:nosplit
func (a *weftArenaState) at(ref uint32) unsafe.Pointer {
	return unsafe.Pointer(a.base + uintptr(ref)*16)
}

// alloc returns memory that is 0.
func (a *weftArenaState) alloc(size uintptr) uint32 {
	if a.base == 0 {
		for size := uintptr(64 << 30); ; size /= 2 {
			if p := sysReserve(nil, size, "weft"); p != nil {
				a.base, a.size = uintptr(p), size
				break
			}
			if size < 1<<28 {
				throw("weft: no addresses to watch a run in")
			}
		}
	}
	size = (size + 15) &^ 15
	at := a.used
	a.used += size
	for a.used > a.mapped {
		if a.mapped+weftArenaStep > a.size {
			throw("weft: there is no room to watch a run in; use -weft.memory=off")
		}
		p := unsafe.Pointer(a.base + a.mapped)
		sysMap(p, weftArenaStep, &memstats.other_sys, "weft")
		sysUsed(p, weftArenaStep, weftArenaStep)
		a.mapped += weftArenaStep
	}
	memclrNoHeapPointers(unsafe.Pointer(a.base+at), size)
	return uint32(at / 16)
}

// weftClock is a vector clock: for each goroutine, the last of its times that happens
// before. Of goroutines from n on, nothing does.
type weftClock struct{ at, n, room uint32 }

//go:nosplit
func (c *weftClock) of(g uint32) *uint32 {
	return (*uint32)(unsafe.Add(weftArena.at(c.at), uintptr(g)*4))
}

// grow makes room for goroutines up to n.
func (c *weftClock) grow(n uint32) {
	if n <= c.n {
		return
	}
	if n > c.room {
		room := max(8, c.room)
		for room < n {
			room *= 2
		}
		var at uint32
		class := sys.Len64(uint64(room))
		if at = weftArena.free[class]; at != 0 {
			weftArena.free[class] = *(*uint32)(weftArena.at(at))
			memclrNoHeapPointers(weftArena.at(at), uintptr(room)*4)
		} else {
			at = weftArena.alloc(uintptr(room) * 4)
		}
		if c.n > 0 {
			memmove(weftArena.at(at), weftArena.at(c.at), uintptr(c.n)*4)
		}
		if c.room > 0 {
			class := sys.Len64(uint64(c.room))
			*(*uint32)(weftArena.at(c.at)) = weftArena.free[class]
			weftArena.free[class] = c.at
		}
		c.at, c.room = at, room
	}
	c.n = n
}

// join makes what happens before d happen before c.
func (c *weftClock) join(d *weftClock) {
	c.grow(d.n)
	if d.n == 0 {
		return
	}
	theirs := unsafe.Slice(d.of(0), d.n)
	ours := unsafe.Slice(c.of(0), d.n)
	for g, t := range theirs {
		ours[g] = max(ours[g], t)
	}
}

func (c *weftClock) clear() {
	if c.n > 0 {
		memclrNoHeapPointers(weftArena.at(c.at), uintptr(c.n)*4)
	}
	c.n = 0
}

// weftSeer is somebody with a clock: a goroutine of the run, the timer that is fired, or
// all outside.
type weftSeer struct {
	epoch uint64    // its number, and its time
	stamp uint64    // by which weftLately knows it at that time, or 0
	clock weftClock // what it knows of others
	knew  uint64    // an epoch of another one, of which it was asked and which it knows
}

// knows reports whether an access happens before what comes now.
//
//go:nosplit
func (s *weftSeer) knows(epoch uint64) bool {
	return epoch == 0 || epoch>>32 == s.epoch>>32 || epoch == s.knew || s.learned(epoch)
}

//go:nosplit
func (s *weftSeer) learned(epoch uint64) bool {
	if g := uint32(epoch >> 32); g >= s.clock.n || uint32(epoch) > *s.clock.of(g) {
		return false
	}
	s.knew = epoch
	return true
}

// acquire makes what was released there happen before what comes now.
func (s *weftSeer) acquire(c *weftClock) { s.clock.join(c) }

// release makes what was before happen before whatever acquires it.
func (s *weftSeer) release(c *weftClock, merge bool) {
	if !merge {
		c.clear()
	}
	c.join(&s.clock)
	s.mark(c)
}

// mark puts the time of s itself into a clock, and goes on to the next one.
func (s *weftSeer) mark(c *weftClock) {
	if g := uint32(s.epoch >> 32); g != 0 {
		c.grow(g + 1)
		*c.of(g) = max(*c.of(g), uint32(s.epoch))
		s.advance()
	}
}

// advance goes on to the next time.
func (s *weftSeer) advance() { s.epoch, s.stamp = s.epoch+1, 0 }

// exchange releases, in the place of what was released before, which it acquires.
func (s *weftSeer) exchange(c *weftClock) {
	was := uint32(s.epoch)
	n := max(c.n, s.clock.n)
	c.grow(n)
	s.clock.grow(n)
	if n > 0 {
		mine, its := unsafe.Slice(s.clock.of(0), n), unsafe.Slice(c.of(0), n)
		for g, before := range its {
			its[g] = mine[g]
			mine[g] = max(mine[g], before)
		}
	}
	if g := uint32(s.epoch >> 32); g != 0 {
		c.grow(g + 1)
		*c.of(g) = was
		s.advance()
	}
}

// weftSeerOf returns who a goroutine is for the run that is watched, or nil. The caller
// holds weftSight.mu.
func weftSeerOf(gp *g) *weftSeer {
	switch s := &weftSight; {
	case s.run == weftNobody:
		return nil
	case gp.weft.sight == s.run:
		return &gp.weft.seer
	case gp.m != nil && gp == gp.m.g0:
		if s.fires {
			return &s.firing
		}
		return nil
	case gp.bubble == nil:
		return &s.outside
	}
	return nil
}

// weftSyncAt returns the clock of an address. The caller holds weftSight.mu.
func weftSyncAt(addr uintptr, make bool) *weftClock {
	page := weftCellsOf(addr>>weftPageShift, make)
	if page == nil {
		return nil
	}
	c := &page[addr>>3&(weftCells-1)]
	if c.tag>>8 != weftSight.run {
		if !make {
			return nil
		}
		*c = weftCell{tag: weftSight.tag}
	}
	if c.more == 0 && !make {
		return nil
	}
	return &c.moreOf().syncs[addr&7]
}

const (
	weftAcquires = iota
	weftReleases
	weftMerges
	weftExchanges
)

// weftEdge is one end of an edge, or both, at an address.
func weftEdge(gp *g, addr unsafe.Pointer, how uint8) {
	if !weftSees || gp.weft.quiet > 0 || uintptr(addr)-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return
	}
	systemstack(func() {
		lock(&weftSight.mu)
		if s := weftSeerOf(gp); s != nil {
			if c := weftSyncAt(uintptr(addr), how != weftAcquires); c != nil {
				switch how {
				case weftAcquires:
					s.acquire(c)
				case weftReleases:
					s.release(c, false)
				case weftMerges:
					s.release(c, true)
				case weftExchanges:
					s.exchange(c)
				}
			}
			weftSight.limit()
		}
		unlock(&weftSight.mu)
	})
}

// sightSpawned gives a new goroutine the clock of who started it.
func (w *weftControl) sightSpawned(parent, gp *g) {
	if weftSight.control != w {
		return
	}
	gp.weft.seer.epoch = uint64(gp.weft.id)<<32 | 1
	systemstack(func() {
		lock(&weftSight.mu)
		gp.weft.sight = weftSight.run
		if s := weftSeerOf(parent); s != nil && s != &weftSight.outside {
			gp.weft.seer.clock.join(&s.clock)
			s.mark(&gp.weft.seer.clock)
		}
		unlock(&weftSight.mu)
	})
}

// sightWakes is called when one goroutine makes another one ready. A wait for a condition
// is the only one of which nothing else says that it happens after.
func (w *weftControl) sightWakes(by, gp *g) {
	if gp.waitreason != waitReasonSyncCondWait || by == nil || weftSight.control != w {
		return
	}
	systemstack(func() {
		lock(&weftSight.mu)
		if s, woken := weftSeerOf(by), weftSeerOf(gp); s != nil && woken != nil {
			woken.acquire(&s.clock)
			s.mark(&woken.clock)
		}
		unlock(&weftSight.mu)
	})
}

// weftFires is called when a timer fires: what was before it was set happens before.
//
//go:systemstack
func weftFires(t *timer, b *synctestBubble) {
	if b == nil || b.weft == nil || weftSight.control != b.weft {
		return
	}
	s := &weftSight
	lock(&s.mu)
	s.firing.clock.clear()
	s.firing.knew = 0
	s.fires = true
	if c := weftSyncAt(uintptr(unsafe.Pointer(t)), false); c != nil {
		s.firing.acquire(c)
	}
	unlock(&s.mu)
}

// weftFired is called when it has fired.
//
//go:systemstack
func weftFired(b *synctestBubble) {
	if b != nil && b.weft != nil && weftSight.control == b.weft {
		weftSight.fires = false
	}
}

// weftWaited is called when synctest.Wait returns: what all others have done happens
// before.
func weftWaited(gp *g) {
	w := gp.bubble.weft
	if !weftSees || w == nil || weftSight.control != w || gp.weft.sight != weftSight.run {
		return
	}
	systemstack(func() { w.sightOfAll(&gp.weft.seer.clock, gp) })
}

// sightCollects is called when memory has been collected: what all have done happens before
// whoever acquires obj.
func (w *weftControl) sightCollects(obj unsafe.Pointer) {
	if !weftSees || weftSight.control != w {
		return
	}
	systemstack(func() {
		lock(&weftSight.mu)
		c := weftSyncAt(uintptr(obj), true)
		unlock(&weftSight.mu)
		w.sightOfAll(c, nil)
	})
}

// sightOfAll puts what all goroutines have done but one into a clock.
//
//go:systemstack
func (w *weftControl) sightOfAll(c *weftClock, but *g) {
	forEachG(func(o *g) {
		if o.bubble != w.started || o == but {
			return
		}
		lock(&weftSight.mu)
		if s := weftSeerOf(o); s == &o.weft.seer {
			s.release(c, true)
		}
		unlock(&weftSight.mu)
	})
	lock(&weftSight.mu)
	if weftSight.control == w {
		c.join(&w.gone)
	}
	unlock(&weftSight.mu)
}

// sightGoes is called when a goroutine ends.
func (w *weftControl) sightGoes(gp *g) {
	if weftSight.control != w || gp.weft.sight != weftSight.run {
		return
	}
	systemstack(func() {
		lock(&weftSight.mu)
		gp.weft.seer.release(&w.gone, true)
		unlock(&weftSight.mu)
	})
}

// atomic_weftOrder is called at an operation of package sync/atomic, which nothing comes
// between.
//
//go:linkname atomic_weftOrder sync/atomic.weftOrder
//go:nosplit
func atomic_weftOrder(how uint8, obj unsafe.Pointer) {
	if gp := getg(); gp.weft.sight == weftSight.run && gp.weft.quiet == 0 && gp.m.locks == 0 && !weftCounts(obj) {
		weftAtomic(gp, how, obj)
	}
}

// How an operation of package sync/atomic orders.
const (
	weftAtomicLoad   = 0
	weftAtomicStore  = 1
	weftAtomicUpdate = 2 // reads and writes
	weftAtomicSwap   = 3 // has swapped, after a load
)

func weftAtomic(gp *g, how uint8, obj unsafe.Pointer) {
	switch how {
	case weftAtomicLoad:
		weftEdge(gp, obj, weftAcquires)
		weftAtomicAccess(gp, obj, false)
	case weftAtomicStore:
		weftAtomicAccess(gp, obj, true)
		weftEdge(gp, obj, weftReleases)
	case weftAtomicUpdate:
		weftEdge(gp, obj, weftAcquires)
		weftAtomicAccess(gp, obj, true)
		weftEdge(gp, obj, weftMerges)
	case weftAtomicSwap:
		weftAtomicAccess(gp, obj, true)
		weftEdge(gp, obj, weftMerges)
	}
}

// weftAtomicAccess takes down that the program has read or written a variable by an atomic
// operation: together with one that is none, that is a data race.
func weftAtomicAccess(gp *g, obj unsafe.Pointer, writes bool) {
	addr := uintptr(obj)
	if !weftSees || gp.weft.obj != addr || addr-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		return // the standard library's own, or nobody else's
	}
	systemstack(func() {
		lock(&weftSight.mu)
		if gp.weft.sight == weftSight.run {
			weftStampAnew()
			gp.weft.seer.atomic(addr, uint32(gp.weft.pc-weftSight.text), writes)
			weftSight.limit()
		}
		unlock(&weftSight.mu)
	})
}

// weftPointer is the point before a function of package sync/atomic on a pointer, called
// at pc. Methods call them as well, and have their own.
//
//go:nosplit
func weftPointer(ptr unsafe.Pointer, pc uintptr, how uint8) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp.m.locks != 0 || weftKind(pc) == weftInside {
		return
	}
	atomic_weftPoint(weftOpStore, ptr)
	atomic_weftOrder(how, ptr)
}

// weftPointerSwaps is called behind CompareAndSwapPointer.
//
//go:nosplit
func weftPointerSwaps(ptr unsafe.Pointer, pc uintptr, swapped bool) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp.m.locks != 0 || weftKind(pc) == weftInside {
		return
	}
	if swapped {
		atomic_weftOrder(weftAtomicSwap, ptr)
	} else {
		atomic_weftFailed(ptr)
	}
}

//go:nosplit
func weftStoreUintptr(ptr *uintptr, new uintptr) { atomic.Storeuintptr(ptr, new) }

//go:nosplit
func weftSwapUintptr(ptr *uintptr, new uintptr) uintptr { return atomic.Xchguintptr(ptr, new) }

//go:nosplit
func weftCasUintptr(ptr *uintptr, old, new uintptr) bool { return atomic.Casuintptr(ptr, old, new) }
