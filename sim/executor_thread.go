package sim

import (
	"context"
	"math/big"
	"slices"
	"strconv"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// thread is one function at work in an executor.
type thread struct {
	pool      *Executor
	name      string
	n         int32
	scope     scope
	future    *core
	body      func()
	deliver   func() // settles the future, in the loop; nil if body did not return
	err       error  // of the body
	worker    *worker
	started   bool
	killed    bool
	steps     int32
	spawned   int32
	names     nameCounter // of what it decides
	stepOwner stepOwner
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
	stepping := l.stepping.Swap(&th.stepOwner)
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
	l.executors.alive--
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
			if w.in == &x.idle {
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
	l.executors.at(vclock.Add(l.clock.Now(), d), th.step)
	th.suspend()
}

func (th *thread) compute(d time.Duration) {
	l := th.pool.loop
	th.event(trace.Wait, "compute", "", d)
	if th.pool.cpu == nil {
		l.executors.at(vclock.Add(l.clock.Now(), d), th.step)
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

// processor is a number of cores that computations share evenly, as in the limit
// of ever shorter time slices (egalitarian processor sharing). It keeps one clock
// of the work that each computation has been given since the beginning: one that
// begins when this clock shows s, and needs w, is over when it shows s + w. The
// clock is kept as a fraction, so that sharing loses nothing but the nanosecond
// that the end of a computation is rounded up by.
type processor struct {
	cores int64
	given *big.Rat       // nanoseconds of work
	jobs  []*computation // in the order in which they will be over
	last  time.Duration
	wake  *executorEvent
}

type computation struct {
	over *big.Rat // when given has come to this
	done func()
}

func newProcessor(cores int) *processor {
	return &processor{cores: int64(cores), given: new(big.Rat)}
}

// rate returns how fast each computation goes now, at most 1.
func (p *processor) rate() *big.Rat {
	if n := int64(len(p.jobs)); n > p.cores {
		return big.NewRat(p.cores, n)
	}
	return big.NewRat(1, 1)
}

func (p *processor) add(l *Loop, work time.Duration, done func()) {
	p.advance(l)
	job := &computation{new(big.Rat).Add(p.given, big.NewRat(int64(work), 1)), done}
	at, _ := slices.BinarySearchFunc(p.jobs, job, func(a, b *computation) int {
		if c := a.over.Cmp(b.over); c != 0 {
			return c
		}
		return -1 // behind those that are over at the same time
	})
	p.jobs = slices.Insert(p.jobs, at, job)
	p.plan(l)
}

// advance accounts for the time since the last change.
func (p *processor) advance(l *Loop) {
	now := l.clock.Now()
	if len(p.jobs) == 0 {
		p.given = new(big.Rat) // nobody counts from it, so the fraction need not grow
	} else if now > p.last {
		p.given.Add(p.given, new(big.Rat).Mul(p.rate(), big.NewRat(int64(now-p.last), 1)))
	}
	p.last = now
}

// plan sets the instant at which the next computation will be over, rounded up
// to a nanosecond.
func (p *processor) plan(l *Loop) {
	if p.wake != nil {
		l.executors.timers.Stop(&p.wake.Timer)
		p.wake = nil
	}
	if len(p.jobs) == 0 {
		return
	}
	wait := new(big.Rat).Sub(p.jobs[0].over, p.given)
	wait.Quo(wait, p.rate())
	ns := new(big.Int).Add(wait.Num(), new(big.Int).Sub(wait.Denom(), big.NewInt(1)))
	ns.Quo(ns, wait.Denom())
	d := vclock.Forever
	if ns.IsInt64() {
		d = max(0, time.Duration(ns.Int64()))
	}
	p.wake = l.executors.at(vclock.Add(l.clock.Now(), d), func() {
		p.wake = nil
		p.advance(l)
		n := 0
		for n < len(p.jobs) && p.jobs[n].over.Cmp(p.given) <= 0 {
			n++
		}
		over := slices.Clone(p.jobs[:n])
		p.jobs = slices.Delete(p.jobs, 0, n)
		p.plan(l)
		for _, job := range over {
			job.done()
		}
	})
}

// executors is what goes on outside the loop's own thread, in all its executors.
// It moves on at its own instants also while a task holds the loop, as real
// threads do, and hands its results over through the loop's timers.
type executors struct {
	timers vclock.Queue
	gil    *processor // the global interpreter lock, if an executor has one
	pools  []*Executor
	alive  int // threads that are at work
}

// executorEvent is something that happens in an executor at an instant.
type executorEvent struct {
	vclock.Timer
	happen func()
}

func (x *executors) at(when time.Duration, happen func()) *executorEvent {
	e := &executorEvent{happen: happen}
	e.Timer.Value = e
	x.timers.Schedule(&e.Timer, when)
	return e
}

// next returns the instant of the next event.
func (x *executors) next() (time.Duration, bool) {
	if head := x.timers.Peek(); head != nil {
		return head.When(), true
	}
	return 0, false
}

func (x *executors) busy() bool { return x.timers.Len() > 0 }

// run lets happen what is due at now.
func (x *executors) run(l *Loop, now time.Duration) {
	for l.fault == nil {
		head := x.timers.Peek()
		if head == nil || head.When() > now {
			return
		}
		if l.steps == l.stepLimit {
			l.fault = l.stepLimitError()
			return
		}
		x.timers.Pop()
		l.steps++
		l.heartbeat.Add(1)
		head.Value.(*executorEvent).happen()
	}
}

// runUntil lets happen what happens up to end, each at its instant.
func (x *executors) runUntil(l *Loop, end time.Duration) {
	for l.fault == nil {
		next, ok := x.next()
		if !ok || next > end {
			return
		}
		l.moveTo(next)
		x.run(l, next)
	}
}

// arrival is news from an executor: due at once, in the order of the loop's timers.
type arrival struct {
	timer timer
	done  func()
}

func (a *arrival) fire(*Loop, *timer) { a.done() }

func (l *Loop) arrive(name string, n int32, done func()) {
	a := &arrival{done: done}
	a.timer = timer{name: name, act: a, event: true, fixed: true, n: n}
	l.armAt(&a.timer, l.clock.Now())
}
