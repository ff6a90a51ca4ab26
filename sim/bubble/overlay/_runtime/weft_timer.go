// Timers: those that are due at one instant, and those that come before somebody who is
// ready.

package runtime

import "unsafe"

// due adds the timers that are due to the alternatives, in the order in which they
// were armed.
//
//go:systemstack
func (w *weftControl) due() {
	b := w.started
	if next := b.timers.wakeTime(); next == 0 || next > b.now {
		return
	}
	from := w.count
	room := w.choices
	if w.policy == weftFIFO {
		room = room[:1] // for the first of them
	}
	ts := &b.timers
	ts.lock()
	for i := range ts.heap {
		t := ts.heap[i].timer
		t.lock()
		if t.state&timerZombie == 0 && t.when > 0 && t.when <= b.now {
			switch {
			case w.count < len(room):
				room[w.count] = t.weftChoice()
				w.count++
			case w.policy != weftFIFO:
				w.crowded++
			case t.weftBefore((*timer)(unsafe.Pointer(room[0].ptr))):
				room[0] = t.weftChoice()
			}
		}
		t.unlock()
	}
	weftSort(room[from:w.count])
	ts.unlock()
}

// mayHold reports whether those that are ready may be held up until next, which is later
// than now, and notes how far off that is.
func (w *weftControl) mayHold(next int64) bool {
	b := w.started
	if b.done {
		return false
	}
	after := next - b.now
	if w.ahead == 0 || after < w.ahead {
		w.ahead = after
	}
	return w.late < w.holdUps && after <= w.heldFor || w.overdue(next)
}

// weftInstant is after how many steps at one instant time may move although somebody is
// ready.
const weftInstant = 10_000

// overdue reports whether so much has been done at this instant that time ought to have
// come to next: a step takes a microsecond, say. Else a loop that waits for somebody who
// sleeps would end by the limit of steps, and its sleep never.
func (w *weftControl) overdue(next int64) bool {
	steps := w.steps - w.movedAt
	return steps >= weftInstant && next-w.started.now <= int64(steps)*1000 && !w.started.done
}

// later adds the timers that are due next to the alternatives, in the order in which they
// were armed, if somebody is ready who may be held up until then.
//
//go:systemstack
func (w *weftControl) later() {
	b := w.started
	ts := &b.timers
	next := ts.wakeTime()
	if next == 0 || next <= b.now || !w.mayHold(next) {
		return
	}
	from := w.count
	ts.lock()
	next = 0 // wakeTime counts those that were stopped
	for i := range ts.heap {
		t := ts.heap[i].timer
		t.lock()
		if t.state&timerZombie == 0 && t.when > 0 {
			if next == 0 || t.when < next {
				next, w.count = t.when, from
			}
			if t.when == next && w.count < len(w.choices) {
				w.choices[w.count] = t.weftChoice()
				w.count++
			} else if t.when == next {
				w.crowded++
			}
		}
		t.unlock()
	}
	weftSort(w.choices[from:w.count])
	ts.unlock()
	if next-b.now > w.heldFor && !w.overdue(next) {
		w.count = from
	}
}

// weftSort sorts timers by when they were armed: a heap sort, since many timers may be
// due at one instant, and this is done for each that fires.
func weftSort(c []weftChoice) {
	before := func(i, k int) bool {
		return (*timer)(unsafe.Pointer(c[i].ptr)).weftBefore((*timer)(unsafe.Pointer(c[k].ptr)))
	}
	down := func(i, n int) {
		for {
			k := 2*i + 1
			if k >= n {
				return
			}
			if k+1 < n && before(k, k+1) {
				k++
			}
			if !before(i, k) {
				return
			}
			c[i], c[k] = c[k], c[i]
			i = k
		}
	}
	for i := len(c)/2 - 1; i >= 0; i-- {
		down(i, len(c))
	}
	for n := len(c) - 1; n > 0; n-- {
		c[0], c[n] = c[n], c[0]
		down(0, n)
	}
}

// weftBefore reports whether t was armed before u. A select that blocks arms its timers
// in the order of their addresses; of those, it is the order in which they were made.
func (t *timer) weftBefore(u *timer) bool {
	switch {
	case t.rand != u.rand:
		return t.rand < u.rand
	case t.weftBy.g != u.weftBy.g:
		return t.weftBy.g < u.weftBy.g
	}
	return t.weftBy.step < u.weftBy.step
}

// weftSleeper returns the goroutine that sleeps until the timer fires, or nil.
func (t *timer) weftSleeper() *g {
	if gp, ok := t.arg.(*g); ok && gp != nil && gp.timer == t {
		return gp
	}
	return nil
}

// weftSetBy says who has reset the timer last, and in which step, or is 0.
func (t *timer) weftSetBy() uintptr { return uintptr(t.weftSet.g)<<32 | uintptr(t.weftSet.step) }

// weftChoice describes a timer: as the next step of a goroutine that sleeps, or by
// who made it.
func (t *timer) weftChoice() weftChoice {
	c := weftChoice{g: t.weftBy.g, step: t.weftBy.step, timer: true, op: weftOpFire, ptr: uintptr(unsafe.Pointer(t)), obj: t.weftSetBy()}
	if gp := t.weftSleeper(); gp != nil {
		c.g, c.step, c.op, c.pc = gp.weft.id, gp.weft.steps, weftOpSleep, gp.weft.pc
	}
	return c
}

// weftTimers fires the timers that are due, in the root of the bubble. It returns
// when none is left or, if any order is permitted, when something else is ready.
func (b *synctestBubble) weftTimers() {
	w := b.weft
	if w.over != 0 {
		weftStop(w.over)
	}
	for {
		systemstack(func() {
			// Timers that were stopped or set to another time stay in the heap, and
			// wakeTime counts them: the root would look for them for ever.
			ts := &b.timers
			ts.lock()
			ts.adjust(b.now, true)
			ts.unlock()
			lock(&w.mu)
			w.count = 0
			w.due()
			unlock(&w.mu)
		})
		n := w.count
		if n == 0 {
			w.firing = 0
			return
		}
		taken := 0
		if w.firing != 0 {
			for i := range n {
				if w.choices[i].ptr == w.firing {
					taken = i
				}
			}
			w.firing = 0
		} else if n > 1 && w.policy != weftFIFO {
			taken = weftAsk(weftTimer)
		}
		c := w.choices[taken]
		if w.policy == weftAnyReady && w.direct == 0 && c.op == weftOpSleep {
			w.direct.set((*timer)(unsafe.Pointer(c.ptr)).weftSleeper())
		}
		systemstack(func() { b.weftFire(c) })
		if w.policy == weftAnyReady && w.ready > 0 {
			return
		}
	}
}

// weftFire fires one timer, ahead of others that are due as well.
//
//go:systemstack
func (b *synctestBubble) weftFire(c weftChoice) {
	gp := getg().m.curg
	getg().m.curg = nil // as synctestRun does for timers.check
	ts := &b.timers
	ts.lock()
	ts.adjust(b.now, true)
	var t *timer
	for i := range ts.heap {
		if t = ts.heap[i].timer; uintptr(unsafe.Pointer(t)) == c.ptr {
			t.rand = 0
			ts.siftUp(i)
			break
		}
	}
	b.weft.fired = weftFiring{weftName{c.g, c.step}, c.obj}
	b.weft.record(weftEvent{op: weftOpFire, g: c.g, step: c.step, arg: uint64(c.op), obj: c.obj})
	ts.run(b.now, b)
	b.weft.fired = weftFiring{}
	// A ticker stays in the heap. It must not be ahead of others for good.
	for i := range ts.heap {
		if ts.heap[i].timer == t {
			t.rand = b.weftArm()
			ts.siftDown(i)
			break
		}
	}
	ts.unlock()
	getg().m.curg = gp
}

// weftNext returns to what instant time moves: to next, which is that of the first timer
// in the heap, or to that of the timer that was picked to fire. Those before it were
// stopped.
func (b *synctestBubble) weftNext(next int64) int64 {
	if w := b.weft; w != nil && w.firing != 0 {
		return (*timer)(unsafe.Pointer(w.firing)).when
	}
	return next
}

// weftMoved notes that time has moved.
func (b *synctestBubble) weftMoved() {
	if w := b.weft; w != nil {
		lock(&w.mu)
		w.now = b.now
		w.movedAt = w.steps
		w.record(weftEvent{op: weftOpTime})
		w.moved()
		switch {
		case !w.draining && w.onlyTicks(w.ticks, true):
			w.over = weftTicked // the caller holds b.mu
		case w.limit != 0 && w.moves >= w.limit:
			w.over = weftLimit // by functions of timers that do not synchronise
		}
		unlock(&w.mu)
	}
}

// weftDrains reports whether time goes on although the program has returned.
func (b *synctestBubble) weftDrains(next int64) bool {
	w := b.weft
	if w == nil || w.drain <= 0 {
		return false
	}
	if !w.draining {
		w.draining = true
		if w.until = b.now + w.drain; w.until < 0 {
			w.until = 1<<63 - 1
		}
	}
	if next > w.until {
		return false
	}
	lock(&w.mu)
	ticks := w.onlyTicks((w.ticks+9)/10, false)
	unlock(&w.mu)
	if ticks {
		return false
	}
	if w.expects && w.left != w.goers+w.exits {
		w.left = w.goers + w.exits
		unlock(&b.mu) // the root has the turn, and all others are blocked
		stay := weftAsk(weftLeft)
		lock(&b.mu)
		return stay == 0
	}
	return true
}

// weftArm gives a timer that is put into the heap its place among those of one instant.
func (b *synctestBubble) weftArm() uint32 {
	w := b.weft
	if w == nil {
		return cheaprand()
	}
	return uint32(w.steps+w.moves) + 1
}

// weftMade names a timer by the goroutine that makes it.
func weftMade(t *timer, c *hchan) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil {
		return
	}
	gp.weft.timers++
	t.weftBy = weftName{gp.weft.id, gp.weft.timers}
	if gp.bubble.weft.cur.ptr() == gp {
		_, user := weftCaller(weftSync)
		weftTell(weftEvent{op: weftOpTimer, g: gp.weft.id, step: gp.weft.timers, obj: uintptr(unsafe.Pointer(c)), pc: user})
	}
}

// weftFiresAtOnce is called when a timer fires while it is set, since it is due.
func (b *synctestBubble) weftFiresAtOnce(t *timer) {
	if w := b.weft; w != nil {
		w.fired = weftFiring{t.weftBy, t.weftSetBy()}
	}
}

func (b *synctestBubble) weftFiredAtOnce() {
	if w := b.weft; w != nil {
		w.fired = weftFiring{}
	}
}
