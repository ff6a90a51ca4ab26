package sim

import (
	"context"
	"fmt"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// Timeout limits how long a body may take (asyncio.timeout). When its deadline
// comes, it cancels the task inside the body, and turns the resulting
// cancellation into [ErrTimeout]. Use it for [Timeout.Reschedule]; else
// [WithTimeout] is shorter.
type Timeout struct {
	when     time.Duration // virtual instant, or Forever
	relative bool          // when counts from the call of Run
	state    timeoutState
	task     *task
	scope    *scope
	timer    timer
	base     int // cancellations of the task on entry
	mark     mark
}

type timeoutState string

const (
	timeoutCreated  timeoutState = "created"
	timeoutActive   timeoutState = "active"
	timeoutExpiring timeoutState = "expiring"
	timeoutExpired  timeoutState = "expired"
	timeoutFinished timeoutState = "finished"
)

// NewTimeout returns a timeout of d of virtual time, counted from the call of
// Run. [Forever] means none.
func NewTimeout(d time.Duration) *Timeout {
	return &Timeout{when: d, relative: true, state: timeoutCreated}
}

// NewTimeoutAt returns a timeout that ends at a virtual instant (timeout_at).
func NewTimeoutAt(when time.Duration) *Timeout {
	return &Timeout{when: when, state: timeoutCreated}
}

// WithTimeout runs body and cancels it if it takes longer than d of virtual time
// (async with asyncio.timeout(d)). It then returns [ErrTimeout], unless the body
// handled the cancellation and returned something else. A cancellation from
// outside is passed on. The context that body gets is done when the time is over.
// A d of 0 or less cancels at the body's first wait.
func WithTimeout(ctx context.Context, d time.Duration, body func(ctx context.Context) error) error {
	return NewTimeout(d).Run(ctx, body)
}

// WithTimeoutAt is [WithTimeout] with a virtual instant as deadline.
func WithTimeoutAt(ctx context.Context, when time.Duration, body func(ctx context.Context) error) error {
	return NewTimeoutAt(when).Run(ctx, body)
}

// Run runs body under the timeout. A timeout can run once; the second time
// returns an error that matches [ErrTimeoutState].
func (o *Timeout) Run(ctx context.Context, body func(ctx context.Context) error) error {
	t := running(ctx, "Timeout.Run")
	if body == nil {
		misuse("Timeout.Run was given a nil function")
	}
	if o.state != timeoutCreated {
		return fmt.Errorf("%w: it has been entered already; make a new one", ErrTimeoutState)
	}
	l := t.loop
	if o.relative && o.when != Forever {
		o.when = vclock.Add(l.clock.Now(), o.when)
	}
	if o.mark == (mark{}) {
		o.mark = l.mark()
	}
	l.touch(o, order.Writes)
	o.state, o.task, o.base = timeoutActive, t, t.cancelling
	o.scope = scopeOf(ctx, "Timeout.Run").open(ctx)
	o.timer = timer{owner: t, name: "timeout", act: o, event: true}
	o.set(o.when, l.caller(1))
	defer func() {
		// Also when the body panics or the run is being closed.
		l.disarm(&o.timer)
		l.touch(o, order.Writes)
		o.scope.shut()
	}()
	err := body(o.scope)
	l.disarm(&o.timer)
	l.touch(o, order.Writes)
	switch o.state {
	case timeoutExpiring:
		o.state = timeoutExpired
		l.touch(t.core, order.Writes)
		// The body may as well have returned the error of its context.
		if t.uncancel() <= o.base && (cancelledBy(err) != nil || chainHas(err, context.DeadlineExceeded) || chainHas(err, context.Canceled)) {
			return ErrTimeout
		}
	case timeoutActive:
		o.state = timeoutFinished
	}
	return err
}

func (o *Timeout) set(when time.Duration, pc uintptr) {
	l := o.task.loop
	o.when = when
	l.disarm(&o.timer)
	o.scope.mu.Lock()
	o.scope.deadline, o.scope.hasDeadline = when, when != Forever
	o.scope.mu.Unlock()
	switch {
	case when == Forever:
	case when <= l.clock.Now():
		// As in asyncio, a deadline that is past is no timer but a callback.
		o.timer.gen++
		o.timer.n = o.task.names.next("()timeout")
		l.enqueue(&entry{work: &o.timer, gen: o.timer.gen, cause: l.last})
	default:
		l.record(trace.Entry{Kind: trace.Arm, Object: "timeout", Span: when - l.clock.Now(), PC: pc})
		l.armAt(&o.timer, when)
	}
}

// fire cancels the task.
func (o *Timeout) fire(l *Loop, _ *timer) {
	l.touch(o, order.Writes)
	if l.recording() {
		l.record(trace.Entry{Kind: trace.Cancel, Object: o.task.core.describe(), Detail: "timeout"})
	}
	o.state = timeoutExpiring
	o.scope.cancel(context.DeadlineExceeded)
	o.task.cancelWithin("")
}

// Reschedule moves the deadline to a virtual instant; [Forever] removes it. It
// returns an error that matches [ErrTimeoutState] unless the body is running and
// the deadline has not passed.
func (o *Timeout) Reschedule(when time.Duration) error {
	if o.task != nil {
		o.task.loop.touch(o, order.Writes)
		if l := o.task.loop; l.open {
			l.touch(contextOf{o.task}, order.Writes) // its deadline
		}
	}
	switch o.state {
	case timeoutActive:
		o.set(when, o.task.loop.caller(1))
		return nil
	case timeoutCreated:
		return fmt.Errorf("%w: it has not been entered yet", ErrTimeoutState)
	}
	return fmt.Errorf("%w: it is %s", ErrTimeoutState, o.state)
}

// When returns the deadline as a virtual instant, [Forever] for none. Before
// Run, it is what NewTimeout or NewTimeoutAt was given.
func (o *Timeout) When() time.Duration {
	o.look()
	return o.when
}

func (o *Timeout) look() {
	if o.task != nil {
		o.task.loop.touch(o, order.Reads)
	}
}

// Expired reports whether the deadline came while the body ran.
func (o *Timeout) Expired() bool {
	o.look()
	return o.state == timeoutExpiring || o.state == timeoutExpired
}
