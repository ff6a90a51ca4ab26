package sim

import (
	"context"
	"strconv"

	"weft/trace"
)

// Executor runs functions outside the loop's thread: a model, on virtual time, of
// a pool of threads or processes. The functions use [Block] and [Compute] to say
// how long they take; everything else in them takes no time. They may print and
// touch a [Var], they cannot wait on the loop.
type Executor struct {
	loop    *Loop
	name    string
	workers int
	cpu     *processor // nil: a core for every worker
	working []*thread
	queue   []*thread
	idle    waitList // tasks in Shutdown
	idled   int32    // how often one of them was woken
	started int32
	closed  bool
}

// ExecutorOption changes an executor at its creation.
type ExecutorOption interface{ executor(*executorSettings) }

type executorSettings struct {
	cores int
	gil   bool
}

type executorOption func(*executorSettings)

func (f executorOption) executor(s *executorSettings) { f(s) }

// Cores sets how many of an executor's workers can compute at once. It panics
// unless n is positive. The default is one for each worker.
func Cores(n int) ExecutorOption {
	if n < 1 {
		misuse("Cores was given %d; it must be positive", n)
	}
	return executorOption(func(s *executorSettings) { s.cores = n })
}

// GIL puts an executor under the loop's global interpreter lock: of all threads
// under it, the loop's own included, one computes at a time. Threads that block
// do not hold it.
func GIL() ExecutorOption { return executorOption(func(s *executorSettings) { s.gil = true }) }

// NewThreadPool returns a pool of threads (ThreadPoolExecutor). Without the
// option [GIL] its threads compute side by side, as Go's would. It panics unless
// workers is positive.
func NewThreadPool(ctx context.Context, name string, workers int, options ...ExecutorOption) *Executor {
	l := scopeOf(ctx, "NewThreadPool").loop
	var s executorSettings
	for _, option := range options {
		if option != nil {
			option.executor(&s)
		}
	}
	x := newExecutor(l, "NewThreadPool", name, workers)
	switch {
	case s.gil:
		if l.executors.gil == nil {
			l.executors.gil = newProcessor(1)
		}
		x.cpu = l.executors.gil
	case s.cores > 0:
		x.cpu = newProcessor(s.cores)
	}
	return x
}

// NewProcessPool returns a pool of processes (ProcessPoolExecutor): each has an
// interpreter of its own, so no lock is shared. [Cores] limits how many compute
// at once. It panics unless workers is positive.
func NewProcessPool(ctx context.Context, name string, workers int, options ...ExecutorOption) *Executor {
	l := scopeOf(ctx, "NewProcessPool").loop
	var s executorSettings
	for _, option := range options {
		if option != nil {
			option.executor(&s)
		}
	}
	if s.gil {
		misuse("NewProcessPool was given GIL; processes share no interpreter lock")
	}
	x := newExecutor(l, "NewProcessPool", name, workers)
	if s.cores > 0 {
		x.cpu = newProcessor(s.cores)
	}
	return x
}

func newExecutor(l *Loop, op, name string, workers int) *Executor {
	if workers < 1 {
		misuse("%s was given %d workers; it needs 1 or more", op, workers)
	}
	l.mustBeOpen("an executor cannot be made")
	if name = labelPart(name); name == "" {
		name = "pool"
	}
	l.touchCount("pool " + name)
	if n := l.objects.next("pool " + name); n > 1 {
		name += "#" + strconv.Itoa(int(n))
	}
	x := &Executor{loop: l, name: name, workers: workers}
	l.executors.pools = append(l.executors.pools, x)
	return x
}

// defaultWorkers is the size of the pool that ToThread uses: what CPython takes
// for a machine with 28 cores or more.
const defaultWorkers = 32

// ToThread runs fn in a thread of the loop's default pool and waits for its
// result (asyncio.to_thread). The pool has 32 workers under the global
// interpreter lock, as in CPython.
func ToThread[T any](ctx context.Context, name string, fn func(ctx context.Context) (T, error)) (T, error) {
	t := running(ctx, "ToThread")
	l := t.loop
	if l.defaultPool == nil {
		l.defaultPool = NewThreadPool(ctx, "thread", defaultWorkers, GIL())
	}
	return RunInExecutor(ctx, l.defaultPool, name, fn).Await(ctx)
}

// RunInExecutor hands fn to an executor and returns a future of its result
// (loop.run_in_executor). Functions start in the order in which they are handed
// in, as soon as a worker is free. Cancelling the future does not stop a function
// that has started; one that has not will not start.
//
// The context that fn gets carries the values of ctx.
func RunInExecutor[T any](ctx context.Context, x *Executor, name string, fn func(ctx context.Context) (T, error)) *Future[T] {
	s := scopeOf(ctx, "RunInExecutor")
	l := s.loop
	switch {
	case fn == nil:
		misuse("RunInExecutor %q was given a nil function", name)
	case x == nil:
		misuse("RunInExecutor was given no executor; make one with NewThreadPool or NewProcessPool")
	case x.loop != l:
		misuse("RunInExecutor was given an executor of another loop")
	case x.closed:
		misuse("RunInExecutor was given executor %s, which was shut down", x.name)
	}
	l.untrack("threads of an executor")
	f := NewFuture[T](ctx, name)
	f.c.kind = "executor"
	x.started++
	th := &thread{pool: x, name: labelPart(name), n: x.started, future: &f.c}
	th.stepOwner = stepOwner{"thread", th}
	th.scope = scope{loop: l, thread: th, values: ctx}
	th.body = func() {
		value, err := fn(&th.scope)
		th.err = err
		th.deliver = func() { // to a future that may have been cancelled meanwhile
			if err != nil {
				f.c.setError(err)
			} else {
				f.setResult(value)
			}
		}
	}
	if l.recording() {
		th.spawned = l.record(trace.Entry{Kind: trace.Spawn, Object: th.label(), PC: l.caller(1)})
	}
	l.executors.alive++
	x.queue = append(x.queue, th)
	x.dispatch()
	return f
}

// dispatch starts what waits, as far as workers are free.
func (x *Executor) dispatch() {
	for len(x.queue) > 0 && len(x.working) < x.workers {
		th := x.queue[0]
		x.queue = x.queue[1:]
		if th.future.state != pending {
			x.loop.executors.alive--
			continue
		}
		x.working = append(x.working, th)
		x.loop.executors.at(x.loop.clock.Now(), th.step)
	}
}

// Shutdown takes no more functions and waits until those that were handed in
// have ended (shutdown(wait=True)).
func (x *Executor) Shutdown(ctx context.Context) error {
	t := running(ctx, "Executor.Shutdown")
	if t.loop != x.loop {
		misuse("Executor.Shutdown of %s in task %s: they belong to different loops", x.name, t.label())
	}
	x.closed = true
	for len(x.working) > 0 || len(x.queue) > 0 {
		w := t.waiter()
		x.idle.add(w)
		err := t.wait(ctx, namedWait("executor "+x.name), 0, t.loop.caller(1))
		x.idle.remove(w)
		if err != nil {
			return err
		}
	}
	return nil
}
