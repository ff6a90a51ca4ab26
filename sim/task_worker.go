package sim

import (
	"context"
	"iter"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"weft/sim/order"
	"weft/trace"
)

// worker is a coroutine of the Go runtime that runs one job after another. A
// hand-over costs a fifth of one over a channel, and a worker serves many tasks.
type worker struct {
	next    func() (struct{}, bool) // loop side: run until the job yields or ends
	stop    func()
	yield   func(struct{}) bool // job side: back to the loop
	job     job
	idle    bool   // the job has ended
	exited  bool   // the job ended by runtime.Goexit; the worker cannot be used again
	crashed *crash // the job ended by a panic
}

// job is what a worker runs.
type job interface{ exec() }

// crash is a recovered panic.
type crash struct {
	value any
	stack []byte
}

func newWorker() *worker {
	w := new(worker)
	w.next, w.stop = iter.Pull(w.serve)
	return w
}

func (w *worker) serve(yield func(struct{}) bool) {
	w.yield = yield
	stopped := false
	defer func() {
		if stopped {
			return
		}
		// A Goexit is under way. It cannot be stopped, only held up: iter.Pull
		// would pass it on to the loop's own goroutine. So control goes back from
		// in here, and the rest of the exit happens in dispose.
		w.exited, w.idle = true, true
		yield(struct{}{})
	}()
	for !stopped {
		w.work()
		w.idle = true
		stopped = !yield(struct{}{})
	}
}

// work runs the job so that no panic gets past it. The watchdog finds the stack
// of a stuck job by this frame.
//
//go:noinline
func (w *worker) work() {
	if workEntry.Load() == 0 {
		pc, _, _, _ := runtime.Caller(0)
		workEntry.Store(runtime.FuncForPC(pc).Entry())
	}
	defer func() {
		if value := recover(); value != nil {
			w.crashed = &crash{value, debug.Stack()}
		}
	}()
	w.job.exec()
}

// resume runs the job until it yields or ends.
func (w *worker) resume() { w.next() }

// suspend gives control back to whoever resumed the job.
func (w *worker) suspend() { w.yield(struct{}{}) }

// dispose ends the coroutine.
func (w *worker) dispose() {
	if !w.exited {
		w.stop()
		return
	}
	// stop passes the Goexit that is under way on to its caller, so the caller
	// must be a goroutine that nobody needs.
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.stop()
	}()
	<-done
}

// exitNow unwinds the running job: its deferred functions run, recover cannot
// stop it.
func exitNow() { runtime.Goexit() }

// takeWorker returns an idle worker for j.
func (l *Loop) takeWorker(j job) *worker {
	var w *worker
	if n := len(l.idleWorkers); n > 0 {
		w = l.idleWorkers[n-1]
		l.idleWorkers = l.idleWorkers[:n-1]
	} else {
		w = newWorker()
	}
	w.job, w.idle = j, false
	return w
}

// returnWorker puts back a worker whose job has ended.
func (l *Loop) returnWorker(w *worker) {
	w.job = nil
	if w.exited {
		w.dispose()
		return
	}
	w.crashed = nil
	l.idleWorkers = append(l.idleWorkers, w)
}

// runningLoops counts the loops of the process that run now.
var runningLoops atomic.Int32

// insideStep reports whether the caller runs inside a step of some loop: whether
// a worker stands on its stack. Loops that run one inside another would mix up
// whose turn it is, so asyncio refuses that, and so does this package.
func insideStep() bool {
	var pcs [64]uintptr
	for skip := 0; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc); f != nil && f.Entry() == workEntry.Load() {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}

// workEntry is where the code of worker.work begins.
var workEntry atomic.Uintptr

// exec runs the coroutine. The worker calls it.
func (t *Task[T]) exec() {
	if t.task.co == nil {
		t.task.core.err = ErrAwaitedTwice
		return
	}
	value, err := t.coroutine.call(t.task.root)
	if err == nil {
		t.base.value = value
	}
	t.task.core.err = err
}

// run is one step of the task, from one wait to the next.
func (t *task) run(l *Loop, e entry) {
	t.queued, t.wokenBy = false, e.cause
	t.steps++
	if !t.started {
		t.started = true
		l.stepEvent(trace.Start, t, "")
		if t.mustCancel {
			// Cancelled before it began: it never enters its body.
			t.mustCancel = false
			t.core.err = &CancelledError{Msg: t.cancelMsg}
			l.finishTask(t)
			return
		}
		t.worker = l.takeWorker(t.body)
	} else if l.recording() {
		l.stepEvent(trace.Resume, t, t.what.describe())
	}
	l.current = t
	l.stepping.Store(&t.stepOwner)
	w, before := t.worker, l.clock.Now()
	w.resume()
	l.current = nil
	l.stepping.Store(nil)
	l.checkSlow(before, "task ", t)
	if w.idle {
		l.endOfJob(t, w)
	}
}

func (l *Loop) stepEvent(kind trace.Kind, t *task, object string) {
	if l.recording() {
		l.record(trace.Entry{Kind: kind, Task: t.label(), Object: object, N: t.steps, Cause: t.wokenBy})
	}
}

// endOfJob takes the worker back from a task whose body is over.
func (l *Loop) endOfJob(t *task, w *worker) {
	t.worker = nil
	if crashed := w.crashed; crashed != nil {
		if l.fault == nil {
			l.fault = &order.PanicError{Task: t.label(), At: l.clock.Now(), Value: crashed.value, Stack: string(crashed.stack)}
		}
		t.core.err = l.fault
	} else if w.exited {
		if !t.killed && l.fault == nil {
			l.fault = &order.GoexitError{Task: t.label(), At: l.clock.Now()}
		}
		t.core.err = &CancelledError{Msg: "the task called runtime.Goexit"}
	}
	l.returnWorker(w)
	l.finishTask(t)
}

// finishTask settles how t ended, from the error its body returned.
func (l *Loop) finishTask(t *task) {
	c := t.core
	err := c.err
	ended := finished
	cancelledError := cancelledBy(err)
	if cancelledError == nil && t.cancelling > 0 && chainHas(err, context.Canceled) {
		// Ordinary Go code that saw ctx.Done and returned ctx.Err().
		cancelledError = &CancelledError{Msg: t.cancelMsg}
	}
	switch {
	case cancelledError != nil:
		ended, err = cancelled, cancelledError
		c.msg = cancelledError.Msg
	case err == nil && t.mustCancel:
		// Cancelled in its last step: asyncio counts that as cancelled.
		t.mustCancel = false
		ended, err = cancelled, &CancelledError{Msg: t.cancelMsg}
	}
	l.tasks.remove(t)
	if t.co != nil {
		t.co.close()
	}
	if l.recording() {
		how, detail := "returned", ""
		exit, _ := l.fault.(*order.GoexitError)
		switch {
		case l.fault != nil && t.core.err == l.fault:
			how, detail = "panicked", order.Summary(l.fault)
		case exit != nil && exit.Task == t.label():
			how = "exited"
		case ended == cancelled:
			how = "cancelled"
		case err != nil:
			how, detail = "failed", order.Summary(err)
		}
		l.record(trace.Entry{Kind: trace.Finish, Task: t.label(), Object: how, Detail: detail})
	}
	t.root.cancel(context.Canceled)
	c.finish(ended, err)
	if ended == finished && err != nil {
		l.failed(c)
	}
}
