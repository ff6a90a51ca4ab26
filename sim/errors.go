package sim

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// Errors that operations return. Compare with errors.Is. Each names the
// exception that asyncio raises in its place.
var (
	// ErrCancelled matches every [*CancelledError] (CancelledError).
	ErrCancelled = errors.New("sim: cancelled")
	// ErrTimeout says that a deadline in virtual time passed (TimeoutError). It
	// matches context.DeadlineExceeded as well.
	ErrTimeout error = timeoutError{}
	// ErrPending says that a future or task has no result yet (InvalidStateError).
	ErrPending = errors.New("sim: the result is not ready; await the task or future first")
	// ErrAlreadyDone says that a future has its result already (InvalidStateError).
	ErrAlreadyDone = errors.New("sim: the future is done already; its result can be set once")
	// ErrAwaitedTwice says that a coroutine was awaited, or made a task of, a
	// second time (RuntimeError).
	ErrAwaitedTwice = errors.New("sim: a coroutine can be awaited once; make a new one with Call or Do")
	// ErrAwaitSelf says that a task awaited itself (RuntimeError).
	ErrAwaitSelf = errors.New("sim: a task cannot await itself")
	// ErrNotLocked says that a lock was released, or a condition used, while
	// nobody held the lock (RuntimeError).
	ErrNotLocked = errors.New("sim: the lock is not held; acquire it first")
	// ErrOverReleased says that a bounded semaphore was released more often than
	// acquired (ValueError).
	ErrOverReleased = errors.New("sim: the bounded semaphore was released too often")
	// ErrQueueFull says that PutNowait found no room (QueueFull).
	ErrQueueFull = errors.New("sim: the queue is full")
	// ErrQueueEmpty says that GetNowait found no item (QueueEmpty).
	ErrQueueEmpty = errors.New("sim: the queue is empty")
	// ErrQueueShutDown says that a queue was shut down (QueueShutDown).
	ErrQueueShutDown = errors.New("sim: the queue was shut down")
	// ErrTaskDone says that TaskDone was called more often than items were put
	// (ValueError).
	ErrTaskDone = errors.New("sim: TaskDone was called more often than items were put")
	// ErrGroupClosed says that a task group takes no more tasks, because it is
	// finished or shutting down (RuntimeError).
	ErrGroupClosed = errors.New("sim: the task group takes no more tasks")
	// ErrBrokenBarrier says that a barrier was aborted or reset (BrokenBarrierError).
	ErrBrokenBarrier = errors.New("sim: the barrier is broken")
	// ErrNothingToWaitFor says that Wait was given no tasks (ValueError).
	ErrNothingToWaitFor = errors.New("sim: Wait needs at least one task or future")
	// ErrTimeoutState says that a timeout was rescheduled or entered in a state
	// that does not allow it (RuntimeError).
	ErrTimeoutState = errors.New("sim: the timeout is not active")
	// ErrLoopClosed says that the loop was closed (RuntimeError).
	ErrLoopClosed = errors.New("sim: the loop is closed; make a new one")
	// ErrLoopRunning says that the loop is running already (RuntimeError).
	ErrLoopRunning = errors.New("sim: the loop is running; use await inside it")
	// ErrLoopNested says that a loop was run inside a step of another one
	// (RuntimeError: cannot run the event loop while another loop is running).
	ErrLoopNested = errors.New("sim: a loop cannot run inside a task or callback of another loop; await there")
	// ErrLoopStopped says that Stop was called before the awaited result was
	// there (RuntimeError).
	ErrLoopStopped = errors.New("sim: the loop was stopped before the result was there")
)

type timeoutError struct{}

func (timeoutError) Error() string        { return "sim: timed out" }
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// CancelledError is what an operation returns in a task that was cancelled, and
// what awaiting a cancelled task returns. A task that returns one, wrapped or
// not, ends cancelled. It matches [ErrCancelled] and context.Canceled.
type CancelledError struct {
	// Msg is what was given to Cancel; it may be empty.
	Msg string
}

// Error returns the message.
func (e *CancelledError) Error() string {
	if e.Msg == "" {
		return ErrCancelled.Error()
	}
	return ErrCancelled.Error() + ": " + e.Msg
}

// Is reports whether target is ErrCancelled or context.Canceled.
func (e *CancelledError) Is(target error) bool {
	return target == ErrCancelled || target == context.Canceled
}

// cancelledBy finds a CancelledError along a chain of single wraps. It does not
// look into groups: an ErrorGroup that holds one among other errors is a
// failure, not a cancellation.
func cancelledBy(err error) *CancelledError {
	for ; err != nil; err = unwrapOne(err) {
		if c, ok := err.(*CancelledError); ok {
			return c
		}
		if err == ErrCancelled {
			return &CancelledError{}
		}
	}
	return nil
}

// chainHas reports whether target is on the chain of single wraps.
func chainHas(err, target error) bool {
	for ; err != nil; err = unwrapOne(err) {
		if err == target {
			return true
		}
	}
	return false
}

// unwrapOne returns the one error that err wraps, or nil.
func unwrapOne(err error) error {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		if _, group := err.(*ErrorGroup); !group && len(list.Unwrap()) == 1 {
			return list.Unwrap()[0] // errors.Join of something and nil
		}
		return nil
	}
	return errors.Unwrap(err)
}

// ErrorGroup holds the errors of several tasks (ExceptionGroup), in the order in
// which the tasks ended. errors.Is and errors.As look into it.
type ErrorGroup struct {
	Msg    string
	Errors []error
}

// Error returns the message and the errors, a line each.
func (g *ErrorGroup) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%d)", g.Msg, len(g.Errors))
	for _, err := range g.Errors {
		b.WriteString("\n  " + strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return b.String()
}

// Unwrap returns the errors.
func (g *ErrorGroup) Unwrap() []error { return g.Errors }

// Split parts the group as except* does: the errors for which match is true,
// and the others. Groups inside are split too and keep their place. A part
// without errors is nil.
func (g *ErrorGroup) Split(match func(error) bool) (matching, rest *ErrorGroup) {
	add := func(part **ErrorGroup, err error) {
		if *part == nil {
			*part = &ErrorGroup{Msg: g.Msg}
		}
		(*part).Errors = append((*part).Errors, err)
	}
	for _, err := range g.Errors {
		if inner, ok := err.(*ErrorGroup); ok {
			in, out := inner.Split(match)
			if in != nil {
				add(&matching, in)
			}
			if out != nil {
				add(&rest, out)
			}
		} else if match(err) {
			add(&matching, err)
		} else {
			add(&rest, err)
		}
	}
	return matching, rest
}

func misuse(format string, args ...any) {
	panic(&order.MisuseError{Msg: "sim: " + fmt.Sprintf(format, args...)})
}

func (t *task) waits() order.Waiting {
	w := order.Waiting{Task: t.label(), Since: t.since, Pos: trace.Position(t.pc), On: "its turn"}
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
	e := &order.DeadlockError{At: l.clock.Now()}
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

func (l *Loop) stepLimitError() error {
	e := &order.StepLimitError{Limit: l.stepLimit, At: l.clock.Now(), Stalled: l.instantSteps}
	for _, t := range l.tasksInOrder() {
		e.Busiest = append(e.Busiest, order.Busy{Task: t.label(), Steps: int64(t.steps), Yields: int64(t.yields), Pos: trace.Position(t.pc)})
	}
	sort.SliceStable(e.Busiest, func(i, k int) bool { return e.Busiest[i].Steps > e.Busiest[k].Steps })
	if len(e.Busiest) > 5 {
		e.Busiest = e.Busiest[:5]
	}
	return e
}

// LeakError says which tasks were unfinished when their loop was closed. Their
// deferred functions were run.
type LeakError struct{ Tasks []order.Waiting }

// Error names the tasks and what each waited for.
func (e *LeakError) Error() string { return e.Text(true) }

// End returns Leaked.
func (e *LeakError) End() order.End { return order.Leaked }

// Text returns the report, with or without places in the source.
func (e *LeakError) Text(places bool) string {
	text := fmt.Sprintf("%d unfinished when the loop was closed; await or cancel them before", len(e.Tasks))
	for i, t := range e.Tasks {
		if i == 20 && len(e.Tasks) > 25 {
			return text + fmt.Sprintf("\n  ... and %d more", len(e.Tasks)-i)
		}
		text += "\n  " + t.Text(places)
	}
	return text
}

// Classify returns the class of the end that err, as returned by a Run function,
// stands for: that of [order.Classify], and Cancelled where the awaited task was.
func Classify(err error) order.End {
	end := order.Classify(err)
	if end == order.Failed && cancelledBy(err) != nil {
		return order.Cancelled
	}
	return end
}
