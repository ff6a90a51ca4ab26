package sim

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"weft/sim/order"
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

// End returns StuckEnd.
func (e *StuckError) End() order.End { return order.StuckEnd }

// watchdog looks, from time to time, whether a loop still takes steps. It is a
// timer of the Go runtime and no goroutine, so nothing of it survives the loop;
// short runs one after another share it.
type watchdog struct {
	limit   time.Duration // real
	onStuck func(*StuckError)
	timer   *time.Timer
	runs    atomic.Bool // the timer is set
	seen    int64       // the beat at the last look; only look uses it
}

// watch starts the watchdog for a run.
func (l *Loop) watch() {
	if l.stuck <= 0 {
		return
	}
	l.heartbeat.Add(1) // what an earlier run left is not this one's
	l.watched.Store(true)
	if l.watchdog == nil {
		l.watchdog = &watchdog{limit: l.stuck, onStuck: l.onStuck}
	}
	if d := l.watchdog; d.runs.CompareAndSwap(false, true) {
		if d.timer == nil {
			// Set below, so that look cannot run before the field is there.
			d.timer = time.AfterFunc(math.MaxInt64, func() { d.look(l) })
		}
		d.timer.Reset(d.limit)
	}
}

// unwatch leaves the timer alone: it stops by itself.
func (l *Loop) unwatch() { l.watched.Store(false) }

// stopWatchdog stops the watchdog for good.
func (l *Loop) stopWatchdog() {
	if l.watchdog != nil && l.watchdog.timer != nil {
		l.watchdog.timer.Stop()
	}
	l.watchdog = nil
}

// look runs in a goroutine of the Go runtime.
func (d *watchdog) look(l *Loop) {
	beat, last := l.heartbeat.Load(), d.seen
	d.seen = beat
	by := l.stepping.Load() // nil while the loop itself is at work, or waits
	stuck := beat == last && by != nil
	if !l.watched.Load() {
		d.runs.Store(false)
		if !l.watched.Load() || !d.runs.CompareAndSwap(false, true) {
			return
		}
		stuck = false // a run has begun meanwhile
	}
	if !stuck {
		// Twice the same beat is needed, a whole limit apart: a step is blamed
		// after one to two limits, and never before.
		d.timer.Reset(d.limit)
		return
	}
	// Not label: its cache belongs to the loop's goroutine.
	e := &StuckError{Task: by.of.makeLabel(), kind: by.kind, After: d.limit, Stack: stuckStack()}
	if d.onStuck == nil {
		panic(e)
	}
	d.onStuck(e)
}

// stuckStack returns the stack of the worker that is stuck. A parked coroutine
// has the state "coroutine"; the one that runs has not.
func stuckStack() string {
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

// stepOwner is what a step belongs to, for the watchdog: of what kind it is, and
// how to name it from another goroutine.
type stepOwner struct {
	kind string
	of   interface{ makeLabel() string }
}
