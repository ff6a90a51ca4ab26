package sim

import (
	"context"
	"fmt"

	"weft/sim/order"
	"weft/trace"
)

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
	b.cond.lock = &Lock{object: object{b.cond.loop, "lock of " + b.cond.name}}
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
	t := b.cond.here(ctx, "Barrier.Wait")
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
	t := b.cond.here(ctx, op)
	if err := b.cond.lock.acquire(ctx, t, b.cond.loop.caller(2)); err != nil {
		return err
	}
	defer b.unlock()
	change()
	b.cond.notify(b.cond.waiters.n)
	return nil
}
