package sim

import (
	"context"
	"slices"
	"strconv"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
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
		if l.world.gil == nil {
			l.world.gil = newProcessor(1)
		}
		x.cpu = l.world.gil
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
	l.world.pools = append(l.world.pools, x)
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
	if l.threads == nil {
		l.threads = NewThreadPool(ctx, "thread", defaultWorkers, GIL())
	}
	return RunInExecutor(ctx, l.threads, name, fn).Await(ctx)
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
	th.stepper = stepper{"thread", th}
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
	l.world.alive++
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
			x.loop.world.alive--
			continue
		}
		x.working = append(x.working, th)
		x.loop.world.at(x.loop.clock.Now(), th.step)
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
		err := t.wait(ctx, thing("executor "+x.name), 0, t.loop.caller(1))
		x.idle.remove(w)
		if err != nil {
			return err
		}
	}
	return nil
}

// thread is one function at work in an executor.
type thread struct {
	pool    *Executor
	name    string
	n       int32
	scope   scope
	future  *core
	body    func()
	deliver func() // settles the future, in the loop; nil if body did not return
	err     error  // of the body
	worker  *worker
	started bool
	killed  bool
	steps   int32
	spawned int32
	names   nameCounter // of what it decides
	stepper stepper
}

func (th *thread) label() string {
	return th.pool.name + "-" + strconv.Itoa(int(th.n)) + "/" + th.name
}

func (th *thread) makeLabel() string { return th.label() }

// exec runs the function. The worker calls it.
func (th *thread) exec() { th.body() }

// step runs the thread until it blocks, computes or ends.
func (th *thread) step() {
	l := th.pool.loop
	th.steps++
	if !th.started {
		th.started = true
		th.worker = l.takeWorker(th)
		l.last = th.spawned
		th.event(trace.Start, "", "", 0)
	} else {
		th.event(trace.Resume, "", "", 0)
	}
	current, outer, last := l.current, l.thread, l.last
	l.current, l.thread = nil, th
	w := th.worker
	stepping := l.stepping.Swap(&th.stepper)
	w.resume()
	l.stepping.Store(stepping)
	l.current, l.thread = current, outer
	if w.idle {
		th.end(l, w)
	}
	l.last = last
}

func (th *thread) end(l *Loop, w *worker) {
	th.worker = nil
	if crashed := w.crashed; l.fault != nil {
		// The run has ended already.
	} else if crashed != nil {
		l.fault = &order.PanicError{Task: th.label(), At: l.clock.Now(), Value: crashed.value, Stack: string(crashed.stack)}
	} else if w.exited {
		l.fault = &order.GoexitError{Task: th.label(), At: l.clock.Now()}
	}
	th.scope.cancel(context.Canceled)
	l.world.alive--
	x := th.pool
	x.working = slices.DeleteFunc(x.working, func(w *thread) bool { return w == th })
	switch {
	case w.crashed != nil:
		th.event(trace.Finish, "panicked", order.Summary(l.fault), 0)
	case w.exited:
		th.event(trace.Finish, "exited", "", 0)
	case th.err != nil:
		th.event(trace.Finish, "failed", order.Summary(th.err), 0)
	default:
		th.event(trace.Finish, "returned", "", 0)
	}
	l.returnWorker(w)
	if th.deliver != nil {
		l.arrive(th.label(), 1, th.deliver)
	}
	x.dispatch()
	for w := x.idle.first; w != nil; w = w.next {
		x.idled++
		l.arrive(x.name+"/idle", x.idled, func() {
			if w.list == &x.idle {
				w.resolve()
			}
		})
	}
}

// suspend gives control back until the next step.
func (th *thread) suspend() {
	if th.killed {
		exitNow()
	}
	if th.pool.loop.thread != th {
		misuse("the context of thread %s was used while it was not running", th.label())
	}
	th.worker.suspend()
	if th.killed {
		exitNow()
	}
}

func (th *thread) block(d time.Duration) {
	l := th.pool.loop
	th.event(trace.Wait, "block", "", d)
	l.world.at(vclock.Add(l.clock.Now(), d), th.step)
	th.suspend()
}

func (th *thread) compute(d time.Duration) {
	l := th.pool.loop
	th.event(trace.Wait, "compute", "", d)
	if th.pool.cpu == nil {
		l.world.at(vclock.Add(l.clock.Now(), d), th.step)
	} else {
		th.pool.cpu.add(l, d, th.step)
	}
	th.suspend()
}

// event records an event of the thread.
func (th *thread) event(kind trace.Kind, object, detail string, span time.Duration) {
	l := th.pool.loop
	if l.recording() {
		l.record(trace.Entry{Kind: kind, Task: th.label(), Object: object, Detail: detail, Span: span, N: th.steps})
	}
}
