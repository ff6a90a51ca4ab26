package sim

import (
	"slices"
	"strconv"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// timer is something that will happen at an instant of virtual time.
type timer struct {
	vclock.Timer
	owner *task  // nil if no task armed it
	name  string // what it is: sleep, timeout, the name of a callback
	act   interface{ fire(l *Loop, t *timer) }
	n     int32  // ordinal among its owner's
	armed int32  // the event that armed it
	by    int32  // the step that armed it, counted from 1
	made  *rank  // where it was armed, under AnyReady
	gen   uint32 // counts arm and disarm, so that a delivered timer can be taken back
	event bool   // its delivery is itself something a reader would call an event
	fixed bool   // n is given and not counted
}

// arm sets the timer to fire d after now.
func (l *Loop) arm(t *timer, now, d time.Duration) { l.armAt(t, vclock.Add(now, d)) }

func (l *Loop) armAt(t *timer, when time.Duration) {
	if t.Timer.Value == nil {
		t.Timer.Value = t
	}
	t.gen++
	switch {
	case t.fixed:
	case t.owner != nil && t.event:
		t.n = t.owner.names.next("()" + t.name) // as callbacks are counted
	case t.owner != nil:
		t.owner.timers++
		t.n = t.owner.timers
	default:
		l.timerCount++
		t.n = l.timerCount
	}
	t.armed, t.by = l.last, l.by
	t.made = l.nextRank()
	if when == Forever {
		l.timers.Stop(&t.Timer) // it never comes, so time must not move there
		return
	}
	l.timers.Reset(&t.Timer, when)
}

// disarm takes the timer back, even if it was delivered and has not acted yet.
func (l *Loop) disarm(t *timer) {
	t.gen++
	l.timers.Stop(&t.Timer)
}

// subject returns the task and the object of the timer's trace events. A timer
// that only wakes its owner is the owner's; another is a thing of its own.
func (t *timer) subject() (task, object string) {
	switch {
	case t.owner == nil:
		return "", t.name
	case t.event:
		return "", t.owner.label() + "/" + t.name
	}
	return t.owner.label(), t.name
}

// id names the timer as trace.Event.ID does.
func (t *timer) id() string { return t.idOf(t.n) }

// idOf is the ID that the timer had when it was armed for the n-th time.
func (t *timer) idOf(n int32) string {
	task, object := t.subject()
	if task == "" {
		task = "+" + object
	}
	return task + "." + strconv.Itoa(int(n))
}

// deliver puts a due timer into the ready queue, behind what is there.
func (l *Loop) deliver(t *timer) {
	l.timers.Stop(&t.Timer)
	e := entry{work: t, gen: t.gen, by: t.by}
	if l.policy.PicksReady() {
		turn := l.nextTurn()
		e.silent = true
		e.rank = l.rankFrom(rankRoot{turn: turn, class: fromTimer, when: t.When(), made: t.made})
		l.ready.insert(&e)
		return
	}
	l.notice(&e)
	l.ready.push(&e)
}

// notice takes down that a timer was delivered.
func (l *Loop) notice(e *entry) {
	e.silent = false
	if !l.recording() {
		return
	}
	t := e.work.(*timer)
	task, object := t.subject()
	if t.owner != nil && t == &t.owner.sleeping {
		t.armed = t.owner.waited
	}
	e.cause = l.record(trace.Entry{Kind: trace.Fire, Task: task, Object: object, N: t.n, Cause: t.armed})
}

// takeDue puts the timers that are due into the ready queue. Under AnyReady that
// is done as soon as they are, since they may be picked; that they were delivered
// is taken down when their turn begins, as in the default order.
func (l *Loop) takeDue() {
	for {
		head := l.timers.Peek()
		if head == nil || head.When() > l.clock.Now() {
			return
		}
		l.deliver(head.Value.(*timer))
	}
}

// run acts on a delivered timer, unless it was taken back meanwhile.
func (t *timer) run(l *Loop, e entry) {
	if e.gen == t.gen {
		t.act.fire(l, t)
	}
}

// collectDue delivers the timers that are due, in the order that the policy and
// the strategy settle. Under [order.Jitter], and if time may move, timers that are due
// soon may come first and move time with them.
func (l *Loop) collectDue(mayMove bool) {
	if l.policy.PicksReady() {
		l.takeDue()
		for i := range l.ready.n {
			if e := l.ready.at(i); e.silent && e.work.(*timer).gen == e.gen {
				l.notice(e)
			}
		}
		return
	}
	for {
		head := l.timers.Peek()
		if head == nil || head.When() > l.clock.Now() {
			return
		}
		if window, ok := l.policy.PicksTimers(); ok {
			l.collectFrom(head.When(), window, mayMove)
		} else {
			l.deliver(head.Value.(*timer))
		}
	}
}

// collectFrom delivers the timers due at the instant first, and those that come
// before one of them, out of those due within the window. Nothing of the program
// runs meanwhile, so the set only shrinks; as long as the first timer is taken,
// which is the rule, the lists are made once and only their beginning moves.
func (l *Loop) collectFrom(first, window time.Duration, mayMove bool) {
	until := vclock.Add(first, window)
	if !mayMove {
		until = max(first, min(until, l.clock.Now()))
	}
	l.due = l.timers.AppendDue(l.due[:0], until)
	timers := l.due
	var alternatives []order.Alternative
	var names []string
	if len(timers) > 1 {
		alternatives = l.timerAlternatives(timers)
		if l.recording() {
			names = namesOf(alternatives)
		}
	}
	shared := true // decisions that were kept hold parts of these lists
	for len(timers) > 0 && timers[0].When() == first {
		taken := 0
		if len(timers) > 1 {
			d := l.ask(order.PickTimer, alternatives[0].Name, alternatives)
			taken = d.Taken
			if l.overBudget(len(alternatives)) {
				l.keep(compacted(d), nil)
			} else {
				l.keep(d, names)
				shared = true
			}
		}
		picked := timers[taken]
		// A timer is late at times, never early. What goes on outside the loop does
		// so at its own instants meanwhile.
		l.executors.runUntil(l, picked.When())
		l.moveTo(picked.When())
		l.deliver(picked.Value.(*timer))
		switch {
		case taken == 0:
			timers = timers[1:]
			if len(timers) > 0 {
				alternatives = alternatives[1:]
			}
			if len(names) > 0 {
				names = names[1:]
			}
			continue
		case shared:
			alternatives = without(l.room(len(alternatives)-1), alternatives, taken)
			if names != nil {
				names = without(make([]string, len(names)-1), names, taken)
			}
			shared = false
		default:
			alternatives = slices.Delete(alternatives, taken, taken+1)
			if names != nil {
				names = slices.Delete(names, taken, taken+1)
			}
		}
		timers = slices.Delete(timers, taken, taken+1)
	}
}

func (l *Loop) timerAlternatives(timers []*vclock.Timer) []order.Alternative {
	alternatives := l.room(len(timers))
	for i, due := range timers {
		alternatives[i] = due.Value.(*timer).alternative()
	}
	return alternatives
}

// alternative names the timer's delivery.
func (t *timer) alternative() order.Alternative {
	a := order.Alternative{Name: t.id(), Op: "fire", Object: t.name}
	if t.owner != nil {
		a.Task = t.owner.label()
	}
	return a
}
