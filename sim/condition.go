package sim

import (
	"context"
	"strconv"

	"weft/sim/order"
	"weft/trace"
)

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
		c.lock = &Lock{object: object{c.loop, "lock of " + c.name}}
	} else if lock.loop != c.loop {
		misuse("NewCondition was given %s of another loop", lock.name)
	}
	return c
}

// Acquire takes the condition's lock; see [Lock.Acquire].
func (c *Condition) Acquire(ctx context.Context) error {
	t := c.here(ctx, "Condition.Acquire")
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
	t := c.here(ctx, "Condition.Wait")
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
	t := c.here(ctx, "Condition.WaitFor")
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
