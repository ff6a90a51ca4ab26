package bubble

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"weft/sim/order"
)

// StuckError is the end of a run in which nothing happened for long, in real time; see
// [WithWatchdog]. What it was stuck in goes on beside the runs that follow, if it can.
type StuckError struct {
	After   time.Duration   // real time
	Task    string          // who had the turn, or ""
	Waiting []order.Waiting // the goroutines of the run
	Stack   string          // of who had the turn, or ""
}

// Waits returns those that wait beside who does not come back.
func (e *StuckError) Waits() []order.Waiting { return e.Waiting }

// Error says who has not come back, and where it is, or what all wait for.
func (e *StuckError) Error() string {
	if e.Task == "" {
		text := fmt.Sprintf("nothing has happened for %v of real time: all goroutines wait, and one of them for something outside of the bubble", e.After)
		for _, w := range e.Waiting {
			text += "\n  " + w.String()
		}
		return text
	}
	return fmt.Sprintf("%s has not come to a point for %v of real time: does it loop, compute, or wait in a system call? WithWatchdog sets another limit\n\n%s", e.Task, e.After, e.Stack)
}

// watchdog looks, from time to time, whether a runner's run still takes steps. Short
// runs one after another share its timer, which stops by itself.
type watchdog struct {
	limit  time.Duration
	timer  *time.Timer
	set    atomic.Bool
	run    atomic.Pointer[control] // the one that is watched
	seen   *control                // at the last look
	beat   uint64
	waits  atomic.Bool            // the driver waits for the runtime
	rounds atomic.Uint64          // how often the run has asked for something
	stack  atomic.Pointer[string] // of who had the turn in a stuck run
}

func (d *watchdog) watch(c *control) {
	if d.limit <= 0 {
		return
	}
	d.run.Store(c)
	if d.set.CompareAndSwap(false, true) {
		if d.timer == nil {
			// Set below, so that look cannot run before the field is there.
			d.timer = time.AfterFunc(math.MaxInt64, d.look)
		}
		d.timer.Reset(d.limit)
	}
}

func (d *watchdog) unwatch() { d.run.Store(nil) }

func (d *watchdog) close() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

// look needs to see the same twice, a whole limit apart.
func (d *watchdog) look() {
	c := d.run.Load()
	if c == nil {
		d.set.Store(false)
		if c = d.run.Load(); c == nil || !d.set.CompareAndSwap(false, true) {
			return
		}
	}
	beat := c.beat() + d.rounds.Load()
	if c == d.seen && beat == d.beat && d.waits.Load() && !debugged() {
		stacks := allStacks()
		stack := ""
		if goid := hooks.stall(c); goid != 0 {
			if stack = stacks[fmt.Sprint(goid)]; stack == "" {
				stack = "(its stack was not found)"
			}
		}
		d.stack.Store(&stack)
	}
	d.seen, d.beat = c, beat
	d.timer.Reset(d.limit)
}

// allStacks returns the stacks of all goroutines, by their numbers.
func allStacks() map[string]string {
	buffer := make([]byte, 1<<20)
	n := runtime.Stack(buffer, true)
	for n == len(buffer) && n < 1<<28 { // earlier runs may have left very many
		buffer = make([]byte, 4*len(buffer))
		n = runtime.Stack(buffer, true)
	}
	stacks := map[string]string{}
	for stack := range strings.SplitSeq(string(buffer[:n]), "\n\n") {
		number, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		stacks[number] = stack
	}
	return stacks
}
