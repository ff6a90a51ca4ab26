package sim

import "context"

// poller is a wait for something that the loop can only look at.
type poller interface {
	// look reports whether the wait is over, and ends it if so.
	look() bool
}

// Recv receives from a Go channel inside a task: it parks the task until the
// channel is ready, where a bare receive would block the whole loop. ok is false
// if the channel is closed. The loop looks at the channel at every turn; tasks
// that wait for one channel get its items in the order in which they came. If the
// task is cancelled after an item was taken for it, Recv returns the item and the
// error.
//
// A channel that a real goroutine feeds makes the run depend on the Go
// scheduler; use [Loop.ExpectThreadsafe] and [Loop.CallSoonThreadsafe] there.
func Recv[T any](ctx context.Context, channel <-chan T) (value T, ok bool, err error) {
	t := running(ctx, "Recv")
	if channel == nil {
		misuse("Recv was given a nil channel, from which nothing ever comes")
	}
	t.loop.untrack("a channel (Recv)")
	r := &receiver[T]{channel: channel}
	t.loop.poll() // those who wait already come first
	if r.ready() {
		return r.value, r.ok, nil
	}
	r.own = t.waiter()
	t.loop.pollers = append(t.loop.pollers, r)
	err = t.wait(ctx, thing("a channel"), 0, t.loop.caller(1))
	if err != nil {
		if r.taken {
			// What was taken from the channel must not be lost.
			return r.value, r.ok, err
		}
		t.loop.forget(r)
	}
	return r.value, r.ok, err
}

type receiver[T any] struct {
	channel <-chan T
	own     *waiter
	value   T
	ok      bool
	taken   bool
}

func (r *receiver[T]) ready() bool {
	select {
	case r.value, r.ok = <-r.channel:
		return true
	default:
		return false
	}
}

func (r *receiver[T]) look() bool {
	if r.own.state != pending {
		return true
	}
	if !r.ready() {
		return false
	}
	r.taken = true
	r.own.resolve()
	return true
}

// poll looks at what can only be looked at: channels and derived contexts.
func (l *Loop) poll() {
	if len(l.derived) > 0 {
		l.pollDerived()
	}
	if len(l.pollers) == 0 {
		return
	}
	kept := l.pollers[:0]
	for _, p := range l.pollers {
		if !p.look() {
			kept = append(kept, p)
		}
	}
	clear(l.pollers[len(kept):])
	l.pollers = kept
}

func (l *Loop) forget(p poller) {
	for i, known := range l.pollers {
		if known == p {
			l.pollers = append(l.pollers[:i], l.pollers[i+1:]...)
			return
		}
	}
}
