package sim

import (
	"time"

	"weft/vclock"
)

// world is what goes on outside the loop's own thread: the threads of executors.
// It moves on at its own instants also while a task holds the loop, as real
// threads do, and hands its results over through the loop's timers.
type world struct {
	timers vclock.Queue
	gil    *processor // the global interpreter lock, if an executor has one
	pools  []*Executor
	alive  int // threads that are at work
}

// worldEvent is something that happens in the world at an instant.
type worldEvent struct {
	vclock.Timer
	happen func()
}

func (w *world) at(when time.Duration, happen func()) *worldEvent {
	e := &worldEvent{happen: happen}
	e.Timer.Value = e
	w.timers.Schedule(&e.Timer, when)
	return e
}

// next returns the instant of the next event.
func (w *world) next() (time.Duration, bool) {
	if head := w.timers.Peek(); head != nil {
		return head.When(), true
	}
	return 0, false
}

func (w *world) busy() bool { return w.timers.Len() > 0 }

// run lets happen what is due at now.
func (w *world) run(l *Loop, now time.Duration) {
	for l.fault == nil {
		head := w.timers.Peek()
		if head == nil || head.When() > now {
			return
		}
		if l.steps == l.stepLimit {
			l.fault = l.stepLimitError()
			return
		}
		w.timers.Pop()
		l.steps++
		l.beat.Add(1)
		head.Value.(*worldEvent).happen()
	}
}

// runUntil lets happen what happens up to end, each at its instant.
func (w *world) runUntil(l *Loop, end time.Duration) {
	for l.fault == nil {
		next, ok := w.next()
		if !ok || next > end {
			return
		}
		l.moveTo(next)
		w.run(l, next)
	}
}

// arrival is news from the world: due at once, in the order of the loop's timers.
type arrival struct {
	timer timer
	done  func()
}

func (a *arrival) fire(*Loop, *timer) { a.done() }

func (l *Loop) arrive(name string, n int32, done func()) {
	a := &arrival{done: done}
	a.timer = timer{name: name, act: a, event: true, fixed: true, n: n}
	l.armAt(&a.timer, l.clock.Now())
}
