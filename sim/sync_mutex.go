package sim

import (
	"context"
	"errors"

	"weft/sim/order"
	"weft/trace"
)

// Mutex is a mutual exclusion lock that promises nothing about who gets it next, as
// sync.Mutex and threading.Lock do; asyncio's, which is fair, is [Lock]. Lock gives up
// control and goes on when the mutex is free and it is the task's turn: a task that
// waits for it takes no step, and who gets it is a decision.
type Mutex struct {
	object
	locked bool
	holder *task
}

// NewMutex returns an unlocked mutex. name is for traces and reports and may be
// empty.
func NewMutex(ctx context.Context, name string) *Mutex {
	return &Mutex{object: newObject(ctx, "NewMutex", "mutex", name)}
}

// Locked reports whether somebody holds the mutex.
func (m *Mutex) Locked() bool {
	m.note(trace.Check)
	return m.locked
}

// Lock takes the mutex, and waits for it if need be. Its error is a cancellation;
// then it was not taken.
func (m *Mutex) Lock(ctx context.Context) error {
	return m.lock(ctx, m.currentTask(ctx, "Mutex.Lock"), m.loop.caller(1))
}

func (m *Mutex) lock(ctx context.Context, t *task, pc uintptr) error {
	free := func() bool {
		m.touch(order.Reads)
		return !m.locked
	}
	if err := t.until(ctx, m, free, pc); err != nil {
		return err
	}
	m.take(t, pc)
	return nil
}

func (m *Mutex) take(t *task, pc uintptr) {
	m.touch(order.Writes)
	m.locked, m.holder = true, t
	if m.loop.recording() {
		m.loop.record(trace.Entry{Kind: trace.Acquire, Object: m.name, PC: pc})
	}
}

// TryLock takes the mutex if it is free, and reports whether it did. It does not give
// up control. If it fails, it has only looked.
func (m *Mutex) TryLock(ctx context.Context) bool {
	t := m.currentTask(ctx, "Mutex.TryLock")
	if m.locked {
		m.note(trace.Check)
		return false
	}
	m.take(t, m.loop.caller(1))
	return true
}

// Unlock gives the mutex back. Any task may. It returns [ErrNotLocked] if nobody
// holds it.
func (m *Mutex) Unlock() error {
	if !m.locked {
		m.note(trace.Check)
		return ErrNotLocked
	}
	m.note(trace.Release)
	m.locked, m.holder = false, nil
	return nil
}

// With runs body while it holds the mutex. If body itself has given it back, the
// error matches [ErrNotLocked].
func (m *Mutex) With(ctx context.Context, body func(ctx context.Context) error) (err error) {
	if err := m.lock(ctx, m.currentTask(ctx, "Mutex.With"), m.loop.caller(1)); err != nil {
		return err
	}
	defer func() {
		if released := m.Unlock(); released != nil {
			err = errors.Join(released, err)
		}
	}()
	return body(ctx)
}

// remark says who left the mutex locked.
func (m *Mutex) remark() string {
	if m.holder != nil && m.holder.state != pending {
		return "left held by " + m.holder.label() + ", which has ended"
	}
	return ""
}

func (m *Mutex) holders() []*task {
	if m.holder == nil || m.holder.state != pending {
		return nil
	}
	return []*task{m.holder}
}
