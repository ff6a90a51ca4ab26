package explore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// exploration is one call of Search.
type exploration struct {
	settings
	engine  order.Engine
	tally   *tally
	planner planner
	began   time.Time
	before  time.Duration // real time that earlier calls took, from the checkpoint
	watch   func(*order.Run) bool
	size    *Estimate // of the tree, if it was estimated
	probed  *tally    // of that, the failures

	interrupted []byte    // the checkpoint from before the round that was interrupted
	kept        time.Time // when the last checkpoint was written

	runners chan order.Runner // idle ones
	stop    atomic.Bool
	stopped Stop
}

// Stop says why an exploration ended before its strategy was through.
type Stop string

// The reasons to stop early.
const (
	Through       Stop = ""            // the strategy had nothing left to do
	RunsSpent     Stop = "runs"        // the limit of runs was reached
	TimeSpent     Stop = "time"        // the limit of real time was reached
	Interrupted   Stop = "interrupted" // the context was cancelled
	FailureFound  Stop = "failure"     // a failure was found, and that was asked for
	NotRepeatable Stop = "unequal"     // a run was not like its repetition
)

// Search explores a program: it makes many runs and says what they show. Its
// error says that the exploration itself could not be done; what is wrong with
// the program stands in the report. When ctx is cancelled, the report covers what
// was done until then.
func Search(ctx context.Context, engine order.Engine, options ...Option) (*Report, error) {
	x := newExploration(engine, options)
	defer x.close()
	if err := x.resume(); err != nil {
		return nil, err
	}
	x.explore(ctx)
	return x.report(), x.keep()
}

func newExploration(engine order.Engine, options []Option) *exploration {
	if engine == nil {
		panic("explore: Search was given a nil engine; make one with Sim")
	}
	x := &exploration{settings: defaults(), engine: engine, began: time.Now(), kept: time.Now()}
	for _, option := range options {
		if option != nil {
			option.apply(&x.settings)
		}
	}
	x.runners = make(chan order.Runner, x.workers)
	x.planner = x.strategy.planner(x)
	x.tally = newTally(true)
	return x
}

func (x *exploration) close() {
	for {
		select {
		case r := <-x.runners:
			r.Close()
		default:
			return
		}
	}
}

// runner returns an idle runner, or a new one. At most so many are in use as there
// are workers.
func (x *exploration) runner() order.Runner {
	select {
	case r := <-x.runners:
		return r
	default:
		return x.engine.Runner()
	}
}

// explore makes rounds until there is nothing left, or a reason to stop.
func (x *exploration) explore(ctx context.Context) {
	release := x.watchFor(ctx)
	defer release()
	for {
		if x.settleStop(ctx); x.stopped != Through {
			return
		}
		jobs := x.planner.round(x.runs - x.tally.runs - x.tally.blocked)
		if len(jobs) == 0 {
			return
		}
		x.do(jobs)
		interrupted := x.stop.Load()
		if interrupted {
			// What the jobs have found is reported, but an exploration that goes on
			// from here makes the whole round again, or it would not find the same
			// as one that was not interrupted.
			x.planner.undo(jobs)
			if x.checkpoint != "" {
				x.interrupted, _ = x.snapshot()
			}
		} else {
			x.planner.merge(jobs)
		}
		for _, j := range jobs {
			x.tally.merge(j.found())
		}
		x.keepNow()
		if x.progress != nil {
			x.progress(Progress{x.tally.runs, x.planner.total(), len(x.tally.outcomes), x.tally.failed(), x.elapsed()})
		}
	}
}

// settleStop finds out whether there is a reason to stop.
func (x *exploration) settleStop(ctx context.Context) {
	switch {
	case x.tally.unequal != nil || x.probed != nil && x.probed.unequal != nil:
		x.stopped = NotRepeatable
	case x.stopAtFailure && x.tally.failed():
		x.stopped = FailureFound
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), errTimeSpent):
		x.stopped = Interrupted
	case x.time > 0 && x.elapsed() >= x.time || ctx.Err() != nil:
		x.stopped = TimeSpent
	case x.stop.Load():
		x.stopped = Interrupted
	case x.tally.runs+x.tally.blocked >= x.runs:
		x.stopped = RunsSpent
	}
}

var errTimeSpent = errors.New("explore: the time is spent")

// orders returns about how many orders there are, or 0 if nobody knows.
func (x *exploration) orders() float64 {
	if x.size == nil {
		return 0
	}
	return x.size.Orders
}

// watchFor lets the workers stop when ctx is done or the time is over.
func (x *exploration) watchFor(ctx context.Context) (release func()) {
	stop := context.AfterFunc(ctx, func() { x.stop.Store(true) })
	if x.time <= 0 {
		return func() { stop() }
	}
	timer := time.AfterFunc(x.time-x.elapsed(), func() { x.stop.Store(true) })
	return func() { stop(); timer.Stop() }
}

// elapsed is the real time spent, earlier calls included.
func (x *exploration) elapsed() time.Duration { return x.before + time.Since(x.began) }

// do has the workers do the jobs.
func (x *exploration) do(jobs []job) {
	workers := min(x.workers, len(jobs))
	var next atomic.Int64
	work := func() {
		w := &worker{x: x, runner: x.runner()}
		for i := int(next.Add(1)) - 1; i < len(jobs); i = int(next.Add(1)) - 1 {
			jobs[i].do(w)
		}
		x.runners <- w.runner
	}
	if workers == 1 {
		work() // in this goroutine, so that a debugger shows who called
		return
	}
	var wait sync.WaitGroup
	var panicked atomic.Pointer[any]
	for range workers {
		wait.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					panicked.CompareAndSwap(nil, &v)
				}
			}()
			work()
		})
	}
	wait.Wait()
	if v := panicked.Load(); v != nil {
		panic(*v) // the program's or a strategy's; it belongs to whoever called Search
	}
}

// worker makes runs.
type worker struct {
	x       *exploration
	runner  order.Runner
	steer   path
	classes classifier
}

// stopped reports whether the worker should give up.
func (w *worker) stopped() bool { return w.x.stop.Load() }

// run makes a run.
func (w *worker) run(strategy order.Strategy, level trace.Level) *order.Run {
	return w.runner.Run(strategy, level)
}

// count adds a run to a job's tally, and makes it again if it is one of those
// that are made twice. class identifies the run's trace, or is 0 if traces are
// not counted.
func (w *worker) count(t *tally, r *order.Run, class uint64) {
	w.countOnce(t, r, class)
	// Whether a schedule fits is not seen by a run that takes the same turns.
	if w.x.twice && t.unequal == nil && r.End != order.Mismatched && (t.runs%runsTwice == 1 || r.Failed()) {
		w.again(t, r)
	}
}

// countOnce is count for a run that is not made again.
func (w *worker) countOnce(t *tally, r *order.Run, class uint64) {
	t.add(r, w.x.outcome)
	if class != 0 {
		t.class(class, 1)
	}
	if w.x.watch != nil && !w.x.watch(r) {
		w.x.stop.Store(true)
	}
}

// runsTwice is the share of passing runs that are made twice: one in so many, the
// first of each job among them.
const runsTwice = 64
