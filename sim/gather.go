package sim

import (
	"context"
	"slices"

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
			s.loop.mine(c, op)
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
func (g *gathering) run(l *Loop, e entry) { g.ended(e.from) }

func (g *gathering) ended(child *core) {
	g.left--
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
	if g.cancelRequested {
		last := g.children[len(g.children)-1]
		g.outer.setError(&CancelledError{Msg: last.msg})
		return
	}
	g.collect(g.children)
	g.outer.finish(finished, nil)
}

// cancelWith cancels the children; the gather is cancelled when they are.
func (g *gathering) cancelWith(msg string) bool {
	if g.outer.state != pending {
		return false
	}
	g.outer.loop.settle(g.outer)
	if g.outer.state != pending {
		return false
	}
	g.outer.loop.touch(g.outer, order.Writes)
	return g.outer.pass(func() bool {
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
