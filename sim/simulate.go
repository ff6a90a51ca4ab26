package sim

import (
	"context"
	"io"
	"slices"
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
	o.Schedule = l.Schedule()
	o.Trace, o.Footprints, o.Untracked = l.Trace(), l.StepLog(), l.Untracked()
	return o
}

// outcome takes down how the run ended, as the last event of its trace too.
func (l *Loop) outcome(o *Outcome, err error) {
	*o = Outcome{
		End: Classify(err), Err: err, Output: l.output, Elapsed: l.clock.Now(),
		Decisions: l.decisions, Reports: l.reports, Steps: l.steps,
	}
	l.last = 0
	if l.recording() {
		l.record(trace.Entry{Kind: trace.End, Object: string(o.End), Detail: order.Summary(err)})
	}
}

// Runner simulates one run after another on one loop, whose coroutines and
// memory it uses again. It is not safe for use by several goroutines at once.
type Runner struct {
	loop    *Loop
	outcome Outcome
	closed  bool
}

// NewRunner returns a runner. Close it when done, or its workers stay.
func NewRunner() *Runner { return &Runner{loop: NewLoop()} }

// Run is [Simulate], except that what it returns is the runner's own memory,
// which the next Run wipes, and that Outcome.Trace is nil: call [Runner.Loop] and
// its Trace for it, before the next Run. If the program panics outside tasks, the
// panic comes out of Run, and the runner can only be closed.
func (r *Runner) Run(program Program, options ...Option) *Outcome {
	o := r.simulate(program, options)
	o.Schedule = r.loop.Schedule()
	return o
}

// simulate is Run without the schedule, which not everybody wants.
func (r *Runner) simulate(program Program, options []Option) *Outcome {
	if program == nil {
		misuse("Runner.Run was given a nil program")
	}
	if r.closed || r.loop.running {
		misuse("Runner.Run: the runner is closed, or running")
	}
	if r.loop.closed { // by the program of the last run
		r.loop = NewLoop()
	}
	l := r.loop
	l.Reset(options...) // what it says of a leak was told of the last run
	err := program(l)
	if leak := l.unwind(); err == nil {
		err = leak
	}
	l.outcome(&r.outcome, l.withMismatch(err))
	return &r.outcome
}

// Loop returns the loop on which the last run was.
func (r *Runner) Loop() *Loop { return r.loop }

// Close ends the runner and its coroutines.
func (r *Runner) Close() {
	r.closed = true
	r.loop.Close()
}

// EngineStepLimit is after how many steps a run on the event loop is ended, unless
// [WithStepLimit] says otherwise. It is far less than for a single run: an
// exploration makes many, and shows each step of one that fails.
const EngineStepLimit = 200_000

// Engine returns the engine that runs a program on the event loop.
// Unless an option says otherwise, the policy is order.AnyReady, a run ends after
// [EngineStepLimit] steps, what the program prints is kept and not written out, and so
// are reports. Strategy and recording are the exploration's to set.
//
// The program must keep nothing between runs, and several of its runs go on at
// the same time.
func Engine(program Program, options ...Option) order.Engine {
	if program == nil {
		panic("sim: Engine was given a nil program")
	}
	return EngineOf(func() (Program, func(*order.Run)) { return program, nil }, options)
}

// engine makes for each runner a program of its own, and perhaps a function
// that completes what is said about a run of it.
type engine struct {
	fresh   func() (program Program, complete func(*order.Run))
	options []Option
	name    string
	policy  string
}

// EngineOf is [Engine] for entry points of tests. fresh is called for each runner, and
// returns its program and what completes that which is said of a run of it, or nil.
func EngineOf(fresh func() (program Program, complete func(*order.Run)), options []Option) order.Engine {
	e := &engine{fresh: fresh, options: slices.Concat([]Option{
		WithPolicy(order.AnyReady), WithStepLimit(EngineStepLimit), WithOutput(nil), WithLog(io.Discard),
	}, options)}
	loop := NewLoop(e.options...)
	defer loop.Close()
	e.policy = loop.Policy().String()
	e.name = loop.Trace().Program
	return e
}

func (e *engine) Program() string { return e.name }
func (e *engine) Policy() string  { return e.policy }

func (e *engine) Runner() order.Runner {
	r := &engineRunner{runner: NewRunner(), options: e.options}
	r.program, r.complete = e.fresh()
	r.trace = func() *trace.Trace { return r.runner.Loop().Trace() }
	r.traceID = func() uint64 { return r.hasher.traceID(r.runner.Loop(), r.run.Summary) }
	return r
}

type engineRunner struct {
	runner   *Runner
	program  Program
	complete func(*order.Run)
	options  []Option
	all      []Option // options, strategy and level of the last run
	strategy order.Strategy
	level    trace.Level
	wants    order.Wants
	hashOnly bool
	trace    func() *trace.Trace
	traceID  func() uint64
	hasher   traceHasher
	run      order.Run
}

func (r *engineRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	wants := order.Wants(0)
	if level != trace.Off {
		wants = order.WantsHash | order.WantsSteps | order.WantsTraceID
	}
	return r.runFor(strategy, level, wants, false)
}

// RunFor is part of [order.Selective].
func (r *engineRunner) RunFor(strategy order.Strategy, wants order.Wants) *order.Run {
	level := trace.Off
	if wants&order.WantsHash != 0 {
		level = trace.Order
	}
	return r.runFor(strategy, level, wants, true)
}

func (r *engineRunner) runFor(strategy order.Strategy, level trace.Level, wants order.Wants, hashOnly bool) *order.Run {
	if r.all == nil || strategy != r.strategy || level != r.level || wants != r.wants || hashOnly != r.hashOnly {
		r.strategy, r.level, r.wants, r.hashOnly = strategy, level, wants, hashOnly
		r.all = slices.Concat(r.options, []Option{WithStrategy(strategy), WithRecording(level)})
		if hashOnly {
			r.all = append(r.all, withHashOnly())
		}
		if wants&^order.WantsHash != 0 {
			r.all = append(r.all, WithFootprints())
		}
	}
	o := r.runner.simulate(r.program, r.all)
	r.run = order.Run{
		Steps: o.Steps,
		End:   o.End, Err: o.Err, Summary: o.Summary(), Output: o.Output, Elapsed: o.Elapsed, Decisions: o.Decisions,
	}
	r.run.Ahead = r.runner.Loop().ahead
	loop := r.runner.Loop()
	if wants&^order.WantsHash != 0 {
		r.run.Untracked = loop.Untracked()
	}
	if wants&order.WantsHash != 0 {
		r.run.Hash = loop.Recorder().Hash()
	}
	if level != trace.Off && !hashOnly {
		r.run.Trace = r.trace
	}
	if wants&order.WantsSteps != 0 {
		r.run.Footprints, r.run.Pending = loop.StepLog(), loop.pendingSteps()
	}
	if wants&order.WantsTraceID != 0 {
		r.run.TraceID = r.traceID
	}
	if r.complete != nil {
		r.complete(&r.run)
	}
	return &r.run
}

func (r *engineRunner) Close() { r.runner.Close() }
