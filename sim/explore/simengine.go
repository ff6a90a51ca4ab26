package explore

import (
	"io"
	"slices"

	"weft/sim"
	"weft/trace"
)

// StepLimit is after how many steps a run on the event loop is ended, unless
// sim.WithStepLimit says otherwise. It is far less than for a single run: an
// exploration makes many, and shows each step of one that fails.
const StepLimit = 200_000

// Sim returns the engine that runs a program on the event loop of package sim.
// Unless an option says otherwise, the policy is sim.AnyReady, a run ends after
// [StepLimit] steps, what the program prints is kept and not written out, and so
// are reports. Strategy and recording are the exploration's to set.
//
// The program must keep nothing between runs, and several of its runs go on at
// the same time.
func Sim(program sim.Program, options ...sim.Option) Engine {
	if program == nil {
		panic("explore: Sim was given a nil program")
	}
	return newSimEngine(func() (sim.Program, func(*Run)) { return program, nil }, options)
}

// simEngine makes for each runner a program of its own, and perhaps a function
// that completes what is said about a run of it.
type simEngine struct {
	fresh   func() (program sim.Program, complete func(*Run))
	options []sim.Option
	name    string
	policy  string
}

func newSimEngine(fresh func() (sim.Program, func(*Run)), options []sim.Option) *simEngine {
	e := &simEngine{fresh: fresh, options: slices.Concat([]sim.Option{
		sim.WithPolicy(sim.AnyReady), sim.WithStepLimit(StepLimit), sim.WithOutput(nil), sim.WithLog(io.Discard),
	}, options)}
	loop := sim.NewLoop(e.options...)
	defer loop.Close()
	e.policy = loop.Policy().String()
	e.name = loop.Trace().Program
	return e
}

func (e *simEngine) Program() string { return e.name }
func (e *simEngine) Policy() string  { return e.policy }

func (e *simEngine) Runner() Runner {
	r := &simRunner{runner: sim.NewRunner(), options: e.options}
	r.program, r.complete = e.fresh()
	r.trace = func() *trace.Trace { return r.runner.Loop().Trace() }
	return r
}

type simRunner struct {
	runner   *sim.Runner
	program  sim.Program
	complete func(*Run)
	options  []sim.Option
	all      []sim.Option // options, strategy and level of the last run
	strategy sim.Strategy
	level    trace.Level
	trace    func() *trace.Trace
	run      Run
}

func (r *simRunner) Run(strategy sim.Strategy, level trace.Level) *Run {
	if r.all == nil || strategy != r.strategy || level != r.level {
		r.strategy, r.level = strategy, level
		r.all = slices.Concat(r.options, []sim.Option{sim.WithStrategy(strategy), sim.WithRecording(level)})
	}
	o := r.runner.Run(r.program, r.all...)
	r.run = Run{
		End: o.End, Err: o.Err, Summary: o.Summary(), Output: o.Output, Elapsed: o.Elapsed, Decisions: o.Decisions,
	}
	if level != trace.Off {
		loop := r.runner.Loop()
		r.run.Hash = loop.Recorder().Hash()
		r.run.Trace = r.trace
		r.run.Footprints, r.run.Untracked = loop.StepLog(), loop.Untracked()
	}
	if r.complete != nil {
		r.complete(&r.run)
	}
	return &r.run
}

func (r *simRunner) Close() { r.runner.Close() }
