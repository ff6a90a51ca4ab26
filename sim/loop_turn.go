package sim

import (
	"time"

	"weft/sim/order"
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
	l.executors.run(l, l.clock.Now())
	if l.fault != nil {
		return l.fault
	}
	l.pollGuards()
	if l.ready.n == 0 && !l.stopping && mayMove {
		l.noteGuards()
		if err := l.moveOn(); err != nil {
			return err
		}
		l.moves++
		l.ranks.last = -1
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
	if len(l.guards) > 0 && l.lapsed(e.work) {
		return
	}
	if l.steps == l.stepLimit {
		l.fault = l.stepLimitError()
		if n := len(l.journal.steps); n > 0 {
			l.journal.steps[n-1].alone = true // it ended the run
		}
		return
	}
	l.steps++
	l.instantSteps++
	l.heartbeat.Add(1)
	l.last = e.cause
	switch {
	case l.policy.PicksReady():
		l.performRanked(e)
	case l.tracking || l.check != nil:
		l.performStep(e)
		l.pollGuards()
	default:
		e.work.run(l, e)
		l.pollGuards()
	}
}

// performRanked keeps what is known of ranks up to date while e runs.
func (l *Loop) performRanked(e entry) {
	if e.silent && e.work.(*timer).gen == e.gen {
		l.notice(&e)
	}
	if _, stop := e.work.(*stopEntry); stop {
		l.steps-- // under other policies, it is no entry of the queue
		l.instantSteps--
	}
	l.last = e.cause
	outer := l.ranks
	l.ranks.here, l.ranks.inside, l.ranks.pushed = e.rank, true, 0
	if l.tracking || l.check != nil {
		l.performStep(e)
	} else {
		e.work.run(l, e)
	}
	if !outer.inside {
		l.pollGuards()
		l.takeDue()
	}
	outer.last = max(outer.last, e.rank.turn)
	l.ranks = outer
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
	} else if l.check != nil {
		note = l.noteOf(&e)
	}
	at := len(l.journal.steps) - 1
	e.work.run(l, e)
	if l.check != nil && l.fault == nil {
		if l.tracking {
			note = l.journal.steps[at]
		}
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
		next, ok := l.executors.next()
		switch {
		case ok && (head == nil || next <= head.When()):
			// Executors go first at one instant, so that what arrives from them
			// is due together with the loop's own timers.
			l.moveTo(next)
			l.executors.run(l, next)
			if l.fault != nil {
				return l.fault
			}
			l.pollGuards()
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

// Stop lets the loop finish its turn and return from the Run method that it is
// in. If it is not running, the next RunForever takes one turn.
//
// Under [order.AnyReady], the stop is something that may happen at any pick from now
// on, and the loop returns there and then; by default, that is at the end of the
// turn.
func (l *Loop) Stop() {
	if !l.policy.PicksReady() || !l.running {
		l.stopping = true
		return
	}
	l.touch(l, order.Writes)
	if l.stopAsked == nil {
		turn := l.ranks.last
		if l.ranks.inside {
			turn = l.ranks.here.turn
		}
		l.askStop(turn)
	}
}

// stopEntry stands in the ready queue where a call of Stop takes effect.
type stopEntry struct{ n int32 }

func (s *stopEntry) run(l *Loop, _ entry) { l.stopping = true }

func (l *Loop) askStop(turn int32) {
	l.stops++
	l.stopAsked = &stopEntry{l.stops}
	e := entry{work: l.stopAsked, cause: l.last, by: l.by}
	e.rank = l.rankFrom(rankRoot{turn: turn, class: fromEnd, n: l.stops})
	l.ready.insert(&e)
}

// pushEnd makes ready what stops the loop because c has ended. Under AnyReady it
// stands behind everything else of its turn: asyncio looks whether it has to stop
// when a turn is over.
func (l *Loop) pushEnd(w work, c *core) {
	l.ends++
	e := entry{work: w, from: c, gen: uint32(l.ends), cause: l.last, by: l.by}
	if l.policy.PicksReady() {
		e.rank = l.rankFrom(rankRoot{turn: l.nextTurn(), class: fromEnd, n: l.ends})
		l.ready.insert(&e)
	} else {
		l.ready.push(&e)
	}
}

// run gets the callback off RunUntilComplete's future: it stops the loop.
func (l *Loop) run(*Loop, entry) { l.stopping = true }

// begin readies a Stop that was called before the run for its first turn.
func (l *Loop) begin() {
	if l.policy.PicksReady() && l.stopping {
		l.stopping = false
		l.askStop(l.ranks.last + 1)
	}
}

// forgetStop takes back a call of Stop that has come to nothing, because the
// run ended for another reason.
func (l *Loop) forgetStop() {
	if l.stopAsked == nil {
		return
	}
	for i := range l.ready.n {
		if l.ready.at(i).work == work(l.stopAsked) {
			l.ready.take(i)
			break
		}
	}
	l.stopAsked = nil
}

// AfterStep has check called after every step: of a task, of a callback, of a
// timer that acts by itself. If it returns an error, the run ends at once with an
// [*order.InvariantError]. nil takes the check back, and so does Reset.
//
// The check may look at everything and must change nothing. What it looks at is
// in no footprint and in no trace. A panic of it is its caller's: it comes out of
// the Run function.
func (l *Loop) AfterStep(check func() error) { l.check = check }

// runCheck checks what must hold after the step e.
func (l *Loop) runCheck(name string) {
	level, inStep := l.level, l.inStep
	l.level, l.inStep, l.checking = trace.Off, false, true
	err := l.check()
	l.level, l.inStep, l.checking = level, inStep, false
	if err != nil {
		l.fault = &order.InvariantError{Step: name, At: l.clock.Now(), Err: err}
	}
}
