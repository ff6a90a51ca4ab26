package search

import (
	"weft/sim/order"
	"weft/trace"
)

// Worker makes runs for an exploration, one after another.
type Worker struct {
	*Exploration
	runner order.Runner
	hasher traceHasher
}

func (x *Exploration) worker() *Worker { return &Worker{Exploration: x, runner: x.runner()} }

// Stopped reports whether the job should give up.
func (w *Worker) Stopped() bool { return w.stop.Load() }

// Run makes a run. What it returns is good until the next one.
func (w *Worker) Run(strategy order.Strategy, level trace.Level) *order.Run {
	return w.runner.Run(strategy, level)
}

// RunFor makes a run of which not all is wanted that trace.Order gives, unless somebody
// looks on. What it returns is good until the next one.
func (w *Worker) RunFor(strategy order.Strategy, wants order.Wants) *order.Run {
	if r, ok := w.runner.(order.Selective); ok && w.Watch == nil && w.Outcome == nil && w.Level == trace.Off {
		return r.RunFor(strategy, wants)
	}
	return w.Run(strategy, max(trace.Order, w.Level))
}

// TraceOf identifies the trace that a run belongs to.
func (w *Worker) TraceOf(r *order.Run) uint64 {
	if r.TraceID != nil {
		return r.TraceID()
	}
	return w.hasher.of(r)
}

// Checks reports whether the next run that is counted in a tally is made again even if it
// passes. It saves a run if its hash is there.
func (w *Worker) Checks(t *Tally) bool {
	return w.ReplayCheck && t.Unequal == nil && (t.Runs+1)%CheckedShare == 1
}

// Count adds a run to a job's tally, and makes it again if it is one of those
// that are made twice. trace identifies the run's trace, or is 0 if traces are
// not counted.
func (w *Worker) Count(t *Tally, r *order.Run, trace uint64) {
	w.CountOnce(t, r, trace)
	// Whether a schedule fits is not seen by a run that takes the same turns.
	if w.ReplayCheck && t.Unequal == nil && r.End != order.Mismatched && (t.Runs%CheckedShare == 1 || r.Failed()) {
		w.check(t, r)
	}
}

// CountOnce is Count for a run that is not made again.
func (w *Worker) CountOnce(t *Tally, r *order.Run, trace uint64) {
	t.add(r, w.Outcome)
	if trace != 0 {
		t.trace(trace, 1)
	}
	if w.Watch != nil && !w.Watch(r) {
		w.stop.Store(true)
	}
}

// CheckedShare is the share of passing runs that are made twice: one in so many, the
// first of each job among them.
const CheckedShare = 64
