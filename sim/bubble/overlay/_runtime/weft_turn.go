// Who has the turn, and who gets it next.

package runtime

import (
	"internal/goarch"
	"unsafe"
)

// The queue of the ready. The caller holds w.mu.

func (w *weftControl) push(gp *g, front bool) {
	w.ready++
	if front {
		gp.schedlink = w.head
		w.head.set(gp)
		if w.tail == 0 {
			w.tail.set(gp)
		}
		return
	}
	gp.schedlink = 0
	if t := w.tail.ptr(); t != nil {
		t.schedlink.set(gp)
	} else {
		w.head.set(gp)
	}
	w.tail.set(gp)
}

func (w *weftControl) remove(gp *g) {
	var before *g
	for p := w.head.ptr(); p != nil; before, p = p, p.schedlink.ptr() {
		if p != gp {
			continue
		}
		if before == nil {
			w.head = p.schedlink
		} else {
			before.schedlink = p.schedlink
		}
		if p.schedlink == 0 {
			w.tail = 0
			if before != nil {
				w.tail.set(before)
			}
		}
		p.schedlink = 0
		w.ready--
		return
	}
	throw("weft: goroutine is not in the queue")
}

// turn gives a goroutine the turn.
func (w *weftControl) turn(gp *g) {
	w.cur.set(gp)
	w.acted = 0
	gp.weft.fresh = false
	if gp.weft.id != w.last {
		w.last, w.row = gp.weft.id, 0
	}
	if gp != w.started.root {
		w.record(weftEvent{op: weftOpTurn, g: gp.weft.id, step: gp.weft.steps})
	}
}

// picks reports whether somebody can get the turn. The caller holds w.mu.
func (w *weftControl) picks() bool {
	return w.cur == 0 && w.parking == 0 && !w.asked && !w.stopped && w.ready > 0
}

// pick chooses who gets the turn, if nobody has it. It returns a goroutine that the
// scheduler must get, or the driver, which must be woken. The caller holds w.mu.
//
//go:systemstack
func (w *weftControl) pick() (gp, driver guintptr) {
	if !w.picks() {
		return 0, 0
	}
	root := w.started.root
	for p := w.head.ptr(); p != nil; p = p.schedlink.ptr() {
		if p == root {
			gp.set(p)
			w.remove(p)
			w.turn(p)
			return gp, 0
		}
	}
	if p := w.peek(); p != nil {
		gp.set(p)
		return gp, 0
	}
	if d := w.direct.ptr(); d != nil {
		w.direct = 0
		for p := w.head.ptr(); p != nil; p = p.schedlink.ptr() {
			if p == d {
				gp.set(p)
				w.remove(p)
				w.turn(p)
				return gp, 0
			}
		}
	}
	w.count = 0
	if w.policy == weftAnyReady {
		// One that had the turn and only paused at a point goes on by default; else
		// timers that are due come first, as they do in a bubble without Weft.
		first := w.head.ptr()
		// Who only looks, and sees nothing change, lets others go first.
		paused := first.weft.op != 0 && first.weft.obj != 0 && w.taken == weftPaused
		// Time that ought to have moved by now does so first, by default.
		next := w.started.timers.wakeTime()
		overdue := next > w.started.now && w.overdue(next)
		if overdue {
			w.later()
		}
		goesOn := paused && !w.spinning(first)
		if goesOn {
			w.row++
		}
		// Who has gone on for long lets others go first, by default: or else a loop
		// that waits for one of them would end by the limit of steps.
		last := goesOn && w.row%weftRow == 0
		if goesOn && !last {
			w.choose(first)
		}
		w.due()
		for p := w.head.ptr(); p != nil; p = p.schedlink.ptr() {
			if (p != first || !paused) && !w.spinning(p) {
				w.choose(p)
			}
		}
		if last {
			w.choose(first)
		}
		if !overdue && w.count > 0 {
			w.later()
		}
	}
	w.taken = 0
	switch {
	case w.count == 1:
		return w.settle(0), 0
	case w.count == 0 && w.spinning(w.head.ptr()):
		if w.rests() {
			w.direct = 0
			gp.set(root)
			w.cur = gp
			w.wakeRoot = true
			return gp, 0
		}
		// All of them have their turn. The last one is the one that waits for longest, if
		// each was put in front when it paused.
		p := w.head.ptr()
		for w.policy == weftAnyReady && p.schedlink != 0 {
			p = p.schedlink.ptr()
		}
		gp.set(p)
		w.remove(p)
		w.turn(p)
		return gp, 0
	case w.count == 0:
		p := w.head.ptr()
		gp.set(p)
		w.remove(p)
		w.turn(p)
		return gp, 0
	}
	if taken, ok := w.planned(weftPick); ok {
		return w.settle(taken), 0
	}
	w.picking = true
	return 0, w.ask(weftPick)
}

// weftRow is how many points in a row a goroutine goes on by default before others come
// first. It is a prime, so that a loop is not left at the same of its points each time, as
// where it holds the lock that the others wait for.
const weftRow = 997

// weftPaused in taken says that the head of the queue paused at a point.
const weftPaused = -1

// choose adds a goroutine to the alternatives.
func (w *weftControl) choose(gp *g) {
	if w.count < len(w.choices) {
		c := weftChoice{g: gp.weft.id, step: gp.weft.steps, ptr: uintptr(unsafe.Pointer(gp))}
		if c.step > 0 { // or it has not begun
			c.op, c.obj, c.pc = gp.weft.op, gp.weft.obj, gp.weft.pc
		}
		w.choices[w.count] = c
		w.count++
	} else {
		w.crowded++
	}
}

// weftReady makes a goroutine of the bubble ready, unless it has the turn already.
// It reports false if the scheduler is to get it as ever.
func (b *synctestBubble) weftReady(gp *g) bool {
	w := b.weft
	if w == nil {
		return false
	}
	lock(&w.mu)
	if w.cur.ptr() == gp {
		unlock(&w.mu)
		return false
	}
	by := getg().m.curg
	weftMeetsSleeper(by, gp)
	if by != nil && by.bubble == b && gp != b.root {
		w.record(weftEvent{op: weftOpWake, g: by.weft.id, step: by.weft.steps, arg: uint64(gp.weft.id)})
	} else if gp != b.root {
		w.record(weftEvent{op: weftOpWake, arg: uint64(gp.weft.id)})
	}
	gp.weft.waits = false
	w.sightWakes(by, gp)
	w.push(gp, false)
	w.start()
	if by == nil || by.bubble != b {
		wakep() // who calls this may go on for long
	}
	return true
}

// start picks, lets go of w.mu, and starts whoever was picked.
func (w *weftControl) start() {
	for w.locksBar && w.picks() && w.bar() {
		w.parking++ // nobody gets the turn meanwhile
		unlock(&w.mu)
		systemstack(func() { w.barAll() })
		lock(&w.mu)
		w.parking--
	}
	var gp, driver guintptr
	systemstack(func() { gp, driver = w.pick() })
	unlock(&w.mu)
	if gp != 0 {
		w.startOne(gp)
	}
	if driver != 0 {
		weftWake(driver.ptr())
	}
}

// weftSpawned takes in a new goroutine.
func (b *synctestBubble) weftSpawned(parent, gp *g, pc uintptr) bool {
	w := b.weft
	if w == nil {
		return false
	}
	lock(&w.mu)
	w.goers++
	gp.weft = weftG{id: w.goers, born: w.moves, fresh: w.locksBar && w.holdUps == 0}
	by, stream := weftName{}, w.seed
	switch {
	case parent == b.root:
	case parent.m != nil && parent == parent.m.g0:
		by = weftName{w.fired.g, w.fired.step | weftOfTimer}
		pc = w.fired.set // in place of a line
		stream = weftMix(uint64(by.g)<<32^uint64(by.step)) ^ weftMix(uint64(pc)+1) ^ w.seed
	default:
		by = weftName{parent.weft.id, parent.weft.steps}
		parent.weft.kids++
		stream = parent.weft.stream + uint64(parent.weft.kids)*0x9e3779b97f4a7c15
	}
	gp.weft.stream = weftMix(stream)
	if parent != b.root && parent != parent.m.g0 {
		if _, user := weftWalk(parent, parent.sched.bp, weftSync); user != 0 {
			pc = user
		}
	}
	runs := gp.startpc
	if parent.weft.starts != 0 {
		runs, parent.weft.starts = parent.weft.starts, 0
	}
	w.record(weftEvent{op: weftOpSpawn, g: by.g, step: by.step, arg: uint64(gp.weft.id), obj: runs, pc: pc})
	w.sightSpawned(parent, gp)
	w.push(gp, false)
	w.start()
	return true
}

// weftRejoin is called by a goroutine that real input has woken: the network poller
// starts it without asking anybody, and so it waits for its turn now.
func weftRejoin() {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp.bubble.weft.cur.ptr() == gp {
		return
	}
	mcall(weftRejoins)
}

func weftRejoins(gp *g) {
	w := gp.bubble.weft
	casgstatus(gp, _Grunning, _Grunnable)
	dropg()
	lock(&w.mu)
	w.record(weftEvent{op: weftOpWake, arg: uint64(gp.weft.id)})
	w.push(gp, false)
	w.start()
	schedule()
}

// weftLeaving is called on the way to giving up the turn.
func (b *synctestBubble) weftLeaving(gp *g) (left bool) {
	w := b.weft
	if w.cur.ptr() == gp {
		w.unbar()
	}
	lock(&w.mu)
	if w.cur.ptr() == gp {
		w.endPeek(gp)
		w.cur = 0
		w.parking++
		left = true
	}
	unlock(&w.mu)
	return left
}

// weftLeft is called when the turn has been given up for good.
func (b *synctestBubble) weftLeft() {
	w := b.weft
	lock(&w.mu)
	w.parking--
	w.start()
}

// weftBack is called when the turn was not given up after all.
func (b *synctestBubble) weftBack(gp *g) {
	w := b.weft
	lock(&w.mu)
	w.parking--
	w.cur.set(gp)
	unlock(&w.mu)
}

// requeue puts a goroutine that has no M back into the queue.
func (w *weftControl) requeue(gp *g, front bool) {
	if w.cur.ptr() == gp {
		w.unbar()
	}
	lock(&w.mu)
	if w.cur.ptr() == gp {
		w.cur = 0
	}
	if front {
		w.taken = weftPaused
	}
	w.push(gp, front)
	w.start()
}

// weftYields is called by runtime.Gosched, and reports whether it is the program that
// yields: the collector does so as well, as often as it takes. Who has no processor, and
// so must not write pointers, does not call Gosched.
//
//go:yeswritebarrierrec
func weftYields() bool {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 || gp.bubble.weft.cur.ptr() != gp {
		return false
	}
	own := false
	systemstack(func() {
		fp := gp.sched.bp
		for range 3 {
			pc := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
			fp = *(*uintptr)(unsafe.Pointer(fp))
			// Either of them may be part of who called it.
			if name := funcname(findfunc(pc)); name != "runtime.weftYields" && name != "runtime.Gosched" {
				own = weftKind(pc) != weftInside
				return
			}
		}
	})
	if own {
		weftStep(weftOpYield)
	}
	return own
}

func weftGosched(gp *g) {
	casgstatus(gp, _Grunning, _Grunnable)
	dropg()
	gp.bubble.weft.requeue(gp, false)
	schedule()
}

// weftSwitch passes the turn from one side of a coroutine to the other.
func (b *synctestBubble) weftSwitch(from guintptr, was weftG, exits bool, to *g) {
	w := b.weft
	lock(&w.mu)
	if w.cur == from {
		if exits {
			w.record(weftEvent{op: weftOpExit, g: was.id, step: was.steps})
		}
		if to.weft.id == 0 {
			// iter.Pull made it.
			w.goers++
			by := from.ptr()
			by.weft.kids++
			to.weft = weftG{id: w.goers, stream: weftMix(by.weft.stream + uint64(by.weft.kids)*0x9e3779b97f4a7c15)}
			_, user := weftWalk(by, by.sched.bp, weftSync)
			w.record(weftEvent{op: weftOpSpawn, g: by.weft.id, step: by.weft.steps, arg: uint64(to.weft.id), obj: to.startpc, pc: user})
			w.sightSpawned(by, to)
			w.record(weftEvent{op: weftOpAsks, g: by.weft.id, step: by.weft.steps, arg: 3, pc: user})
		}
		w.turn(to)
		w.acted = to.weft.id // what went before, on the other side
	}
	unlock(&w.mu)
}

// weftGivesUp reports whether a goroutine that parks for this reason gives up its
// turn: the program itself has to wait, and not the runtime.
func weftGivesUp(reason waitReason) bool {
	switch reason {
	case waitReasonChanReceiveNilChan, waitReasonChanSendNilChan, waitReasonSelect, waitReasonSelectNoCases,
		waitReasonChanReceive, waitReasonChanSend, waitReasonSleep, waitReasonSyncCondWait, waitReasonSyncMutexLock,
		waitReasonSyncRWMutexRLock, waitReasonSyncRWMutexLock, waitReasonSyncWaitGroupWait,
		waitReasonSynctestRun, waitReasonSynctestWait, waitReasonSynctestChanReceive, waitReasonSynctestChanSend,
		waitReasonSynctestSelect, waitReasonSynctestWaitGroupWait,
		waitReasonIOWait: // real input or output, during which time stands still
		return true
	}
	return false
}

// weftParks is called when a goroutine is about to park.
func (b *synctestBubble) weftParks(gp *g) (left bool) {
	if b.weft == nil || !weftGivesUp(gp.waitreason) {
		return false
	}
	if gp.waitreason.isMutexWait() && gp.weft.obj == 0 {
		lock(&b.weft.mu)
		gp.weft.inside = b.weft.heldInside(gp)
		gp.weft.waits = gp.weft.inside
		unlock(&b.weft.mu)
		if !gp.weft.inside {
			// It waits for a lock of the standard library that nobody of the bubble
			// holds: somebody outside does, perhaps another bubble. That is over before
			// long, and when it is must not decide who is next.
			return false
		}
	}
	if !b.weftLeaving(gp) {
		return false
	}
	if gp != b.root {
		w := b.weft
		pc := gp.weft.pc
		switch gp.waitreason {
		case waitReasonIOWait, waitReasonSelectNoCases, waitReasonChanReceiveNilChan, waitReasonChanSendNilChan:
			_, pc = weftWalk(gp, gp.sched.bp, weftSync)
		}
		lock(&w.mu)
		w.record(weftEvent{op: weftOpBlock, g: gp.weft.id, step: gp.weft.steps, arg: uint64(gp.waitreason), obj: gp.weft.obj, pc: pc})
		gp.weft.steps++
		w.blocks(gp)
		unlock(&w.mu)
	}
	return true
}

// idle reports whether a goroutine that waits for this reason can only be woken from
// within the bubble.
func (b *synctestBubble) idle(gp *g) bool {
	if gp.waitreason.isIdleInSynctest() {
		return true
	}
	if b.weft == nil {
		return false
	}
	if gp.weft.obj == 0 {
		return gp.waitreason.isMutexWait() && gp.weft.inside
	}
	switch gp.waitreason {
	case waitReasonSyncMutexLock, waitReasonSyncRWMutexRLock, waitReasonSyncRWMutexLock:
		return gp.weft.op == weftOpLock || gp.weft.op == weftOpRLock || gp.weft.op == weftOpOnce || gp.weft.op == weftOpCondWait
	case waitReasonSyncWaitGroupWait:
		return gp.weft.op == weftOpWaitGroup
	}
	return false
}

// weftPause pauses a goroutine at a point, on g0.
func weftPause(gp *g) {
	b := gp.bubble
	casgstatus(gp, _Grunning, _Grunnable)
	dropg()
	b.weft.requeue(gp, true)
	schedule()
}

// weftExits is called when a goroutine is about to end.
func (b *synctestBubble) weftExits(gp *g) (left bool) {
	w := b.weft
	lock(&w.mu)
	if gp != b.root {
		w.record(weftEvent{op: weftOpExit, g: gp.weft.id, step: gp.weft.steps})
		w.exits++
		if gp.weft.born+1 < w.moves {
			w.mark.moves = 0 // that is no tick
		}
		w.sightGoes(gp)
	}
	unlock(&w.mu)
	return b.weftLeaving(gp)
}
