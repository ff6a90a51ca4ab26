package sim

import (
	"context"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// Outcome is what a run showed to its user, and what is needed to tell how it
// came about.
type Outcome struct {
	End       order.End
	Err       error // nil if End is Finished
	Output    []order.Line
	Elapsed   time.Duration // virtual time at the end
	Decisions []order.Decision
	Schedule  order.Schedule
	Reports   []Report
	Trace     *trace.Trace // its events as far as recording was on
	Steps     int64
	// Footprints and Untracked are what [Loop.StepLog] and [Loop.Untracked] return.
	Footprints []order.Step
	Untracked  []string
}

// Summary returns the error of the run, without what differs between runs that
// end alike: stacks, and places in the source. It is empty if there is none.
func (o *Outcome) Summary() string { return order.Summary(o.Err) }

// Program is code that drives a loop: makes tasks on it, runs it, and returns.
// [Main] makes one of a main coroutine.
type Program func(l *Loop) error

// Main returns the program that runs main as [Run] does.
func Main(main func(ctx context.Context) error) Program {
	if main == nil {
		misuse("Main was given a nil function")
	}
	return func(l *Loop) error {
		_, err := RunMain(l, func(ctx context.Context) (None, error) { return None{}, main(ctx) })
		return err
	}
}

// Simulate runs a program on a loop of its own and returns what came of it. A
// schedule that did not fit is an error of the outcome that matches
// [order.ErrScheduleMismatch].
func Simulate(program Program, options ...Option) *Outcome {
	if program == nil {
		misuse("Simulate was given a nil program")
	}
	l := NewLoop(options...)
	defer l.Close() // if the program panics
	return l.simulate(program)
}

func (l *Loop) simulate(program Program) *Outcome {
	o := new(Outcome)
	l.outcome(o, l.conclude(program(l)))
	o.Trace, o.Footprints, o.Untracked = l.Trace(), l.StepLog(), l.Untracked()
	return o
}

// outcome takes down how the run ended, as the last event of its trace too.
func (l *Loop) outcome(o *Outcome, err error) {
	*o = Outcome{
		End: Classify(err), Err: err, Output: l.output, Elapsed: l.clock.Now(),
		Decisions: l.decisions, Schedule: l.Schedule(), Reports: l.reports, Steps: l.steps,
	}
	l.last = 0
	if l.recording() {
		l.record(trace.Entry{Kind: trace.End, Object: string(o.End), Detail: order.Summary(err)})
	}
}
