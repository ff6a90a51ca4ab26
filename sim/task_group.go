package sim

import (
	"context"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// TaskGroup holds tasks that end together (asyncio.TaskGroup): leaving the group
// waits for all of them, and an error of one cancels the others.
type TaskGroup struct {
	loop        *Loop
	parent      *task
	scope       *scope
	tasks       []*core // unfinished, in creation order
	errs        []error
	exiting     bool
	aborting    bool
	cancelsSelf bool // it has cancelled its parent
	created     creationID
	propagation propagation
	joined      *waiter // on which the parent waits for the tasks
	by          int32   // the steps that have ended tasks
}

// WithTaskGroup runs body, waits for every task that was made in the group, and
// returns nil if all went well. If body or a task fails, the other tasks and the
// body are cancelled, and the errors come as an [*ErrorGroup], in the order in
// which they happened, the body's own last. A cancellation of the parent cancels
// all and is passed on if no task failed.
func WithTaskGroup(ctx context.Context, body func(ctx context.Context, g *TaskGroup) error) error {
	t := running(ctx, "WithTaskGroup")
	if body == nil {
		misuse("WithTaskGroup was given a nil function")
	}
	g := &TaskGroup{loop: t.loop, parent: t, created: t.loop.newCreationID()}
	g.scope = scopeOf(ctx, "WithTaskGroup").open(ctx)
	defer g.scope.shut()
	return g.exit(g.scope, body(g.scope, g))
}

// CreateTaskIn makes a task in a group. It returns [ErrGroupClosed] if the group
// is finished or shutting down; the coroutine then never runs.
func CreateTaskIn[T any](ctx context.Context, g *TaskGroup, coroutine *Coroutine[T], options ...TaskOption) (*Task[T], error) {
	if g == nil || g.loop == nil {
		misuse("CreateTaskIn was given no task group; use the one that WithTaskGroup gives")
	}
	if scopeOf(ctx, "CreateTaskIn").loop != g.loop {
		misuse("CreateTaskIn was given a task group of another loop")
	}
	if g.exiting || g.aborting {
		g.loop.catchUp(g)
		g.loop.touch(g, order.Writes)
	} else {
		g.loop.touch(g, order.Adds) // how many there are does not matter yet
	}
	if g.loop.inStep {
		g.loop.touch(memberList{g}, order.Writes)
	}
	if g.exiting && len(g.tasks) == 0 || g.aborting {
		coroutine.Close()
		return nil, ErrGroupClosed
	}
	t := CreateTask(ctx, coroutine, options...)
	g.tasks = append(g.tasks, &t.base.c)
	g.loop.look(&t.base.c)
	t.base.c.add(g)
	return t, nil
}

// Go makes a task of a function in the group: short for [CreateTaskIn] of a
// coroutine made with [Do].
func (g *TaskGroup) Go(ctx context.Context, name string, fn func(ctx context.Context) error) (*Task[None], error) {
	if fn == nil {
		misuse("TaskGroup.Go %q was given a nil function", name)
	}
	return CreateTaskIn(ctx, g, Do(ctx, name, fn))
}

// run notes the end of a task, one turn after it.
func (g *TaskGroup) run(l *Loop, e entry) {
	if g.aborts(e.from) {
		l.catchUp(g)
	}
	for i, c := range g.tasks {
		if c == e.from {
			g.tasks = slices.Delete(g.tasks, i, i+1)
			break
		}
	}
	g.by = l.joined(g.by, l.by)
	if g.joined != nil && len(g.tasks) == 0 {
		l.after(g.by, func() { g.joined.resolve() })
	}
	if e.from.state == cancelled || e.from.err == nil {
		return
	}
	err := e.from.outcome()
	g.errs = append(g.errs, err)
	if g.parent.state != pending {
		l.report(Report{Kind: LateError, Object: e.from.describe(), Err: err,
			Text: e.from.describe() + " failed after the task of its group had ended: " + err.Error()})
		return
	}
	if !g.aborting && !g.cancelsSelf {
		g.abort()
		g.cancelsSelf = true
		l.record(trace.Entry{Kind: trace.Cancel, Object: g.parent.core.describeIf(), Detail: "task group"})
		g.scope.cancel(context.Canceled)
		g.parent.cancelWithin("")
	}
}

func (g *TaskGroup) abort() {
	g.loop.touch(g, order.Writes)
	if g.loop.inStep {
		g.loop.touch(memberList{g}, order.Reads)
	}
	g.aborting = true
	for _, c := range g.tasks {
		if !c.done() {
			c.cancel("")
		}
	}
}

func (g *TaskGroup) exit(ctx context.Context, bodyErr error) error {
	g.loop.lookGroup(g)
	g.exiting = true
	t := g.parent
	pc := g.loop.caller(2)
	var cancellation error
	if cancelledBy(bodyErr) != nil {
		cancellation = bodyErr
	}
	if bodyErr != nil && !g.aborting {
		g.abort()
	}
	for len(g.tasks) > 0 {
		// The parent may be cancelled any number of times while it waits.
		g.joined = t.waiter()
		err := t.wait(ctx, g, 0, pc)
		g.joined = nil
		g.loop.lookGroup(g)
		if err != nil && !g.aborting {
			cancellation = err
			g.abort()
		}
	}
	if g.cancelsSelf {
		g.loop.touch(t.core, order.Writes)
	}
	if g.cancelsSelf && t.uncancel() == 0 {
		cancellation = nil
	}
	if cancellation != nil && len(g.errs) == 0 {
		return cancellation
	}
	if bodyErr != nil && cancelledBy(bodyErr) == nil {
		g.errs = append(g.errs, bodyErr)
	}
	if len(g.errs) > 0 {
		if t.cancelling > 0 {
			// Cancelled from outside as well: keep that for the next wait.
			g.loop.touch(t.core, order.Writes)
			t.uncancel()
			t.cancelWithin("")
		}
		return &ErrorGroup{Msg: "sim: errors in a task group", Errors: g.errs}
	}
	return nil
}

func (g *TaskGroup) describe() string { return "task group" }

func (g *TaskGroup) holders() []*task {
	var tasks []*task
	for _, c := range g.tasks {
		tasks = append(tasks, c.holders()...)
	}
	return tasks
}
