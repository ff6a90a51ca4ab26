package sim

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// Lock is a mutual exclusion lock for tasks (asyncio.Lock). It is fair: whoever
// asks first gets it first. It belongs to no task, as in asyncio: any task may
// release it. The holder is remembered for reports only.
type Lock struct {
	object
	locked  bool
	holder  *task
	pc      uintptr // where it was taken
	waiters waitList
}

// NewLock returns an unlocked lock. name is for traces and reports and may be
// empty.
func NewLock(ctx context.Context, name string) *Lock {
	return &Lock{object: newObject(ctx, "NewLock", "lock", name)}
}

// Locked reports whether somebody holds the lock. It is false while the lock is
// free but promised to a waiter that has not run yet.
func (m *Lock) Locked() bool {
	m.note(trace.Check)
	return m.locked
}

// Acquire takes the lock, and waits for it if need be. Its error is a
// cancellation; then the lock was not taken.
func (m *Lock) Acquire(ctx context.Context) error {
	t := m.currentTask(ctx, "Lock.Acquire")
	return m.acquire(ctx, t, m.loop.caller(1))
}

func (m *Lock) acquire(ctx context.Context, t *task, pc uintptr) error {
	m.touch(order.Writes)
	if m.locked || m.waiters.live() {
		w := t.waiter()
		m.waiters.add(w)
		err := t.wait(ctx, m, 0, pc)
		m.touch(order.Writes)
		m.waiters.remove(w)
		if err != nil {
			if !m.locked {
				// The wake-up that this task got is another's now.
				m.waiters.wakeFirst()
			}
			return err
		}
	}
	m.locked, m.holder, m.pc = true, t, pc
	if m.loop.recording() {
		m.loop.record(trace.Entry{Kind: trace.Acquire, Object: m.name, PC: pc})
	}
	return nil
}

// Release gives the lock back and wakes the first waiter. It returns
// [ErrNotLocked] if nobody holds it.
func (m *Lock) Release() error {
	if !m.locked {
		m.note(trace.Check)
		return ErrNotLocked
	}
	m.note(trace.Release)
	m.release()
	return nil
}

func (m *Lock) release() {
	m.touch(order.Writes)
	m.locked, m.holder = false, nil
	m.waiters.wakeFirst()
}

// With runs body while it holds the lock (async with lock). If body itself has
// released the lock, the error matches [ErrNotLocked].
func (m *Lock) With(ctx context.Context, body func(ctx context.Context) error) (err error) {
	if err := m.acquire(ctx, m.currentTask(ctx, "Lock.With"), m.loop.caller(1)); err != nil {
		return err
	}
	defer func() {
		if released := m.Release(); released != nil {
			err = errors.Join(released, err)
		}
	}()
	return body(ctx)
}

// remark says who left the lock held.
func (m *Lock) remark() string {
	if m.holder != nil && m.holder.state != pending {
		return "left held by " + m.holder.label() + ", which has ended"
	}
	return ""
}

func (m *Lock) holders() []*task {
	if m.holder == nil || m.holder.state != pending {
		return nil
	}
	return []*task{m.holder}
}

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
	t := s.currentTask(ctx, "Semaphore.Acquire")
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
	if err := s.acquire(ctx, s.currentTask(ctx, "Semaphore.With"), s.loop.caller(1)); err != nil {
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

// object is what locks, events, queues and variables have in common: a loop, and
// a name under which they stand in traces and reports.
type object struct {
	loop *Loop
	name string // kind and name, such as "lock L"

	place int32 // see traceHasher
}

// newObject names an object; without a name it gets a number of its kind.
func newObject(ctx context.Context, op, kind, name string) object {
	l := scopeOf(ctx, op).loop
	n := l.objects.next(kind + " " + name)
	l.touchCount(kind + " " + name)
	switch {
	case name == "":
		name = strconv.Itoa(int(n))
	case n > 1:
		name = hashMarks.Replace(plainName(name)) + "#" + strconv.Itoa(int(n))
	default:
		name = hashMarks.Replace(plainName(name))
	}
	return object{loop: l, name: kind + " " + name}
}

// hashMarks keeps a name from looking like one with an ordinal.
var hashMarks = strings.NewReplacer("\\", "\\\\", "#", "\\#")

func (o *object) describe() string { return o.name }

// currentTask finds the running task for an operation that may wait, and checks that
// the object is of its loop.
func (o *object) currentTask(ctx context.Context, op string) *task {
	t := running(ctx, op)
	o.mustBeMade(op)
	if t.loop != o.loop {
		misuse("%s of %s in task %s: they belong to different loops", op, o.name, t.label())
	}
	return t
}

// mustBeMade panics if the object did not come from its constructor.
func (o *object) mustBeMade(op string) {
	if o.loop == nil {
		misuse("%s: a zero value cannot be used; make it with its New function", op)
	}
}

func (o *object) note(kind trace.Kind) {
	o.mustBeMade(kind.String())
	o.touch(accessOf(kind))
	if o.loop.recording() {
		o.loop.record(trace.Entry{Kind: kind, Object: o.name, PC: o.loop.caller(2)})
	}
}

func (o *object) touch(access order.Access) { o.loop.touch(o, access) }

// accessOf says how an operation touches its object.
func accessOf(kind trace.Kind) order.Access {
	if kind.Access() == trace.Reads {
		return order.Reads
	}
	return order.Writes
}
