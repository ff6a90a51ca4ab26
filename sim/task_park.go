package sim

import (
	"context"
	"time"

	"weft/trace"
)

// waiter is the future on which a task waits inside sleep, locks, queues and the
// like. A task waits on one at a time, so it lives in the task.
type waiter struct {
	link[waiter]
	task  *task
	state state
	msg   string    // of its cancellation
	in    *waitList // the list it stands in, if any
}

// resolve wakes the task, unless it is awake or cancelled already.
func (w *waiter) resolve() bool {
	if w.state != pending {
		return false
	}
	w.state = finished
	w.task.loop.pushStep(w.task)
	return true
}

func (w *waiter) cancel(msg string) bool {
	if w.state != pending {
		return false
	}
	w.state, w.msg = cancelled, msg
	w.task.loop.pushStep(w.task)
	return true
}

// fire lets a timer resolve the waiter.
func (w *waiter) fire(*Loop, *timer) { w.resolve() }

// waitList is a queue of waiters in order of arrival.
type waitList struct{ list[waiter, *waiter] }

func (q *waitList) add(w *waiter) {
	w.in = q
	q.list.add(w)
}

// remove takes w off the list if it is on it: who wakes a waiter may have done so
// before, and by now it may wait elsewhere.
func (q *waitList) remove(w *waiter) {
	if w.in != q {
		return
	}
	w.in = nil
	q.list.remove(w)
}

// live reports whether somebody waits who was not cancelled.
func (q *waitList) live() bool {
	for w := q.first; w != nil; w = w.next {
		if w.state != cancelled {
			return true
		}
	}
	return false
}

// wakeFirst wakes the first waiter, unless that one is awake already.
func (q *waitList) wakeFirst() {
	if q.first != nil {
		q.first.resolve()
	}
}

// wakeNext wakes the first waiter that is neither awake nor cancelled, and
// reports whether there was one.
func (q *waitList) wakeNext() bool {
	for w := q.first; w != nil; w = w.next {
		if w.resolve() {
			return true
		}
	}
	return false
}

// namedWait is a wait that has a name and no holder.
type namedWait string

func (s namedWait) describe() string { return string(s) }
func (namedWait) holders() []*task   { return nil }

var (
	asleep   describer = namedWait("sleep")
	yielding describer = namedWait("yield")
)

// park gives control back to the loop until the task's next step. span is how
// long it will take, if that is known.
func (t *task) park(ctx context.Context, what describer, span time.Duration, pc uintptr) {
	l := t.loop
	if t.killed {
		exitNow()
	}
	if l.current != t {
		// A deferred call in another task's hands, or a goroutine: switching
		// here would mix up two stacks.
		t.notCurrent("waiting")
	}
	t.what, t.since, t.pc = what, l.clock.Now(), pc
	if l.recording() {
		t.waited = l.record(trace.Entry{Kind: trace.Wait, Task: t.label(), Object: what.describe(), Span: span, PC: pc})
	}
	if t.derived = t.foreign(ctx); t.derived != nil {
		l.derived = append(l.derived, t)
	}
	t.worker.suspend()
	if t.killed {
		exitNow()
	}
	t.what = nil
}

// resumed returns what a wait ended with: err, unless a cancellation was left for
// this step. Several cancellations before one step are delivered as one, the
// first.
func (t *task) resumed(err error) error {
	if t.interrupt != nil {
		err = t.interrupt
	}
	t.interrupt, t.derived = nil, nil
	if t.mustCancel {
		t.mustCancel = false
		if _, already := err.(*CancelledError); !already {
			err = &CancelledError{Msg: t.cancelMsg}
		}
	}
	return err
}

// await waits for a future, as Python's await does.
func (t *task) await(ctx context.Context, c *core) error {
	if c.loop != t.loop {
		misuse("task %s awaits %s, which belongs to another loop", t.label(), c.describe())
	}
	if c.isDone() {
		return c.outcome()
	}
	pc := t.loop.caller(2)
	if c == t.core {
		t.loop.pushStep(t)
		t.park(ctx, c, 0, pc)
		return t.resumed(ErrAwaitSelf)
	}
	c.add(t)
	t.awaiting = c
	if t.mustCancel && c.cancel(t.cancelMsg) {
		t.mustCancel = false
	}
	t.park(ctx, c, 0, pc)
	t.awaiting = nil
	t.loop.look(c)
	if c.state == pending {
		return t.resumed(nil) // interrupted
	}
	return t.resumed(c.outcome())
}

// waiter readies the task's own waiter for a new wait.
func (t *task) waiter() *waiter {
	t.own.state = pending
	return &t.own
}

// wait waits until the task's own waiter is resolved. Whoever resolves it must
// have it by now.
func (t *task) wait(ctx context.Context, what describer, span time.Duration, pc uintptr) error {
	t.inner = true
	if t.mustCancel && t.own.cancel(t.cancelMsg) {
		t.mustCancel = false
	}
	t.park(ctx, what, span, pc)
	t.inner = false
	if t.own.state == cancelled {
		return t.resumed(&CancelledError{Msg: t.own.msg})
	}
	return t.resumed(nil)
}

// yield lets the loop take one turn.
func (t *task) yield(ctx context.Context, pc uintptr) error {
	t.yields++
	t.loop.pushStep(t)
	t.park(ctx, yielding, 0, pc)
	return t.resumed(nil)
}

// pollDerived ends the waits whose derived context is done.
func (l *Loop) pollDerived() {
	kept := l.derived[:0]
	for _, t := range l.derived {
		if t.derived == nil || t.what == nil || t.root.err != nil {
			continue // over, or cancelled: that comes by itself
		}
		select {
		case <-t.derived.Done():
			if !t.queued {
				t.interrupt = context.Cause(t.derived)
				t.detach()
				l.pushStep(t)
			}
		default:
			kept = append(kept, t)
		}
	}
	clear(l.derived[len(kept):])
	l.derived = kept
}

// detach takes the task off what it waits for.
func (t *task) detach() {
	if t.awaiting != nil {
		t.awaiting.remove(t)
	}
	if t.inner && t.own.state == pending {
		t.own.state = cancelled
	}
}
