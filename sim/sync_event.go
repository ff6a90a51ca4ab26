package sim

import (
	"context"
	"fmt"
	"strconv"

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
	t := v.currentTask(ctx, "Event.Wait")
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

// Condition lets tasks wait, under a lock, for a notification (asyncio.Condition).
type Condition struct {
	object
	lock    *Lock
	waiters waitList
}

// NewCondition returns a condition over lock, or over a lock of its own if lock
// is nil. name is for traces and reports and may be empty.
func NewCondition(ctx context.Context, name string, lock *Lock) *Condition {
	c := &Condition{object: newObject(ctx, "NewCondition", "condition", name), lock: lock}
	if lock == nil {
		c.lock = &Lock{object: object{loop: c.loop, name: "lock of " + c.name}}
	} else if lock.loop != c.loop {
		misuse("NewCondition was given %s of another loop", lock.name)
	}
	return c
}

// Acquire takes the condition's lock; see [Lock.Acquire].
func (c *Condition) Acquire(ctx context.Context) error {
	t := c.currentTask(ctx, "Condition.Acquire")
	return c.lock.acquire(ctx, t, c.loop.caller(1))
}

// Release gives the condition's lock back; see [Lock.Release].
func (c *Condition) Release() error {
	if !c.lock.locked {
		c.lock.note(trace.Check)
		return ErrNotLocked
	}
	c.lock.note(trace.Release)
	c.lock.release()
	return nil
}

// Locked reports whether the condition's lock is held.
func (c *Condition) Locked() bool { return c.lock.Locked() }

// With runs body while it holds the condition's lock.
func (c *Condition) With(ctx context.Context, body func(ctx context.Context) error) error {
	return c.lock.With(ctx, body)
}

// Wait releases the lock, waits for a notification, and takes the lock again,
// also when it was cancelled. It returns [ErrNotLocked] if nobody holds the lock.
// A notification that reaches a task as it is cancelled is passed on to another,
// so a task may wake for no reason: check what you wait for, or use
// [Condition.WaitFor].
func (c *Condition) Wait(ctx context.Context) error {
	t := c.currentTask(ctx, "Condition.Wait")
	return c.wait(ctx, t, c.loop.caller(1))
}

func (c *Condition) wait(ctx context.Context, t *task, pc uintptr) error {
	if !c.lock.locked {
		c.lock.touch(order.Reads)
		return ErrNotLocked
	}
	c.lock.note(trace.Release)
	c.lock.release()
	c.touch(order.Writes)
	w := t.waiter()
	c.waiters.add(w)
	err := t.wait(ctx, c, 0, pc)
	c.touch(order.Writes)
	c.waiters.remove(w)
	for {
		// Not ctx: if that is what ended the wait, it would end this one as well.
		again := c.lock.acquire(t.root, t, pc)
		if again == nil {
			break
		}
		err = again
	}
	if err != nil {
		c.notify(1)
	}
	return err
}

// WaitFor waits until predicate is true; see [Condition.Wait]. The predicate runs
// under the lock.
func (c *Condition) WaitFor(ctx context.Context, predicate func() bool) error {
	t := c.currentTask(ctx, "Condition.WaitFor")
	pc := c.loop.caller(1)
	for !predicate() {
		if err := c.wait(ctx, t, pc); err != nil {
			return err
		}
	}
	return nil
}

// Notify wakes n waiters, or as many as there are. It returns [ErrNotLocked] if
// nobody holds the lock.
func (c *Condition) Notify(n int) error {
	if !c.lock.locked {
		c.lock.note(trace.Check)
		return ErrNotLocked
	}
	c.lock.touch(order.Reads)
	c.loop.record(trace.Entry{Kind: trace.Notify, Object: c.name, Detail: strconv.Itoa(n), PC: c.loop.caller(1)})
	c.notify(n)
	return nil
}

// NotifyAll wakes all waiters; see [Condition.Notify].
func (c *Condition) NotifyAll() error {
	if !c.lock.locked {
		c.lock.note(trace.Check)
		return ErrNotLocked
	}
	c.lock.touch(order.Reads)
	c.loop.record(trace.Entry{Kind: trace.Notify, Object: c.name, Detail: "all", PC: c.loop.caller(1)})
	c.notify(c.waiters.n)
	return nil
}

func (c *Condition) notify(n int) {
	c.touch(order.Writes)
	for w := c.waiters.first; w != nil && n > 0; w = w.next {
		if w.resolve() {
			n--
		}
	}
}

func (c *Condition) holders() []*task { return nil }

// Barrier lets a number of tasks wait until all of them are there
// (asyncio.Barrier). It can be used again and again.
type Barrier struct {
	cond    *Condition
	parties int
	state   barrierState
	count   int // tasks inside
}

type barrierState uint8

const (
	filling barrierState = iota
	draining
	resetting
	broken
)

// NewBarrier returns a barrier for a number of tasks. name is for traces and
// reports and may be empty. It panics unless parties is positive.
func NewBarrier(ctx context.Context, name string, parties int) *Barrier {
	if parties < 1 {
		misuse("NewBarrier was given %d parties; it takes 1 or more", parties)
	}
	b := &Barrier{parties: parties}
	b.cond = &Condition{object: newObject(ctx, "NewBarrier", "barrier", name)}
	b.cond.lock = &Lock{object: object{loop: b.cond.loop, name: "lock of " + b.cond.name}}
	return b
}

// Parties returns how many tasks the barrier waits for.
func (b *Barrier) Parties() int { return b.parties }

// Waiting returns how many tasks wait for the barrier to fill.
func (b *Barrier) Waiting() int {
	b.cond.note(trace.Check)
	if b.state == filling {
		return b.count
	}
	return 0
}

// Broken reports whether Abort was called.
func (b *Barrier) Broken() bool {
	b.cond.note(trace.Check)
	return b.state == broken
}

// Wait waits until as many tasks wait as the barrier has parties, and returns
// this task's place among them, from 0. Its error is a cancellation, or matches
// [ErrBrokenBarrier].
func (b *Barrier) Wait(ctx context.Context) (place int, err error) {
	t := b.cond.currentTask(ctx, "Barrier.Wait")
	pc := b.cond.loop.caller(1)
	if err := b.cond.lock.acquire(ctx, t, pc); err != nil {
		return 0, err
	}
	defer b.unlock()
	for b.state == draining || b.state == resetting {
		if err := b.cond.wait(ctx, t, pc); err != nil {
			return 0, err
		}
	}
	if b.state == broken {
		b.cond.touch(order.Reads)
		return 0, fmt.Errorf("%w: it was aborted", ErrBrokenBarrier)
	}
	b.cond.touch(order.Writes)
	place = b.count
	b.count++
	defer b.exit()
	if place+1 == b.parties {
		b.state = draining
		b.cond.notify(b.cond.waiters.n)
		return place, nil
	}
	for b.state == filling {
		if err := b.cond.wait(ctx, t, pc); err != nil {
			return 0, err
		}
	}
	if b.state == broken || b.state == resetting {
		return 0, fmt.Errorf("%w: it was aborted or reset while this task waited", ErrBrokenBarrier)
	}
	return place, nil
}

func (b *Barrier) unlock() {
	if b.cond.lock.locked {
		b.cond.lock.release()
	}
}

func (b *Barrier) exit() {
	b.cond.touch(order.Writes)
	b.count--
	if b.count == 0 {
		if b.state == resetting || b.state == draining {
			b.state = filling
		}
		b.cond.notify(b.cond.waiters.n)
	}
}

// Reset empties the barrier: those who wait get an error that matches
// [ErrBrokenBarrier].
func (b *Barrier) Reset(ctx context.Context) error {
	return b.change(ctx, "Barrier.Reset", func() {
		if b.count == 0 {
			b.state = filling
		} else {
			b.state = resetting
		}
	})
}

// Abort breaks the barrier for good: those who wait, and those who come later,
// get an error that matches [ErrBrokenBarrier].
func (b *Barrier) Abort(ctx context.Context) error {
	return b.change(ctx, "Barrier.Abort", func() { b.state = broken })
}

func (b *Barrier) change(ctx context.Context, op string, change func()) error {
	t := b.cond.currentTask(ctx, op)
	if err := b.cond.lock.acquire(ctx, t, b.cond.loop.caller(2)); err != nil {
		return err
	}
	defer b.unlock()
	change()
	b.cond.notify(b.cond.waiters.n)
	return nil
}
