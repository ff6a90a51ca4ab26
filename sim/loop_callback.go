package sim

import (
	"context"
	"strconv"
	"strings"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// Handle is a callback that was handed to the loop (asyncio.Handle).
type Handle struct {
	loop      *Loop
	name      string
	fn        func(ctx context.Context)
	owner     *task // the task that made it
	n         int32 // ordinal among its owner's
	cancelled bool
	stepOwner stepOwner
}

func (l *Loop) newHandle(name string, fn func(ctx context.Context)) *Handle {
	if fn == nil {
		misuse("callback %q is a nil function", name)
	}
	l.mustBeOpen("a callback cannot be scheduled")
	h := &Handle{loop: l, name: labelPart(name), fn: fn, owner: l.current}
	h.stepOwner = stepOwner{"callback", h}
	if h.name == "" {
		h.name = "callback"
	}
	if h.owner != nil {
		h.n = h.owner.names.next("()" + h.name)
	} else {
		h.n = l.names.next("()" + h.name)
		l.touchCount("()" + h.name)
	}
	return h
}

// label names the callback; with its ordinal it is unique.
func (h *Handle) label() string {
	if h.owner == nil {
		return h.name
	}
	return h.owner.label() + "/" + h.name
}

func (h *Handle) id() string { return "+" + h.label() + "." + strconv.Itoa(int(h.n)) }

// makeLabel is label without the use of caches.
func (h *Handle) makeLabel() string {
	if h.owner == nil {
		return h.name
	}
	return h.owner.makeLabel() + "/" + h.name
}

// Name returns the name given at creation.
func (h *Handle) Name() string { return h.name }

// Cancel keeps the callback from running. It does no harm when it has run.
func (h *Handle) Cancel() {
	h.loop.touch(h, order.Writes)
	h.cancelled = true
}

// Cancelled reports whether Cancel was called.
func (h *Handle) Cancelled() bool {
	h.loop.touch(h, order.Reads)
	return h.cancelled
}

func (h *Handle) run(l *Loop, e entry) {
	if h.cancelled {
		return
	}
	if l.recording() {
		l.record(trace.Entry{Kind: trace.Callback, Object: h.label(), N: h.n, Cause: e.cause})
	}
	before := l.clock.Now()
	l.guard(h)
	l.checkSlow(before, "callback ", h)
	if len(l.pollers) > 0 {
		// It may have made a channel ready, as timers of a Bridge do. Of two that
		// are due at one instant, the one that was delivered first must wake its
		// receiver first.
		l.poll()
	}
}

// exec calls the function. The worker does.
func (h *Handle) exec() { h.fn(h.loop.ctx) }

// TimerHandle is a callback that was scheduled for an instant (asyncio.TimerHandle).
type TimerHandle struct {
	Handle
	timer timer
	when  time.Duration
}

// When returns the virtual instant for which the callback is scheduled.
func (h *TimerHandle) When() time.Duration { return h.when }

// Cancel keeps the callback from running. It does no harm when it has run.
func (h *TimerHandle) Cancel() {
	h.loop.touch(&h.Handle, order.Writes)
	h.cancelled = true
	h.loop.disarm(&h.timer)
}

func (h *TimerHandle) fire(l *Loop, t *timer) {
	l.touch(&h.Handle, order.Writes)
	h.run(l, entry{cause: l.last})
}

// CallSoon has fn called in the loop's next turn (loop.call_soon). ctx is the
// loop's context: fn can make tasks and print, it cannot wait. name is for
// traces and schedules. A panic in fn ends the run.
func (l *Loop) CallSoon(name string, fn func(ctx context.Context)) *Handle {
	h := l.newHandle(name, fn)
	l.push(h, nil)
	return h
}

// CallLater has fn called d of virtual time from now (loop.call_later). It is
// never called at once: with a d of 0 or less, it is due at the next turn.
func (l *Loop) CallLater(d time.Duration, name string, fn func(ctx context.Context)) *TimerHandle {
	return l.callAt(vclock.Add(l.clock.Now(), d), name, fn, l.caller(1))
}

// CallAt has fn called at a virtual instant (loop.call_at), or at the next turn
// if that is past, or never if it is [Forever].
func (l *Loop) CallAt(when time.Duration, name string, fn func(ctx context.Context)) *TimerHandle {
	return l.callAt(when, name, fn, l.caller(1))
}

func (l *Loop) callAt(when time.Duration, name string, fn func(ctx context.Context), pc uintptr) *TimerHandle {
	h := &TimerHandle{Handle: *l.newHandle(name, fn), when: when}
	h.stepOwner.of = &h.Handle
	t := &h.timer
	t.act, t.event, t.fixed, t.n = h, true, true, h.n
	t.name = h.label()
	l.record(trace.Entry{Kind: trace.Arm, Object: t.name, Span: when - l.clock.Now(), PC: pc})
	l.armAt(t, when)
	return h
}

// guard runs code of the program outside a task, and turns a panic of it into
// the end of the run.
func (l *Loop) guard(h *Handle) {
	w := l.takeWorker(h)
	l.stepping.Store(&h.stepOwner)
	w.resume()
	l.stepping.Store(nil)
	if l.fault != nil {
		// A thread ended the run while the callback held the loop.
	} else if crashed := w.crashed; crashed != nil {
		l.fault = &order.PanicError{Task: strings.TrimPrefix(h.id(), "+"), At: l.clock.Now(), Value: crashed.value, Stack: string(crashed.stack)}
	} else if w.exited {
		l.fault = &order.GoexitError{Task: strings.TrimPrefix(h.id(), "+"), At: l.clock.Now()}
	}
	l.returnWorker(w)
}

// CallSoonThreadsafe has fn called by the loop, from any goroutine
// (loop.call_soon_threadsafe). It is the single door through which real
// goroutines may reach a loop: everything else belongs to the goroutine that
// runs it. When such a call arrives depends on the real scheduler, so a run that
// uses it is not reproducible in that respect. It returns [ErrLoopClosed] once
// the loop is closed.
//
// An idle loop does not wait for such calls, because it could wait forever; see
// [Loop.ExpectThreadsafe].
func (l *Loop) CallSoonThreadsafe(name string, fn func(ctx context.Context)) error {
	if fn == nil {
		misuse("callback %q is a nil function", name)
	}
	if name == "" {
		name = "callback"
	}
	l.untrack("CallSoonThreadsafe")
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return ErrLoopClosed
	}
	h := &Handle{loop: l, name: labelPart(name), fn: fn}
	h.stepOwner = stepOwner{"callback", h}
	l.incoming = append(l.incoming, h)
	l.signal()
	return nil
}

// signal wakes a loop that waits for the outside. The caller holds l.mu.
func (l *Loop) signal() {
	select {
	case l.arrived <- struct{}{}:
	default:
	}
}

// ExpectThreadsafe says that a real goroutine is going to call
// CallSoonThreadsafe. Until done is called, from any goroutine, an idle loop
// waits in real time for such a call instead of moving virtual time on or
// calling it a deadlock.
func (l *Loop) ExpectThreadsafe() (done func()) {
	l.untrack("ExpectThreadsafe")
	l.mu.Lock()
	l.expected++
	epoch := l.epoch
	l.mu.Unlock()
	called := false
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !called && epoch == l.epoch {
			called = true
			l.expected--
			l.signal()
		}
	}
}

func (l *Loop) expectsOutside() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.expected > 0 || len(l.incoming) > 0
}

// takeIncoming makes the calls that have arrived ready.
func (l *Loop) takeIncoming() {
	select {
	case <-l.arrived:
	default:
		return
	}
	l.mu.Lock()
	incoming := l.incoming
	l.incoming = nil
	l.mu.Unlock()
	for _, h := range incoming {
		h.n = l.names.next("()" + h.name)
		l.push(h, nil)
	}
}

// awaitOutside waits for a call from outside, if one is expected, and reports
// whether it did.
func (l *Loop) awaitOutside() bool {
	l.mu.Lock()
	waits := l.expected > 0 || len(l.incoming) > 0
	if waits && len(l.incoming) > 0 {
		l.signal()
	}
	l.mu.Unlock()
	if !waits {
		return false
	}
	<-l.arrived
	l.mu.Lock()
	if len(l.incoming) > 0 {
		l.signal() // for takeIncoming
	}
	l.mu.Unlock()
	return true
}
