package sim

import (
	"context"
	"strconv"

	"weft/sim/order"
	"weft/trace"
)

// Waitable is a task or future of any result type: *Task, *Future, AnyFuture.
type Waitable interface {
	// Done reports whether it has ended.
	Done() bool
	future() *core
}

// Awaitable is what can be awaited for a T: a *Coroutine[T], *Task[T] or
// *Future[T] (or, for T any, an AnyTask).
type Awaitable[T any] interface {
	// Await waits for the result. ctx must be the context of the running task.
	Await(ctx context.Context) (T, error)
	// ensure returns the future, making a task of a coroutine. Its value is a T.
	ensure(ctx context.Context) *core
}

// base is what Task[T] and Future[T] share.
type base[T any] struct {
	c     core
	value T
}

func (b *base[T]) future() *core { return &b.c }

func (b *base[T]) ensure(context.Context) *core { return &b.c }

// Name returns the name given at creation.
func (b *base[T]) Name() string { return b.c.name }

// Done reports whether a result, an error or a cancellation is there.
func (b *base[T]) Done() bool { return b.c.isDone() }

// Cancelled reports whether it ended by cancellation.
func (b *base[T]) Cancelled() bool { return b.c.isDone() && b.c.state == cancelled }

// Result returns the result without waiting: [ErrPending] if there is none yet,
// a [*CancelledError] if it was cancelled.
func (b *base[T]) Result() (T, error) {
	if !b.c.isDone() {
		var none T
		return none, ErrPending
	}
	return b.value, b.c.outcome()
}

// Err returns the error without waiting: nil for a result, [ErrPending] if it is
// not done.
func (b *base[T]) Err() error {
	_, err := b.Result()
	return err
}

// Cancel asks for cancellation. It reports false if there is nothing left to
// cancel. A future is cancelled at once. A task is cancelled at its next step:
// the operation that it waits in returns a [*CancelledError], which the task may
// handle; see [Task].
func (b *base[T]) Cancel(msg ...string) bool { return cancelFuture(&b.c, msg) }

func cancelFuture(c *core, msg []string) bool {
	text := ""
	if len(msg) > 0 {
		text = msg[0]
	}
	c.loop.record(trace.Entry{Kind: trace.Cancel, Object: c.describeIf(), Detail: text, PC: c.loop.caller(2)})
	if c.isDone() {
		return false
	}
	return c.cancel(text)
}

func (c *core) describeIf() string {
	if !c.loop.recording() {
		return ""
	}
	return c.describe()
}

// Await waits for the result. It does not give up control if the result is
// there already. If the running task is cancelled meanwhile, what it awaits is
// cancelled too, as in asyncio; use [Shield] against that. If ctx is a context
// that the program derived with a cancel function and that is done first, Await
// returns its cause and leaves the awaited task alone.
func (b *base[T]) Await(ctx context.Context) (T, error) {
	t := running(ctx, "Await")
	if err := t.await(ctx, &b.c); err != nil {
		var none T
		return none, err
	}
	return b.value, nil
}

// AddDoneCallback has fn called by the loop when the result is there: at the
// next turn if it is there already. Callbacks and waiting tasks share one list,
// in order of registration. ctx is the loop's context: fn cannot wait. name is
// for traces and reports.
func (b *base[T]) AddDoneCallback(name string, fn func(ctx context.Context)) *Handle {
	return addDoneCallback(&b.c, name, fn)
}

func addDoneCallback(c *core, name string, fn func(ctx context.Context)) *Handle {
	c.loop.look(c)
	h := c.loop.newHandle(name, fn)
	c.add(h)
	return h
}

// RemoveDoneCallback takes a callback off the list and reports whether it was
// on it. A callback that is ready to run already is not on it; see
// [Handle.Cancel].
func (b *base[T]) RemoveDoneCallback(h *Handle) bool {
	b.c.loop.look(&b.c)
	b.c.loop.touch(h, order.Writes)
	return b.c.remove(h) > 0
}

// Any returns the same task or future without its result type.
func (b *base[T]) Any() AnyFuture { return AnyFuture{&b.c} }

func (b *base[T]) anyValue() any { return b.value }

// String returns the kind, name and state.
func (b *base[T]) String() string { return b.Any().String() }

// mustOwn panics unless c belongs to the loop. op names the call.
func (l *Loop) mustOwn(c *core, op string) {
	if c.loop != l {
		misuse("%s was given %s, which belongs to another loop", op, c.describe())
	}
}

// valueOf reads the value of a future of type T, or of any type if T is any.
func valueOf[T any](c *core) T {
	if b, ok := c.owner.(*base[T]); ok {
		return b.value
	}
	value, _ := c.owner.anyValue().(T)
	return value
}

// Future is a result that somebody will set (asyncio.Future).
type Future[T any] struct{ base[T] }

// NewFuture returns a future that is not done. name is for traces and reports
// and may be empty; the second of a name that one task makes has a number behind it.
func NewFuture[T any](ctx context.Context, name string) *Future[T] {
	f := new(Future[T])
	l := scopeOf(ctx, "NewFuture").loop
	f.init(l, "future", l.futureName(name))
	return f
}

// futureName tells futures of one name apart that one task makes, by a number. Those of
// several tasks have the same: who made the first is another one in another order.
func (l *Loop) futureName(name string) string {
	if name == "" || l.current == nil {
		return name
	}
	if n := l.current.names.next("future\x00" + name); n > 1 {
		return name + "#" + strconv.Itoa(int(n))
	}
	return name
}

func (b *base[T]) init(l *Loop, kind, name string) {
	b.c.loop, b.c.owner, b.c.kind, b.c.name = l, b, kind, name
	if l.tracking && kind != "task" {
		b.c.steps = &coreSteps{created: l.newCreationID()}
	}
}

// SetResult completes the future. It returns [ErrAlreadyDone] if it is done.
func (f *Future[T]) SetResult(value T) error {
	l := f.c.loop
	l.record(trace.Entry{Kind: trace.Set, Object: f.c.describeIf(), PC: l.caller(1)})
	return f.setResult(value)
}

func (b *base[T]) setResult(value T) error {
	if b.c.isDone() {
		return ErrAlreadyDone
	}
	b.value = value
	b.c.finish(finished, nil)
	return nil
}

// SetError completes the future with an error, which must not be nil. It
// returns [ErrAlreadyDone] if it is done.
func (f *Future[T]) SetError(err error) error {
	if err == nil {
		misuse("Future.SetError was given nil; use SetResult")
	}
	l := f.c.loop
	l.record(trace.Entry{Kind: trace.Set, Object: f.c.describeIf(), Detail: err.Error(), PC: l.caller(1)})
	return f.c.setError(err)
}

func (c *core) setError(err error) error {
	if c.isDone() {
		return ErrAlreadyDone
	}
	c.finish(finished, err)
	c.loop.failed(c)
	return nil
}

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
