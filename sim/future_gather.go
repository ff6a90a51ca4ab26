package sim

import (
	"context"
	"iter"
	"slices"
	"time"

	"weft/sim/order"
)

// Result is how one of several ended: with a value or an error.
type Result[T any] struct {
	Value T
	Err   error
}

// Gather waits for several at once (asyncio.gather). It makes tasks of
// coroutines, in order, and returns a future of their values in the same order,
// whatever the order in which they end. The first error, or cancellation of one
// of them, completes the future at once; the others go on. Cancelling the future
// cancels those that are unfinished. One that is given twice is awaited once.
func Gather[T any](ctx context.Context, several ...Awaitable[T]) *Future[[]T] {
	f := new(Future[[]T])
	collect := func(children []*core) {
		f.value = make([]T, len(children))
		for i, child := range children {
			f.value[i] = valueOf[T](child)
		}
	}
	gather(ctx, "Gather", &f.base, several, false, collect)
	return f
}

// GatherSettled is [Gather] with return_exceptions=True: it waits for all, and
// gives each one's value or error. Errors do not complete it early.
func GatherSettled[T any](ctx context.Context, several ...Awaitable[T]) *Future[[]Result[T]] {
	f := new(Future[[]Result[T]])
	collect := func(children []*core) {
		f.value = make([]Result[T], len(children))
		for i, child := range children {
			f.value[i] = Result[T]{valueOf[T](child), child.outcome()}
		}
	}
	gather(ctx, "GatherSettled", &f.base, several, true, collect)
	return f
}

// gathering is the part of a gather that does not depend on types.
type gathering struct {
	outer           *core
	children        []*core // in order of the arguments, with repetitions
	left            int     // distinct children whose end was not noted yet
	by              int32   // the steps that have ended the others
	noted, failed   int     // ends that stand in the ready queue to be noted, and those by an error
	nested          bool    // one of the children is ended by such notes itself
	settle          bool
	cancelRequested bool
	collect         func(children []*core)
}

func gather[T, R any](ctx context.Context, op string, f *base[R], several []Awaitable[T], settle bool, collect func([]*core)) {
	s := scopeOf(ctx, op)
	f.init(s.loop, "gather", "")
	f.c.relayed = true
	g := &gathering{outer: &f.c, settle: settle, collect: collect, children: make([]*core, 0, len(several))}
	f.c.override = g
	f.c.holding = g.unfinished
	if len(several) == 0 {
		collect(nil)
		f.c.finish(finished, nil)
		return
	}
	var done []*core
	var known map[Awaitable[T]]*core
	if len(several) > 8 {
		known = make(map[Awaitable[T]]*core, len(several))
	}
	for i, a := range several {
		if a == nil {
			misuse("%s was given nil; pass coroutines, tasks or futures", op)
		}
		c := known[a]
		if known == nil {
			if k := slices.Index(several[:i], a); k >= 0 {
				c = g.children[k]
			}
		}
		if c == nil {
			c = a.ensure(ctx)
			s.loop.mustOwn(c, op)
			g.nested = g.nested || c.relayed
			if known != nil {
				known[a] = c
			}
			g.left++
			if c.isDone() {
				done = append(done, c)
			} else {
				c.add(g)
			}
		}
		g.children = append(g.children, c)
	}
	for _, c := range done {
		g.ended(c)
	}
}

// run notes the end of a child, one turn after it.
func (g *gathering) run(l *Loop, e entry) {
	g.expect(e.from, -1)
	g.ended(e.from)
}

// expect counts an end that has yet to be noted.
func (g *gathering) expect(child *core, by int) {
	g.noted += by
	if child.err != nil {
		g.failed += by
	}
}

// wakesNone reports that what stands in the ready queue does not complete the gather.
func (g *gathering) wakesNone() bool {
	return !g.nested && g.noted < g.left && (g.settle || g.failed == 0)
}

func (g *gathering) ended(child *core) {
	l := g.outer.loop
	g.left--
	g.by = l.joined(g.by, l.by)
	if g.outer.state != pending {
		child.retrieved = true
		return
	}
	if !g.settle && child.err != nil {
		g.outer.setError(child.outcome())
		return
	}
	if g.left > 0 {
		return
	}
	l.after(g.by, func() {
		if g.cancelRequested {
			last := g.children[len(g.children)-1]
			g.outer.setError(&CancelledError{Msg: last.msg})
			return
		}
		g.collect(g.children)
		g.outer.finish(finished, nil)
	})
}

// cancelWith cancels the children; the gather is cancelled when they are.
func (g *gathering) cancelWith(msg string) bool {
	if g.outer.state != pending {
		return false
	}
	g.outer.loop.catchUp(g.outer)
	if g.outer.state != pending {
		return false
	}
	g.outer.loop.touch(g.outer, order.Writes)
	return g.outer.passCancel(func() bool {
		any := false
		for _, child := range g.children {
			if child.cancel(msg) {
				any = true
			}
		}
		if any {
			g.cancelRequested = true
		}
		return any
	})
}

func (g *gathering) unfinished() []*task {
	var tasks []*task
	for _, child := range g.children {
		if !child.done() {
			tasks = append(tasks, child.holders()...)
		}
	}
	return tasks
}

// AsCompleted gives the results of several in the order in which they end
// (asyncio.as_completed). It makes tasks of coroutines at once, in order. Each
// step of the iteration waits for the next one to end and gives its value or
// error. If the iterating task is cancelled, the next step gives the
// [*CancelledError] and the iteration ends.
//
//	for page, err := range sim.AsCompleted(ctx, downloads...) {
func AsCompleted[T any](ctx context.Context, several ...Awaitable[T]) iter.Seq2[T, error] {
	scopeOf(ctx, "AsCompleted")
	return AsCompletedWithin(ctx, Forever, several...)
}

// AsCompletedWithin is [AsCompleted] with a limit of virtual time on the whole
// iteration. When it is over, each one that has not ended gives [ErrTimeout].
func AsCompletedWithin[T any](ctx context.Context, timeout time.Duration, several ...Awaitable[T]) iter.Seq2[T, error] {
	l := scopeOf(ctx, "AsCompletedWithin").loop
	c := &completions{queue: NewQueue[*core](ctx, "completions", 0), created: l.newCreationID()}
	seen := make(map[Awaitable[T]]bool, len(several))
	for _, a := range several {
		if a == nil {
			misuse("AsCompleted was given nil; pass coroutines, tasks or futures")
		}
		if !seen[a] {
			seen[a] = true
			todo := a.ensure(ctx)
			l.mustOwn(todo, "AsCompleted")
			c.todo = append(c.todo, todo)
		}
	}
	left := len(c.todo)
	for _, todo := range c.todo {
		l.look(todo)
		todo.add(c)
	}
	if left > 0 && timeout != Forever {
		c.timer = &timer{owner: l.current, name: "as-completed-timeout", act: c, event: true}
		l.arm(c.timer, l.clock.Now(), timeout)
	}
	return func(give func(T, error) bool) {
		t := running(ctx, "AsCompleted")
		for left > 0 {
			left--
			var none T
			c.look(l)
			ended, err := c.queue.take(ctx, t, t.loop.caller(1))
			c.look(l)
			switch {
			case err != nil:
				give(none, err)
				return
			case ended == nil:
				if !give(none, ErrTimeout) {
					return
				}
			case ended.err != nil:
				if !give(none, ended.outcome()) {
					return
				}
			default:
				if !give(valueOf[T](ended), nil) {
					return
				}
			}
		}
	}
}

type completions struct {
	queue       *Queue[*core]
	todo        []*core
	timer       *timer
	created     creationID
	propagation propagation
}

func (c *completions) look(l *Loop) {
	l.catchUp(c)
	l.touch(c, l.accessDuring(c.propagation))
}

// run notes that one has ended, one turn after it.
func (c *completions) run(l *Loop, e entry) {
	for i, todo := range c.todo {
		if todo == e.from {
			c.todo = slices.Delete(c.todo, i, i+1)
			c.queue.PutNowait(todo)
			break
		}
	}
	if len(c.todo) == 0 && c.timer != nil {
		l.disarm(c.timer)
	}
}

// fire ends the wait for all that are left.
func (c *completions) fire(l *Loop, _ *timer) {
	l.catchUp(c)
	l.touch(c, order.Writes)
	for _, todo := range c.todo {
		l.look(todo)
		todo.remove(c)
		c.queue.PutNowait(nil) // also touches the queue
	}
	c.todo = nil
}
