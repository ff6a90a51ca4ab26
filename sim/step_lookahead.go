package sim

// relay is work that the loop does for itself, one turn after a future has
// ended, to pass its end on: to a gather, a wait, a shield.
//
// Under [order.AnyReady] a relay has to be looked through. A task that waits for a
// gather whose last child has ended can go on, for all that a reader can see;
// that the loop has not taken its note of it yet is nobody's business, and must
// not decide which orders are permitted. But to do the note early would change
// what the default order shows. So the loop asks what the relays that stand in
// its queue would make ready, offers that, and does them early only if it is
// taken. Timers of sleeps that were delivered are looked through alike.
type relay interface {
	work
	// wakes returns what becomes ready by the end of the last of these, in the
	// order in which they were noted, and how the future ends that the relay
	// completes, if it completes one.
	wakes(ended []ending) ([]work, ending)
}

// ending says that a future has ended, or is going to.
type ending struct {
	c         *core
	failed    bool // by an error or a cancellation
	cancelled bool // without an error of its own
}

func endingOf(c *core) ending {
	return ending{c, c.err != nil, c.state == cancelled}
}

// lookahead is what the loop's own work, as far as it stands in the ready queue,
// would bring about.
type lookahead struct {
	ready []work // what would become ready, in order
	ended map[relay][]ending
	done  map[relay]bool // these have nothing to wake any more
}

// lookAhead looks through the first n entries of the ready queue.
func (l *Loop) lookAhead(n int) lookahead {
	f := lookahead{ended: map[relay][]ending{}, done: map[relay]bool{}}
	for i := range n {
		switch e := l.ready.at(i); w := e.work.(type) {
		case *timer:
			if own := e.sleeper(); own != nil {
				f.add(own.task)
			}
		case relay:
			if g, ok := w.(*gathering); ok && g.wakesNone() {
				continue // or else to look at n that have ended would take n*n steps
			}
			if !e.isEvent() {
				f.note(w, endingOf(e.from))
			}
		}
	}
	return f
}

func (f *lookahead) add(w work) {
	switch w := w.(type) {
	case *task:
		if w.queued {
			return
		}
	case *Handle:
		if w.cancelled {
			return
		}
	case *Loop:
	default:
		return // the loop's own
	}
	if !isOneOf(w, f.ready) {
		f.ready = append(f.ready, w)
	}
}

func (f *lookahead) note(r relay, e ending) {
	f.ended[r] = append(f.ended[r], e)
	if f.done[r] {
		return
	}
	woken, as := r.wakes(f.ended[r])
	if as.c != nil {
		f.done[r] = true
	}
	for _, w := range woken {
		if r, ok := w.(relay); ok {
			f.note(r, as)
		} else {
			f.add(w)
		}
	}
}

// sleeper returns the sleeping task's waiter that the entry is going to resolve,
// if it is a timer that does no more than that.
func (e *entry) sleeper() *waiter {
	t, ok := e.work.(*timer)
	if !ok || t.event || t.gen != e.gen {
		return nil
	}
	own, ok := t.act.(*waiter)
	if !ok || own.state != pending {
		return nil
	}
	return own
}

// willBeDisarmed reports whether the i-th entry is a timer that the loop's own
// work further ahead would take back.
func (l *Loop) willBeDisarmed(i int) bool {
	t, ok := l.ready.at(i).work.(*timer)
	if !ok {
		return false
	}
	switch act := t.act.(type) {
	case *waiting:
		return act.over(l.lookAhead(i).ended[act])
	case *completions:
		return len(l.lookAhead(i).ended[act]) >= len(act.todo)
	}
	return false
}

// runUntilReady does what the loop has to do to make work ready that the lookahead
// has found, and takes that off the ready queue.
func (l *Loop) runUntilReady(w work) entry {
	for {
		if t, ok := w.(*task); !ok || t.queued {
			for i := range l.ready.n {
				if l.ready.at(i).work == w {
					return l.ready.take(i)
				}
			}
		}
		i := l.firstLeadingTo(l.ready.n, w)
		if i < 0 {
			panic("sim: foreseen work did not become ready")
		}
		l.perform(l.ready.take(i))
	}
}

// firstLeadingTo finds the first entry of the loop's own, among the first n, that
// leads to a target, and returns -1 if there is none.
func (l *Loop) firstLeadingTo(n int, target any) int {
	for i := range n {
		e := l.ready.at(i)
		switch w := e.work.(type) {
		case *timer:
			if own := e.sleeper(); own != nil && target == any(own.task) {
				return i
			}
		case relay:
			if !e.isEvent() && leadsTo(w, target) {
				return i
			}
		}
	}
	return -1
}

// leadsTo reports whether the relay has to do with the target, which may be another
// relay, the future that it completes, or what waits for that.
func leadsTo(r relay, target any) bool {
	if target == any(r) {
		return true
	}
	switch r := r.(type) {
	case *waiting:
		return r.own != nil && target == any(r.own.task)
	case *completions:
		for w := r.queue.getters.first; w != nil; w = w.next {
			if target == any(w.task) {
				return true
			}
		}
	case *TaskGroup:
		return r.joined != nil && target == any(r.joined.task)
	}
	c := outerOf(r)
	if c == nil {
		return false
	}
	if target == any(c) {
		return true
	}
	for _, w := range c.works() {
		if target == any(w) {
			return true
		}
		if next, ok := w.(relay); ok && leadsTo(next, target) {
			return true
		}
	}
	return false
}

// catchUp does, in the midst of a step that looks at the target, what the loop
// would have done by then in the default order. What comes behind the step in
// that order is left undone.
func (l *Loop) catchUp(target any) {
	if !l.policy.PicksReady() || !l.ranks.inside || l.checking {
		return
	}
	n := 0
	for n < l.ready.n && l.ready.at(n).rank.compare(l.ranks.here) < 0 {
		n++
	}
	for n > 0 {
		i := l.firstLeadingTo(n, target)
		if i < 0 {
			return
		}
		e := l.ready.take(i)
		n--
		ranks, current, last, by, inStep := l.ranks, l.current, l.last, l.by, l.inStep
		l.current, l.inStep = nil, false
		l.perform(e)
		l.ranks, l.current, l.last, l.by, l.inStep = ranks, current, last, by, inStep
		for n < l.ready.n && l.ready.at(n).rank.compare(l.ranks.here) < 0 {
			n++
		}
	}
}

// outerOf returns the future that a relay completes, if it does complete one.
func outerOf(r relay) *core {
	switch r := r.(type) {
	case *gathering:
		return r.outer
	case *shielding:
		return r.outer
	}
	return nil
}

func isOneOf(w work, list []work) bool {
	for _, one := range list {
		if w == one {
			return true
		}
	}
	return false
}

func (g *gathering) wakes(ended []ending) ([]work, ending) {
	if g.outer.state != pending {
		return nil, ending{}
	}
	fails := !g.settle && ended[len(ended)-1].failed
	if !fails && len(ended) < g.left {
		return nil, ending{}
	}
	return g.outer.works(), ending{c: g.outer, failed: fails || g.cancelRequested}
}

func (s *shielding) wakes(ended []ending) ([]work, ending) {
	if s.outer.state != pending {
		return nil, ending{}
	}
	return s.outer.works(), ending{s.outer, ended[0].failed, ended[0].cancelled}
}

func (w *waiting) wakes(ended []ending) ([]work, ending) {
	if w.own == nil || w.own.state != pending {
		return nil, ending{}
	}
	if w.over(ended) {
		return []work{w.own.task}, ending{}
	}
	return nil, ending{}
}

// over reports whether the wait is, once these have been noted. Its timer is taken
// back then, even if the task has been cancelled meanwhile and waits no more.
func (w *waiting) over(ended []ending) bool {
	if len(ended) == 0 {
		return false
	}
	last := ended[len(ended)-1]
	return len(ended) >= w.left || w.when == FirstCompleted || w.when == FirstError && last.failed && !last.cancelled
}

func (c *completions) wakes(ended []ending) ([]work, ending) {
	var tasks []work
	for w := c.queue.getters.first; w != nil && len(tasks) < len(ended); w = w.next {
		if w.state == pending {
			tasks = append(tasks, w.task)
		}
	}
	return tasks, ending{}
}

func (g *TaskGroup) wakes(ended []ending) ([]work, ending) {
	if g.joined == nil || g.joined.state != pending || len(ended) < len(g.tasks) {
		return nil, ending{}
	}
	return []work{g.joined.task}, ending{}
}

// aborts reports whether noting the end of this task lets the group cancel the
// others. That is an event of its own: it is seen by tasks that had no part in
// it.
func (g *TaskGroup) aborts(ended *core) bool {
	return ended.state == finished && ended.err != nil && !g.aborting && !g.cancelsSelf
}
