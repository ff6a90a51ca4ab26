package sim

import (
	"context"

	"weft/sim/order"
	"weft/trace"
)

// Event is a flag that tasks can wait for (asyncio.Event).
type Event struct {
	object
	set     bool
	waiters waitList
}

// NewEvent returns an event that is not set. name is for traces and reports and
// may be empty.
func NewEvent(ctx context.Context, name string) *Event {
	return &Event{object: newObject(ctx, "NewEvent", "event", name)}
}

// IsSet reports whether the event is set.
func (v *Event) IsSet() bool {
	v.note(trace.Check)
	return v.set
}

// Set sets the event and wakes all who wait for it, in order of arrival. They go
// on even if it is cleared before they run.
func (v *Event) Set() {
	v.note(trace.Set)
	v.wakeAll()
}

func (v *Event) wakeAll() {
	if v.set {
		return
	}
	v.set = true
	for w := v.waiters.first; w != nil; w = w.next {
		w.resolve()
	}
}

// Clear unsets the event.
func (v *Event) Clear() {
	v.note(trace.Clear)
	v.set = false
}

// Wait waits until the event is set; it returns at once if it is. Its error is a
// cancellation.
func (v *Event) Wait(ctx context.Context) error {
	t := v.here(ctx, "Event.Wait")
	return v.wait(ctx, t, v, v.loop.caller(1))
}

func (v *Event) wait(ctx context.Context, t *task, what describer, pc uintptr) error {
	if v.set {
		v.touch(order.Reads)
		if v.loop.recording() {
			v.loop.record(trace.Entry{Kind: trace.Check, Object: v.name, PC: pc})
		}
		return nil
	}
	v.touch(order.Writes)
	w := t.waiter()
	v.waiters.add(w)
	err := t.wait(ctx, what, 0, pc)
	v.touch(order.Writes)
	v.waiters.remove(w)
	return err
}

func (v *Event) holders() []*task { return nil }
