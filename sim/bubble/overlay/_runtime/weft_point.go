// Points: the places before operations by which goroutines synchronise.

package runtime

import "unsafe"

// record takes down an event. The caller holds w.mu, or the turn.
func (w *weftControl) record(e weftEvent) {
	if w.used >= len(w.events) {
		w.lost++
		return
	}
	e.now = w.started.now
	switch e.op {
	case weftOpSpawn, weftOpExit, weftOpBlock, weftOpWake, weftOpFire:
		w.changed()
	}
	switch e.op {
	case weftOpSpawn, weftOpWake, weftOpPrint, weftOpTimer, weftOpCancelled, weftOpOutside, weftOpLibrary, weftOpUnmap, weftOpAsks,
		weftOpName, weftOpLabel: // which is its name from the next step on
		w.acted = e.g
	}
	w.events[w.used] = e
	w.used++
}

// full reports whether the driver should read events before there is no room. The
// caller holds w.mu.
func (w *weftControl) full() bool { return w.used+256 > len(w.events) && w.counting }

// weftTell takes down an event, and makes room if there is little left. The caller has
// the turn.
func weftTell(e weftEvent) {
	weftPeeked()
	w := getg().bubble.weft
	lock(&w.mu)
	w.record(e)
	full := w.full()
	unlock(&w.mu)
	if full {
		weftAsk(weftFull)
	}
}

// weftPoint is a point: the goroutine is about to do something that others may see.
func weftPoint(op uint8, obj unsafe.Pointer, always bool) {
	gp := getg()
	b := gp.bubble
	if b == nil || b.weft == nil || gp == gp.m.g0 || gp == b.root || gp.m.locks != 0 || gp.m.mallocing != 0 {
		return
	}
	w := b.weft
	if w.cur.ptr() != gp {
		return
	}
	if w.ended == weftStuck {
		// The run was given up, and it goes on after all.
		gopark(nil, nil, waitReasonZero, traceBlockForever, 1)
	}
	through := uintptr(weftSync)
	switch op {
	case weftOpLoad, weftOpStore:
		through = weftInside // what package sync does by atomics is no point of its own
	case weftOpErr, weftOpCancel, weftOpCancelled:
		through = weftContext
	}
	own, user := weftCaller(through)
	if gp.weft.peeks {
		if own && (op == weftOpLock || op == weftOpRLock) {
			gp.weft.op, gp.weft.obj, gp.weft.pc = op, uintptr(obj), user
			gp.weft.where = w.whereIs(gp, uintptr(obj))
		}
		weftPeeked()
	}
	if !own && !always {
		w.within(gp)
	}
	if !own && !always && op >= weftOpLoad {
		return
	}
	if !own && !always {
		// A lock inside the standard library: taken or not taken according to what is
		// warm, so that it must not count.
		gp.weft.op, gp.weft.obj, gp.weft.pc = weftOpNone, 0, user
		w.holds(gp, op, uintptr(obj))
		return
	}
	where := gp.weft.about
	if op >= weftOpLock && op <= weftOpOnce || op >= weftOpLoad && op < weftOpLen {
		where = w.whereIs(gp, uintptr(obj))
	}
	w.unbar()
	lock(&w.mu)
	if op == weftOpCancelled {
		w.record(weftEvent{op: op, g: gp.weft.id, step: gp.weft.steps, obj: uintptr(obj), arg: where, pc: user})
		unlock(&w.mu)
		return
	}
	if w.limit != 0 && w.steps >= w.limit {
		why := uint8(weftLimit)
		w.tellSpinning(gp)
		if w.again = 0; w.ticks != 0 && w.onlyTicks(max(2*weftSoon, w.moves/2), true) {
			why = weftTicked
		}
		unlock(&w.mu)
		weftStop(why)
	}
	w.steps++
	gp.weft.steps++
	waits := w.mustWait(op, uintptr(obj))
	joins := gp.weft.steps == 1 && w.acted != gp.weft.id && w.holdUps == 0 && !waits // or it may have asked for the time
	if joins {
		// That it has started is nothing that others could see.
		w.record(weftEvent{op: weftOpJoins, g: gp.weft.id, step: gp.weft.steps})
	}
	gp.weft.op, gp.weft.obj, gp.weft.pc = op, uintptr(obj), user
	w.record(weftEvent{op: op, g: gp.weft.id, step: gp.weft.steps, obj: uintptr(obj), arg: where, pc: user})
	if w.full() {
		unlock(&w.mu)
		weftAsk(weftFull)
		lock(&w.mu)
	}
	others := w.ready > 0
	if !others {
		if next := b.timers.wakeTime(); next != 0 && (next <= b.now || w.mayHold(next)) {
			others = true
		}
	}
	unlock(&w.mu)
	if w.points {
		spins := w.spinning(gp)
		if spins && w.still >= weftRest && b.timers.wakeTime() != 0 {
			others = true // time may move
		}
		switch {
		case joins:
		case others && w.policy == weftAnyReady || waits:
			gp.weft.before, gp.weft.where = true, where
			mcall(weftPause)
			gp.weft.before = false
		case others && spins:
			mcall(weftGosched)
		}
	}
	w.takes(op)
	w.looks(gp, op, obj, user)
}

// weftInSelect reports whether select statements of this goroutine are decided.
func weftInSelect() bool {
	gp := getg()
	return gp.bubble != nil && gp.bubble.weft != nil && gp.bubble.weft.cur.ptr() == gp
}

// weftCases decides which of the ready cases a select takes: it brings it to the front
// of the poll order. The channels are locked, and are unlocked while the driver is
// asked.
func weftCases(scases []scase, pollorder, lockorder []uint16, nsends int) {
	w := getg().bubble.weft
	// The compiler puts the receives behind the sends, the last one first.
	for i, j := 0, len(pollorder)-1; i < j; {
		if int(pollorder[i]) < nsends {
			i++
			continue
		}
		pollorder[i], pollorder[j] = pollorder[j], pollorder[i]
		i, j = i+1, j-1
	}
	if w.policy == weftFIFO {
		return
	}
	w.count = 0
	for i, casei := range pollorder {
		c := scases[casei].c
		ready := c.closed != 0
		if int(casei) >= nsends {
			ready = ready || c.sendq.first != nil || c.qcount > 0
		} else {
			ready = ready || c.recvq.first != nil || c.qcount < c.dataqsiz
		}
		switch {
		case ready && w.count == len(w.choices):
			w.crowded++
		case ready:
			which := int(casei)
			if which >= nsends {
				which = nsends + len(scases) - 1 - which
			}
			w.choices[w.count] = weftChoice{g: getg().weft.id, step: uint32(which), ptr: uintptr(i), obj: uintptr(unsafe.Pointer(c))}
			w.count++
		}
	}
	if w.count < 2 {
		return
	}
	selunlock(scases, lockorder)
	i := w.choices[weftAsk(weftSelect)].ptr
	sellock(scases, lockorder)
	first := pollorder[i]
	copy(pollorder[1:i+1], pollorder[:i])
	pollorder[0] = first
}

//go:linkname sync_weftPoint sync.weftPoint
func sync_weftPoint(op uint8, obj unsafe.Pointer) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil {
		weftPoint(op, obj, false)
	}
}

// atomic_weftPoint is called before an operation of package sync/atomic. It is called
// in places where nothing may be called that needs more stack, such as a child between
// fork and exec, where locks is not 0.
//
//go:linkname atomic_weftPoint sync/atomic.weftPoint
//go:nosplit
func atomic_weftPoint(op uint8, obj unsafe.Pointer) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil && gp.m.locks == 0 && !weftCounts(obj) {
		weftPoint(op, obj, false)
	}
}

// weftFails takes down that an operation of the program that was a point has only looked:
// a compare-and-swap that found another value, or an attempt at a lock that is held.
func weftFails(obj unsafe.Pointer, through uintptr) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 || gp.m.locks != 0 || gp.m.mallocing != 0 {
		return
	}
	w := gp.bubble.weft
	if w.cur.ptr() != gp || gp.weft.obj != uintptr(obj) {
		return
	}
	if own, _ := weftCaller(through); !own {
		return
	}
	if gp.weft.op == weftOpTryLock {
		w.takes(weftOpUnlock)
	}
	lock(&w.mu)
	w.record(weftEvent{op: weftOpFailed, g: gp.weft.id, step: gp.weft.steps})
	unlock(&w.mu)
}

//go:linkname sync_weftFailed sync.weftFailed
func sync_weftFailed(obj unsafe.Pointer) { weftFails(obj, weftSync) }

//go:linkname atomic_weftFailed sync/atomic.weftFailed
//go:nosplit
func atomic_weftFailed(obj unsafe.Pointer) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil && gp.m.locks == 0 {
		weftFails(obj, weftInside)
	}
}

// weftCounts reports whether something is a counter of go test -cover, which is no part of
// the program.
//
//go:nosplit
func weftCounts(obj unsafe.Pointer) bool {
	return uintptr(obj)-firstmoduledata.covctrs < firstmoduledata.ecovctrs-firstmoduledata.covctrs
}

// context_weftPoint is called before a context is asked for its error, and before it is
// cancelled, also by the standard library.
//
//go:linkname context_weftPoint context.weftPoint
func context_weftPoint(op uint8, obj unsafe.Pointer) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil {
		weftPoint(op, obj, op != weftOpErr)
	}
}

// context_weftControlled reports whether the order of goroutines is decided.
//
//go:linkname context_weftControlled context.weftControlled
func context_weftControlled() bool { return sync_weftControlled() }

// sync_weftControlled reports whether the order of goroutines is decided.
//
//go:linkname sync_weftControlled sync.weftControlled
func sync_weftControlled() bool {
	gp := getg()
	return gp.bubble != nil && gp.bubble.weft != nil
}

// weftChan is the point before an operation on a channel.
func weftChan(op uint8, c *hchan) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil && gp != gp.m.g0 {
		weftPoint(op, unsafe.Pointer(c), true)
		if c != nil && c.bubble == nil && c.closed == 0 { // what is closed stays so
			weftNote(weftOpOutside, 0)
		}
	}
}

// weftAsks takes down that the program asks how many goroutines there are (0), for their
// profile (1) or for the stacks of all (2), or has had memory collected that finalizers wait for
// (4): no step is taken to touch that.
func weftAsks(how uint64) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 || gp.bubble.weft.cur.ptr() != gp {
		return
	}
	_, user := weftCaller(weftInside)
	weftTell(weftEvent{op: weftOpAsks, g: gp.weft.id, step: gp.weft.steps, arg: how, pc: user})
}

// weftGoroutines returns how many goroutines the run has, or 0 outside of runs. With the one
// that it has begun in, which a whole program knows nothing of. Others may have begun or ended
// before: that it is asked is a point.
func weftGoroutines() int {
	weftOutput()
	weftAsks(0)
	b := getg().bubble
	if b == nil || b.weft == nil {
		return 0
	}
	lock(&b.mu)
	n := b.total
	unlock(&b.mu)
	if b.weft.wrote != nil {
		n--
	}
	return n
}

// weftSleeps is the step of a goroutine that sleeps.
func weftSleeps() {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil && gp != gp.m.g0 {
		weftStep(weftOpSleep)
	}
}

// weftStep is a point at which the turn is kept: it is given up at once in any case.
func weftStep(op uint8) {
	weftPeeked()
	w := getg().bubble.weft
	points := w.points
	w.points = false
	weftPoint(op, nil, true)
	w.points = points
}

// weftTouchesTimer is the point before a timer is stopped or set again.
func weftTouchesTimer(op uint8, t *timer) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil && gp != gp.m.g0 {
		gp.weft.about = uint64(t.weftBy.g)<<32 | uint64(t.weftBy.step)
		weftPoint(op, unsafe.Pointer(t), true)
		gp.weft.about = 0
		if op == weftOpReset {
			// What it was set to before will never come; if it comes again, it is
			// something else.
			t.weftSet = weftName{gp.weft.id, gp.weft.steps}
		}
	}
}

// weftTouchesCases takes down the channels that a select looks at.
func weftTouchesCases(scases []scase, pollorder []uint16) {
	gp := getg()
	w := gp.bubble.weft
	lock(&w.mu)
	for _, i := range pollorder {
		if c := scases[i].c; c.bubble == nil && c.closed == 0 {
			w.record(weftEvent{op: weftOpOutside, g: gp.weft.id, step: gp.weft.steps, pc: gp.weft.pc})
		}
		w.record(weftEvent{op: weftOpCase, g: gp.weft.id, step: gp.weft.steps, obj: uintptr(unsafe.Pointer(scases[i].c))})
	}
	unlock(&w.mu)
}

// weftTook takes down which channel a select has sent to or received from.
func weftTook(c *hchan, sends bool) {
	gp := getg()
	w := gp.bubble.weft
	e := weftEvent{op: weftOpTook, g: gp.weft.id, step: gp.weft.steps, obj: uintptr(unsafe.Pointer(c)), pc: gp.weft.pc}
	if sends {
		e.arg = 1
	}
	lock(&w.mu)
	w.record(e)
	if sends || c.closed == 0 || c.qcount > 0 {
		w.changed()
	}
	unlock(&w.mu)
}

// context_weftDone makes the channel of a context.
//
//go:linkname context_weftDone context.weftDone
func context_weftDone() chan struct{} {
	gp := getg()
	gp.weft.about = 1
	c := make(chan struct{})
	gp.weft.about = 0
	return c
}
