package sim

import (
	"time"

	"weft/trace"
)

func (l *Loop) turns() error {
	l.begin()
	for {
		if err := l.turn(true); err != nil {
			return err
		}
		if l.stopping {
			return nil
		}
	}
}

// turn is one turn of the loop, asyncio's _run_once: deliver what is due, then
// run what is ready at this moment; what that makes ready runs in the next turn.
// If nothing is ready, time moves on first, provided that it may.
func (l *Loop) turn(mayMove bool) error {
	l.takeIncoming()
	l.beforeMove()
	l.world.run(l, l.clock.Now())
	if l.fault != nil {
		return l.fault
	}
	if l.ready.n == 0 && !l.stopping && mayMove {
		if err := l.moveOn(); err != nil {
			return err
		}
		l.moves++
		l.order.last = -1
	}
	l.collectDue(mayMove && l.ready.n == 0)
	if l.fault != nil {
		return l.fault
	}
	if l.policy.PicksReady() {
		return l.rankedTurn()
	}
	for n := l.ready.n; n > 0; n-- {
		l.perform(l.ready.pop())
		if l.fault != nil {
			return l.fault
		}
	}
	return nil
}

// rankedTurn runs what belongs to the turn of the first entry. Which work that is
// depends on what made it ready and not on when, so that the ends of turns are
// the same in every order of independent steps.
func (l *Loop) rankedTurn() error {
	if l.ready.n == 0 {
		return nil
	}
	for turn := l.ready.at(0).rank.turn; l.ready.n > 0 && l.ready.at(0).rank.turn <= turn; {
		l.perform(l.nextReady())
		if l.fault != nil {
			return l.fault
		}
		if l.stopping {
			return nil
		}
	}
	return nil
}

func (l *Loop) perform(e entry) {
	if l.steps == l.stepLimit {
		l.fault = l.stepLimitError()
		return
	}
	l.steps++
	l.instantSteps++
	l.beat.Add(1)
	l.last = e.cause
	switch {
	case l.policy.PicksReady():
		l.performRanked(e)
	case l.tracking || l.check != nil:
		l.performStep(e)
	default:
		e.work.run(l, e)
	}
}

// performRanked keeps what is known of ranks up to date while e runs.
func (l *Loop) performRanked(e entry) {
	if e.silent && e.work.(*timer).gen == e.gen {
		l.notice(&e)
	}
	if _, mark := e.work.(*stopMark); mark {
		l.steps-- // under other policies, it is no entry of the queue
		l.instantSteps--
	}
	l.last = e.cause
	outer := l.order
	l.order.here, l.order.inside, l.order.pushed = e.rank, true, 0
	if l.tracking || l.check != nil {
		l.performStep(e)
	} else {
		e.work.run(l, e)
	}
	if !outer.inside {
		l.takeDue()
	}
	outer.last = max(outer.last, e.rank.turn)
	l.order = outer
}

// performStep takes the step down, if e is one, and checks what must hold after
// it.
func (l *Loop) performStep(e entry) {
	if !e.isEvent() {
		l.by = e.by
		e.work.run(l, e)
		l.by = 0
		return
	}
	if len(l.journal.steps) == keptSteps {
		l.untrack("more steps than are kept")
		l.tracking = false
	}
	note := stepNote{}
	if l.tracking {
		l.openStep(&e)
		note = l.journal.steps[len(l.journal.steps)-1]
	} else if l.check != nil {
		note = l.noteOf(&e)
	}
	e.work.run(l, e)
	if l.check != nil && l.fault == nil {
		l.runCheck(note.name())
	}
	if l.tracking {
		l.closeStep()
		l.by = 0
	}
}

// moveOn moves time to the next thing that will happen.
func (l *Loop) moveOn() error {
	for l.ready.n == 0 {
		if l.awaitOutside() {
			l.takeIncoming()
			continue
		}
		if l.beforeMove(); l.ready.n > 0 {
			return nil
		}
		head := l.timers.Peek()
		next, ok := l.world.next()
		switch {
		case ok && (head == nil || next <= head.When()):
			// The world goes first at one instant, so that what arrives from it
			// is due together with the loop's own timers.
			l.moveTo(next)
			l.world.run(l, next)
			if l.fault != nil {
				return l.fault
			}
			if head := l.timers.Peek(); head != nil && head.When() <= l.clock.Now() {
				return nil
			}
		case head != nil:
			l.moveTo(head.When())
			return nil
		default:
			return l.deadlock()
		}
	}
	return nil
}

// beforeMove looks at what only shows when it is looked at: clock timers that the
// program has reset, channels, derived contexts. Time must not move before that,
// or they would be noticed late. The order matters: a clock timer may end a
// context.
func (l *Loop) beforeMove() {
	for _, f := range l.onMove {
		f()
	}
	l.poll()
}

// moveTo moves the clock, never back.
func (l *Loop) moveTo(t time.Duration) {
	before := l.clock.Now()
	if t <= before {
		return
	}
	l.clock.MoveTo(t)
	l.instantSteps = 0
	if l.recording() {
		l.recorder.Record(trace.Entry{Kind: trace.Advance, At: t, Span: t - before})
	}
}
