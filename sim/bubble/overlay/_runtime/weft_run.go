// A run, from its beginning to its end.

package runtime

import "unsafe"

var weftPending struct {
	mu   mutex
	list *weftControl
}

// weftCreate makes a control. It is made here, so that the collector knows its layout.
func weftCreate() *weftControl {
	lock(&weftPending.mu)
	weftFindSource()
	unlock(&weftPending.mu)
	return new(weftControl)
}

// weftRun runs f in a bubble under control of w. It panics as synctest.Run does.
func weftRun(w *weftControl, f func()) {
	gp := getg()
	w.forG.set(gp)
	w.counting = true
	lock(&weftPending.mu)
	w.next = weftPending.list
	weftPending.list = w
	unlock(&weftPending.mu)
	defer weftTake(gp) // if it panicked before the bubble took it
	synctestRun(f)
}

// weftTake returns the control that waits for the bubble that gp begins.
func weftTake(gp *g) *weftControl {
	lock(&weftPending.mu)
	for p := &weftPending.list; *p != nil; p = &(*p).next {
		if w := *p; w.forG.ptr() == gp {
			*p = w.next
			w.next = nil
			unlock(&weftPending.mu)
			return w
		}
	}
	unlock(&weftPending.mu)
	return nil
}

// weftBegin puts a bubble under control.
func (b *synctestBubble) weftBegin(root *g) {
	w := weftTake(root)
	if w == nil {
		w = weftSeeded()
	}
	if w == nil {
		return
	}
	w.started = b
	w.now = b.now
	// Where it is not known what a goroutine comes to first, it is not known either whether
	// it has to wait for a lock.
	w.locksBar = w.counting && w.points && w.policy == weftAnyReady && w.sight
	root.weft = weftG{}
	w.cur.set(root)
	b.weft = w
	w.sightBegins()
}

// weftSeeded returns a control that draws from the seed in the variable WEFT_SEED, for
// bubbles of testing/synctest that no driver has asked for. Without the variable, it
// returns nil.
func weftSeeded() *weftControl {
	text := gogetenv("WEFT_SEED")
	if text == "" {
		return nil
	}
	seed := uint64(0)
	if text == "random" {
		seed = weftRandomSeed()
	} else {
		for _, c := range []byte(text) {
			if c < '0' || c > '9' || seed > (1<<64-1-uint64(c-'0'))/10 {
				print("weft: WEFT_SEED is ", text, "; want a number below 2^64, or random\n")
				exit(2)
			}
			seed = seed*10 + uint64(c-'0')
		}
	}
	lock(&weftPending.mu)
	weftFindSource()
	unlock(&weftPending.mu)
	return &weftControl{limit: 10_000_000, policy: weftAnyReady, points: true, seed: seed, draws: weftMix(seed), choices: make([]weftChoice, 1<<8), allocs: make([]weftAlloc, 1)}
}

// weftDrawn is the seed of all bubbles of a process, if it is to be a random one.
var weftDrawn uint64

// weftRandomSeed draws that seed, and says once what it is.
func weftRandomSeed() uint64 {
	lock(&weftPending.mu)
	first := weftDrawn == 0
	if first {
		weftDrawn = max(1, bootstrapRand()>>32)
	}
	unlock(&weftPending.mu)
	if first {
		print("weft: bubbles of testing/synctest run in the order of WEFT_SEED=", weftDrawn, "\n")
	}
	return weftDrawn
}

// weftEnd lets go of the bubble.
func (b *synctestBubble) weftEnd() {
	w := b.weft
	if w == nil {
		return
	}
	// The root keeps the turn: if the collector stops it on its way out, it must be
	// started again.
	lock(&w.mu)
	w.stopped = true
	w.now = b.now
	unlock(&w.mu)
}

// weftBubbled reports whether the calling goroutine is in a bubble.
func weftBubbled() bool { return getg().bubble != nil }

// weftReason names a reason to wait.
func weftReason(why uint8) string { return waitReason(why).String() }

// weftHere returns the control of the calling goroutine's bubble, or nil.
func weftHere() *weftControl {
	if b := getg().bubble; b != nil {
		return b.weft
	}
	return nil
}

// weftNote takes down something that the calling goroutine does.
func weftNote(op uint8, arg uint64) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp.bubble.weft.cur.ptr() != gp {
		return
	}
	weftTell(weftEvent{op: op, g: gp.weft.id, step: gp.weft.steps, arg: arg, pc: gp.weft.pc})
}

// weftFinish says that the run is over.
func weftFinish(w *weftControl) {
	w.sightEnds()
	w.finalsEnd()
	lock(&w.mu)
	if w.ended == 0 {
		w.ended = weftReturned
	}
	w.stopped = true
	w.holding = w.held
	d := w.ask(weftOver)
	unlock(&w.mu)
	if d != 0 {
		weftWake(d.ptr())
	}
}

// weftStall ends a run in which nothing has happened for long, and returns the number of
// the goroutine that has the turn, by which stack traces call it, or 0.
func weftStall(w *weftControl) (goid uint64) {
	w.sightEnds()
	w.finalsEnd()
	lock(&w.mu)
	var d guintptr
	if gp := w.cur.ptr(); gp != nil {
		goid = gp.goid
		w.endPeek(gp)
	}
	if !w.asked && !w.stopped {
		w.ended, w.stopped = weftStuck, true
		d = w.ask(weftOver)
	}
	unlock(&w.mu)
	if d != 0 {
		weftWake(d.ptr())
	}
	return goid
}

// weftStop ends the run where it is. Its goroutines stay parked for ever.
func weftStop(why uint8) {
	gp := getg()
	w := gp.bubble.weft
	w.sightEnds()
	w.finalsEnd()
	lock(&w.mu)
	w.endPeek(gp)
	w.ended = why
	w.stopped = true
	w.holding = w.held
	w.kind = weftOver
	if !w.counting {
		unlock(&w.mu)
		fatal("weft: a synctest bubble has taken 10,000,000 steps; does it end? (WEFT_SEED orders it)")
	}
	gopark(weftAskCommit, unsafe.Pointer(w), waitReasonZero, traceBlockForever, 1)
	throw("unreachable")
}

// weftPanicked takes in a panic that nobody recovers. Without a driver, it returns.
func weftPanicked(e any) {
	if weftDriven() {
		weftPeeked()
		runningPanicDefers.Add(-1)
		weftPanics(e)
	}
}

// weftFatal takes in an error of the program that cannot be recovered from. Without a
// driver, it returns.
func weftFatal(s string) {
	if weftDriven() {
		weftPeeked()
		weftPanics(plainError("fatal error: " + s))
	}
}

func weftDriven() bool {
	gp := getg()
	return gp.bubble != nil && gp.bubble.weft != nil && gp.bubble.weft.counting && gp != gp.bubble.root
}

func weftPanics(e any) {
	w := getg().bubble.weft
	w.panicked = e
	w.depth = callers(2, w.where[:])
	weftStop(weftPanic)
}

// weftQuiet has what the calling goroutine does order nothing, as long as the sum of what
// it is given is positive.
func weftQuiet(n int32) { getg().weft.quiet += n }
