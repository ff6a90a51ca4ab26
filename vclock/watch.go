package vclock

import (
	"runtime"
	"time"

	"github.com/benbjohnson/clock"
)

// A watch follows one timer or ticker that the user can stop and reset.
//
// The user's calls go to a mock clock that never moves, and that is of this
// timer alone: so they give the results that they should, and cost the same
// however many timers there are. The watch finds out what was called
// afterwards, in look, and does it to the real deadline, which is an event of
// the host.
type watch struct {
	bridge *Bridge
	name   string
	mock   *clock.Mock

	// subject is nil while the subject is idle: it has been stopped or has
	// fired. Then only the user keeps it alive. Until the user resets it: that
	// puts it into mock's list, where the watch sees it and asks revive for it.
	subject subject
	revive  func() subject

	period time.Duration // of a ticker; 0 for a timer
	ring   func(due time.Duration)

	due    time.Duration
	cancel func() bool // stops the host's event; nil if there is none
	arming uint64      // counts calls of arm and disarm, to tell events that are out of date
}

// arm sets the deadline, and makes it an event of the host.
func (w *watch) arm(due time.Duration) {
	w.disarm()
	w.due = due
	if due == Forever {
		return // An event would make the host go there once nothing else is left.
	}
	arming := w.arming
	w.cancel = w.bridge.host.Schedule(due, w.name, func() {
		if arming == w.arming {
			w.cancel = nil
			w.fire()
		}
	})
}

// disarm stops the host's event.
func (w *watch) disarm() {
	w.arming++
	if w.cancel != nil {
		w.cancel()
		w.cancel = nil
	}
}

// look finds out what the user has done to the subject since the last look.
// Time has not moved since then, or else the bridge would have looked.
func (w *watch) look() {
	if w.subject == nil {
		if !w.bridge.layout.hasArmed(w.mock) {
			return
		}
		// The mock's list keeps the subject alive, so this is not nil.
		w.subject = w.revive()
		w.bridge.idle--
	}
	seen := w.subject.sees()
	switch {
	case seen.stopped:
		w.disarm()
		w.rest()
	case seen.reset != sentinel:
		if w.period != 0 {
			if seen.reset <= 0 {
				panic("vclock: Ticker.Reset of " + w.name + " with a period that is not positive: use Stop to stop a ticker")
			}
			w.period = seen.reset
		}
		w.subject.reset(sentinel)
		w.arm(w.bridge.after(seen.reset))
	}
}

// rest makes the watch idle.
func (w *watch) rest() {
	w.subject = nil
	w.bridge.idle++
}

// fire is the host's event at the deadline.
func (w *watch) fire() {
	arming := w.arming
	w.look()
	if w.arming != arming {
		return // The user was quicker, and stopped or reset it in this instant.
	}
	due := w.due
	// The function of AfterFunc lives as long as its timer.
	defer runtime.KeepAlive(w.subject)
	if w.period == 0 {
		w.subject.stop()
		w.rest()
	} else {
		// As package time does, leave out ticks that are overdue already.
		late := w.bridge.host.Now() - due
		w.arm(Add(due, w.period*(1+late/w.period)))
	}
	w.ring(due)
}
