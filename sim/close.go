package sim

import "fmt"

// Close ends the loop for good (loop.close): unfinished tasks are unwound, so
// that their deferred functions run, in creation order; what was never awaited
// or never retrieved is reported; all its coroutines end. It returns a
// [*LeakError] if tasks were unfinished and the run did not end by force. A
// second Close does nothing. It returns [ErrLoopRunning] from inside the loop.
func (l *Loop) Close() error {
	if l.running {
		return ErrLoopRunning
	}
	if l.closed {
		return nil
	}
	leak := l.unwind()
	l.closed = true
	l.dropDog()
	for _, w := range l.idleWorkers {
		w.dispose()
	}
	l.idleWorkers = nil
	l.mu.Lock()
	l.shut = true
	l.mu.Unlock()
	return leak
}

// unwind ends what is unfinished and reports what is to be reported.
func (l *Loop) unwind() error {
	var leak *LeakError
	for _, t := range l.tasksInOrder() {
		if leak == nil {
			leak = new(LeakError)
		}
		leak.Tasks = append(leak.Tasks, t.waits())
	}
	forced := l.fault != nil
	l.running = true // deferred functions may use Block
	for l.firstTask != nil {
		t := l.firstTask
		t.killed = true
		if w := t.worker; w != nil {
			l.current = t
			w.resume()
			l.current = nil
			if crashed := w.crashed; crashed != nil {
				l.report(Report{Kind: LateError, Object: "task " + t.label(),
					Text: fmt.Sprintf("task %s panicked in a deferred function while the loop was closed: %v", t.label(), crashed.value)})
			}
			t.worker = nil
			l.returnWorker(w)
		}
		t.core.err = &CancelledError{Msg: "the loop was closed"}
		l.finishTask(t)
	}
	for _, x := range l.world.pools {
		x.queue = nil
		for _, th := range x.working {
			l.unwindThread(th)
		}
		x.working = nil
	}
	l.running = false
	l.reportUnawaited()
	l.reportFailures()
	if leak == nil || forced {
		return nil
	}
	return leak
}

// unwindThread ends a thread that blocks or computes.
func (l *Loop) unwindThread(th *thread) {
	if th.worker == nil {
		return
	}
	th.killed = true
	l.thread = th
	th.worker.resume()
	l.thread = nil
	l.returnWorker(th.worker)
	th.worker = nil
}

// Reset makes the loop as good as new, at virtual time 0 and with new options,
// and keeps its coroutines and memory: for many runs one after another. What was
// unfinished is unwound as by Close, and what Close would return is returned.
//
// Under the race detector that matters more: there, the Go runtime keeps some
// memory of every coroutine that has ended.
func (l *Loop) Reset(options ...Option) error {
	if l.running {
		return ErrLoopRunning
	}
	if l.closed {
		return ErrLoopClosed
	}
	leak := l.unwind()
	l.ready.reset()
	l.timers.Clear()
	l.world = world{}
	l.threads = nil
	l.alternatives = 0
	l.mu.Lock()
	l.incoming, l.expected = nil, 0
	l.epoch++
	l.mu.Unlock()
	select {
	case <-l.arrived:
	default:
	}
	l.last, l.timerCount, l.steps, l.instantSteps = 0, 0, 0, 0
	l.journal.reset()
	l.by, l.open, l.moves, l.stopAsked, l.stops, l.ends, l.check = 0, false, 0, nil, 0, 0, nil
	l.mu.Lock()
	l.untracked, l.looks = nil, nil
	l.mu.Unlock()
	l.names.reset()
	l.objects.reset()
	clear(l.derived)
	clear(l.pollers)
	l.derived, l.pollers, l.onMove = l.derived[:0], l.pollers[:0], nil
	clear(l.decisions)
	clear(l.output)
	l.decisions, l.output, l.reports = l.decisions[:0], l.output[:0], nil
	l.handler, l.fault, l.stopping, l.bridge = nil, nil, false, nil
	l.ctx = &scope{loop: l}
	l.configure(options)
	if l.settings.recorder == nil {
		l.recorder.Reset()
	}
	return leak
}
