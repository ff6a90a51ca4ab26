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
	stepOwner stepOwner
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

	link[task] // among the loop's unfinished tasks, in creation order

	started    bool
	queued     bool  // a step is in the ready queue
	killed     bool  // the loop is closing; the task must unwind
	mustCancel bool  // CancelledError at the next step
	logged     int32 // the last of its steps that was taken down, counted from 1
	cancelling int
	cancelMsg  string
	awaiting   *core // the future it waits for
	inner      bool  // it waits on its own waiter
	own        waiter
	guard      *guard          // that it waits for
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
	t.stepOwner = stepOwner{"task", t}
	t.root = &t.firstRoot
	t.root.loop, t.root.task, t.root.values = l, t, ctx
	t.sleeping.owner, t.sleeping.act, t.sleeping.name = t, &t.own, "sleep"
	t.place(l)
	l.tasks.add(t)
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
	tasks := make([]AnyFuture, 0, l.tasks.n)
	for _, t := range l.tasksInOrder() {
		tasks = append(tasks, AnyFuture{t.core})
	}
	return tasks
}

// tasksInOrder returns the unfinished tasks in the order of their creation, or of
// its rank: of two that were made by steps which have nothing to do with each
// other, it must not matter which came first.
func (l *Loop) tasksInOrder() []*task {
	tasks := make([]*task, 0, l.tasks.n)
	for t := l.tasks.first; t != nil; t = t.next {
		tasks = append(tasks, t)
	}
	if l.policy.PicksReady() {
		slices.SortStableFunc(tasks, func(a, b *task) int { return a.core.steps.made.compare(b.core.steps.made) })
	}
	return tasks
}

// cancelWith asks the task to end; see asyncio's Task.cancel.
func (t *task) cancelWith(msg string) bool {
	if t.state != pending {
		return false
	}
	t.root.cancel(context.Canceled)
	return t.cancelWithin(msg)
}

// cancelWithin cancels without making the task's own context done: timeouts and
// task groups end a part of a task only.
func (t *task) cancelWithin(msg string) bool {
	if t.state != pending {
		return false
	}
	return t.passCancel(func() bool { return t.cancelNow(msg) })
}

func (t *task) cancelNow(msg string) bool {
	l := t.loop
	l.catchUp(t) // what has reached it by now in the default order
	l.touch(t.core, order.Writes)
	if what, ok := t.what.(touchable); ok {
		l.touch(what, order.Writes)
	}
	t.cancelling++
	if t.cancelling == 1 {
		t.cancelMsg = msg // for a body that returns its context's error
	}
	switch {
	case t.awaiting != nil && t.interrupt == nil:
		if t.awaiting.cancel(msg) {
			t.awaiting.msg = msg
			t.loop.cancelCycle = false
			return true
		}
		if t.loop.cancelCycle && t.awaiting.state == pending {
			// It waits, in the end, for itself. CPython recurses until its stack
			// is full; here the circle is opened at this place.
			t.loop.cancelCycle = false
			t.awaiting.remove(t)
			t.awaiting = nil
			t.loop.pushStep(t)
		}
	case t.inner:
		if t.own.cancel(msg) {
			return true
		}
	}
	t.mustCancel, t.cancelMsg = true, msg
	return true
}

// uncancel takes one cancellation back; see asyncio's Task.uncancel.
func (t *task) uncancel() int {
	if t.cancelling > 0 {
		t.cancelling--
		if t.cancelling == 0 {
			t.mustCancel = false
		}
	}
	return t.cancelling
}

// Uncancel takes one cancellation of the running task back and returns how many
// are left (asyncio.current_task().uncancel()). A task that handles a
// cancellation and goes on calls it, so that timeouts and task groups around it
// work. When none is left, [Task.Context] gives a fresh context.
func Uncancel(ctx context.Context) int {
	t := running(ctx, "Uncancel")
	t.loop.touch(t.core, order.Writes)
	left := t.uncancel()
	if left == 0 && t.root.Err() != nil {
		t.root = &scope{loop: t.core.loop, task: t, values: t.root.values}
	}
	return left
}
