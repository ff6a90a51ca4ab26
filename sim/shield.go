package sim

import "context"

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
	l.mine(inner, "Shield")
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
