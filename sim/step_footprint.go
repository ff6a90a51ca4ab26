package sim

import (
	"slices"
	"strconv"

	"weft/sim/order"
)

// touchable is what a step can touch.
type touchable interface {
	touchName(l *Loop) string
	// placed returns where an object keeps its place in a traceHasher, or nil if it does
	// not. What bears one name has one.
	placed() *int32
}

func (c *core) placed() *int32   { return &c.place }
func (o *object) placed() *int32 { return &o.place }

// The rest is found by its identity.
func (*Handle) placed() *int32      { return nil }
func (*Timeout) placed() *int32     { return nil }
func (*TaskGroup) placed() *int32   { return nil }
func (*waiting) placed() *int32     { return nil }
func (*coro) placed() *int32        { return nil }
func (*Loop) placed() *int32        { return nil }
func (*completions) placed() *int32 { return nil }
func (memberList) placed() *int32   { return nil }
func (contextOf) placed() *int32    { return nil }
func (output) placed() *int32       { return nil }
func (counted) placed() *int32      { return nil }

// touchNote is one touch as it is taken down, before it has a name.
type touchNote struct {
	what   touchable
	access order.Access
}

// touch takes down that the running step touches something. Outside steps, in
// the loop's own work, and where nobody wants to know, it does nothing.
func (l *Loop) touch(what touchable, access order.Access) {
	switch {
	case l.looksFor != nil:
		l.looksFor.touch(what, access)
	case l.inStep:
		l.journal.touch(what, access)
	}
}

func (g *stepLog) touch(what touchable, access order.Access) {
	// Most steps touch a few things over and over.
	first := g.steps[len(g.steps)-1].touches
	for i := len(g.touches) - 1; i >= max(first, len(g.touches)-8); i-- {
		if t := &g.touches[i]; t.what == what {
			t.access = t.access.Join(access)
			return
		}
	}
	g.touches = append(g.touches, touchNote{what, access})
}

// creationID tells things apart that bear no name: by the step in which they were
// made and how many were made in it before. That is the same in every order in
// which the step does the same.
type creationID struct{ step, n int32 }

// newCreationID names what is made now. It is not inlined, because the time that it
// takes to look up a caller grows with the code in between.
//
//go:noinline
func (l *Loop) newCreationID() creationID {
	if !l.tracking {
		return creationID{}
	}
	if !l.inStep {
		l.journal.made++
		return creationID{0, l.journal.made}
	}
	at := len(l.journal.steps) - 1
	l.journal.steps[at].made++
	return creationID{int32(at) + 1, l.journal.steps[at].made}
}

func (id creationID) name(l *Loop, kind string) string {
	where := ""
	if id.step > 0 {
		where = l.journal.steps[id.step-1].name()
	}
	return kind + " " + where + "/" + strconv.Itoa(int(id.n))
}

func (c *core) touchName(l *Loop) string {
	if c.self != nil {
		return "task " + c.self.label()
	}
	id := creationID{}
	if c.steps != nil {
		id = c.steps.created
	}
	return id.name(l, c.kind)
}

func (o *object) touchName(*Loop) string      { return o.name }
func (h *Handle) touchName(*Loop) string      { return "call " + h.id() }
func (o *Timeout) touchName(l *Loop) string   { return o.created.name(l, "timeout") }
func (g *TaskGroup) touchName(l *Loop) string { return g.created.name(l, "task group") }
func (w *waiting) touchName(l *Loop) string   { return w.created.name(l, "wait") }
func (c *coro) touchName(l *Loop) string      { return c.created.name(l, "coroutine "+c.name) }
func (*Loop) touchName(*Loop) string          { return "loop" }

func (c *completions) touchName(l *Loop) string { return c.created.name(l, "as completed") }

// memberList is the order of a task group's tasks, as apart from how many are
// unfinished.
type memberList struct{ g *TaskGroup }

func (m memberList) touchName(l *Loop) string { return m.g.created.name(l, "members of task group") }

// contextOf is what else than its end and its cancellation shows in a task's
// contexts: that it left a timeout or a task group, and deadlines.
type contextOf struct{ t *task }

func (c contextOf) touchName(*Loop) string { return "context of task " + c.t.label() }

// output is what Print adds to.
type output struct{}

func (output) touchName(*Loop) string { return "output" }

// counted is a name that is given ordinals: who asks first gets the first.
type counted string

func (c counted) touchName(*Loop) string { return "names " + string(c) }

// touchCount takes down that an ordinal of a name was given out.
func (l *Loop) touchCount(name string) {
	if l.inStep {
		l.journal.touch(counted(name), order.Writes)
	}
}

// propagation says up to which turn the loop may be at work on passing on what a
// future's end means. A step of the same or an earlier turn that looks at it sees
// what later ones do not, so it counts as one that writes.
type propagation struct{ epoch, turn int32 }

func (p *propagation) extend(l *Loop, turns int32) {
	if !l.policy.PicksReady() {
		return
	}
	turn := l.ranks.here.turn + turns
	if p.epoch != l.moves+1 {
		*p = propagation{l.moves + 1, turn} // counted from 1, so that zero means never
	} else {
		p.turn = max(p.turn, turn)
	}
}

// accessDuring says how a look counts at what is being passed on.
func (l *Loop) accessDuring(p propagation) order.Access {
	if l.policy.PicksReady() && p.epoch == l.moves+1 && l.ranks.here.turn <= p.turn {
		return order.Writes
	}
	return order.Reads
}

// look is to be called before a step looks at a future's state.
func (l *Loop) look(c *core) {
	if c.relayed {
		l.catchUp(c)
	}
	if l.inStep || l.looksFor != nil {
		access := order.Reads
		if c.steps != nil {
			access = l.accessDuring(c.steps.propagation)
		}
		l.touch(c, access)
		if g, ok := c.override.(*gathering); ok {
			for _, child := range g.children {
				if child.relayed {
					l.look(child)
				}
			}
		}
	}
}

func (l *Loop) lookGroup(g *TaskGroup) {
	l.catchUp(g)
	if l.inStep {
		l.journal.touch(g, l.accessDuring(g.propagation))
	}
}

// touchEnd takes down that a future ends: itself, and what the loop is going to
// do with that. For the order of steps, it happens here.
func (l *Loop) touchEnd(c *core, failed, cancelled bool) {
	if !l.inStep {
		return
	}
	l.journal.touch(c, order.Writes)
	l.touchRelays(c, order.Writes, failed, cancelled, 1)
}

func (l *Loop) touchRelays(c *core, access order.Access, failed, cancelled bool, turns int32) {
	n, past := c.callbacks(), []work(nil)
	if c.steps != nil {
		past = c.steps.past
	}
	for i := range n + len(past) {
		w := work(nil)
		if i < n {
			w = c.callback(i)
		} else {
			// Others of its children may have ended it before. When the loop takes
			// note of that must not show.
			w = past[i-n]
		}
		switch r := w.(type) {
		case *gathering:
			a := order.Adds
			if failed && !r.settle {
				a = order.Writes
			}
			l.touchOuter(r.outer, a, failed && !r.settle, false, turns)
		case *shielding:
			if r.outer.state != pending {
				break // cancelled; that the inner one is let go of may still be to come
			}
			l.touchOuter(r.outer, access, failed, cancelled, turns)
		case *unshielding:
			l.touch(r.inner, order.Reads)
		case *waiting:
			a := order.Adds
			if r.when == FirstCompleted || r.when == FirstError && failed && !cancelled {
				a = order.Writes
			}
			l.touch(r, a)
		case *completions:
			r.propagation.extend(l, turns)
			l.touch(r, order.Writes)
			l.touch(&r.queue.object, order.Writes) // in which the iterating task waits
		case *TaskGroup:
			r.propagation.extend(l, turns)
			if failed && !cancelled {
				l.touch(r, order.Writes)
			} else {
				l.touch(r, order.Adds)
			}
		}
	}
}

func (l *Loop) touchOuter(outer *core, access order.Access, failed, cancelled bool, turns int32) {
	if outer.steps != nil {
		outer.steps.propagation.extend(l, turns)
	}
	l.touch(outer, access)
	l.touchRelays(outer, access, failed, cancelled, turns+1)
}

// looked takes down that a task's context was looked at. A goroutine may do that
// too, at any time.
func (l *Loop) looked(t *task) {
	if t == nil || !l.tracking {
		return
	}
	l.mu.Lock()
	if !slices.Contains(l.looks, t) {
		l.looks = append(l.looks, t)
		l.looking.Store(true)
	}
	l.mu.Unlock()
}

// takeLooks counts the looks so far with the running step.
func (l *Loop) takeLooks() {
	if !l.looking.Load() {
		return
	}
	l.mu.Lock()
	l.looking.Store(false)
	for _, t := range l.looks {
		l.touch(t.core, order.Reads) // its end and its cancellation show
		l.touch(contextOf{t}, order.Reads)
	}
	clear(l.looks)
	l.looks = l.looks[:0]
	l.mu.Unlock()
}

// Untracked returns what the program has used, so far in this run, whose effects
// footprints do not show, each once and sorted: threads of executors, channels,
// calls from goroutines and the like. If there is any, two steps whose footprints
// do not conflict may depend on each other all the same. It is taken down under
// the same conditions as steps; see [Loop.StepLog].
func (l *Loop) Untracked() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(slices.Values(l.untracked))
}

// untrack takes down that something was used; also from a goroutine.
func (l *Loop) untrack(what string) {
	if !l.tracking {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.untracked, what) {
		l.untracked = append(l.untracked, what)
	}
}

// untrackInside is untrack for what does no harm outside steps.
func (l *Loop) untrackInside(what string) {
	if l.inStep {
		l.untrack(what)
	}
}
