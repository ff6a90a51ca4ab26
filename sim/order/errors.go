package order

import (
	"fmt"
	"strings"
	"time"

	"weft/trace"
)

// The errors here are ends of runs. What they say is about the program, and so they do not
// begin with the name of this package.

// PanicError is the end of a run in which a task or callback panicked.
type PanicError struct {
	Task  string        // its label
	At    time.Duration // virtual
	Value any           // what it panicked with
	Stack string        // the task's own stack

	Object string // what the panic is about, such as "jobs" of a send on a closed channel, or ""
	Pos    string // where it was, or ""
	Before string // what had led to it, such as "closed by main", or what it was, or ""
	There  string // where that was, or ""
}

// Error returns the value, and the stack.
func (e *PanicError) Error() string { return e.Text(true) + "\n\n" + e.Stack }

// Text returns what Error does without the stack, with or without places in the source.
func (e *PanicError) Text(places bool) string {
	at := placer(places)
	text := fmt.Sprintf("panic in %s: %s", e.Task, trace.Show(e.Value))
	if e.Object != "" {
		text += " " + e.Object + at(" at ", e.Pos, "")
	} else {
		text += at(" (", e.Pos, ")")
	}
	if e.Before != "" {
		text += "; " + e.Before + at(" at ", e.There, "")
	}
	return text
}

// End returns Panicked.
func (e *PanicError) End() End { return Panicked }

// Unwrap returns the value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// GoexitError is the end of a run in which a task called runtime.Goexit, as
// t.FailNow does. The goroutine that runs the loop goes on.
type GoexitError struct {
	Task string        // its label
	At   time.Duration // virtual
	// Main says that it is the function main of a whole program, and that nobody is left
	// who could end the program.
	Main bool
}

// Error names the task.
func (e *GoexitError) Error() string {
	if e.Main {
		return fmt.Sprintf("main called runtime.Goexit, and at %v no goroutine is left: Go ends such a program with a fatal error; return from main, or call os.Exit", e.At)
	}
	return fmt.Sprintf("task %s called runtime.Goexit (t.FailNow does) at %v", e.Task, e.At)
}

// End returns Exited.
func (e *GoexitError) End() End { return Exited }

// DeadlockError is the end of a run in which nothing can go on: no task is ready
// and no timer is left.
type DeadlockError struct {
	At      time.Duration // virtual
	Waiting []Waiting     // every unfinished task, in creation order
	Cycle   []string      // tasks each of which waits for the next, the last for the first; nil if there is no cycle
	// Shutdown says that the main task had ended, and that what did not end are
	// the tasks which were left and cancelled.
	Shutdown bool
	// Ticking says that timers still went on, without changing anything.
	Ticking bool
}

// Error returns the report: a sentence that says what is wrong, every waiting task and the
// cycle.
func (e *DeadlockError) Error() string { return "deadlock: " + e.Text(true) }

// End returns Deadlocked.
func (e *DeadlockError) End() End { return Deadlocked }

// Text returns what Error does without the first word, with or without places in the
// source.
func (e *DeadlockError) Text(places bool) string {
	var b strings.Builder
	b.WriteString(Blame(e.Waiting, e.Cycle, places))
	if len(e.Waiting) == 0 {
		b.WriteString("no task is left, and what the loop runs for will never come")
	}
	fmt.Fprintf(&b, "\nAt %v", e.At)
	if e.Shutdown {
		b.WriteString(", while the tasks that were left were being cancelled,")
	}
	if e.Ticking {
		b.WriteString(" nothing is ready, and timers go on without changing anything:")
	} else {
		b.WriteString(" nothing is ready and no timer is left:")
	}
	for i, w := range e.Waiting {
		if i == 20 && len(e.Waiting) > 25 {
			fmt.Fprintf(&b, "\n  ... and %d more", len(e.Waiting)-i)
			break
		}
		b.WriteString("\n  " + w.Text(places))
	}
	if len(e.Cycle) > 0 {
		b.WriteString("\n  cycle: " + strings.Join(append(e.Cycle[:len(e.Cycle):len(e.Cycle)], e.Cycle[0]), " -> "))
	}
	return b.String()
}

// Tasks returns the labels of the waiting tasks.
func (e *DeadlockError) Tasks() []string {
	var names []string
	for _, w := range e.Waiting {
		names = append(names, w.Task)
	}
	return names
}

// StepLimitError is the end of a run that did not end by itself.
type StepLimitError struct {
	Limit int64
	At    time.Duration // virtual
	// Stalled is how many steps were taken since time last moved.
	Stalled int64
	Busiest []Busy // the unfinished tasks that took most steps, at most five
}

// Busy says how busy a task was.
type Busy struct {
	Task   string // its label
	Steps  int64  // how often it ran
	Yields int64  // how many of its waits were bare yields
	Pos    string // where it last waited, if recording is full
}

// Error says what kept going.
func (e *StepLimitError) Error() string { return e.Text(true) }

// End returns OutOfSteps.
func (e *StepLimitError) End() End { return OutOfSteps }

// Text returns the report, with or without places in the source.
func (e *StepLimitError) Text(places bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "the run was stopped after %d steps, at %v", e.Limit, e.At)
	if e.Stalled > e.Limit/2 {
		fmt.Fprintf(&b, "; time has stood still for the last %d of them", e.Stalled)
	}
	b.WriteString("; what kept going:")
	for _, busy := range e.Busiest {
		fmt.Fprintf(&b, "\n  %s: %d steps", busy.Task, busy.Steps)
		if busy.Yields > 0 && busy.Yields >= busy.Steps-2 {
			b.WriteString(", all of them bare yields: it spins, and time cannot move on")
		} else if busy.Yields > 0 {
			fmt.Fprintf(&b, ", %d of them bare yields", busy.Yields)
		}
		if busy.Pos != "" && places {
			b.WriteString(" (" + busy.Pos + ")")
		}
	}
	if len(e.Busiest) == 0 {
		b.WriteString(" callbacks of the loop")
	}
	return b.String()
}

// MisuseError is the value with which a wrong call panics: no context, the
// context of another task, an object of another loop, an await outside a task.
// A run that ends by such a panic has a [*PanicError] that wraps it.
type MisuseError struct{ Msg string }

// Error returns the sentence that says what is wrong and what to do.
func (e *MisuseError) Error() string { return e.Msg }

// End returns Misused.
func (e *MisuseError) End() End { return Misused }

// InvariantError is the end of a run after one of whose steps the check given to
// sim.Loop.AfterStep failed.
type InvariantError struct {
	Step string        // the name of the step, such as "say1.2"
	At   time.Duration // virtual
	Err  error         // what the check returned
}

// Error names the step and says what the check said.
func (e *InvariantError) Error() string {
	return fmt.Sprintf("invariant violated after step %s at %v: %v", e.Step, e.At, e.Err)
}

// End returns Violated.
func (e *InvariantError) End() End { return Violated }

// Unwrap returns what the check returned.
func (e *InvariantError) Unwrap() error { return e.Err }

// KeptError is the end of a run that met something of an earlier run of this process,
// which a variable of a package, or what can be reached from one, has kept. Runs of such a
// program need a process each; see package fresh.
type KeptError struct {
	What    string // such as "a channel that an earlier run made", or "" if only the effect was seen
	Made    string // where that was, or ""
	Task    string // who met it, or ""
	Used    string // where, or ""
	Differs string // how the runs differ, if nothing else is known
}

// Error says what it is, where it was made, and where it was met.
func (e *KeptError) Error() string { return e.Text(true) }

// End returns Kept.
func (e *KeptError) End() End { return Kept }

// Text returns the report, with or without places in the source.
func (e *KeptError) Text(places bool) string {
	if e.What == "" {
		return e.Differs
	}
	text := e.What
	if e.Made != "" && places {
		text += " (at " + e.Made + ")"
	}
	text += " has been kept, in a variable of a package or behind one"
	if e.Task == "" {
		return text
	}
	text += ", and " + e.Task + " meets it"
	if e.Used != "" && places {
		text += " at " + e.Used
	}
	return text
}
