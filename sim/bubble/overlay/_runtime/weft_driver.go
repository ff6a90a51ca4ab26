// What is asked of whoever drives a run, and answered.

package runtime

import "unsafe"

// draw draws a number below n.
func (w *weftControl) draw(n int) int {
	w.draws += 0x9e3779b97f4a7c15
	return int(weftMix(w.draws) % uint64(n))
}

// planned makes a decision without the driver, if there is none, or if it is in the
// plan and there is room to log it. The caller holds w.mu.
func (w *weftControl) planned(kind uint8) (taken int, ok bool) {
	if !w.counting {
		return w.draw(w.count), true
	}
	n := w.count
	at := w.made
	w.made++
	if at >= len(w.plan) || w.logged+n > len(w.log) || w.used == len(w.events) {
		return 0, false
	}
	turn := w.plan[at]
	if turn.of != 0 && turn.of != n {
		w.made = len(w.plan) // void
		return 0, false
	}
	hi := weftMulHigh(turn.fraction, uint64(n))
	taken = int(hi)
	copy(w.log[w.logged:], w.choices[:n])
	w.logged += n
	w.record(weftEvent{op: weftOpDecide, step: uint32(kind), obj: uintptr(n), arg: uint64(taken)})
	return taken, true
}

// weftWait waits until the driver is asked for something, and says what.
func weftWait(w *weftControl) uint8 {
	lock(&w.mu)
	if !w.asked {
		w.driver.set(getg())
		goparkunlock(&w.mu, waitReasonZero, traceBlockGeneric, 1)
		lock(&w.mu)
	}
	kind := w.kind
	unlock(&w.mu)
	return kind
}

// ask notes that the driver is wanted, and returns it if it has to be woken. The
// caller holds w.mu.
func (w *weftControl) ask(kind uint8) guintptr {
	w.kind, w.asked = kind, true
	d := w.driver
	w.driver = 0
	return d
}

// weftAnswer says what the driver has taken.
func weftAnswer(w *weftControl, taken int) {
	lock(&w.mu)
	if !w.asked {
		unlock(&w.mu)
		return
	}
	w.asked = false
	w.taken = taken
	if gp := w.asker.ptr(); gp != nil {
		w.asker = 0
		unlock(&w.mu)
		weftWake(gp)
		return
	}
	if !w.picking {
		unlock(&w.mu)
		return
	}
	w.picking = false
	if w.stopped {
		unlock(&w.mu)
		return
	}
	gp := w.settle(taken)
	unlock(&w.mu)
	w.startOne(gp)
}

// settle gives the turn to whoever was chosen, and returns it. For a timer that is the
// root, which must be woken.
func (w *weftControl) settle(taken int) guintptr {
	var gp guintptr
	c := &w.choices[taken]
	if !c.timer {
		gp.set((*g)(unsafe.Pointer(c.ptr)))
		w.remove(gp.ptr())
		w.turn(gp.ptr())
		return gp
	}
	w.firing = c.ptr
	w.direct = 0
	t := (*timer)(unsafe.Pointer(c.ptr))
	switch { // the root moves time first
	case t.when <= w.started.now:
	case w.overdue(t.when):
		w.hurried = true
	default:
		w.late++
	}
	if sleeper := t.weftSleeper(); sleeper != nil {
		w.direct.set(sleeper)
	}
	gp.set(w.started.root)
	w.cur = gp
	w.wakeRoot = true
	return gp
}

// startOne starts a goroutine that has been given the turn. The caller does not hold
// w.mu.
func (w *weftControl) startOne(gp guintptr) {
	if !w.wakeRoot {
		weftGo(gp.ptr())
		return
	}
	w.wakeRoot = false
	b := w.started
	lock(&b.mu)
	b.active++ // as maybeWakeLocked does
	unlock(&b.mu)
	weftWake(gp.ptr())
}

// weftGo puts a goroutine that has the turn where this processor finds it, and wakes no
// other one: who calls this is about to give up the processor.
func weftGo(gp *g) {
	systemstack(func() {
		mp := acquirem()
		runqput(mp.p.ptr(), gp, true)
		releasem(mp)
	})
}

// weftWake is goready for those who take turns with the caller: a driver, the root, a
// goroutine that has the turn and waits for an answer. It wakes no other processor
// either.
func weftWake(gp *g) {
	systemstack(func() {
		mp := acquirem()
		trace := traceAcquire()
		casgstatus(gp, _Gwaiting, _Grunnable)
		if trace.ok() {
			trace.GoUnpark(gp, 1)
			traceRelease(trace)
		}
		runqput(mp.p.ptr(), gp, true)
		releasem(mp)
	})
}

// weftBaton lets two goroutines outside of bubbles take turns. Of a channel, the
// receiver would be started on another processor.
type weftBaton struct {
	mu      mutex
	passed  bool
	waiting guintptr
}

func weftNewBaton() *weftBaton { return new(weftBaton) }

// weftAwait waits until the baton has been passed.
func weftAwait(b *weftBaton) {
	lock(&b.mu)
	if !b.passed {
		b.waiting.set(getg())
		goparkunlock(&b.mu, waitReasonZero, traceBlockGeneric, 1)
		lock(&b.mu)
	}
	b.passed = false
	unlock(&b.mu)
}

// weftPass passes the baton. The caller is about to wait.
func weftPass(b *weftBaton) {
	lock(&b.mu)
	b.passed = true
	gp := b.waiting.ptr()
	b.waiting = 0
	unlock(&b.mu)
	if gp != nil {
		weftWake(gp)
	}
}

// weftAsk has the driver decide something while the turn is kept.
func weftAsk(kind uint8) int {
	gp := getg()
	w := gp.bubble.weft
	lock(&w.mu)
	if kind != weftFull && kind != weftLeft {
		if taken, ok := w.planned(kind); ok {
			unlock(&w.mu)
			return taken
		}
	}
	w.asker.set(gp)
	w.kind = kind
	gopark(weftAskCommit, unsafe.Pointer(w), waitReasonZero, traceBlockGeneric, 1)
	return w.taken
}

func weftAskCommit(gp *g, p unsafe.Pointer) bool {
	w := (*weftControl)(p)
	d := w.ask(w.kind)
	unlock(&w.mu)
	if d != 0 {
		weftWake(d.ptr())
	}
	return true
}

// weftMulHigh returns the upper half of a product (Knuth, The Art of Computer
// Programming, volume 2, 4.3.1). Where the runtime has it, differs from version to
// version.
func weftMulHigh(x, y uint64) uint64 {
	const half = 1<<32 - 1
	x0, x1, y0, y1 := x&half, x>>32, y&half, y>>32
	t := x1*y0 + x0*y0>>32
	return x1*y1 + t>>32 + (t&half+x0*y1)>>32
}
