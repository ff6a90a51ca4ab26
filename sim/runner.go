package sim

import "errors"

// Runner simulates one run after another on one loop, whose coroutines and
// memory it uses again. It is not safe for use by several goroutines at once.
type Runner struct {
	loop    *Loop
	outcome Outcome
}

// NewRunner returns a runner. Close it when done, or its workers stay.
func NewRunner() *Runner { return &Runner{loop: NewLoop()} }

// Run is [Simulate], except that what it returns is the runner's own memory,
// which the next Run wipes, and that Outcome.Trace is nil: call [Runner.Loop] and
// its Trace for it, before the next Run. If the program panics outside tasks, the
// panic comes out of Run, and the runner can only be closed.
func (r *Runner) Run(program Program, options ...Option) *Outcome {
	if program == nil {
		misuse("Runner.Run was given a nil program")
	}
	l := r.loop
	if err := l.Reset(options...); errors.Is(err, ErrLoopClosed) || errors.Is(err, ErrLoopRunning) {
		misuse("Runner.Run: the runner is closed, or running")
	}
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
func (r *Runner) Close() { r.loop.Close() }
