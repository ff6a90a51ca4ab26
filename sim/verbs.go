package sim

import (
	"time"

	"weft/sim/order"
	"weft/vclock"
)

// Advance moves time on by d and runs nothing: timers that are passed are late,
// and are delivered when the loop runs next. A negative d does nothing. It must
// not be called while the loop runs; there, use [Block].
func (l *Loop) Advance(d time.Duration) {
	if l.running {
		misuse("Advance was called while the loop runs; use Block in a task")
	}
	if d > 0 {
		l.beforeMove()
		l.moveTo(vclock.Add(l.clock.Now(), d))
	}
}

// RunReady runs what is ready, and what that makes ready, and the timers that
// are due, without moving time on.
func (l *Loop) RunReady() error {
	return l.runWhile(func() bool { return false })
}

// RunUntilIdle runs until nothing is ready and no timer is left, moving time on
// as it must. Tasks that wait for each other may be left: that is no error here.
func (l *Loop) RunUntilIdle() error {
	return l.runWhile(func() bool { return l.timers.Len() > 0 || l.world.busy() || l.expectsOutside() })
}

// RunFor runs for d of virtual time, every timer at its own instant, and leaves
// the clock d later than it was, unless it is stopped before.
func (l *Loop) RunFor(d time.Duration) error {
	end := vclock.Add(l.clock.Now(), max(d, 0))
	err := l.runWhile(func() bool {
		next, ok := l.world.next()
		if head := l.timers.Peek(); head != nil && (!ok || head.When() < next) {
			next, ok = head.When(), true
		}
		return ok && next <= end
	})
	if err == nil && !l.stopped {
		l.moveTo(end)
	}
	return err
}

// runWhile takes turns while something is ready or due, or mayMove allows time
// to move on.
func (l *Loop) runWhile(mayMove func() bool) error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	defer func() { l.stopped = l.stopping }()
	for !l.stopping {
		l.takeIncoming()
		l.beforeMove()
		head := l.timers.Peek()
		due := head != nil && head.When() <= l.clock.Now()
		if next, ok := l.world.next(); ok && next <= l.clock.Now() {
			due = true
		}
		moves := false
		if l.ready.n == 0 && !due {
			if !mayMove() {
				return nil
			}
			moves = true
		}
		if err := l.turn(moves); err != nil {
			if _, none := err.(*order.DeadlockError); none && !mayMove() {
				return nil // a call from outside was expected, and is not any more
			}
			return err
		}
	}
	return nil
}
