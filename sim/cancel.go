package sim

import (
	"context"

	"weft/sim/order"
)

// cancelWith asks the task to end; see asyncio's Task.cancel.
func (t *task) cancelWith(msg string) bool {
	if t.state != pending {
		return false
	}
	t.root.cancel(context.Canceled)
	return t.cancelWithin(msg)
}

// cancelWithin cancels without making the task's own context done: timeouts and
// task groups end a part of a task only.
func (t *task) cancelWithin(msg string) bool {
	if t.state != pending {
		return false
	}
	return t.pass(func() bool { return t.cancelNow(msg) })
}

func (t *task) cancelNow(msg string) bool {
	l := t.loop
	l.settle(t) // what has reached it by now in the default order
	l.touch(t.core, order.Writes)
	if what, ok := t.what.(touchable); ok {
		l.touch(what, order.Writes)
	}
	t.cancelling++
	if t.cancelling == 1 {
		t.cancelMsg = msg // for a body that returns its context's error
	}
	switch {
	case t.awaiting != nil && t.interrupt == nil:
		if t.awaiting.cancel(msg) {
			t.awaiting.msg = msg
			t.loop.cancelCycle = false
			return true
		}
		if t.loop.cancelCycle && t.awaiting.state == pending {
			// It waits, in the end, for itself. CPython recurses until its stack
			// is full; here the circle is opened at this place.
			t.loop.cancelCycle = false
			t.awaiting.remove(t)
			t.awaiting = nil
			t.loop.pushStep(t)
		}
	case t.inner:
		if t.own.cancel(msg) {
			return true
		}
	}
	t.mustCancel, t.cancelMsg = true, msg
	return true
}

// uncancel takes one cancellation back; see asyncio's Task.uncancel.
func (t *task) uncancel() int {
	if t.cancelling > 0 {
		t.cancelling--
		if t.cancelling == 0 {
			t.mustCancel = false
		}
	}
	return t.cancelling
}

// Uncancel takes one cancellation of the running task back and returns how many
// are left (asyncio.current_task().uncancel()). A task that handles a
// cancellation and goes on calls it, so that timeouts and task groups around it
// work. When none is left, [Task.Context] gives a fresh context.
func Uncancel(ctx context.Context) int {
	t := running(ctx, "Uncancel")
	t.loop.touch(t.core, order.Writes)
	left := t.uncancel()
	if left == 0 && t.root.Err() != nil {
		t.root = &scope{loop: t.core.loop, task: t, values: t.root.values}
	}
	return left
}
