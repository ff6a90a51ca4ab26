package sim

import (
	"context"
	"time"

	"weft/sim/order"
	"weft/vclock"
)

// Forever is a timeout that never comes (Python's None).
const Forever = vclock.Forever

// ReturnWhen says what [Wait] waits for.
type ReturnWhen uint8

// What Wait waits for.
const (
	// AllCompleted waits for all.
	AllCompleted ReturnWhen = iota
	// FirstCompleted waits for the first that ends in any way.
	FirstCompleted
	// FirstError waits for the first that ends with an error, not counting
	// cancellation, or for all (FIRST_EXCEPTION).
	FirstError
)

// Wait waits for tasks or futures until when says so, at most for timeout of
// virtual time ([Forever] for no limit), and returns which are done and which
// are not, each in the order given (asyncio.wait). It cancels nothing, and the
// end of the timeout is no error. It always gives up control. Its error is a
// cancellation of the waiting task, or [ErrNothingToWaitFor].
func Wait[F Waitable](ctx context.Context, when ReturnWhen, timeout time.Duration, several ...F) (done, pending []F, err error) {
	t := running(ctx, "Wait")
	if when > FirstError {
		misuse("Wait was given the unknown mode %d; use AllCompleted, FirstCompleted or FirstError", when)
	}
	if len(several) == 0 {
		return nil, nil, ErrNothingToWaitFor
	}
	seen := make(map[*core]bool, len(several))
	var cores []*core
	for _, f := range several {
		if c := f.future(); !seen[c] {
			t.core.loop.mustOwn(c, "Wait")
			seen[c] = true
			cores = append(cores, c)
		}
	}
	if err := t.waitFor(ctx, cores, when, timeout, t.loop.caller(1)); err != nil {
		return nil, nil, err
	}
	clear(seen)
	for _, f := range several {
		c := f.future()
		if seen[c] {
			continue
		}
		seen[c] = true
		if c.isDone() {
			done = append(done, f)
		} else {
			pending = append(pending, f)
		}
	}
	return done, pending, nil
}

// waiting is a wait for some of several futures.
type waiting struct {
	cores   []*core
	left    int
	by      int32 // the steps that have ended the others
	when    ReturnWhen
	timer   *timer
	own     *waiter
	created creationID
}

func (t *task) waitFor(ctx context.Context, cores []*core, when ReturnWhen, timeout time.Duration, pc uintptr) error {
	l := t.loop
	w := &waiting{cores: cores, left: len(cores), when: when, own: t.waiter(), created: l.newCreationID()}
	w.look()
	if timeout != Forever {
		w.timer = &timer{owner: t, name: "wait-timeout", act: w, event: true}
		l.arm(w.timer, l.clock.Now(), timeout)
	}
	for _, c := range cores {
		c.add(w)
	}
	err := t.wait(ctx, w, 0, pc)
	w.look()
	if w.timer != nil {
		l.touch(w, order.Writes) // which it takes back
	} else {
		l.touch(w, order.Reads)
	}
	w.own = nil // a note that stands in the ready queue must not end the task's next wait
	if w.timer != nil {
		l.disarm(w.timer)
	}
	for _, c := range cores {
		c.remove(w)
	}
	return err
}

// look is to be called in the steps in which the task begins and ends to wait.
func (w *waiting) look() {
	for _, c := range w.cores {
		c.loop.look(c)
	}
}

// run notes that one of them is done, one turn after it.
func (w *waiting) run(l *Loop, e entry) {
	w.left--
	w.by = l.joined(w.by, l.by)
	failed := e.from.state == finished && e.from.err != nil
	if w.left <= 0 || w.when == FirstCompleted || w.when == FirstError && failed {
		if w.timer != nil {
			l.disarm(w.timer)
		}
		if w.own == nil {
			return
		}
		by := l.by // that one is enough
		if w.when == AllCompleted || w.when == FirstError && !failed {
			by = w.by
		}
		l.after(by, func() { w.own.resolve() })
	}
}

// fire ends the wait when its time is over.
func (w *waiting) fire(l *Loop, _ *timer) {
	l.touch(w, order.Writes)
	if w.own != nil {
		w.own.resolve()
	}
}

func (w *waiting) describe() string {
	if len(w.cores) == 1 {
		return w.cores[0].describe()
	}
	text := "wait for "
	for i, c := range w.cores {
		if i > 0 {
			text += ", "
		}
		if i == 3 && len(w.cores) > 4 {
			return text + "..."
		}
		text += c.describe()
	}
	return text
}

func (w *waiting) holders() []*task {
	var tasks []*task
	for _, c := range w.cores {
		if !c.done() {
			tasks = append(tasks, c.holders()...)
		}
	}
	return tasks
}

// WaitFor waits for a at most for timeout of virtual time (asyncio.wait_for of
// Python 3.12 and later). A coroutine is run inline. When the time is over, what
// runs is cancelled, WaitFor waits until it has ended, and returns [ErrTimeout];
// if it ended with a value all the same, that value. With a timeout of 0 or
// less, only something that is done already gives its value, and a coroutine is
// made a task that never begins. With [Forever], it is a plain await.
func WaitFor[T any](ctx context.Context, a Awaitable[T], timeout time.Duration) (T, error) {
	t := running(ctx, "WaitFor")
	if a == nil {
		misuse("WaitFor was given nil; pass a coroutine, task or future")
	}
	var none T
	if timeout == Forever {
		return a.Await(ctx)
	}
	if timeout <= 0 {
		c := a.ensure(ctx)
		t.core.loop.mustOwn(c, "WaitFor")
		if !c.isDone() {
			if err := t.cancelAndWait(ctx, c); err != nil {
				return none, err
			}
			if c.state == cancelled || cancelledBy(c.err) != nil {
				return none, ErrTimeout
			}
		}
		if err := c.outcome(); err != nil {
			return none, err
		}
		return valueOf[T](c), nil
	}
	var value T
	err := WithTimeout(ctx, timeout, func(ctx context.Context) (err error) {
		value, err = a.Await(ctx)
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

// cancelAndWait cancels c and waits until it has ended. Unlike an await of c, the
// wait itself can be cancelled.
func (t *task) cancelAndWait(ctx context.Context, c *core) error {
	w := &waiting{cores: []*core{c}, left: 1, own: t.waiter(), created: t.loop.newCreationID()}
	w.look()
	c.add(w)
	c.cancel("")
	err := t.wait(ctx, w, 0, t.loop.caller(2))
	w.look()
	t.loop.touch(w, order.Reads)
	w.own = nil
	c.remove(w)
	return err
}

// Shield protects what it is given from the cancellation of whoever awaits the
// result (asyncio.shield): if that task is cancelled, the wait ends and the inner
// task goes on. A coroutine is made a task. If the inner one is done, so is the
// result. If the inner one is cancelled, so is the result.
func Shield[T any](ctx context.Context, a Awaitable[T]) *Future[T] {
	if a == nil {
		misuse("Shield was given nil; pass a coroutine, task or future")
	}
	inner := a.ensure(ctx)
	f := new(Future[T])
	l := scopeOf(ctx, "Shield").loop
	l.mustOwn(inner, "Shield")
	f.init(l, "shield", inner.name)
	f.c.relayed = true
	if inner.isDone() {
		f.value = valueOf[T](inner)
		f.c.finish(inner.state, inner.outcome())
		return f
	}
	f.c.holding = inner.holders
	s := &shielding{inner: inner, outer: &f.c, take: func() { f.value = valueOf[T](inner) }}
	inner.add(s)
	f.c.add((*unshielding)(s))
	return f
}

type shielding struct {
	inner, outer *core
	take         func()
}

// run passes the inner end on.
func (s *shielding) run(*Loop, entry) {
	switch {
	case s.outer.state != pending:
		s.inner.retrieved = true
	case s.inner.state == cancelled:
		s.outer.cancelSimply("")
	case s.inner.err != nil:
		s.outer.setError(s.inner.outcome())
	default:
		s.take()
		s.outer.finish(finished, nil)
	}
}

// unshielding lets go of the inner one when the outer is done.
type unshielding shielding

func (u *unshielding) run(*Loop, entry) {
	if !u.inner.done() {
		u.inner.remove((*shielding)(u))
	}
}
