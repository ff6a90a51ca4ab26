package sim

import (
	"context"
	"slices"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// Task is a coroutine that the loop runs (asyncio.Task). It can be awaited by
// any number of tasks.
//
// Cancel asks the task to end: at its next step, the operation that it waits in
// returns a [*CancelledError], and its context is done. It may clean up, return
// that error (then it ends cancelled) or go on. As in asyncio, a cancellation is
// an edge and not a level: it is delivered once, and later operations wait as
// usual. The context, being a Go context, stays done; see [Task.Context].
type Task[T any] struct {
	base[T]
	task
	coroutine *Coroutine[T]
}

// task is what tasks of every result type share.
type task struct {
	*core     // the future half
	stepper   stepper
	body      job    // the *Task[T]
	co        *coro  // the coroutine it runs
	root      *scope // its context
	firstRoot scope
	worker    *worker
	parent    *task  // if its label is part of this one's
	path      uint64 // a hash of the names on the way here
	above     uint64 // the path of the task above
	depth     int
	names     nameCounter // of its children
	named     string      // its name at creation, which its label is made of
	ordinal   int32       // among its parent's children of the same name
	main      bool        // its children are named as the loop's are
	stepName  string      // cache of the name of step stepNamed
	labelled  string      // cache of label

	next, prev *task // among the loop's unfinished tasks, in creation order

	started    bool
	queued     bool // a step is in the ready queue
	killed     bool // the loop is closing; the task must unwind
	mustCancel bool // CancelledError at the next step
	cancelling int
	cancelMsg  string
	awaiting   *core // the future it waits for
	inner      bool  // it waits on its own waiter
	own        waiter
	interrupt  error           // why a wait on a derived context ended
	derived    context.Context // the context that may end the wait
	what       describer       // what it waits for, for reports
	since      time.Duration
	pc         uintptr // where it waits
	waited     int32   // the event of its last wait
	wokenBy    int32   // the event that made it ready

	sleeping  timer
	timers    int32 // how many timers it has armed
	steps     int32
	yields    int32 // how many of its waits were bare yields
	stepNamed int32
}

// describer is a thing to wait for.
type describer interface {
	describe() string
	// holders returns the tasks without which the wait will not end, if known.
	holders() []*task
}

// CreateTask makes a task of a coroutine and schedules it; it starts at the next
// turn of the loop. The task's context carries the values of ctx but not its
// cancellation, as in asyncio. Called in a task, it makes a child of that task,
// which matters for its label in traces only.
func CreateTask[T any](ctx context.Context, coroutine *Coroutine[T], options ...TaskOption) *Task[T] {
	if coroutine == nil {
		misuse("CreateTask was given no coroutine; make one with Call or Do")
	}
	return createTask(ctx, coroutine, options, scopeOf(ctx, "CreateTask").loop.caller(1))
}

func createTask[T any](ctx context.Context, coroutine *Coroutine[T], options []TaskOption, pc uintptr) *Task[T] {
	l := scopeOf(ctx, "CreateTask").loop
	l.mustBeOpen("a task cannot be created")
	if coroutine.co.loop != l {
		misuse("coroutine %s was made for another loop than this task", coroutine.co.name)
	}
	t := newTask(ctx, l, coroutine, options)
	if coroutine.co.start(&t.task) {
		t.task.co = &coroutine.co
	}
	l.spawned(&t.task, pc)
	return t
}

// newTask makes a task that has not taken its coroutine yet.
func newTask[T any](ctx context.Context, l *Loop, coroutine *Coroutine[T], options []TaskOption) *Task[T] {
	t := &Task[T]{coroutine: coroutine}
	t.base.init(l, "task", coroutine.co.name)
	for _, option := range options {
		if option != nil {
			option.task(&t.base.c)
		}
	}
	l.adopt(&t.task, &t.base.c, ctx)
	t.task.body = t
	return t
}

// spawned makes the task's first step ready.
func (l *Loop) spawned(t *task, pc uintptr) {
	if l.recording() {
		l.record(trace.Entry{Kind: trace.Spawn, Object: t.label(), PC: pc})
	}
	if l.policy.PicksReady() {
		t.core.steps = &coreSteps{made: l.nextRank()}
	}
	l.pushStep(t)
}

// TaskOption changes a task at its creation.
type TaskOption interface{ task(*core) }

type taskName string

func (n taskName) task(c *core) { c.name = string(n) }

// Named gives a task a name other than its coroutine's.
func Named(name string) TaskOption { return taskName(name) }

// Go makes a task of a function: short for CreateTask of a coroutine made with
// [Do].
func Go(ctx context.Context, name string, fn func(ctx context.Context) error) *Task[None] {
	l := scopeOf(ctx, "Go").loop
	if fn == nil {
		misuse("Go %q was given a nil function", name)
	}
	l.mustBeOpen("a task cannot be created")
	// Nobody else can await this coroutine, so nobody need keep watch over it.
	coroutine := &Coroutine[None]{do: fn}
	coroutine.co.loop, coroutine.co.name = l, name
	t := newTask(ctx, l, coroutine, nil)
	t.task.co = &coroutine.co
	coroutine.co.state, coroutine.co.task = CoroutineRunning, &t.task
	l.spawned(&t.task, l.caller(1))
	return t
}

// adopt makes t one of the loop's tasks.
func (l *Loop) adopt(t *task, c *core, ctx context.Context) {
	t.core = c
	c.self, c.override = t, t
	t.own.task = t
	t.stepper = stepper{"task", t}
	t.root = &t.firstRoot
	t.root.loop, t.root.task, t.root.values = l, t, ctx
	t.sleeping.owner, t.sleeping.act, t.sleeping.name = t, &t.own, "sleep"
	t.place(l)
	t.prev = l.lastTask
	if t.prev != nil {
		t.prev.next = t
	} else {
		l.firstTask = t
	}
	l.lastTask = t
	l.unfinished++
}

func (l *Loop) disown(t *task) {
	if t.prev != nil {
		t.prev.next = t.next
	} else {
		l.firstTask = t.next
	}
	if t.next != nil {
		t.next.prev = t.prev
	} else {
		l.lastTask = t.prev
	}
	t.next, t.prev = nil, nil
	l.unfinished--
}

// exec runs the coroutine. The worker calls it.
func (t *Task[T]) exec() {
	if t.task.co == nil {
		t.task.core.err = ErrAwaitedTwice
		return
	}
	value, err := t.coroutine.call(t.task.root)
	if err == nil {
		t.base.value = value
	}
	t.task.core.err = err
}

// run is one step of the task, from one wait to the next.
func (t *task) run(l *Loop, e entry) {
	t.queued, t.wokenBy = false, e.cause
	t.steps++
	if !t.started {
		t.started = true
		l.stepEvent(trace.Start, t, "")
		if t.mustCancel {
			// Cancelled before it began: it never enters its body.
			t.mustCancel = false
			t.core.err = &CancelledError{Msg: t.cancelMsg}
			l.finishTask(t)
			return
		}
		t.worker = l.takeWorker(t.body)
	} else if l.recording() {
		l.stepEvent(trace.Resume, t, t.what.describe())
	}
	l.current = t
	l.stepping.Store(&t.stepper)
	w, before := t.worker, l.clock.Now()
	w.resume()
	l.current = nil
	l.stepping.Store(nil)
	l.checkSlow(before, "task ", t)
	if w.idle {
		l.endOfJob(t, w)
	}
}

func (l *Loop) stepEvent(kind trace.Kind, t *task, object string) {
	if l.recording() {
		l.record(trace.Entry{Kind: kind, Task: t.label(), Object: object, N: t.steps, Cause: t.wokenBy})
	}
}

// endOfJob takes the worker back from a task whose body is over.
func (l *Loop) endOfJob(t *task, w *worker) {
	t.worker = nil
	if crashed := w.crashed; crashed != nil {
		if l.fault == nil {
			l.fault = &order.PanicError{Task: t.label(), At: l.clock.Now(), Value: crashed.value, Stack: string(crashed.stack)}
		}
		t.core.err = l.fault
	} else if w.exited {
		if !t.killed && l.fault == nil {
			l.fault = &order.GoexitError{Task: t.label(), At: l.clock.Now()}
		}
		t.core.err = &CancelledError{Msg: "the task called runtime.Goexit"}
	}
	l.returnWorker(w)
	l.finishTask(t)
}

// finishTask settles how t ended, from the error its body returned.
func (l *Loop) finishTask(t *task) {
	c := t.core
	err := c.err
	ended := finished
	cancelledError := cancelledBy(err)
	if cancelledError == nil && t.cancelling > 0 && chainHas(err, context.Canceled) {
		// Ordinary Go code that saw ctx.Done and returned ctx.Err().
		cancelledError = &CancelledError{Msg: t.cancelMsg}
	}
	switch {
	case cancelledError != nil:
		ended, err = cancelled, cancelledError
		c.msg = cancelledError.Msg
	case err == nil && t.mustCancel:
		// Cancelled in its last step: asyncio counts that as cancelled.
		t.mustCancel = false
		ended, err = cancelled, &CancelledError{Msg: t.cancelMsg}
	}
	l.disown(t)
	if t.co != nil {
		t.co.close()
	}
	if l.recording() {
		how, detail := "returned", ""
		exit, _ := l.fault.(*order.GoexitError)
		switch {
		case l.fault != nil && t.core.err == l.fault:
			how, detail = "panicked", order.Summary(l.fault)
		case exit != nil && exit.Task == t.label():
			how = "exited"
		case ended == cancelled:
			how = "cancelled"
		case err != nil:
			how, detail = "failed", order.Summary(err)
		}
		l.record(trace.Entry{Kind: trace.Finish, Task: t.label(), Object: how, Detail: detail})
	}
	t.root.cancel(context.Canceled)
	c.finish(ended, err)
	if ended == finished && err != nil {
		l.failed(c)
	}
}

// Name returns the task's name. Tasks may share one; see [Task.Label].
func (t *Task[T]) Name() string {
	t.task.loop.touch(t.task.core, order.Reads)
	return t.base.c.name
}

// SetName changes the task's name. Its label stays.
func (t *Task[T]) SetName(name string) {
	t.task.loop.touch(t.task.core, order.Writes)
	t.base.c.name = name
}

// Label returns the name under which the task stands in traces, schedules and
// reports. No other task of the run has the same.
func (t *Task[T]) Label() string { return t.task.label() }

// Cancelling returns how many cancellations are asked for and not taken back.
func (t *Task[T]) Cancelling() int {
	t.task.loop.touch(t.task.core, order.Reads)
	return t.task.cancelling
}

// Context returns the task's context. It is done as soon as the task is
// cancelled. If every cancellation is taken back with [Uncancel], Context
// returns a new one, since a context that is done stays so.
func (t *Task[T]) Context() context.Context {
	t.task.loop.touch(t.task.core, order.Reads)
	return t.task.root
}

// CurrentTask returns the task that ctx belongs to, and false if ctx is the
// loop's own context or a thread's.
func CurrentTask(ctx context.Context) (AnyFuture, bool) {
	s := scopeOf(ctx, "CurrentTask")
	if s.task == nil {
		return AnyFuture{}, false
	}
	return AnyFuture{s.task.core}, true
}

// ContextOf returns the running task's own context: after [Uncancel], one that is
// not done. It knows nothing of the timeouts and task groups that the task is in,
// nor of what was derived from an earlier one.
func ContextOf(ctx context.Context) context.Context { return running(ctx, "ContextOf").root }

// AllTasks returns the loop's unfinished tasks in the order of their creation.
func AllTasks(ctx context.Context) []AnyFuture {
	l := scopeOf(ctx, "AllTasks").loop
	l.untrackInside("AllTasks")
	return l.allTasks()
}

func (l *Loop) allTasks() []AnyFuture {
	tasks := make([]AnyFuture, 0, l.unfinished)
	for _, t := range l.tasksInOrder() {
		tasks = append(tasks, AnyFuture{t.core})
	}
	return tasks
}

// tasksInOrder returns the unfinished tasks in the order of their creation, or of
// its rank: of two that were made by steps which have nothing to do with each
// other, it must not matter which came first.
func (l *Loop) tasksInOrder() []*task {
	tasks := make([]*task, 0, l.unfinished)
	for t := l.firstTask; t != nil; t = t.next {
		tasks = append(tasks, t)
	}
	if l.policy.PicksReady() {
		slices.SortStableFunc(tasks, func(a, b *task) int { return a.core.steps.made.compare(b.core.steps.made) })
	}
	return tasks
}
