package sim

import (
	"context"
	"reflect"

	"weft/sim/order"
)

// None is the result type of coroutines that have no result.
type None = struct{}

// CoroutineState is the life of a coroutine, as Python's
// inspect.getcoroutinestate names it.
type CoroutineState string

// The states of a coroutine.
const (
	CoroutineCreated   CoroutineState = "created"   // nobody has awaited it
	CoroutineRunning   CoroutineState = "running"   // it runs now
	CoroutineSuspended CoroutineState = "suspended" // it waits
	CoroutineClosed    CoroutineState = "closed"    // it has returned, or never will run
)

// Coroutine is a call that has not started: a function together with its
// arguments, as a closure. Nothing of it runs until it is awaited, which runs it
// inline in the awaiting task, or a task is made of it with [CreateTask]. It can
// be awaited once. One that is never awaited is reported at the end of the run.
type Coroutine[T any] struct {
	co coro
	fn func(ctx context.Context) (T, error)
	do func(ctx context.Context) error // in place of fn, where T is None
}

// coro is the part of a coroutine that does not depend on its result type.
type coro struct {
	loop       *Loop
	name       string
	pc         uintptr // where it was made
	state      CoroutineState
	task       *task
	created    creationID
	link[coro] // among those never awaited
}

// Call makes a coroutine of a coroutine function. As in Python, calling a
// coroutine function runs nothing yet.
func Call[T any](ctx context.Context, name string, fn func(ctx context.Context) (T, error)) *Coroutine[T] {
	if fn == nil {
		misuse("Call %q was given a nil function", name)
	}
	c := &Coroutine[T]{fn: fn}
	c.co.init(scopeOf(ctx, "Call").loop, name)
	return c
}

// Do makes a coroutine of a function that has no result but an error.
func Do(ctx context.Context, name string, fn func(ctx context.Context) error) *Coroutine[None] {
	if fn == nil {
		misuse("Do %q was given a nil function", name)
	}
	c := &Coroutine[None]{do: fn}
	c.co.init(scopeOf(ctx, "Do").loop, name)
	return c
}

func (c *coro) init(l *Loop, name string) {
	l.mustBeOpen("a coroutine cannot be made")
	c.loop, c.name, c.state = l, name, CoroutineCreated
	c.pc = l.site(2)
	if l.tracking {
		c.created = l.newCreationID()
	}
	l.unawaited.add(c)
}

// start takes the coroutine for t. It reports false if that was done before.
func (c *coro) start(t *task) bool {
	c.touch(order.Writes)
	if c.state != CoroutineCreated {
		return false
	}
	c.state, c.task = CoroutineRunning, t
	c.loop.unawaited.remove(c)
	return true
}

// touch takes down that the coroutine is touched, if not in the step in which it
// was made: nobody else can have it then.
func (c *coro) touch(access order.Access) {
	if l := c.loop; l.inStep && c.created != (creationID{}) && int(c.created.step) != len(l.journal.steps) {
		l.journal.touch(c, access)
	}
}

// Name returns the name given at creation.
func (c *Coroutine[T]) Name() string { return c.co.name }

// State returns where the coroutine is in its life.
func (c *Coroutine[T]) State() CoroutineState {
	c.co.touch(order.Reads)
	if t := c.co.task; t != nil {
		c.co.loop.touch(t.core, order.Writes) // against each of its steps, since they show
	}
	if c.co.state == CoroutineRunning && c.co.loop.current != c.co.task {
		if !c.co.task.started {
			return CoroutineCreated // a task was made of it, which has not begun
		}
		return CoroutineSuspended
	}
	return c.co.state
}

// Close gives the coroutine up: it will not run and is not reported as never
// awaited. It does nothing to one that has started.
func (c *Coroutine[T]) Close() {
	if c.co.start(nil) {
		c.co.state = CoroutineClosed
	}
}

// Await runs the coroutine to its end inside the running task, without a turn of
// the loop, as a plain call would. It returns [ErrAwaitedTwice] the second time.
func (c *Coroutine[T]) Await(ctx context.Context) (T, error) {
	t := running(ctx, "Await")
	if t.loop != c.co.loop {
		misuse("coroutine %s was awaited in another loop than it was made for", c.co.name)
	}
	if !c.co.start(t) {
		var none T
		return none, ErrAwaitedTwice
	}
	defer c.co.close()
	return c.call(ctx)
}

func (c *coro) close() {
	c.touch(order.Writes)
	c.state = CoroutineClosed
}

func (c *Coroutine[T]) call(ctx context.Context) (value T, err error) {
	if c.do != nil {
		return value, c.do(ctx)
	}
	return c.fn(ctx)
}

func (c *Coroutine[T]) ensure(ctx context.Context) *core {
	return &createTask(ctx, c, nil, c.co.pc).c
}

// IsCoroutineFunction reports whether f can be given to [Call] or [Do]: whether
// it is a func(context.Context) (T, error) or a func(context.Context) error.
func IsCoroutineFunction(f any) bool {
	t := reflect.TypeOf(f)
	if t == nil || t.Kind() != reflect.Func || t.IsVariadic() || t.NumIn() != 1 || t.In(0) != reflect.TypeFor[context.Context]() {
		return false
	}
	n := t.NumOut()
	return (n == 1 || n == 2) && t.Out(n-1) == reflect.TypeFor[error]()
}

// reportUnawaited reports the coroutines that nobody awaited, in the order in
// which they were made.
func (l *Loop) reportUnawaited() {
	var unawaited []*coro // apart, since a handler of reports may make more
	for l.unawaited.first != nil {
		unawaited = append(unawaited, l.unawaited.first)
		l.unawaited.remove(l.unawaited.first)
	}
	for _, c := range unawaited {
		l.report(Report{Kind: NeverAwaited, Object: c.name, pc: c.pc,
			Text: "coroutine " + plainName(c.name) + " was never awaited; await it or make a task of it"})
	}
}
