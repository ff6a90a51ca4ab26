package sim

import (
	"slices"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// decide asks the strategy, and takes down what was decided.
func (l *Loop) decide(kind, key string, alternatives []order.Alternative) int {
	d := l.ask(kind, key, alternatives)
	if l.listed(len(alternatives)) {
		l.keep(compacted(d), nil)
	} else {
		l.keep(d, nil)
	}
	return d.Taken
}

func (l *Loop) ask(kind, key string, alternatives []order.Alternative) order.Decision {
	d := order.Decision{Kind: kind, Key: key, At: l.clock.Now(), Alternatives: alternatives, Of: len(alternatives)}
	l.beat.Add(1)
	d.Taken = l.strategy.Choose(&d)
	d.Index = d.Taken
	if d.Taken < 0 || d.Taken >= len(alternatives) {
		misuse("the strategy took alternative %d of %d; it must return an index", d.Taken, len(alternatives))
	}
	return d
}

// keep takes a decision down. names are those of its alternatives, or nil.
func (l *Loop) keep(d order.Decision, names []string) {
	l.decisions = append(l.decisions, d)
	if l.recording() {
		if names == nil {
			names = namesOf(d.Alternatives)
		}
		l.record(trace.Entry{Kind: trace.Decide, Object: d.Kind + ":" + d.Key, Detail: names[d.Taken], Alternatives: names})
	}
}

// Decisions returns the decisions of the run so far, in order. The slice belongs
// to the loop.
func (l *Loop) Decisions() []order.Decision {
	l.untrackInside("Loop.Decisions inside the run")
	return l.decisions
}

// Schedule returns the decisions of the run so far that did not go the default
// way.
func (l *Loop) Schedule() order.Schedule { return order.ScheduleOf(l.Decisions()) }

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
// before one of them, out of those due within the window. Nothing of the program runs meanwhile, so the set only
// shrinks; as long as the first timer is taken, which is the rule, the lists are
// made once and only their beginning moves.
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
		alternatives = timerAlternatives(timers)
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
			if l.listed(len(alternatives)) {
				l.keep(compacted(d), nil)
			} else {
				l.keep(d, names)
				shared = true
			}
		}
		picked := timers[taken]
		// A timer is late at times, never early. What goes on outside the loop does
		// so at its own instants meanwhile.
		l.world.runUntil(l, picked.When())
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
			alternatives = without(alternatives, taken)
			if names != nil {
				names = without(names, taken)
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

// keptAlternatives is how many alternatives a run keeps: n tasks that are ready
// at one instant make n*n/2 of them.
const keptAlternatives = 1 << 18

// listed counts n alternatives of a decision, and reports whether the decision is
// to be kept without most of them.
func (l *Loop) listed(n int) bool {
	l.alternatives += n
	return l.alternatives > keptAlternatives
}

func timerAlternatives(timers []*vclock.Timer) []order.Alternative {
	alternatives := make([]order.Alternative, len(timers))
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

// compacted returns the decision with no alternatives but the first and the one
// that was taken or, if that is the first, the second.
func compacted(d order.Decision) order.Decision {
	d.Alternatives = []order.Alternative{d.Alternatives[0], d.Alternatives[max(1, d.Taken)]}
	d.Index, d.Taken = d.Taken, min(1, d.Taken)
	return d
}

func namesOf(alternatives []order.Alternative) []string {
	names := make([]string, len(alternatives))
	for i, a := range alternatives {
		names[i] = a.Name
	}
	return names
}

// without returns a copy of a list that lacks one element.
func without[T any](list []T, i int) []T {
	return slices.Concat(list[:i], list[i+1:])
}
