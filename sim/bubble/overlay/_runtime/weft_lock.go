// Locks that are held: who waits for one is not ready, and that it waits is no step.
//
// A goroutine that has paused before it takes a lock is kept apart while somebody holds
// the lock, and stands in the queue again when the lock is free. So it takes the lock in
// any order with others that want it, and never tries in vain.

package runtime

import "unsafe"

// weftRW is how a sync.RWMutex begins.
type weftRW struct {
	writers              [2]uint32 // a sync.Mutex
	writerSem, readerSem uint32
	readers              int32 // less than 0 while somebody writes, or is about to
}

// weftHeldBit is set in the first word of a sync.Mutex, or sync.RWMutex, that somebody has
// locked for writing.
const weftHeldBit = 1

// mustWait reports whether an operation has to wait for a lock.
func (w *weftControl) mustWait(op uint8, obj uintptr) bool {
	switch {
	case !w.locksBar:
		return false
	case op == weftOpLock:
		return *(*uint32)(unsafe.Pointer(obj))&weftHeldBit != 0
	case op == weftOpRLock:
		return (*weftRW)(unsafe.Pointer(obj)).readers < 0
	}
	return false
}

// bar takes those out of the queue that have paused before they take a lock that is held,
// and reports whether there were any. The caller holds w.mu.
func (w *weftControl) bar() bool {
	found := false
	for p := w.head.ptr(); p != nil; {
		next := p.schedlink.ptr()
		if p.weft.before && w.mustWait(p.weft.op, p.weft.obj) {
			if p == w.head.ptr() && w.taken == weftPaused {
				w.taken = 0 // it cannot go on
			}
			w.remove(p)
			p.weft.barring, found = true, true
			p.schedlink = 0
			if t := w.barredLast.ptr(); t != nil {
				t.schedlink.set(p)
			} else {
				w.barred.set(p)
			}
			w.barredLast.set(p)
			e := weftEvent{op: weftOpBarred, g: p.weft.id, step: p.weft.steps, obj: p.weft.obj, arg: p.weft.where, pc: p.weft.pc}
			if p.weft.op == weftOpRLock {
				e.op = weftOpBarredR
			}
			w.record(e)
		}
		p = next
	}
	return found
}

// barAll has those that were taken out of the queue count as blocked. The bubble may have
// nobody then who is not, and wake its root. The caller does not hold w.mu, and nobody
// else can get the turn.
//
//go:systemstack
func (w *weftControl) barAll() {
	for p := w.barred.ptr(); p != nil; {
		next := p.schedlink.ptr()
		if p.weft.barring {
			p.weft.barring = false
			p.waitreason = waitReasonSyncMutexLock
			if p.weft.op == weftOpRLock {
				p.waitreason = waitReasonSyncRWMutexRLock
			}
			w.blocks(p)
			casgstatus(p, _Grunnable, _Gwaiting)
		}
		p = next
	}
}

// unbar puts those into the queue again whose lock is free. It is called before the turn
// is given up, by whoever has it: or else the bubble would take all for blocked.
func (w *weftControl) unbar() {
	var before *g
	for p := w.barred.ptr(); p != nil; {
		next := p.schedlink.ptr()
		if w.mustWait(p.weft.op, p.weft.obj) {
			before, p = p, next
			continue
		}
		if before == nil {
			w.barred.set(next)
		} else {
			before.schedlink.set(next)
		}
		if next == nil {
			w.barredLast.set(before)
		}
		p.schedlink = 0
		casgstatus(p, _Gwaiting, _Grunnable)
		lock(&w.mu)
		w.push(p, false)
		unlock(&w.mu)
		p = next
	}
}

// A goroutine that has not begun may be about to take a lock as well. So each runs as far
// as its first point when it has been started, as long as nobody else sees anything of
// that: this is no step, and whatever the goroutine comes to first waits until it is
// picked. weftPeeked is called where it stops: at points, go statements, panics, ends,
// coroutines, files and system calls. What it reads and writes by then is no matter of
// order, unless there is a data race, which is seen all the same; so this is done where
// memory is watched only. Not seen to is what changes the runtime itself, such as
// debug.SetGCPercent.

// takes notes that a goroutine is about to take locks of the program, or to give them back.
// It may count too many, if an attempt fails in another way than weftFails sees.
func (w *weftControl) takes(op uint8) {
	switch op {
	case weftOpLock, weftOpRLock, weftOpTryLock:
		w.locked++
	case weftOpUnlock, weftOpRUnlock:
		w.locked = max(0, w.locked-1)
	}
}

// peek returns a goroutine that is to run as far as its first point, or nil. While nobody
// has a lock, nobody can have to wait for one. The caller holds w.mu.
func (w *weftControl) peek() *g {
	if w.locked == 0 {
		return nil
	}
	var before *g
	for p := w.head.ptr(); p != nil; before, p = p, p.schedlink.ptr() {
		if p.weft.fresh {
			w.remove(p)
			w.peekedAfter.set(before)
			p.weft.fresh, p.weft.peeks = false, true
			w.cur.set(p)
			return p
		}
	}
	return nil
}

// weftPeeked is called by a goroutine that is about to do something that others may see.
// If that is the first of it, the goroutine waits here until it is picked. It is called
// before system calls, too, where the stack must not be moved: it does not split it, and
// has the collector leave it as it is.
//
//go:nosplit
func weftPeeked() {
	gp := getg()
	if !gp.weft.peeks || gp.m == nil || gp == gp.m.g0 || gp.m.locks != 0 || gp.m.mallocing != 0 {
		return
	}
	gp.weft.before = true
	gp.parkingOnChan.Store(true)
	mcall(weftPeekOver)
	gp.parkingOnChan.Store(false)
	gp.weft.before = false
	gp.weft.op, gp.weft.obj, gp.weft.pc = weftOpNone, 0, 0
}

//go:linkname poll_weftPeeked internal/poll.weftPeeked
//go:nosplit
func poll_weftPeeked() { weftPeeked() }

//go:linkname syscall_weftPeeked syscall.weftPeeked
//go:nosplit
func syscall_weftPeeked() { weftPeeked() }

func weftPeekOver(gp *g) {
	w := gp.bubble.weft
	casgstatus(gp, _Grunning, _Grunnable)
	dropg()
	lock(&w.mu)
	gp.weft.peeks = false
	w.cur = 0
	// It keeps its place.
	if before := w.peekedAfter.ptr(); before == nil {
		w.push(gp, true)
	} else {
		w.ready++
		gp.schedlink = before.schedlink
		before.schedlink.set(gp)
		if w.tail.ptr() == before {
			w.tail.set(gp)
		}
	}
	w.peekedAfter = 0
	w.start()
	schedule()
}

// endPeek notes that a goroutine goes on at once, as if it had been picked: it blocks
// before it has come to a point. The caller holds w.mu.
func (w *weftControl) endPeek(gp *g) {
	if gp.weft.peeks {
		gp.weft.peeks = false
		w.peekedAfter = 0
		w.turn(gp)
	}
}
