// Runs that go on although nothing changes: loops that only look at what others are to
// change, and timers that only tick.

package runtime

import (
	"internal/goarch"
	"unsafe"
)

const (
	// weftFair is how many steps in a row a goroutine may only look, while nothing
	// changes, before others that are ready come first. It is small, since all orders of
	// these steps are tried, and more than loops count that give up after some rounds.
	weftFair = 16
	// weftRest is after how many steps in which all only looked time moves on.
	weftRest = 1000
	// weftSoon is after how many moves of time it is looked for goroutines that come
	// back to the same state with each of them.
	weftSoon = 64
	// weftSlices is how many time slices of the processor, of 10 ms and more each, a
	// goroutine must use up, and weftStates how many states it may have at the ends of
	// these. In a function that was seen to spin before, fewer slices tell.
	weftSlices = 32
	weftAgain  = 8
	weftStates = 16
)

// weftSpins is the function that was seen to spin last.
var weftSpins uintptr

// weftCycle notices that a state comes back (Brent, BIT 1980).
type weftCycle struct {
	saved         uint64
	power, length uint32
	back          uint64 // when it came back last, or 0
}

func (c *weftCycle) add(state, now uint64) {
	if state == c.saved && c.power != 0 {
		c.back, c.length = now, 0
		return
	}
	if c.length++; c.length >= c.power {
		c.saved, c.length = state, 0
		c.power = max(1, min(2*c.power, 1<<20))
	}
}

// weftRecent notices as well that one of the states comes back that were there last. What
// a select statement keeps on the stack depends on the addresses of its channels. So a
// loop may be in the one of two states for long, and then in the other one.
type weftRecent struct {
	weftCycle
	last [8]uint64
	next uint8
}

func (c *weftRecent) add(state, now uint64) {
	for _, s := range c.last {
		if s == state {
			c.back = now
			return
		}
	}
	c.last[c.next%8] = state
	c.next++
	c.weftCycle.add(state, now)
}

// weftSeen is what an atomic was before it was written to.
type weftSeen struct {
	obj, pc uintptr
	value   uint32
}

// changed notes that something changed that goroutines may look at. The caller holds
// w.mu, or the turn.
func (w *weftControl) changed() {
	w.changes++
	w.still = 0
}

// looks is called when a goroutine has come past a point, and is about to carry out an
// operation of which it knows whether that changes something, or only looks.
func (w *weftControl) looks(gp *g, op uint8, obj unsafe.Pointer, pc uintptr) {
	change := true
	switch op {
	case weftOpLoad, weftOpMapLoad, weftOpErr, weftOpYield, weftOpTryLock, weftOpSelect:
		// Who gets a lock gives it back, and that is a change; so is a case that is taken.
		change = false
	case weftOpStore:
		// It failed, or wrote what was there, if it finds the same the next time.
		seen := weftSeen{uintptr(obj), pc, *(*uint32)(obj)}
		change = gp.weft.seen != seen
		gp.weft.seen = seen
	case weftOpTrySend:
		c := (*hchan)(obj)
		change = c != nil && (c.closed != 0 || c.recvq.first != nil || c.qcount < c.dataqsiz)
	case weftOpTryRecv:
		c := (*hchan)(obj)
		change = c != nil && (c.sendq.first != nil || c.qcount > 0)
	case weftOpRecv:
		c := (*hchan)(obj)
		change = c == nil || c.closed == 0 || c.qcount > 0
	}
	if change {
		w.changed()
		return
	}
	if gp.weft.sawAt != w.changes {
		gp.weft.sawAt, gp.weft.looked, gp.weft.spun, gp.weft.rests = w.changes, 0, weftCycle{}, weftCycle{}
	}
	gp.weft.looked++
	w.still++
	if gp.weft.looked <= weftFair {
		return
	}
	var state, loose uint64
	systemstack(func() {
		state, loose = weftState(gp, gp.sched.bp, true), weftState(gp, gp.sched.bp, false)
	})
	gp.weft.spun.add(weftMix(state+uint64(pc)), w.still)
	gp.weft.rests.add(weftMix(loose+uint64(pc)), w.still)
	if w.spins != 0 && w.still >= w.spins && w.allSpin(gp) {
		w.tellSpinning(gp)
		weftStop(weftSpun)
	}
}

// spinning reports whether a goroutine has only looked for long.
func (w *weftControl) spinning(gp *g) bool {
	return gp.weft.looked >= weftFair && gp.weft.sawAt == w.changes
}

// cameBack reports whether a goroutine that spins has come back to a state it was in.
func (w *weftControl) cameBack(gp *g) bool { return w.spinning(gp) && gp.weft.spun.back != 0 }

// allSpin reports whether a goroutine that has the turn, or nil, and all that are ready
// spin.
func (w *weftControl) allSpin(gp *g) bool {
	if gp != nil && !w.cameBack(gp) {
		return false
	}
	for p := w.head.ptr(); p != nil; p = p.schedlink.ptr() {
		if !w.cameBack(p) {
			return false
		}
	}
	return true
}

// tellSpinning takes down who spins: of the one that has the turn, and of the ready.
func (w *weftControl) tellSpinning(gp *g) {
	tell := func(p *g) {
		if w.spinning(p) {
			w.record(weftEvent{op: weftOpSpins, g: p.weft.id, step: p.weft.steps, arg: uint64(p.weft.looked), pc: p.weft.pc})
		}
	}
	tell(gp)
	for p := w.head.ptr(); p != nil; p = p.schedlink.ptr() {
		tell(p)
	}
}

// rests reports whether all that are ready have spun for long, and a timer is there
// that time can move to. To what memory their pointers point does not count: where a loop
// makes something each time, it is the collector that decides when one comes back.
func (w *weftControl) rests() bool {
	if w.still < weftRest || w.started.timers.wakeTime() == 0 {
		return false
	}
	for p := w.head.ptr(); p != nil; p = p.schedlink.ptr() {
		if !w.spinning(p) || p.weft.rests.back == 0 {
			return false
		}
	}
	return true
}

// weftState is a hash of what a goroutine has on its stack, from the first frame of the
// program on: all that it knows by itself when it calls something. Pointers into
// the stack count as what they are relative to its end, since it may be moved.
func weftState(gp *g, fp uintptr, heap bool) uint64 {
	for range 32 {
		if fp < gp.stack.lo || fp > gp.stack.hi-2*goarch.PtrSize {
			break
		}
		pc := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
		at := fp + 2*goarch.PtrSize
		fp = *(*uintptr)(unsafe.Pointer(fp))
		if weftKind(pc) >= weftProgram || pc == 0 || fp == 0 {
			return weftHash(gp, at, heap) + uint64(pc)
		}
	}
	return weftHash(gp, gp.sched.sp, heap)
}

// weftHash is a hash of a stack from a place on. heap is whether it matters to what memory
// a pointer points. If not, nor does what the collector has done since: words that
// are not used any more still point to where the stack was before it was moved, or
// to memory that was given back.
func weftHash(gp *g, at uintptr, heap bool) uint64 {
	h := uint64(0)
	for ; at+goarch.PtrSize <= gp.stack.hi; at += goarch.PtrSize {
		v := *(*uintptr)(unsafe.Pointer(at))
		if !heap && spanOf(v) != nil {
			v = 1 // a timer that is made anew each time, or its channel
		} else if v-gp.stack.lo < gp.stack.hi-gp.stack.lo {
			v -= gp.stack.hi
		}
		h = (h ^ uint64(v)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// weftPreempted is called when the time slice of a goroutine is over, in which it may
// have come to no point. If its registers and its stack come back to the same few states
// with slice after slice, it spins: nobody else of the run may change anything
// meanwhile. Then the run is over, and weftPreempted reports true.
//
//go:systemstack
func weftPreempted(gp *g) bool {
	b := gp.bubble
	if b == nil || b.weft == nil || b.weft.cur.ptr() != gp || !b.weft.slices {
		return false
	}
	w := b.weft
	if w.sliced != w.steps || w.slice == 0 {
		w.sliced, w.slice, w.states = w.steps, 0, 0
	}
	// The registers are on the stack, too, where the preemption has put them.
	state := weftHash(gp, gp.sched.sp, true)
	known := false
	for _, s := range w.state[:w.states] {
		known = known || s == state
	}
	if !known {
		if w.states == len(w.state) {
			w.slice = 0 // it computes something
			return false
		}
		w.state[w.states] = state
		w.states++
	}
	w.slice++
	if w.slice < weftAgain || w.slice < weftSlices && (w.states >= weftAgain || weftLoops(gp) != weftSpins) {
		return false
	}
	w.slice = 0
	lock(&w.mu)
	if w.asked || w.stopped {
		unlock(&w.mu)
		return false
	}
	w.endPeek(gp)
	w.ended, w.stopped = weftSpunBare, true
	casgstatus(gp, _Grunning, _Grunnable) // for good: it is in no queue
	dropg()
	w.depth = gcallers(gp, 0, w.where[:])
	weftSpins = weftLoops(gp)
	d := w.ask(weftOver)
	unlock(&w.mu)
	if d != 0 {
		weftWake(d.ptr())
	}
	return true
}

// weftLoops returns the program's own function that a goroutine is in which was
// preempted.
func weftLoops(gp *g) uintptr {
	var pcs [16]uintptr
	for _, pc := range pcs[:gcallers(gp, 0, pcs[:])] {
		if weftKind(pc) >= weftProgram {
			return findfunc(pc).entry()
		}
	}
	return 0
}

// weftMark is where a stretch of a run begins in which only timers may go on.
type weftMark struct {
	moves uint64 // of time, or 0 if there is none yet
	armed uint64 // when timers have been armed since, they have a higher number
	now   int64
}

// blocks notes that a goroutine has blocked.
func (w *weftControl) blocks(gp *g) {
	gp.weft.blockedAt = w.moves
	if w.moves >= weftSoon && w.ticks != 0 {
		gp.weft.ticked.add(weftState(gp, gp.sched.bp, false)+uint64(gp.waitreason), w.moves)
	}
}

// moved notes that time has moved, since everything is blocked.
func (w *weftControl) moved() {
	w.moves++
	w.changed()
	if w.mark.moves == 0 {
		w.mark = weftMark{w.moves, w.steps + w.moves, w.started.now}
	}
}

// onlyTicks reports whether for so many moves of time nothing went on but what comes back
// to the same with every few of them, and nothing else is due. All is blocked.
func (w *weftControl) onlyTicks(most uint64, waits bool) bool {
	if most == 0 || w.mark.moves == 0 || w.moves-w.mark.moves < most || w.moves < w.again {
		return false
	}
	w.again = w.moves + most/64 + 1
	waiters, same := 0, !w.pends()
	each := func(visit func(p *g)) {
		forEachGRace(func(p *g) {
			if p.bubble == w.started && p.weft.id != 0 && p != w.started.root {
				visit(p)
			}
		})
	}
	each(func(p *g) {
		switch {
		case p.weft.blockedAt < w.mark.moves:
			waiters++
		case p.weft.ticked.back+weftSoon < w.moves:
			same = false
		}
	})
	if !same || waits && waiters == 0 {
		if w.moves-w.mark.moves >= 2*most {
			w.mark.moves = 0 // what it was, has perhaps ended
		}
		return false
	}
	w.ticked = w.moves - w.mark.moves
	each(func(p *g) {
		if p.weft.blockedAt >= w.mark.moves {
			w.record(weftEvent{op: weftOpTicks, g: p.weft.id, step: p.weft.steps})
		}
	})
	return true
}

// pends reports whether a timer is due some time that was set before the mark.
func (w *weftControl) pends() bool {
	b := w.started
	ts := &b.timers
	pends := false
	ts.lock()
	for i := range ts.heap {
		t := ts.heap[i].timer
		t.lock()
		if t.state&timerZombie == 0 && t.when > 0 && uint64(t.rand) <= w.mark.armed+1 && (!w.draining || t.when <= w.until) {
			pends = true
		}
		t.unlock()
	}
	ts.unlock()
	return pends
}

// weftStack writes the program counters of a goroutine that is blocked, and returns how
// many they are.
func weftStack(w *weftControl, id uint32, pcs []uintptr) (n int) {
	systemstack(func() {
		forEachGRace(func(gp *g) {
			if gp.weft.id != id || gp.bubble == nil || gp.bubble != w.started {
				return
			}
			for {
				s := readgstatus(gp)
				if s&^_Gscan != _Gwaiting && s&^_Gscan != _Grunnable {
					return
				}
				// The collector may move its stack meanwhile.
				if s&_Gscan == 0 && castogscanstatus(gp, s, s|_Gscan) {
					n = gcallers(gp, 0, pcs)
					casfrom_Gscanstatus(gp, s|_Gscan, s)
					return
				}
				osyield()
			}
		})
	})
	return n
}
