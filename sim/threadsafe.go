package sim

import "context"

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
	h.stepper = stepper{"callback", h}
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
