package sim

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// StuckError says that a step of a task has taken longer, in real time, than the
// watchdog allows: most likely it blocks on a channel, a mutex or the network
// with plain Go code, where the loop cannot go on. Go cannot end such a step, so
// unless an onStuck function was given that lets the task go on, the process
// ends with this report.
type StuckError struct {
	Task  string        // the label of the task, thread or callback that was running
	After time.Duration // real time
	kind  string        // which of these it is
	Stack string        // the stack of the stuck step; those of several if others are busy as well
}

// Error names the task and shows its stack.
func (e *StuckError) Error() string {
	return fmt.Sprintf("sim: %s %s has not come back for %v of real time: does it block on a bare channel, mutex or call? Use sim.Recv, sim.Lock or an executor there, or WithWatchdog for a longer limit\n\n%s", e.kind, e.Task, e.After, e.Stack)
}

// watch starts the watchdog. It is a timer of the Go runtime and no goroutine,
// so nothing of it survives the run.
func (l *Loop) watch() {
	if l.stuck <= 0 {
		return
	}
	if l.dog == nil {
		l.dog = time.AfterFunc(l.stuck, l.look)
	} else {
		l.dog.Reset(l.stuck)
	}
	l.watched.Store(true)
	l.seen.Store(-1)
}

func (l *Loop) unwatch() {
	if l.dog != nil {
		l.watched.Store(false)
		l.dog.Stop()
	}
}

// look runs in a goroutine of the Go runtime.
func (l *Loop) look() {
	beat := l.beat.Load()
	t := l.stepping.Load() // nil while the loop itself is at work, or waits
	stuck := l.seen.Swap(beat) == beat && t != nil
	if !l.watched.Load() {
		return
	}
	if !stuck {
		// Twice the same beat is needed, a whole limit apart: a step is blamed
		// after one to two limits, and never before.
		l.dog.Reset(l.stuck)
		return
	}
	// Not label: its cache belongs to the loop's goroutine.
	e := &StuckError{Task: t.of.makeLabel(), kind: t.kind, After: l.stuck, Stack: stuckStack(l)}
	if l.onStuck == nil {
		panic(e)
	}
	l.onStuck(e)
}

// stuckStack returns the stack of the worker that is stuck. A parked coroutine
// has the state "coroutine"; the one that runs has not.
func stuckStack(l *Loop) string {
	buffer := make([]byte, 1<<20)
	all := string(buffer[:runtime.Stack(buffer, true)])
	var found []string
	for _, stack := range strings.Split(all, "\n\n") {
		head, _, _ := strings.Cut(stack, "\n")
		if strings.Contains(stack, "sim.(*worker).work(") && !strings.Contains(head, "[coroutine") {
			found = append(found, stack)
		}
	}
	if len(found) == 0 {
		return "(its stack was not found)"
	}
	return strings.Join(found, "\n\n")
}

// stepper is what runs a step, for the watchdog: what kind of thing it is, and
// how to name it from another goroutine.
type stepper struct {
	kind string
	of   interface{ makeLabel() string }
}
