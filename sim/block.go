package sim

import (
	"context"
	"fmt"
	"time"

	"weft/trace"
	"weft/vclock"
)

// Block stands for a call that blocks its thread without computing: time.sleep,
// a synchronous request. In a task it holds the whole loop: virtual time moves
// on by d and no other task runs, so that what is late because of it can be
// seen. In a thread of an executor it holds that thread only. A d of 0 or less
// does nothing.
func Block(ctx context.Context, d time.Duration) {
	s := scopeOf(ctx, "Block")
	if d <= 0 {
		return
	}
	if s.thread != nil {
		s.thread.block(d)
		return
	}
	l := s.loop
	l.hold("block", d)
	l.beforeMove()
	end := vclock.Add(l.clock.Now(), d)
	l.world.runUntil(l, end)
	l.stopIfFault()
	l.moveTo(end)
}

// stopIfFault ends the running step if the run ended while it held the loop,
// because a thread panicked.
func (l *Loop) stopIfFault() {
	if l.fault != nil {
		if l.current != nil {
			l.current.killed = true
		}
		exitNow()
	}
}

// Compute stands for d of computation. In a task it holds the whole loop, as
// [Block] does. In a thread it needs a core, and under a global interpreter lock
// the lock: threads that compute share them evenly, and one that computes while
// others do takes longer than d.
func Compute(ctx context.Context, d time.Duration) {
	s := scopeOf(ctx, "Compute")
	if d <= 0 {
		return
	}
	if s.thread != nil {
		s.thread.compute(d)
		return
	}
	l := s.loop
	l.hold("compute", d)
	l.beforeMove()
	if l.world.gil == nil {
		end := vclock.Add(l.clock.Now(), d)
		l.world.runUntil(l, end)
		l.stopIfFault()
		l.moveTo(end)
	} else {
		// The loop's thread is under the lock as well.
		done := false
		l.world.gil.add(l, d, func() { done = true })
		for !done && l.fault == nil {
			next, _ := l.world.next()
			l.moveTo(next)
			l.world.run(l, next)
		}
		l.stopIfFault()
	}
}

func (l *Loop) hold(what string, d time.Duration) {
	if !l.running {
		misuse("Block and Compute work inside a run; outside, use Loop.Advance")
	}
	l.alone()
	l.record(trace.Entry{Kind: trace.Hold, Object: what, Span: d, PC: l.caller(2)})
}

// checkSlow reports a step that held the loop for long, in debug mode.
func (l *Loop) checkSlow(since time.Duration, kind string, who interface{ label() string }) {
	if took := l.clock.Now() - since; l.debug && took >= l.slow {
		l.report(Report{Kind: SlowStep, Object: kind + who.label(),
			Text: fmt.Sprintf("%s held the loop for %v; nothing else could run", kind+who.label(), took)})
	}
}
