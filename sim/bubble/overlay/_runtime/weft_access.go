//go:build !race

// What a program reads and writes. In packages that are compiled for it, the compiler
// calls a function here before each access to memory that others may see; they are those
// of the race detector, which is not there. The runtime reports its own accesses, such as
// those to maps, where it would report them to the detector.

package runtime

import (
	"internal/abi"
	"internal/race"
	"internal/runtime/sys"
	"unsafe"
)

// weftSees says that a run is watched. Where it stands, raceenabled stands as well, which
// says the same of the race detector.
var weftSees bool

// weftSight is the run that is watched: one at a time in a process.
var weftSight = weftSightState{run: weftNobody}

type weftSightState struct {
	run     uint32 // its number, or weftNobody
	tag     uint32 // the number, as it stands in cells
	last    uint32 // the number that was given last
	mu      mutex
	control *weftControl
	text    uintptr  // where code begins
	firing  weftSeer // the timer that is being fired
	fires   bool
	outside weftSeer // all goroutines that are not of the run
	points  bool     // some accesses are points
	raced   bool     // an access that has been taken down just now is in a data race
	sites   [1 << 8]uintptr
}

// weftNobody is no number of a run.
const weftNobody = ^uint32(0)

// sightBegins watches a run from here on, if it is to be watched.
func (w *weftControl) sightBegins() {
	if !w.sight {
		return
	}
	s := &weftSight
	lock(&s.mu)
	s.last++
	if s.last >= 1<<24 {
		weftForgetAll()
		s.last = 1
	}
	weftArena.reset()
	weftShadow.reset()
	clear(weftPages[:])
	s.control, s.text = w, firstmoduledata.text
	s.firing, s.outside, s.fires = weftSeer{}, weftSeer{}, false
	s.points = len(w.sites) > 0
	clear(s.sites[:])
	for _, pc := range w.sites[:min(len(w.sites), len(s.sites)/2)] {
		*s.site(pc) = pc
	}
	s.tag = s.last << 8
	s.run = s.last
	unlock(&s.mu)
	weftSees, race.Enabled = true, true
}

// sightEnds says that the run is over, for whoever of it may go on.
func (w *weftControl) sightEnds() {
	s := &weftSight
	if !w.sight || s.control != w {
		return
	}
	lock(&s.mu)
	s.run = weftNobody
	s.control = nil
	weftStampAnew()
	unlock(&s.mu)
	weftSees, race.Enabled = false, false
}

// limit stops watching a run of which there is too much to know. The caller holds s.mu.
func (s *weftSightState) limit() {
	if (weftArena.used > weftArenaMost || weftShadow.used > weftShadowMost) && s.control != nil {
		s.control.blind = true
		s.run = weftNobody
		weftStampAnew()
	}
}

// site returns where a return address stands among those of points, or is to stand.
func (s *weftSightState) site(pc uintptr) *uintptr {
	for i := weftMix(uint64(pc)); ; i++ {
		if at := &s.sites[i%uint64(len(s.sites))]; *at == pc || *at == 0 {
			return at
		}
	}
}

// weftSite is the point before an access at pc, if it is to be one.
func weftSite(addr, pc uintptr, writes bool) {
	if *weftSight.site(pc) != pc {
		return
	}
	if writes {
		weftPoint(weftOpWrite, unsafe.Pointer(addr), true)
	} else {
		weftPoint(weftOpRead, unsafe.Pointer(addr), true)
	}
}

// watches reports whether memory at an address is watched when this goroutine touches
// it. Its own stack is nobody else's.
//
//go:nosplit
func (gp *g) watches(addr uintptr) bool {
	return gp.weft.sight == weftSight.run && addr-gp.stack.lo >= gp.stack.hi-gp.stack.lo
}

// weftReadsAnew goes on with raceread, in its place, where the goroutine has not read that
// lately.
//
//go:nosplit
func weftReadsAnew(addr uintptr) {
	if pc := sys.GetCallerPC(); getg().weft.seer.stamp == 0 || !weftReadsPlainly(addr, pc) {
		weftReads(addr, pc)
	}
}

// weftWritesAnew goes on with racewrite.
//
//go:nosplit
func weftWritesAnew(addr uintptr) {
	if pc := sys.GetCallerPC(); getg().weft.seer.stamp == 0 || !weftWritesPlainly(addr, pc) {
		weftWrites(addr, pc)
	}
}

// weftReads takes down a read at pc of what begins at an address, if it is watched.
//
//go:nosplit
func weftReads(addr, pc uintptr) {
	gp := getg()
	if gp.weft.sight != weftSight.run {
		return
	}
	s := &gp.weft.seer
	gp.stamps()
	if addr-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		s.lately(addr, weftOwnStack)
		return
	}
	if weftSight.points {
		weftSite(addr, pc, false)
	}
	if c := weftCellKept(addr); c != nil && s.reads(c, addr, uint32(pc-weftSight.text)) || weftTouches(addr, 1, pc, false) {
		s.lately(addr, weftReadBit<<(addr&7))
	}
}

// weftWrites takes down a write at pc of what begins at an address, if it is watched.
//
//go:nosplit
func weftWrites(addr, pc uintptr) {
	gp := getg()
	if gp.weft.sight != weftSight.run {
		return
	}
	s := &gp.weft.seer
	gp.stamps()
	if addr-gp.stack.lo < gp.stack.hi-gp.stack.lo {
		s.lately(addr, weftOwnStack)
		return
	}
	if weftSight.points {
		weftSite(addr, pc, true)
	}
	if c := weftCellKept(addr); c != nil && s.writes(c, addr, uint32(pc-weftSight.text)) || weftTouches(addr, 1, pc, true) {
		s.lately(addr, (weftReadBit|weftWriteBit)<<(addr&7))
	}
}

// racereadrange is called before something is read that has parts.
//
//go:nosplit
func racereadrange(addr, size uintptr) {
	gp := getg()
	if gp.weft.sight != weftSight.run {
		return
	}
	stamp := gp.weft.seer.stamp
	if at, n := uintptr(uint16(addr>>3)), size>>3; stamp != 0 && (addr|size)&7 == 0 && at+n <= uintptr(len(weftLately)) {
		key := uint64(addr>>(3+weftLatelyBits))<<32 ^ stamp ^ weftReadAll
		differs := uint64(0)
		for p := unsafe.Pointer(&weftLately[at]); n > 0; n-- {
			differs |= *(*uint64)(p) ^ key
			p = unsafe.Add(p, 8)
		}
		if differs>>weftLatelyStamp == 0 && differs&weftReadAll == 0 {
			return
		}
	}
	weftRanges(addr, size, sys.GetCallerPC(), false)
}

// racewriterange is called before something is written that has parts.
//
//go:nosplit
func racewriterange(addr, size uintptr) {
	gp := getg()
	if gp.weft.sight != weftSight.run {
		return
	}
	stamp := gp.weft.seer.stamp
	if at, n := uintptr(uint16(addr>>3)), size>>3; stamp != 0 && (addr|size)&7 == 0 && at+n <= uintptr(len(weftLately)) {
		key := uint64(addr>>(3+weftLatelyBits))<<32 ^ stamp ^ weftWriteAll
		differs := uint64(0)
		for p := unsafe.Pointer(&weftLately[at]); n > 0; n-- {
			differs |= *(*uint64)(p) ^ key
			p = unsafe.Add(p, 8)
		}
		if differs>>weftLatelyStamp == 0 && differs&weftWriteAll == 0 {
			return
		}
	}
	weftRanges(addr, size, sys.GetCallerPC(), true)
}

// weftRanges takes down an access at pc to something with parts, if it is watched.
//
//go:nosplit
func weftRanges(addr, size, pc uintptr, writes bool) {
	gp := getg()
	if gp.weft.sight != weftSight.run {
		return
	}
	if gp.stamps(); addr-gp.stack.lo >= gp.stack.hi-gp.stack.lo {
		weftRange(addr, size, pc, writes)
		return
	}
	for end := addr + size; addr < end; addr = addr&^7 + 8 {
		gp.weft.seer.lately(addr, weftOwnStack)
	}
}

// weftRange takes down an access to memory that is watched, word by word where that is
// simple.
//
//go:nosplit
func weftRange(addr, size, pc uintptr, writes bool) {
	if weftSight.points {
		weftSite(addr, pc, writes)
	}
	s := &getg().weft.seer
	done := s.copiesWords(addr, size, uint32(pc-weftSight.text), writes)
	addr, size = addr+done, size-done
	for size > 0 {
		n := min(8-addr&7, size) // of this word
		mask := weftBytes(addr, addr+n)
		bits := uint64(mask) * weftReadBit
		if writes {
			bits |= uint64(mask) * weftWriteBit
		}
		if s.needs(addr, bits) {
			c := weftCellKept(addr)
			if c != nil && s.copies(c, addr, mask, uint32(pc-weftSight.text), writes) || weftTouches(addr, n, pc, writes) {
				s.lately(addr, bits)
			}
		}
		addr += n
		size -= n
	}
}

// racefuncenter and racefuncexit are called where functions begin and end.
//
//go:nosplit
func racefuncenter(callerpc uintptr) {}

//go:nosplit
func racefuncexit() {}

// copiesWords takes down an access to whole words, as far as that is simple, and returns how
// many bytes it was of. It is no part of weftRange: together they would take more stack than
// package reflect has left.
//
//go:nosplit
//go:noinline
func (s *weftSeer) copiesWords(addr, size uintptr, at uint32, writes bool) (done uintptr) {
	if c := weftCellKept(addr); c != nil {
		for ahead := uintptr(8); ahead < min(size, 128); ahead += 8 {
			sys.Prefetch(uintptr(unsafe.Pointer(c)) + ahead*8)
		}
	}
	from := addr
	for addr&7 == 0 && size >= 8 {
		c := weftCellKept(addr)
		if c == nil || !s.copiesWord(c, at, writes) {
			break
		}
		if entry, key := weftLatelyAt(addr, s.stamp); s.stamp == 0 {
			// Each access is a point.
		} else if writes {
			*entry = key | weftReadAll | weftWriteAll
		} else if (*entry^key)>>weftLatelyStamp == 0 {
			*entry |= weftReadAll
		} else {
			*entry = key | weftReadAll
		}
		addr += 8
		size -= 8
	}
	return addr - from
}

// weftTouches takes down an access to memory that is watched, and reports whether it is in
// no data race. What it is goes by the goroutine and not by a closure: package reflect calls
// this where little stack is left.
//
//go:nosplit
//go:noinline
func weftTouches(addr, size, pc uintptr, writes bool) (good bool) {
	getg().weft.touch = weftTouch{addr, size, pc, writes}
	systemstack(weftTouchesNow)
	return !weftSight.raced // nobody else has had the turn
}

func weftTouchesNow() {
	gp := getg().m.curg
	t := &gp.weft.touch
	lock(&weftSight.mu)
	weftSight.raced = false
	if gp.weft.sight == weftSight.run {
		gp.weft.seer.touch(t.addr, t.size, t.pc, t.writes)
		weftSight.limit()
	}
	unlock(&weftSight.mu)
}

// weftTouched takes down an access that the runtime makes for the code that calls it at
// pc. The standard library's own are not watched, unless it is compiled for it, since its
// other ones are not.
func weftTouched(addr unsafe.Pointer, size, pc uintptr, writes bool) {
	if addr == nil {
		return // a nil map, from which something is deleted
	}
	gp := getg()
	if size == 0 || gp == gp.m.g0 || !gp.watches(uintptr(addr)) || weftKind(pc) < weftProgram {
		return
	}
	gp.stamps()
	weftRange(uintptr(addr), size, pc, writes)
}

// What follows stands in the place of functions of the race detector that the runtime
// calls.

func weftReadPC(addr unsafe.Pointer, callerpc, pc uintptr) {
	if pc != abi.FuncPCABIInternal(chansend) { // channels are no variables
		weftTouched(addr, 1, callerpc, false)
	}
}

func weftWritePC(addr unsafe.Pointer, callerpc, pc uintptr) {
	if pc != abi.FuncPCABIInternal(closechan) {
		weftTouched(addr, 1, callerpc, true)
	}
}

func weftObjectPC(t *_type, addr unsafe.Pointer, callerpc uintptr, writes bool) {
	size := t.Size_
	if kind := t.Kind(); kind != abi.Array && kind != abi.Struct {
		size = min(size, 1) // as the compiler has it
	}
	weftTouched(addr, size, callerpc, writes)
}

//go:linkname race_weftAcquire internal/race.weftAcquire
func race_weftAcquire(addr unsafe.Pointer) { raceacquire(addr) }

//go:linkname race_weftRelease internal/race.weftRelease
func race_weftRelease(addr unsafe.Pointer) { racerelease(addr) }

//go:linkname race_weftReleaseMerge internal/race.weftReleaseMerge
func race_weftReleaseMerge(addr unsafe.Pointer) { racereleasemerge(addr) }

// race_weftDisable has what a goroutine does order nothing until race_weftEnable.
//
//go:linkname race_weftDisable internal/race.weftDisable
func race_weftDisable() { getg().weft.quiet++ }

//go:linkname race_weftEnable internal/race.weftEnable
func race_weftEnable() {
	if gp := getg(); gp.weft.quiet > 0 { // else a run has begun in between
		gp.weft.quiet--
	}
}

//go:linkname race_weftTouchPC internal/race.weftTouchPC
func race_weftTouchPC(addr unsafe.Pointer, callerpc uintptr, writes bool) {
	weftTouched(addr, 1, callerpc, writes)
}

//go:linkname race_weftObjectPC internal/race.weftObjectPC
func race_weftObjectPC(t *_type, addr unsafe.Pointer, callerpc uintptr, writes bool) {
	weftObjectPC(t, addr, callerpc, writes)
}
