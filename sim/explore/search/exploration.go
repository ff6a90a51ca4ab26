package search

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// Settings are what an exploration is asked to do.
type Settings struct {
	Runs          int                     // at most
	Time          time.Duration           // real, at most; 0 means as long as it takes
	Workers       int                     // how many runs go on side by side
	Seed          uint64                  // from which strategies that draw derive those of their runs
	Outcome       func(*order.Run) string // what of a run is its outcome; nil means what it printed, and its error
	Tracked       bool                    // tasks share nothing that footprints do not show
	StopAtFailure bool                    // the first failure ends the exploration
	Known         func(*Outcome) bool     // a failure that does not end it; nil means that there is none
	ReplayCheck   bool                    // some runs are made again, and must be equal
	Resumable     bool                    // it may be saved, to be gone on with later
	Level         trace.Level             // at which runs are recorded, at least
	Shard         Shard                   // which part of it is done here
	Unit          bool                    // a unit of it is done here, see ExploreUnit
}

// Exploration makes the runs of one search, in rounds: it asks its planner for jobs,
// has its workers do them in whatever order, and hands them back in the order in
// which they were given.
type Exploration struct {
	Settings
	Engine  order.Engine
	Planner Planner
	Tally   *Tally
	Size    *Estimate // of the tree, if it was estimated
	Probed  *Tally    // of that, the failures
	// PerProbe is the real time that a descent of the last estimate took.
	PerProbe time.Duration
	Stopped  Stop
	Before   time.Duration // real time that earlier calls took

	// Watch is shown each run, and returns false to end the exploration. AfterRound
	// is called when what a round found was added. Both may be nil.
	Watch      func(*order.Run) bool
	AfterRound func()
	// OnInterrupt is called when a round was interrupted and undone, before what was
	// done of it is added, and before a round that the limit of runs cuts short; it may
	// be nil.
	OnInterrupt func()

	// probedLess says that there was no time for as many descents as were asked for.
	probedLess bool
	began      time.Time
	runners    chan order.Runner // idle ones
	stop       atomic.Bool
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

// New begins an exploration. It makes no run.
func New(engine order.Engine, strategy Strategy, settings Settings) *Exploration {
	x := &Exploration{Settings: settings, Engine: engine, Tally: NewTally(true), began: time.Now()}
	x.runners = make(chan order.Runner, x.Workers)
	x.Planner = strategy.Planner(x)
	return x
}

// Close ends the runners.
func (x *Exploration) Close() {
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
func (x *Exploration) runner() order.Runner {
	select {
	case r := <-x.runners:
		return r
	default:
		return x.Engine.Runner()
	}
}

// Explore makes rounds until there is nothing left, or a reason to stop.
func (x *Exploration) Explore(ctx context.Context) {
	release := x.watchFor(ctx)
	defer release()
	for {
		if x.settleStop(ctx); x.Stopped != Through {
			return
		}
		left := x.Runs - x.Tally.Made()
		jobs := x.Planner.Round(left)
		if p, ok := x.Planner.(Shortened); ok && p.Short() && x.OnInterrupt != nil {
			// An exploration that goes on from here with a higher limit makes the round
			// again in full.
			x.Planner.Undo(jobs)
			x.OnInterrupt()
			jobs = x.Planner.Round(left)
		}
		if len(jobs) == 0 {
			return
		}
		x.do(jobs)
		interrupted := x.stop.Load() && !finished(jobs)
		if interrupted {
			// What the jobs have found is reported, but an exploration that goes on
			// from here makes the whole round again, or it would not find the same
			// as one that was not interrupted.
			x.Planner.Undo(jobs)
			if x.OnInterrupt != nil {
				x.OnInterrupt()
			}
		} else {
			x.Planner.Merge(jobs)
		}
		for _, j := range jobs {
			x.Tally.Merge(j.Found())
		}
		if x.AfterRound != nil {
			x.AfterRound()
		}
	}
}

// finished reports whether all jobs say that they came to their end.
func finished(jobs []Job) bool {
	return !slices.ContainsFunc(jobs, func(j Job) bool {
		f, ok := j.(Finishing)
		return !ok || !f.Finished()
	})
}

// settleStop finds out whether there is a reason to stop.
func (x *Exploration) settleStop(ctx context.Context) {
	switch {
	case x.Tally.Unequal != nil || x.Probed != nil && x.Probed.Unequal != nil:
		x.Stopped = NotRepeatable
	case x.StopAtFailure && x.Tally.FoundOut(x.Known):
		x.Stopped = FailureFound
	case ctx.Err() != nil:
		x.Stopped = Interrupted
	case x.Time > 0 && x.Elapsed() >= x.Time:
		x.Stopped = TimeSpent
	case x.stop.Load():
		x.Stopped = Interrupted
	case x.Tally.Made() >= x.Runs:
		x.Stopped = RunsSpent
	}
}

// watchFor lets the workers stop when ctx is done or the time is over.
func (x *Exploration) watchFor(ctx context.Context) (release func()) {
	stop := context.AfterFunc(ctx, func() { x.stop.Store(true) })
	if x.Time <= 0 {
		return func() { stop() }
	}
	timer := time.AfterFunc(x.Time-x.Elapsed(), func() { x.stop.Store(true) })
	return func() { stop(); timer.Stop() }
}

// Elapsed is the real time spent, earlier calls included.
func (x *Exploration) Elapsed() time.Duration { return x.Before + time.Since(x.began) }

// do has the workers do the jobs.
func (x *Exploration) do(jobs []Job) {
	workers := min(x.Workers, len(jobs))
	var next atomic.Int64
	work := func() {
		w := x.worker()
		for i := int(next.Add(1)) - 1; i < len(jobs); i = int(next.Add(1)) - 1 {
			jobs[i].Do(w)
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
