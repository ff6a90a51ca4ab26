package sim

import (
	"math/big"
	"time"

	"weft/trace"
	"weft/vclock"
)

// world is what goes on outside the loop's own thread: the threads of executors.
// It moves on at its own instants also while a task holds the loop, as real
// threads do, and hands its results over through the loop's timers.
type world struct {
	timers vclock.Queue
	gil    *processor // the global interpreter lock, if an executor has one
	pools  []*Executor
	alive  int // threads that are at work
}

// worldEvent is something that happens in the world at an instant.
type worldEvent struct {
	vclock.Timer
	happen func()
}

func (w *world) at(when time.Duration, happen func()) *worldEvent {
	e := &worldEvent{happen: happen}
	e.Timer.Value = e
	w.timers.Schedule(&e.Timer, when)
	return e
}

// next returns the instant of the next event.
func (w *world) next() (time.Duration, bool) {
	if head := w.timers.Peek(); head != nil {
		return head.When(), true
	}
	return 0, false
}

func (w *world) busy() bool { return w.timers.Len() > 0 }

// run lets happen what is due at now.
func (w *world) run(l *Loop, now time.Duration) {
	for l.fault == nil {
		head := w.timers.Peek()
		if head == nil || head.When() > now {
			return
		}
		if l.steps == l.stepLimit {
			l.fault = l.stepLimitError()
			return
		}
		w.timers.Pop()
		l.steps++
		l.beat.Add(1)
		head.Value.(*worldEvent).happen()
	}
}

// runUntil lets happen what happens up to end, each at its instant.
func (w *world) runUntil(l *Loop, end time.Duration) {
	for l.fault == nil {
		next, ok := w.next()
		if !ok || next > end {
			return
		}
		l.moveTo(next)
		w.run(l, next)
	}
}

// arrival is news from the world: due at once, in the order of the loop's timers.
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

// processor is a number of cores that computations share evenly, as in the limit
// of ever shorter time slices (processor sharing). Amounts are kept as fractions,
// so that sharing loses nothing.
type processor struct {
	cores int64
	jobs  []*computation
	last  time.Duration
	wake  *worldEvent
}

type computation struct {
	left *big.Rat // nanoseconds of work
	done func()
}

func newProcessor(cores int) *processor { return &processor{cores: int64(cores)} }

// rate returns how fast each job goes now, at most 1.
func (p *processor) rate() *big.Rat {
	n := int64(len(p.jobs))
	if n <= p.cores {
		return big.NewRat(1, 1)
	}
	return big.NewRat(p.cores, n)
}

func (p *processor) add(l *Loop, work time.Duration, done func()) {
	p.settle(l)
	p.jobs = append(p.jobs, &computation{big.NewRat(int64(work), 1), done})
	p.plan(l)
}

// settle accounts for the time since the last change.
func (p *processor) settle(l *Loop) {
	now := l.clock.Now()
	if len(p.jobs) > 0 && now > p.last {
		progress := new(big.Rat).Mul(p.rate(), big.NewRat(int64(now-p.last), 1))
		for _, job := range p.jobs {
			job.left.Sub(job.left, progress)
		}
	}
	p.last = now
}

// plan sets the instant at which the next job will be done, rounded up to a
// nanosecond.
func (p *processor) plan(l *Loop) {
	if p.wake != nil {
		l.world.timers.Stop(&p.wake.Timer)
		p.wake = nil
	}
	if len(p.jobs) == 0 {
		return
	}
	least := p.jobs[0].left
	for _, job := range p.jobs {
		if job.left.Cmp(least) < 0 {
			least = job.left
		}
	}
	wait := new(big.Rat).Quo(least, p.rate())
	ns := new(big.Int).Add(wait.Num(), new(big.Int).Sub(wait.Denom(), big.NewInt(1)))
	ns.Quo(ns, wait.Denom())
	d := vclock.Forever
	if ns.IsInt64() {
		d = max(0, time.Duration(ns.Int64()))
	}
	p.wake = l.world.at(vclock.Add(l.clock.Now(), d), func() {
		p.wake = nil
		p.settle(l)
		var over []*computation
		kept := p.jobs[:0]
		for _, job := range p.jobs {
			if job.left.Sign() <= 0 {
				over = append(over, job)
			} else {
				kept = append(kept, job)
			}
		}
		p.jobs = kept
		p.plan(l)
		for _, job := range over {
			job.done()
		}
	})
}

// threadEvent records an event of a thread.
func (th *thread) event(kind trace.Kind, object, detail string, span time.Duration) {
	l := th.pool.loop
	if l.recording() {
		l.record(trace.Entry{Kind: kind, Task: th.label(), Object: object, Detail: detail, Span: span, N: th.steps})
	}
}
