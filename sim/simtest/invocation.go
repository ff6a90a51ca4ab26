package simtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// Invocation is the function under test in one run, as [CheckOn] hands it to an
// engine. The engine calls Body in the run's main task, and Complete when the run
// has ended.
type Invocation struct {
	t  *T
	fn func(*T)
}

// AfterStep tells how the engine can be made to call a function after every step
// that begins from then on, and to end the run when it returns an error.
// [T.Invariant] needs it. Call it before Body.
func (a *Invocation) AfterStep(set func(check func() error)) { a.t.after = set }

// Body calls the function under test. ctx is what its [T.Context] returns. If the
// function panics, or ends by runtime.Goexit, so does Body.
func (a *Invocation) Body(ctx context.Context) {
	a.t.ctx = ctx
	a.fn(a.t)
	a.t.holds() // perhaps no step has begun since an invariant was given
}

// Complete calls the functions given to [T.Cleanup], and adds to what is said of
// the run what was said to its T. No code of the program may run any more.
func (a *Invocation) Complete(run *order.Run) {
	t := a.t
	t.clean()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	run.Seen = t.seen
	if t.asked {
		run.Untracked = append(slices.Clone(run.Untracked), "T.Failed inside the run")
	}
	switch {
	case t.failed:
		t.failRun(run)
	case t.skipped && t.endedByItself(run):
		run.End, run.Err, run.Summary = order.Finished, nil, ""
	}
	t.shared.count(t.skipped && !t.failed, run.Steps, run.Ahead)
}

// failRun says of a run that its T was failed.
func (t *T) failRun(run *order.Run) {
	if len(failures(t.messages)) == 0 {
		t.messages = append(t.messages, Message{Text: "the test was failed without a message", Failure: true})
	}
	failure := &FailError{failures(t.messages)}
	summary := failure.Text(false)
	var broken *order.InvariantError
	switch mismatch := mismatchOf(run.Err); {
	case t.broken && (run.Err == nil || errors.As(run.Err, &broken)):
		if broken != nil {
			last := &t.messages[len(t.messages)-1]
			last.After = fmt.Sprintf("step %s, at %v", broken.Step, broken.At)
			failure.Messages = failures(t.messages)
		}
		run.End, run.Err, run.Summary = order.Violated, errors.Join(mismatch, failure), summary
	case t.endedByItself(run):
		run.End, run.Err, run.Summary = order.Failed, errors.Join(mismatch, failure), summary
	default:
		run.Err = errors.Join(run.Err, failure)
		run.Summary += "\n" + summary
	}
}

// endedByItself reports whether the run came to its end, or was ended by its T
// and by nothing else.
func (t *T) endedByItself(run *order.Run) bool {
	for _, err := range parts(run.Err) {
		var exit *order.GoexitError
		ours := errors.As(err, &exit) && (t.skipped || t.exited)
		if !ours && !errors.Is(err, order.ErrScheduleMismatch) {
			return false
		}
	}
	return true
}

// mismatchOf returns the part of a run's error that says that its schedule did
// not fit, or nil.
func mismatchOf(err error) error {
	for _, part := range parts(err) {
		if errors.Is(part, order.ErrScheduleMismatch) {
			return part
		}
	}
	return nil
}

// parts returns the errors that were put together by errors.Join, and nothing
// that anybody else has put together.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	if reflect.TypeOf(err) != joined {
		return []error{err}
	}
	var out []error
	for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
		out = append(out, parts(one)...)
	}
	return out
}

var joined = reflect.TypeOf(errors.Join(order.ErrScheduleMismatch))

// clean calls the functions given to Cleanup, the last one first. Each gets a
// goroutine, since FailNow ends it.
func (t *T) clean() {
	t.mu.Lock()
	t.note, t.over = nil, true
	t.mu.Unlock()
	for f := t.lastCleanup(); f != nil; f = t.lastCleanup() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() {
				if value := recover(); value != nil {
					t.record("Error", fmt.Sprintf("panic in a function given to Cleanup: %v", value), true)
					t.Logf("%s", debug.Stack())
				}
			}()
			f()
		}()
		<-done
	}
	if t.temp != "" {
		os.RemoveAll(t.temp)
	}
}

// lastCleanup takes the function that was given to Cleanup last, or nil.
func (t *T) lastCleanup() func() {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	n := len(t.cleanups)
	if n == 0 {
		return nil
	}
	f := t.cleanups[n-1]
	t.cleanups = t.cleanups[:n-1]
	return f
}

// shared is what the runs of a check share.
type shared struct {
	tb testing.TB

	mu      sync.Mutex
	temp    string
	runs    int
	skipped int   // of them
	steps   int64 // of all
	ahead   time.Duration
}

// folder returns a new folder for a run.
func (s *shared) folder() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.temp == "" {
		s.temp = s.tb.TempDir()
	}
	dir, err := os.MkdirTemp(s.temp, "run")
	if err != nil {
		panic(fmt.Sprintf("simtest: TempDir: %v", err))
	}
	return dir
}

// count counts a run, in which a timer was so far off while something was ready.
func (s *shared) count(skipped bool, steps int64, ahead time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs++
	s.steps += steps
	if skipped {
		s.skipped++
	}
	if ahead > 0 && (s.ahead == 0 || ahead < s.ahead) {
		s.ahead = ahead
	}
}

// allSkipped reports whether there were runs, and every one was skipped.
func (s *shared) allSkipped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.runs > 0 && s.skipped == s.runs
}

// invocationsOnLoop returns what makes the engine that runs invocations on the event
// loop.
func invocationsOnLoop(options []sim.Option) func(begin func() *Invocation, policy string) (order.Engine, error) {
	return func(begin func() *Invocation, policy string) (order.Engine, error) {
		options := slices.Clone(options)
		if policy != "" {
			p, err := order.ParsePolicy(policy)
			if err != nil {
				return nil, err
			}
			options = append(options, sim.WithPolicy(p))
		}
		return sim.EngineOf(func() (sim.Program, func(*order.Run)) {
			var a *Invocation
			main := func(ctx context.Context) (sim.None, error) {
				a.Body(ctx)
				return sim.None{}, nil
			}
			program := func(l *sim.Loop) error {
				a = begin()
				a.AfterStep(func(check func() error) {
					// Whether the loop checks after the step that is on depends on
					// whether it takes that one down. A run must not.
					now := l.Steps()
					l.AfterStep(func() error {
						if l.Steps() == now {
							return nil
						}
						return check()
					})
				})
				a.t.note = func(text string) { l.CallExceptionHandler(text, nil) }
				_, err := sim.RunMain(l, main)
				return err
			}
			return program, func(run *order.Run) { a.Complete(run) }
		}, options), nil
	}
}
