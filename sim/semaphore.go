package sim

import (
	"context"
	"errors"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// Semaphore counts units that tasks take and give back (asyncio.Semaphore). It
// is fair.
type Semaphore struct {
	object
	value   int
	bound   int // -1 if unbounded
	owners  []*task
	waiters waitList
}

// NewSemaphore returns a semaphore with n units. name is for traces and reports
// and may be empty. It panics if n is negative.
func NewSemaphore(ctx context.Context, name string, n int) *Semaphore {
	if n < 0 {
		misuse("NewSemaphore was given %d units; it takes 0 or more", n)
	}
	return &Semaphore{object: newObject(ctx, "NewSemaphore", "semaphore", name), value: n, bound: -1}
}

// NewBoundedSemaphore returns a semaphore that cannot be released above its n
// units (asyncio.BoundedSemaphore).
func NewBoundedSemaphore(ctx context.Context, name string, n int) *Semaphore {
	s := NewSemaphore(ctx, name, n)
	s.bound = n
	return s
}

// Locked reports whether Acquire would wait.
func (s *Semaphore) Locked() bool {
	s.note(trace.Check)
	return s.busy()
}

func (s *Semaphore) busy() bool { return s.value == 0 || s.waiters.live() }

// Acquire takes a unit, and waits for one if need be. Its error is a
// cancellation; then no unit was taken.
func (s *Semaphore) Acquire(ctx context.Context) error {
	t := s.here(ctx, "Semaphore.Acquire")
	return s.acquire(ctx, t, s.loop.caller(1))
}

func (s *Semaphore) acquire(ctx context.Context, t *task, pc uintptr) error {
	s.touch(order.Writes)
	if s.busy() {
		w := t.waiter()
		s.waiters.add(w)
		err := t.wait(ctx, s, 0, pc)
		s.touch(order.Writes)
		s.waiters.remove(w)
		if err != nil && w.state == finished {
			// The unit was handed over, and this task cannot take it.
			s.value++
		}
		for s.value > 0 && s.wakeNext() {
		}
		if err != nil {
			return err
		}
	} else {
		s.value--
	}
	s.owners = append(s.owners, t)
	if s.loop.recording() {
		s.loop.record(trace.Entry{Kind: trace.Acquire, Object: s.name, PC: pc})
	}
	return nil
}

func (s *Semaphore) wakeNext() bool {
	if !s.waiters.wakeNext() {
		return false
	}
	s.value--
	return true
}

// Release gives a unit back; the first waiter gets it. It returns
// [ErrOverReleased] if the semaphore is bounded and full.
func (s *Semaphore) Release() error {
	if s.bound >= 0 && s.value >= s.bound {
		s.note(trace.Check)
		return ErrOverReleased
	}
	s.note(trace.Release)
	s.release()
	return nil
}

func (s *Semaphore) release() {
	s.forget(s.loop.current)
	s.value++
	s.wakeNext()
}

// forget takes t off the tasks that hold units, or else the first: a unit may be
// given back by a task that did not take it.
func (s *Semaphore) forget(t *task) {
	if len(s.owners) == 0 {
		return
	}
	at := 0
	for i, owner := range s.owners {
		if owner == t {
			at = i
			break
		}
	}
	s.owners = append(s.owners[:at], s.owners[at+1:]...)
}

// With runs body while it holds a unit. If giving it back fails, the error matches
// [ErrOverReleased].
func (s *Semaphore) With(ctx context.Context, body func(ctx context.Context) error) (err error) {
	if err := s.acquire(ctx, s.here(ctx, "Semaphore.With"), s.loop.caller(1)); err != nil {
		return err
	}
	defer func() {
		if released := s.Release(); released != nil {
			err = errors.Join(released, err)
		}
	}()
	return body(ctx)
}

func (s *Semaphore) holders() []*task {
	var tasks []*task
	for _, t := range s.owners {
		if t.state == pending && !slices.Contains(tasks, t) {
			tasks = append(tasks, t)
		}
	}
	return tasks
}
