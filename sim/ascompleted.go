package sim

import (
	"context"
	"iter"
	"slices"
	"time"

	"weft/sim/order"
)

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
	c := &completions{queue: NewQueue[*core](ctx, "completions", 0), mark: l.mark()}
	seen := make(map[Awaitable[T]]bool, len(several))
	for _, a := range several {
		if a == nil {
			misuse("AsCompleted was given nil; pass coroutines, tasks or futures")
		}
		if !seen[a] {
			seen[a] = true
			todo := a.ensure(ctx)
			l.mine(todo, "AsCompleted")
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
	queue *Queue[*core]
	todo  []*core
	timer *timer
	mark  mark
	late  lateness
}

func (c *completions) look(l *Loop) {
	l.settle(c)
	l.touch(c, l.seeing(c.late))
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
	l.settle(c)
	l.touch(c, order.Writes)
	for _, todo := range c.todo {
		l.look(todo)
		todo.remove(c)
		c.queue.PutNowait(nil) // also touches the queue
	}
	c.todo = nil
}
