package sim

import (
	"io"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// EngineStepLimit is after how many steps a run on the event loop is ended, unless
// sim.WithStepLimit says otherwise. It is far less than for a single run: an
// exploration makes many, and shows each step of one that fails.
const EngineStepLimit = 200_000

// Engine returns the engine that runs a program on the event loop of package sim.
// Unless an option says otherwise, the policy is order.AnyReady, a run ends after
// [EngineStepLimit] steps, what the program prints is kept and not written out, and so
// are reports. Strategy and recording are the exploration's to set.
//
// The program must keep nothing between runs, and several of its runs go on at
// the same time.
func Engine(program Program, options ...Option) order.Engine {
	if program == nil {
		panic("explore: Sim was given a nil program")
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

func EngineOf(fresh func() (Program, func(*order.Run)), options []Option) *engine {
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
	trace    func() *trace.Trace
	run      order.Run
}

func (r *engineRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	if r.all == nil || strategy != r.strategy || level != r.level {
		r.strategy, r.level = strategy, level
		r.all = slices.Concat(r.options, []Option{WithStrategy(strategy), WithRecording(level)})
	}
	o := r.runner.Run(r.program, r.all...)
	r.run = order.Run{
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

func (r *engineRunner) Close() { r.runner.Close() }
