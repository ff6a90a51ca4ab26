package sim

import (
	"context"
	"fmt"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// Sleep waits for d of virtual time (asyncio.sleep). If d is 0 or negative, it
// gives control to the loop for one turn and sets no timer.
//
// A sleeping task is resumed one turn after its timer is delivered, so that
// callbacks due at the same instant run before it.
func Sleep(ctx context.Context, d time.Duration) error {
	t := running(ctx, "Sleep")
	l := t.loop
	pc := l.caller(1)
	if d <= 0 {
		return t.yield(ctx, pc)
	}
	t.waiter()
	l.arm(&t.sleeping, l.clock.Now(), d)
	err := t.wait(ctx, asleep, d, pc)
	l.disarm(&t.sleeping)
	return err
}

// Yield gives control to the loop for one turn (asyncio.sleep(0)).
func Yield(ctx context.Context) error {
	t := running(ctx, "Yield")
	return t.yield(ctx, t.loop.caller(1))
}

// Block stands for a call that blocks its thread without computing: time.sleep,
// a synchronous request. In a task it holds the whole loop: virtual time moves
// on by d and no other task runs, so that what is late because of it can be
// seen. In a thread of an executor it holds that thread only. A d of 0 or less
// does nothing.
func Block(ctx context.Context, d time.Duration) {
	s := scopeOf(ctx, "Block")
	if d <= 0 {
		return
	}
	if s.thread != nil {
		s.thread.block(d)
		return
	}
	l := s.loop
	l.hold("block", d)
	l.beforeMove()
	end := vclock.Add(l.clock.Now(), d)
	l.executors.runUntil(l, end)
	l.stopIfFault()
	l.moveTo(end)
}

// stopIfFault ends the running step if the run ended while it held the loop,
// because a thread panicked.
func (l *Loop) stopIfFault() {
	if l.fault != nil {
		if l.current != nil {
			l.current.killed = true
		}
		exitNow()
	}
}

// Compute stands for d of computation. In a task it holds the whole loop, as
// [Block] does. In a thread it needs a core, and under a global interpreter lock
// the lock: threads that compute share them evenly, and one that computes while
// others do takes longer than d.
func Compute(ctx context.Context, d time.Duration) {
	s := scopeOf(ctx, "Compute")
	if d <= 0 {
		return
	}
	if s.thread != nil {
		s.thread.compute(d)
		return
	}
	l := s.loop
	l.hold("compute", d)
	l.beforeMove()
	if l.executors.gil == nil {
		end := vclock.Add(l.clock.Now(), d)
		l.executors.runUntil(l, end)
		l.stopIfFault()
		l.moveTo(end)
	} else {
		// The loop's thread is under the lock as well.
		done := false
		l.executors.gil.add(l, d, func() { done = true })
		for !done && l.fault == nil {
			next, _ := l.executors.next()
			l.moveTo(next)
			l.executors.run(l, next)
		}
		l.stopIfFault()
	}
}

func (l *Loop) hold(what string, d time.Duration) {
	if !l.running {
		misuse("Block and Compute work inside a run; outside, use Loop.Advance")
	}
	l.alone()
	l.record(trace.Entry{Kind: trace.Hold, Object: what, Span: d, PC: l.caller(2)})
}

// checkSlow reports a step that held the loop for long, in debug mode.
func (l *Loop) checkSlow(since time.Duration, kind string, who interface{ label() string }) {
	if took := l.clock.Now() - since; l.debug && took >= l.slow {
		l.report(Report{Kind: SlowStep, Object: kind + who.label(),
			Text: fmt.Sprintf("%s held the loop for %v; nothing else could run", kind+who.label(), took)})
	}
}

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
	created  creationID
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
	if o.created == (creationID{}) {
		o.created = l.newCreationID()
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
		l.enqueue(&entry{work: &o.timer, gen: o.timer.gen, cause: l.last}, l.by)
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
		if l := o.task.loop; l.inStep {
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

// Bridge returns a clock.Clock of github.com/benbjohnson/clock on the loop's
// virtual time, for code that is written against that interface. Its timers are
// events of the loop like all others: which of several that are due at one
// instant comes first is a decision. It costs no real time.
//
// A task must not receive bare from a timer's channel, which would block the
// whole loop; it receives with [Recv]. Sleep parks the running task; a
// cancellation that comes meanwhile ends it, and the task's next wait reports it.
// Functions given to AfterFunc run on the loop and cannot wait. See
// vclock.Bridge.
func (l *Loop) Bridge() *vclock.Bridge {
	l.untrack("a clock bridge")
	if l.bridge == nil {
		l.mustBeOpen("a clock cannot be made")
		l.bridge = vclock.NewBridge((*bridgeHost)(l))
	}
	return l.bridge
}

// bridgeHost is what a bridge needs of the loop.
type bridgeHost Loop

func (h *bridgeHost) Now() time.Duration   { return h.clock.Now() }
func (h *bridgeHost) Clock() *vclock.Clock { return &h.clock }
func (h *bridgeHost) OnMove(f func())      { h.onMove = append(h.onMove, f) }

func (h *bridgeHost) Schedule(when time.Duration, name string, fire func()) (stop func() bool) {
	handle := (*Loop)(h).callAt(when, name, func(context.Context) { fire() }, 0)
	return func() bool {
		armed := handle.timer.Armed()
		handle.Cancel()
		return armed
	}
}

func (h *bridgeHost) Sleep(d time.Duration) {
	t := h.current
	if t == nil {
		misuse("Sleep of the clock was called outside a task")
	}
	if err := Sleep(t.root, d); err != nil {
		// Sleep has no result, so the cancellation is left for the next wait.
		t.mustCancel = true
	}
}
