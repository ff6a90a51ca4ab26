package sim

import (
	"context"
	"slices"

	"weft/trace"
)

type state uint8

const (
	pending state = iota
	finished
	cancelled
)

// work is something that stands in the loop's ready queue.
type work interface {
	// run does it. e is its entry; e.from is the future whose end put it there, if
	// one did.
	run(l *Loop, e entry)
}

// core is what tasks and futures of every result type share.
type core struct {
	loop      *Loop
	owner     interface{ anyValue() any } // the *base that holds the value
	kind      string                      // task, future, gather, ...: for reports
	name      string
	state     state
	retrieved bool // somebody has seen err
	err       error
	msg       string    // what a cancellation said
	override  canceller // how to cancel, if not simply
	// cancelsNow is true while a cancel passes through, so that tasks which wait for
	// each other in a circle do not pass it on for ever.
	cancelsNow bool
	relayed    bool  // the loop ends it, some time after what it stands for has ended
	self       *task // set in tasks
	holding    func() []*task
	first      registered // callbacks, in order of registration; most futures have one
	more       []registered
	steps      *coreSteps // what ranks and footprints need to know
}

// coreSteps is what ranks and footprints of steps need to know of a future.
type coreSteps struct {
	mark mark
	made *rank // of a task: where it was made, under AnyReady
	late lateness
	past []work // the relays of a future that is relayed itself and has ended
}

// registered is something that is waiting for the end of a future.
type registered struct {
	work work
	rank *rank // of the registration, under AnyReady
}

type canceller interface{ cancelWith(msg string) bool }

func (c *core) done() bool { return c.state != pending }

// isDone is done, for a step that goes by it.
func (c *core) isDone() bool {
	c.loop.look(c)
	return c.state != pending
}

// describe names the future as a thing to wait for.
func (c *core) describe() string {
	if c.self != nil {
		return c.kind + " " + c.self.label()
	}
	if c.name == "" {
		return c.kind
	}
	return c.kind + " " + plainName(c.name)
}

// String returns what describe does, so that futures inside queues print well.
func (c *core) String() string {
	if c == nil {
		return "nothing"
	}
	return c.describe()
}

// holders returns the tasks without which the future will not be done.
func (c *core) holders() []*task {
	if c.self != nil {
		return []*task{c.self}
	}
	if c.holding != nil {
		return c.holding()
	}
	return nil
}

func (c *core) add(w work) {
	switch {
	case c.state != pending:
		c.loop.push(w, c)
	case c.first.work == nil && len(c.more) == 0:
		c.first = registered{w, c.loop.nextRank()}
	default:
		c.more = append(c.more, registered{w, c.loop.nextRank()})
	}
}

// callbacks returns how many callbacks there are.
func (c *core) callbacks() int {
	if c.first.work == nil {
		return len(c.more)
	}
	return 1 + len(c.more)
}

func (c *core) callback(i int) work {
	if c.first.work != nil {
		if i == 0 {
			return c.first.work
		}
		i--
	}
	return c.more[i].work
}

func (c *core) works() []work {
	works := make([]work, c.callbacks())
	for i := range works {
		works[i] = c.callback(i)
	}
	return works
}

func (c *core) remove(w work) int {
	n := 0
	if c.first.work == w {
		c.first = registered{}
		n++
	}
	kept := c.more[:0]
	for _, m := range c.more {
		if m.work == w {
			n++
		} else {
			kept = append(kept, m)
		}
	}
	if c.steps != nil {
		c.steps.past = slices.DeleteFunc(c.steps.past, func(m work) bool { return m == w })
	}
	clear(c.more[len(kept):])
	c.more = kept
	return n
}

// finish completes the future and makes its callbacks ready.
func (c *core) finish(s state, err error) {
	l := c.loop
	l.touchEnd(c, err != nil, s == cancelled)
	c.state, c.err = s, err
	if c.relayed && c.steps != nil {
		c.steps.past = c.works()
	}
	first, more := c.first, c.more
	c.first, c.more = registered{}, nil
	if l.policy.anyReady && len(more) > 0 {
		// Not the order in which they happened to come, if nothing else depends on
		// that. In the default order it is the same.
		if first.work != nil {
			more = append([]registered{first}, more...)
			first.work = nil
		}
		slices.SortStableFunc(more, func(a, b registered) int { return a.rank.compare(b.rank) })
	}
	if first.work != nil {
		l.push(first.work, c)
	}
	for _, r := range more {
		l.push(r.work, c)
	}
}

func (c *core) cancel(msg string) bool {
	if c.override == nil {
		return c.cancelSimply(msg)
	}
	return c.override.cancelWith(msg)
}

// pass runs a cancellation that c passes on. If one passes through c already, the
// futures wait for each other in a circle; then it does nothing but say so.
func (c *core) pass(on func() bool) bool {
	if c.cancelsNow {
		c.loop.cancelCycle = true
		return false
	}
	c.cancelsNow = true
	done := on()
	c.cancelsNow = false
	return done
}

func (c *core) cancelSimply(msg string) bool {
	if c.relayed {
		c.loop.settle(c)
	}
	if c.state != pending {
		c.loop.touch(c, Reads)
		return false
	}
	c.msg = msg
	c.finish(cancelled, &CancelledError{Msg: msg})
	return true
}

// outcome returns the error that an awaiter gets, and notes that it was seen.
func (c *core) outcome() error {
	c.retrieved = true
	return c.err
}

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
	b.c.loop.touch(h, Writes)
	return b.c.remove(h) > 0
}

// Any returns the same task or future without its result type.
func (b *base[T]) Any() AnyFuture { return AnyFuture{&b.c} }

func (b *base[T]) anyValue() any { return b.value }

// String returns the kind, name and state.
func (b *base[T]) String() string { return b.Any().String() }

// mine panics unless c belongs to the loop. op names the call.
func (l *Loop) mine(c *core, op string) {
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
// and may be empty.
func NewFuture[T any](ctx context.Context, name string) *Future[T] {
	f := new(Future[T])
	f.init(scopeOf(ctx, "NewFuture").loop, "future", name)
	return f
}

func (b *base[T]) init(l *Loop, kind, name string) {
	b.c.loop, b.c.owner, b.c.kind, b.c.name = l, b, kind, name
	if l.tracking && kind != "task" {
		b.c.steps = &coreSteps{mark: l.mark()}
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

func (s state) String() string { return [...]string{"pending", "finished", "cancelled"}[s] }
