package sim

import (
	"context"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// Until waits until ready returns true: the guarded command of Dijkstra (CACM 1975),
// the await statement of concurrent programs on paper. The task goes on in a step that
// begins with the guard true; that it waits, and that others make the guard true and
// false again meanwhile, is no step of it. Until always gives up control, even if the
// guard holds at once. what names the guard in traces and reports.
//
// The guard is looked at after every step of the program. It must change nothing and
// not wait. For reduced exploration to see what it depends on, it has to look at
// variables and other objects of this package.
//
// Its error is a cancellation.
func Until(ctx context.Context, what string, ready func() bool) error {
	t := running(ctx, "Until")
	if ready == nil {
		misuse("Until was given a nil function")
	}
	return t.until(ctx, namedWait("until "+plainName(what)), ready, t.loop.caller(1))
}

// guard is a wait for a condition.
type guard struct {
	task    *task
	ready   func() bool
	by      int32       // the step in which the wait began, counted from 1
	queued  bool        // the task stands in the ready queue
	touches []touchNote // what the guard looked at since the wait began
}

func (t *task) until(ctx context.Context, what describer, ready func() bool, pc uintptr) error {
	l := t.loop
	g := &guard{task: t, ready: ready, by: l.by}
	t.waiter()
	t.guard = g
	l.guards = append(l.guards, g)
	err := t.wait(ctx, what, 0, pc)
	l.drop(g)
	for _, n := range g.touches {
		l.touch(n.what, n.access)
	}
	return err
}

// holds looks whether the guard holds.
func (l *Loop) holds(g *guard) bool {
	level, inStep := l.level, l.inStep
	l.level, l.inStep, l.looksFor = trace.Off, false, g
	defer func() { l.level, l.inStep, l.looksFor = level, inStep, nil }()
	return g.ready()
}

func (g *guard) touch(what touchable, access order.Access) {
	if access != order.Reads {
		misuse("the guard of task %s changes something; it may only look", g.task.label())
	}
	for _, n := range g.touches {
		if n.what == what {
			return
		}
	}
	g.touches = append(g.touches, touchNote{what, access})
}

// pollGuards makes those who wait for guards ready or not, after something has run.
// Who made a guard true is no cause of the step that begins then: others could have.
func (l *Loop) pollGuards() {
	for _, g := range l.guards {
		if g.task.own.state != pending {
			continue // cancelled
		}
		switch holds := l.holds(g); {
		case holds && !g.queued:
			g.queued, g.task.queued = true, true
			e := entry{work: g.task, cause: l.last}
			l.enqueue(&e, g.by)
		case !holds && g.queued && l.policy.PicksReady():
			l.unqueue(g)
		}
	}
}

// lapsed reports whether what is ready is a task whose guard does not hold any more.
// Where the queue is not sorted by rank, that shows when its turn has come.
func (l *Loop) lapsed(w work) bool {
	t, ok := w.(*task)
	if !ok || t.guard == nil || l.policy.PicksReady() || t.own.state != pending || l.holds(t.guard) {
		return false
	}
	t.queued, t.guard.queued = false, false
	return true
}

// unqueue takes a guarded step off the ready queue.
func (l *Loop) unqueue(g *guard) {
	g.queued, g.task.queued = false, false
	for i := range l.ready.n {
		if l.ready.at(i).work == work(g.task) {
			l.ready.take(i)
			return
		}
	}
}

// drop ends a wait for a guard.
func (l *Loop) drop(g *guard) {
	g.task.guard = nil
	l.guards = slices.DeleteFunc(l.guards, func(other *guard) bool { return other == g })
}

// noteGuards keeps what is to be known of the steps that cannot be taken, when time moves
// or the run is over.
func (l *Loop) noteGuards() {
	if !l.tracking {
		return
	}
	for _, g := range l.guards {
		l.journal.pending = append(l.journal.pending, pendingNote{g.task, g.task.steps + 1, g.by, l.moves, l.clock.Now(), g.touches})
	}
}

// dropGuards ends all waits for guards, at the end of a run.
func (l *Loop) dropGuards() {
	l.noteGuards()
	clear(l.guards)
	l.guards = l.guards[:0]
}
