package sim

import (
	"strconv"

	"weft/sim/order"
)

// nextReady takes the entry that runs next off the ready queue, under AnyReady.
func (l *Loop) nextReady() entry {
	l.picked = -1
	if l.ready.n == 1 || !l.ready.at(0).isEvent() {
		return l.ready.pop()
	}
	candidates, own := l.candidates[:0], false
	for i := range l.ready.n {
		switch e := l.ready.at(i); {
		case !e.isEvent():
			own = true
		case own && l.forestalled(i):
		default:
			candidates = append(candidates, i)
		}
	}
	l.candidates = candidates
	var soon []work
	if own {
		soon = l.foresee(l.ready.n).ready
	}
	if len(candidates)+len(soon) == 1 {
		return l.ready.pop()
	}
	alternatives := l.crowd[:0]
	compact := l.listed(len(candidates) + len(soon))
	if !compact {
		alternatives = make([]order.Alternative, 0, len(candidates)+len(soon))
	}
	for _, i := range candidates {
		alternatives = append(alternatives, l.ready.at(i).alternative())
	}
	for _, w := range soon {
		e := entry{work: w}
		if w == work(l) {
			e.gen = uint32(l.ends + 1)
		}
		alternatives = append(alternatives, e.alternative())
	}
	d := l.ask(order.PickReady, alternatives[0].Name, alternatives)
	taken := d.Taken
	if compact {
		l.crowd = alternatives
		d = compacted(d)
	}
	picked := len(l.decisions)
	l.keep(d, nil)
	var e entry
	if taken >= len(candidates) {
		e = l.bring(soon[taken-len(candidates)])
	} else {
		e = l.ready.take(candidates[taken])
	}
	l.picked = picked
	return e
}

// isEvent reports whether a reader would call the entry an event: a task's step,
// a callback of the program, a timeout, the end of a task that makes its group
// cancel the others. What the loop does for itself is none, and neither is an
// entry that was taken back.
func (e *entry) isEvent() bool {
	switch w := e.work.(type) {
	case *task:
		return true
	case *Handle:
		return !w.cancelled
	case *timer:
		return w.event && w.gen == e.gen
	case *TaskGroup:
		return w.aborts(e.from)
	case *Loop, *stopMark:
		return true
	}
	return false
}

func (e *entry) alternative() order.Alternative {
	switch w := e.work.(type) {
	case *task:
		return w.alternative()
	case *TaskGroup:
		return order.Alternative{Name: e.from.self.label() + "/abort", Task: w.parent.label(), Op: "abort", Object: "task group"}
	case *Handle:
		return order.Alternative{Name: w.id(), Op: "call", Object: w.label()}
	case *timer:
		return w.alternative()
	case *Loop:
		return order.Alternative{Name: "+end." + strconv.Itoa(int(e.gen)), Op: "stop", Object: "loop"}
	case *stopMark:
		return order.Alternative{Name: "+stop." + strconv.Itoa(int(w.n)), Op: "stop", Object: "loop"}
	}
	panic("sim: not an event")
}

// alternative names the task's next step.
func (t *task) alternative() order.Alternative {
	if t.stepNamed != t.steps+1 {
		t.stepName, t.stepNamed = t.label()+"."+strconv.Itoa(int(t.steps)+1), t.steps+1
	}
	a := order.Alternative{Name: t.stepName, Task: t.label(), Op: "start"}
	if t.started && t.what != nil {
		a.Op, a.Object = "resume", t.what.describe()
	}
	return a
}
