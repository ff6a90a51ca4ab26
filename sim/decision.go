package sim

import (
	"strconv"
	"time"

	"weft/trace"
)

// Kinds of decision.
const (
	// PickTimer decides which of several due timers is delivered next.
	PickTimer = "timer"
	// PickReady decides which of several ready tasks or callbacks runs next.
	PickReady = "ready"
	// PickChoice is a decision that the program asked for, by [Choose], [Flip] or
	// [Latency].
	PickChoice = "choose"
)

// Decision is a point of a run at which more than one thing may happen next.
type Decision struct {
	// Kind is PickTimer, PickReady or PickChoice.
	Kind string
	// Key names the point: for a pick, what the default order would take; for a
	// choice, the task, the name given by the program and an ordinal. Keys do not
	// count decisions, so that an edit of one part of a program does not rename
	// the points of another.
	Key string
	// At is the virtual time.
	At time.Duration
	// Alternatives are what may happen, at least two. The first is what the
	// default order does.
	Alternatives []Alternative
	// Taken is the index of the alternative that was taken.
	Taken int
}

// Alternative is one thing that may happen at a decision.
type Alternative struct {
	// Name is unique within the decision, and stable: the owner and its ordinal,
	// such as "say1.2"; see trace.Event.ID. For a choice it is the option.
	Name string
	// Task, Op and Object say what it is: the task that would go on (or ""), what
	// it was doing (sleep, await, ...), and on what.
	Task, Op, Object string
	// Weight is the relative probability under a random strategy; 0 in all
	// alternatives of a decision means that all are alike.
	Weight float64
}

// decide asks the strategy, and takes down what was decided.
func (l *Loop) decide(kind, key string, alternatives []Alternative) int {
	d := Decision{Kind: kind, Key: key, At: l.clock.Now(), Alternatives: alternatives}
	d.Taken = l.strategy.Choose(&d)
	if d.Taken < 0 || d.Taken >= len(alternatives) {
		misuse("the strategy took alternative %d of %d; it must return an index", d.Taken, len(alternatives))
	}
	l.decisions = append(l.decisions, d)
	if l.recording() {
		names := make([]string, len(alternatives))
		for i, a := range alternatives {
			names[i] = a.Name
		}
		event := l.record(trace.Entry{Kind: trace.Decide, Object: kind + ":" + key, Detail: names[d.Taken], Alternatives: names})
		l.last = event
	}
	return d.Taken
}

// Decisions returns the decisions of the run so far, in order. The slice belongs
// to the loop.
func (l *Loop) Decisions() []Decision { return l.decisions }

// Schedule returns the decisions of the run so far that did not go the default
// way.
func (l *Loop) Schedule() Schedule { return ScheduleOf(l.decisions) }

// collectDue delivers the timers that are due, in the order that the policy and
// the strategy settle.
func (l *Loop) collectDue() {
	for {
		head := l.timers.Peek()
		if head == nil || head.When() > l.clock.Now() {
			return
		}
		if l.policy.timers == inOrder {
			l.deliver(head.Value.(*timer))
			continue
		}
		l.pickTimer(head.When(), head.When())
	}
}

// pickTimer delivers one of the timers whose deadlines lie in [from, until].
func (l *Loop) pickTimer(from, until time.Duration) {
	l.due = l.timers.AppendDue(l.due[:0], until)
	picked := l.due[0].Value.(*timer)
	if len(l.due) > 1 {
		alternatives := make([]Alternative, len(l.due))
		for i, due := range l.due {
			t := due.Value.(*timer)
			alternatives[i] = Alternative{Name: t.id(), Op: "fire", Object: t.name}
			if t.owner != nil {
				alternatives[i].Task = t.owner.label()
			}
		}
		picked = l.due[l.decide(PickTimer, alternatives[0].Name, alternatives)].Value.(*timer)
	}
	if when := picked.When(); when > l.clock.Now() {
		l.moveTo(when) // a timer is late at times, never early
	}
	l.deliver(picked)
}

// collectJittered is collectDue under [Jitter]: timers that are due soon may
// come first, and move time with them.
func (l *Loop) collectJittered(mayMove bool) {
	for {
		head := l.timers.Peek()
		if head == nil || head.When() > l.clock.Now() {
			return
		}
		until := min(l.clock.Now(), addSaturating(head.When(), l.policy.jitter))
		if mayMove {
			until = addSaturating(head.When(), l.policy.jitter)
		}
		l.pickTimer(head.When(), until)
	}
}

// nextReady takes the entry that runs next off the ready queue.
func (l *Loop) nextReady() entry {
	if !l.policy.anyReady || l.ready.n == 1 || !l.ready.at(0).isEvent() {
		return l.ready.pop()
	}
	candidates := l.candidates[:0]
	for i := range l.ready.n {
		if l.ready.at(i).isEvent() {
			candidates = append(candidates, i)
		}
	}
	l.candidates = candidates
	if len(candidates) == 1 {
		return l.ready.pop()
	}
	alternatives := make([]Alternative, len(candidates))
	for k, i := range candidates {
		alternatives[k] = l.ready.at(i).alternative()
	}
	taken := candidates[l.decide(PickReady, alternatives[0].Name, alternatives)]
	// The loop does not put off its own bookkeeping: what stands before the
	// taken entry and is no event is done first.
	for i := 0; i < taken; {
		if l.ready.at(i).isEvent() {
			i++
			continue
		}
		e := l.ready.take(i)
		taken--
		l.perform(e)
	}
	return l.ready.take(taken)
}

// isEvent reports whether a reader would call the entry an event: a task's step,
// a callback of the program, a timeout. What the loop does for itself is none,
// and neither is an entry that was taken back.
func (e *entry) isEvent() bool {
	switch w := e.work.(type) {
	case *task:
		return true
	case *Handle:
		return !w.cancelled
	case *timer:
		return w.event && w.gen == e.gen
	}
	return false
}

func (e *entry) alternative() Alternative {
	switch w := e.work.(type) {
	case *task:
		op, object := "start", ""
		if w.started && w.what != nil {
			op, object = "resume", w.what.describe()
		}
		return Alternative{Name: w.label() + "." + strconv.Itoa(int(w.steps)+1), Task: w.label(), Op: op, Object: object}
	case *Handle:
		return Alternative{Name: w.id(), Op: "call", Object: w.label()}
	case *timer:
		a := Alternative{Name: w.id(), Op: "fire", Object: w.name}
		if w.owner != nil {
			a.Task = w.owner.label()
		}
		return a
	}
	panic("sim: not an event")
}
