package sim

// relay is work that the loop does for itself, one turn after a future has
// ended, to pass its end on: to a gather, a wait, a shield.
//
// Under [AnyReady] a relay has to be looked through. A task that waits for a
// gather whose last child has ended can go on, for all that a reader can see;
// that the loop has not taken its note of it yet is nobody's business, and must
// not decide which orders are permitted. But to do the note early would change
// what the default order shows. So the loop asks what the relays that stand in
// its queue would wake, offers that, and does them early only if it is taken.
type relay interface {
	work
	// wakes returns what would become ready if the ends of these futures, which
	// stand in the queue, had been noted.
	wakes(ended []*core) []work
}

// foreseen is a task that becomes ready when some relays have run.
type foreseen struct {
	task    *task
	through []work
}

// foresee returns the tasks that the relays in the ready queue would wake.
func (l *Loop) foresee() []foreseen {
	var order []relay
	ended := map[relay][]*core{}
	for i := range l.ready.n {
		e := l.ready.at(i)
		if r, ok := e.work.(relay); ok {
			if ended[r] == nil {
				order = append(order, r)
			}
			ended[r] = append(ended[r], e.from)
		}
	}
	var found []foreseen
	seen := map[*task]bool{}
	var follow func(r relay, cores []*core, through []work)
	follow = func(r relay, cores []*core, through []work) {
		through = append(through[:len(through):len(through)], r)
		for _, w := range r.wakes(cores) {
			switch w := w.(type) {
			case *task:
				if !w.queued && !seen[w] {
					seen[w] = true
					found = append(found, foreseen{w, through})
				}
			case relay:
				follow(w, append(ended[w][:len(ended[w]):len(ended[w])], outerOf(r)), through)
			}
		}
	}
	for _, r := range order {
		follow(r, ended[r], nil)
	}
	return found
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

// bring does the relays that wake a foreseen task, and takes its step off the
// ready queue.
func (l *Loop) bring(f foreseen) entry {
	for !f.task.queued {
		for i := 0; ; i++ {
			if i == l.ready.n {
				panic("sim: a foreseen task did not become ready")
			}
			if isOneOf(l.ready.at(i).work, f.through) {
				l.perform(l.ready.take(i))
				break
			}
		}
	}
	for i := range l.ready.n {
		if l.ready.at(i).work == work(f.task) {
			return l.ready.take(i)
		}
	}
	panic("sim: a task that is queued is not in the queue")
}

func isOneOf(w work, list []work) bool {
	for _, one := range list {
		if w == one {
			return true
		}
	}
	return false
}

// works returns the callbacks of a future.
func (c *core) works() []work {
	if c.first == nil {
		return c.more
	}
	return append([]work{c.first}, c.more...)
}

func (g *gathering) wakes(ended []*core) []work {
	if g.outer.state != pending {
		return nil
	}
	completes := len(ended) >= g.left
	for _, child := range ended {
		// A child that a relay is still to complete has no error to show yet.
		completes = completes || !g.settle && child.err != nil
	}
	if !completes {
		return nil
	}
	return g.outer.works()
}

func (s *shielding) wakes([]*core) []work {
	if s.outer.state != pending {
		return nil
	}
	return s.outer.works()
}

func (w *waiting) wakes(ended []*core) []work {
	if w.own == nil || w.own.state != pending {
		return nil
	}
	enough := len(ended) >= w.left || w.when == FirstCompleted
	for _, c := range ended {
		enough = enough || w.when == FirstError && c.state == finished && c.err != nil
	}
	if !enough {
		return nil
	}
	return []work{w.own.task}
}

func (c *completions) wakes(ended []*core) []work {
	var tasks []work
	for w := c.queue.getters.first; w != nil && len(tasks) < len(ended); w = w.next {
		if w.state == pending {
			tasks = append(tasks, w.task)
		}
	}
	return tasks
}

func (g *TaskGroup) wakes(ended []*core) []work {
	if g.joined == nil || g.joined.state != pending || len(ended) < len(g.tasks) {
		return nil
	}
	return []work{g.joined.task}
}

// aborts reports whether noting the end of this task lets the group cancel the
// others. That is an event of its own: it is seen by tasks that had no part in
// it.
func (g *TaskGroup) aborts(ended *core) bool {
	return ended.state == finished && ended.err != nil && !g.aborting && !g.cancelsSelf
}
