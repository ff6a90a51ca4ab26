package sim

import (
	"time"

	"weft/sim/order"
)

// mayComeFirst returns the timers that may fire before what is ready, although they are
// not due yet: those of the next instant, under [order.HoldUps], as long as whoever is
// ready may be held up until then.
func (l *Loop) mayComeFirst() []*timer {
	head := l.timers.Peek()
	if head == nil {
		return nil
	}
	after := head.When() - l.clock.Now()
	if l.ahead == 0 || after < l.ahead {
		l.ahead = after
	}
	times, most := l.policy.HoldsUp()
	if times == 0 {
		return nil
	}
	l.untrack(order.TimePasses)
	l.late = l.late[:0]
	if l.heldUp == times || after > most {
		return nil
	}
	l.due = l.timers.AppendDue(l.due[:0], head.When())
	for _, due := range l.due {
		if t := due.Value.(*timer); firing(t) != nil {
			l.late = append(l.late, t)
		}
	}
	return l.late
}

// firing returns what a reader would call the event when the timer fires: the timer
// itself, or the step of the task that sleeps until then. It is nil if there is none.
func firing(t *timer) *entry {
	e := entry{work: t, gen: t.gen}
	if own := e.sleeper(); own != nil {
		return &entry{work: own.task}
	}
	if !t.event {
		return nil
	}
	return &e
}

// holdUp moves time to the instant of a timer although something is ready, and returns
// what fires then.
func (l *Loop) holdUp(t *timer) entry {
	l.heldUp++
	l.executors.runUntil(l, t.When()) // which goes on meanwhile
	l.moveTo(t.When())
	l.takeDue()
	e := firing(t)
	if e == nil { // taken back meanwhile
		return l.nextReady()
	}
	return l.runUntilReady(e.work)
}

// The part of a loop's state that is about time passing while something is ready.
type holdUps struct {
	ahead  time.Duration // how far off a timer was, at the least, while something was ready
	heldUp int           // how often time has moved then
	late   []*timer      // reused
}
