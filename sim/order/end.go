package order

import (
	"errors"
	"slices"
)

// End is the class of a run's end.
type End string

// The ways in which a run can end.
const (
	Finished   End = "finished"   // it came to its end without an error
	Failed     End = "failed"     // the program returned an error
	Cancelled  End = "cancelled"  // the awaited task was cancelled
	Raced      End = "data-race"  // two tasks touched a variable, and nothing orders the two
	Deadlocked End = "deadlock"   // nothing could go on: [*DeadlockError]
	OutOfSteps End = "step-limit" // it did not end: [*StepLimitError]
	Panicked   End = "panic"      // a task panicked: [*PanicError]
	Exited     End = "exit"       // a task called runtime.Goexit or t.FailNow: [*GoexitError]
	Leaked     End = "leak"       // tasks were left at its end
	Misused    End = "misuse"     // a wrong call: [*MisuseError]
	Mismatched End = "mismatch"   // the schedule did not fit: [ErrScheduleMismatch]
	StuckEnd   End = "stuck"      // a step never returned
	Violated   End = "invariant"  // a check failed: [*InvariantError]
	Kept       End = "kept"       // it met what an earlier run had left: [*KeptError]
	Died       End = "died"       // its process ended before it did; see package fresh
	Spinning   End = "spin"       // all that could go on only looked, again and again, at what did not change
	Stalled    End = "stall"      // only timers went on, while others waited
)

// precedence lists the classes that an error can be of, the one that says most
// first: of an error that joins several, it decides.
var precedence = [...]End{Died, Kept, Violated, Misused, Panicked, Exited, Deadlocked, Raced, Spinning, Stalled, OutOfSteps, Leaked, StuckEnd, Mismatched}

// Ender is an error that says which class of end it is.
type Ender interface {
	error
	End() End
}

// Placed is an error that can be told with and without places in the source, which
// differ between runs that show the same.
type Placed interface {
	error
	Text(places bool) string
}

// Classify returns the class of the end that err stands for: that of the errors in
// its tree that are an [Ender], as those of this package are, or Failed.
func Classify(err error) End {
	if err == nil {
		return Finished
	}
	best := len(precedence)
	visit(err, func(err error) {
		if of, ok := err.(Ender); ok {
			if i := slices.Index(precedence[:best], of.End()); i >= 0 {
				best = i
			}
		}
	})
	if best == len(precedence) {
		return Failed
	}
	return precedence[best]
}

// visit calls f for every error of err's tree.
func visit(err error, f func(error)) {
	f(err)
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			visit(inner, f)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			visit(inner, f)
		}
	}
}

// Summary returns the text of an error without what may differ between runs that
// show the same: stacks, whose addresses differ from run to run, and places in the
// source. It is empty if err is nil. An engine's own errors that know places have a
// method Text(places bool) string.
func Summary(err error) string {
	var panicked *PanicError
	var placed Placed
	switch {
	case err == nil:
		return ""
	case errors.As(err, &panicked):
		return panicked.Text(false)
	case errors.As(err, &placed):
		return placed.Text(false)
	}
	return err.Error()
}
