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
	unlock(&s.mu)
	weftSees, race.Enabled = false, false
}

// limit stops watching a run of which there is too much to know. The caller holds s.mu.
func (s *weftSightState) limit() {
	if (weftArena.used > weftArenaMost || weftShadow.used > weftShadowMost) && s.control != nil {
		s.control.blind = true
		s.run = weftNobody
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

// raceread is called before a variable is read.
//
//go:nosplit
func raceread(addr uintptr) {
	gp := getg()
	if !gp.watches(addr) {
		return
	}
	if weftSight.points {
		weftSite(addr, sys.GetCallerPC(), false)
	}
	if p := &weftPages[addr>>weftPageShift&(weftPagesKept-1)]; p.page == addr>>weftPageShift {
		c := &p.cells[addr>>3&(weftCells-1)]
		if c.is(addr) {
			s := &gp.weft.seer
			if c.one.r == s.epoch || c.one.w == s.epoch {
				return
			}
			if c.one.r != weftShared && s.knows(c.all.w) && s.knows(c.one.w) && s.knows(c.one.r) {
				c.one.r, c.one.rpc = s.epoch, uint32(sys.GetCallerPC()-weftSight.text)
				return
			}
		}
	}
	weftTouches(addr, 1, sys.GetCallerPC(), false)
}

// racewrite is called before a variable is written.
//
//go:nosplit
func racewrite(addr uintptr) {
	gp := getg()
	if !gp.watches(addr) {
		return
	}
	if weftSight.points {
		weftSite(addr, sys.GetCallerPC(), true)
	}
	if p := &weftPages[addr>>weftPageShift&(weftPagesKept-1)]; p.page == addr>>weftPageShift {
		c := &p.cells[addr>>3&(weftCells-1)]
		if c.is(addr) {
			s := &gp.weft.seer
			if c.one.w == s.epoch && c.one.r == 0 {
				return
			}
			if c.one.r != weftShared && c.all.r != weftShared && s.knows(c.all.w) && s.knows(c.all.r) && s.knows(c.one.w) && s.knows(c.one.r) {
				c.one.w, c.one.wpc, c.one.r = s.epoch, uint32(sys.GetCallerPC()-weftSight.text), 0
				return
			}
		}
	}
	weftTouches(addr, 1, sys.GetCallerPC(), true)
}

// is reports whether the one variable of a cell is the one that begins there. It is, if
// there was none yet.
//
//go:nosplit
func (c *weftCell) is(addr uintptr) bool {
	bit := uint32(1) << (addr & 7)
	switch c.tag {
	case weftSight.tag | bit:
		return true
	case weftSight.tag:
		c.tag |= bit
		return true
	}
	if c.tag>>8 != weftSight.run {
		c.all, c.one = weftPast{}, weftPast{}
		c.tag, c.more = weftSight.tag|bit, 0
		return true
	}
	return false
}

// racereadrange is called before something is read that has parts.
//
//go:nosplit
func racereadrange(addr, size uintptr) {
	if gp := getg(); gp.watches(addr) {
		weftRange(gp, addr, size, sys.GetCallerPC(), false)
	}
}

// racewriterange is called before something is written that has parts.
//
//go:nosplit
func racewriterange(addr, size uintptr) {
	if gp := getg(); gp.watches(addr) {
		weftRange(gp, addr, size, sys.GetCallerPC(), true)
	}
}

// weftRange takes down an access to memory that is watched, word by word where that is
// simple.
//
//go:nosplit
func weftRange(gp *g, addr, size, pc uintptr, writes bool) {
	if weftSight.points {
		weftSite(addr, pc, writes)
	}
	s := &gp.weft.seer
	at := uint32(pc - weftSight.text)
	for addr&7 == 0 && size >= 8 {
		p := &weftPages[addr>>weftPageShift&(weftPagesKept-1)]
		if p.page != addr>>weftPageShift {
			break
		}
		c := &p.cells[addr>>3&(weftCells-1)]
		switch {
		case c.tag>>8 != weftSight.run:
			c.all, c.one = weftPast{}, weftPast{}
			c.tag, c.more = weftSight.tag, 0
		case uint8(c.tag) == weftDivided || c.all.r == weftShared || c.one.r == weftShared:
			weftTouches(addr, size, pc, writes)
			return
		}
		if !s.knows(c.all.w) || !s.knows(c.one.w) || !s.knows(c.all.r) || writes && !s.knows(c.one.r) {
			weftTouches(addr, size, pc, writes)
			return
		}
		if writes {
			c.all, c.one = weftPast{w: s.epoch, wpc: at}, weftPast{}
			c.tag = weftSight.tag
		} else {
			c.all.r, c.all.rpc = s.epoch, at
		}
		addr += 8
		size -= 8
	}
	if size > 0 {
		weftTouches(addr, size, pc, writes)
	}
}

// racefuncenter and racefuncexit are called where functions begin and end.
//
//go:nosplit
func racefuncenter(callerpc uintptr) {}

//go:nosplit
func racefuncexit() {}

// weftTouches takes down an access to memory that is watched.
//
//go:nosplit
func weftTouches(addr, size, pc uintptr, writes bool) {
	gp := getg()
	systemstack(func() {
		lock(&weftSight.mu)
		if gp.weft.sight == weftSight.run {
			gp.weft.seer.touch(addr, size, pc, writes)
			weftSight.limit()
		}
		unlock(&weftSight.mu)
	})
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
	weftRange(gp, uintptr(addr), size, pc, writes)
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
