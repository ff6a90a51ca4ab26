package sim

import (
	"iter"
	"runtime"
	"runtime/debug"
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
