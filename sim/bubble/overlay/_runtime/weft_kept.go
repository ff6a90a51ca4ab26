// What an earlier run has left behind: something of its bubble that a variable of a
// package keeps. No run can go on with it.

package runtime

import "unsafe"

// What can be met.
const (
	weftKeptChan  = 1
	weftKeptTimer = 2
	weftKeptGroup = 3 // a sync.WaitGroup
	weftKeptCond  = 4 // a sync.Cond for which somebody waits
	weftKeptLock  = 5 // a lock, or the like, for which somebody waits
)

// weftMeets ends the run, since it has met something of another bubble. It returns if
// this goroutine is in no bubble that a driver runs. made is where it was made, or 0.
func weftMeets(what uint8, made uintptr) {
	if !weftDriven() {
		return
	}
	weftPeeked()
	w := getg().bubble.weft
	w.kept, w.keptMade = what, made
	w.depth = callers(1, w.where[:])
	weftStop(weftKept)
}

// weftMeetsTimer is weftMeets for a timer that stands in the heap of another bubble.
func weftMeetsTimer(t *timer) {
	b := getg().bubble
	if b != nil && b.weft != nil && t.isFake && t.ts != nil && t.ts != &b.timers {
		weftMeets(weftKeptTimer, 0)
	}
}

// weftMeetsGroup is weftMeets for a wait group, if that is what package sync complains of.
func weftMeetsGroup(s string) {
	if s == "sync: WaitGroup.Add called from multiple synctest bubbles" {
		weftMeets(weftKeptGroup, 0)
	}
}

// weftMeetsSleeper notes that somebody of this bubble wakes a goroutine that waits in
// another one, which will never have the turn: a lock or a condition variable was kept. It
// is told at the end of the run, since here it cannot be stopped.
func weftMeetsSleeper(by, woken *g) {
	if by == nil || by.bubble == nil || by.bubble.weft == nil || woken.bubble == nil || woken.bubble == by.bubble {
		return
	}
	if w := by.bubble.weft; w.kept == 0 {
		w.kept = weftKeptLock
	}
}

// weftStrays reports whether a channel belongs to another bubble than the caller. The
// pointer alone does not tell: the bubble may be gone, and this one lie where it lay.
func weftStrays(c *hchan) bool {
	b := getg().bubble
	return c.bubble != nil && (b != c.bubble || b.id != c.weftBubble)
}

// weftMakesChan names a channel, and notes where it is made.
func weftMakesChan(c *hchan) {
	gp := getg()
	w := gp.bubble.weft
	if !w.counting {
		return
	}
	_, c.weftMade = weftCaller(weftLibrary)
	if w.cur.ptr() == gp {
		weftTell(weftEvent{op: weftOpMake, g: gp.weft.id, step: gp.weft.steps, obj: uintptr(unsafe.Pointer(c)), arg: gp.weft.about, pc: c.weftMade})
	}
}
