package sim

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"weft/trace"
)

// End is the class of a run's end.
type End string

// The ways in which a run can end.
const (
	Finished   End = "finished"   // it came to its end without an error
	Failed     End = "failed"     // the program returned an error
	Cancelled  End = "cancelled"  // the awaited task was cancelled
	Deadlocked End = "deadlock"   // nothing could go on: [*DeadlockError]
	OutOfSteps End = "step-limit" // it did not end: [*StepLimitError]
	Panicked   End = "panic"      // a task panicked: [*PanicError]
	Exited     End = "exit"       // a task called runtime.Goexit or t.FailNow: [*GoexitError]
	Leaked     End = "leak"       // tasks were left at its end: [*LeakError]
	Misused    End = "misuse"     // a wrong call: [*MisuseError]
	Mismatched End = "mismatch"   // the schedule did not fit: [ErrScheduleMismatch]
	StuckEnd   End = "stuck"      // a step never returned: [*StuckError]
	Violated   End = "invariant"  // a check failed: [*InvariantError]
)

// Classify returns the class of the end that err, as returned by a Run function,
// stands for.
func Classify(err error) End {
	var (
		deadlock *DeadlockError
		steps    *StepLimitError
		panicked *PanicError
		exited   *GoexitError
		leak     *LeakError
		wrong    *MisuseError
		stuck    *StuckError
		violated *InvariantError
	)
	switch {
	case err == nil:
		return Finished
	case errors.As(err, &violated):
		return Violated
	case errors.As(err, &wrong):
		return Misused
	case errors.As(err, &panicked):
		return Panicked
	case errors.As(err, &exited):
		return Exited
	case errors.As(err, &deadlock):
		return Deadlocked
	case errors.As(err, &steps):
		return OutOfSteps
	case errors.As(err, &leak):
		return Leaked
	case errors.As(err, &stuck):
		return StuckEnd
	case errors.Is(err, ErrScheduleMismatch):
		return Mismatched
	case cancelledBy(err) != nil:
		return Cancelled
	}
	return Failed
}

// PanicError is the end of a run in which a task or callback panicked.
type PanicError struct {
	Task  string        // its label
	At    time.Duration // virtual
	Value any           // what it panicked with
	Stack string        // the task's own stack
}

// Error returns the value and the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("sim: panic in task %s at %v: %v\n\n%s", e.Task, e.At, e.Value, e.Stack)
}

// summary is the text of an error for the trace: without stacks, whose addresses
// differ from run to run, and without places, which are no part of a run's hash.
func summary(err error) string {
	var panicked *PanicError
	var placed interface{ text(places bool) string }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &panicked):
		return "panic in task " + panicked.Task + ": " + show(panicked.Value)
	case errors.As(err, &placed):
		return placed.text(false)
	}
	return err.Error()
}

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
}

// Error names the task.
func (e *GoexitError) Error() string {
	return fmt.Sprintf("sim: task %s called runtime.Goexit (t.FailNow does) at %v", e.Task, e.At)
}

// Waiting is a task that waits.
type Waiting struct {
	Task    string        // its label
	On      string        // what it waits for, such as "lock L"
	Holders []string      // the tasks without which the wait cannot end, if known
	Taken   []string      // where each of the holders took it, or nil; "" if that is not known
	Since   time.Duration // virtual
	Pos     string        // where it waits, if recording is full
}

// String returns the sentence.
func (w Waiting) String() string { return w.text(true) }

func (w Waiting) text(places bool) string {
	text := fmt.Sprintf("%s waits for %s since %v", w.Task, w.On, w.Since)
	if len(w.Holders) > 0 {
		holders := slices.Clone(w.Holders)
		for i := range min(len(holders), len(w.Taken)) {
			if w.Taken[i] != "" && places {
				holders[i] += " (who took it at " + w.Taken[i] + ")"
			}
		}
		text += ", held by " + strings.Join(holders, ", ")
	}
	if w.Pos != "" && places {
		text += " (" + w.Pos + ")"
	}
	return text
}

// DeadlockError is the end of a run in which nothing can go on: no task is ready
// and no timer is left.
type DeadlockError struct {
	At      time.Duration // virtual
	Waiting []Waiting     // every unfinished task, in creation order
	Cycle   []string      // tasks each of which waits for the next, the last for the first; nil if there is no cycle
	// Shutdown says that the main task had ended, and that what did not end are
	// the tasks which were left and cancelled.
	Shutdown bool
}

// Error returns the report: every waiting task and the cycle.
func (e *DeadlockError) Error() string { return e.text(true) }

func (e *DeadlockError) text(places bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sim: deadlock at %v", e.At)
	if e.Shutdown {
		b.WriteString(", while the tasks that were left were being cancelled")
	}
	b.WriteString(": nothing is ready and no timer is left")
	if len(e.Waiting) == 0 {
		b.WriteString("\n  no task is left either; what the loop runs for will never come")
	}
	for i, w := range e.Waiting {
		if i == 20 && len(e.Waiting) > 25 {
			fmt.Fprintf(&b, "\n  ... and %d more", len(e.Waiting)-i)
			break
		}
		b.WriteString("\n  " + w.text(places))
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

func (t *task) waits() Waiting {
	w := Waiting{Task: t.label(), Since: t.since, Pos: trace.Position(t.pc), On: "its turn"}
	if t.what != nil {
		w.On = t.what.describe()
		for _, h := range t.what.holders() {
			w.Holders = append(w.Holders, h.label())
		}
		if object, ok := t.what.(interface{ remark() string }); ok && object.remark() != "" {
			w.On += " (" + object.remark() + ")"
		}
	}
	return w
}

func (l *Loop) deadlock() error {
	e := &DeadlockError{At: l.clock.Now()}
	for _, t := range l.tasksInOrder() {
		e.Waiting = append(e.Waiting, t.waits())
	}
	for _, t := range l.waitCycle() {
		e.Cycle = append(e.Cycle, t.label())
	}
	return e
}

// waitCycle finds a cycle in who waits for whom, the one that the oldest task of
// a cycle is in.
func (l *Loop) waitCycle() []*task {
	const (
		open = 1
		shut = 2
	)
	mark := make(map[*task]int)
	var path []*task
	var visit func(t *task) []*task
	visit = func(t *task) []*task {
		mark[t] = open
		path = append(path, t)
		if t.what != nil {
			for _, next := range t.what.holders() {
				switch mark[next] {
				case open:
					for i, p := range path {
						if p == next {
							return append([]*task(nil), path[i:]...)
						}
					}
				case 0:
					if cycle := visit(next); cycle != nil {
						return cycle
					}
				}
			}
		}
		path = path[:len(path)-1]
		mark[t] = shut
		return nil
	}
	for _, t := range l.tasksInOrder() {
		if mark[t] == 0 {
			if cycle := visit(t); cycle != nil {
				return cycle
			}
		}
	}
	return nil
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
func (e *StepLimitError) Error() string { return e.text(true) }

func (e *StepLimitError) text(places bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sim: the run was stopped after %d steps, at %v", e.Limit, e.At)
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

func (l *Loop) stepLimitError() error {
	e := &StepLimitError{Limit: l.stepLimit, At: l.clock.Now(), Stalled: l.instantSteps}
	for _, t := range l.tasksInOrder() {
		e.Busiest = append(e.Busiest, Busy{t.label(), int64(t.steps), int64(t.yields), trace.Position(t.pc)})
	}
	sort.SliceStable(e.Busiest, func(i, k int) bool { return e.Busiest[i].Steps > e.Busiest[k].Steps })
	if len(e.Busiest) > 5 {
		e.Busiest = e.Busiest[:5]
	}
	return e
}

// LeakError says which tasks were unfinished when their loop was closed. Their
// deferred functions were run.
type LeakError struct{ Tasks []Waiting }

// Error names the tasks and what each waited for.
func (e *LeakError) Error() string { return e.text(true) }

func (e *LeakError) text(places bool) string {
	text := fmt.Sprintf("sim: %d unfinished when the loop was closed; await or cancel them before", len(e.Tasks))
	for i, t := range e.Tasks {
		if i == 20 && len(e.Tasks) > 25 {
			return text + fmt.Sprintf("\n  ... and %d more", len(e.Tasks)-i)
		}
		text += "\n  " + t.text(places)
	}
	return text
}
