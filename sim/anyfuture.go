package sim

import (
	"context"

	"weft/sim/order"
)

// AnyFuture is a task or future, whatever its result type. Its values can be
// compared: two are equal if they stand for the same task or future. The zero
// AnyFuture stands for none, and only IsZero may be called on it.
type AnyFuture struct{ c *core }

// IsZero reports whether a stands for no task or future.
func (a AnyFuture) IsZero() bool { return a.c == nil }

func (a AnyFuture) future() *core { return a.c }

// Name returns the name given at creation.
func (a AnyFuture) Name() string {
	a.c.loop.touch(a.c, order.Reads)
	return a.c.name
}

// Done reports whether it has ended.
func (a AnyFuture) Done() bool { return a.c.isDone() }

// Cancelled reports whether it ended by cancellation.
func (a AnyFuture) Cancelled() bool { return a.c.isDone() && a.c.state == cancelled }

// Cancelling returns how many cancellations of a task are asked for and not
// taken back; 0 for a future that is not a task.
func (a AnyFuture) Cancelling() int {
	if a.c.self == nil {
		return 0
	}
	a.c.loop.touch(a.c, order.Reads)
	return a.c.self.cancelling
}

// Cancel asks for cancellation, as the typed Cancel does.
func (a AnyFuture) Cancel(msg ...string) bool { return cancelFuture(a.c, msg) }

// Err returns its error: nil for a result, [ErrPending] if it is not done.
func (a AnyFuture) Err() error {
	if !a.c.isDone() {
		return ErrPending
	}
	return a.c.outcome()
}

// Result returns the result without waiting; see the typed Result.
func (a AnyFuture) Result() (any, error) {
	if !a.c.isDone() {
		return nil, ErrPending
	}
	if err := a.c.outcome(); err != nil {
		return nil, err
	}
	return a.c.owner.anyValue(), nil
}

// Await waits for the result, as the typed Await does.
func (a AnyFuture) Await(ctx context.Context) (any, error) {
	if err := running(ctx, "Await").await(ctx, a.c); err != nil {
		return nil, err
	}
	return a.c.owner.anyValue(), nil
}

func (a AnyFuture) ensure(context.Context) *core { return a.c }

// AddDoneCallback has fn called by the loop when the result is there, as the
// typed AddDoneCallback does.
func (a AnyFuture) AddDoneCallback(name string, fn func(ctx context.Context)) *Handle {
	return addDoneCallback(a.c, name, fn)
}

// String returns the kind, name and state.
func (a AnyFuture) String() string {
	if a.c == nil {
		return "<no future>"
	}
	a.c.loop.look(a.c)
	return "<" + a.c.describe() + " " + a.c.state.String() + ">"
}

// Awaitables makes one list for [Gather] or [AsCompleted] of tasks or futures of
// one type.
func Awaitables[T any, A Awaitable[T]](list []A) []Awaitable[T] {
	out := make([]Awaitable[T], len(list))
	for i, a := range list {
		out[i] = a
	}
	return out
}
