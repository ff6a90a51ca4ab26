package sim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/trace"
)

// Run runs a program from beginning to end (asyncio.run): it makes a loop, runs
// main as a task named "main", cancels the tasks that are left and waits for
// them, waits for the default threads, and closes the loop. It returns main's
// error, or why the run could not go on; see [Classify]. If the schedule of a
// [Replay] does not fit, the error matches [ErrScheduleMismatch] as well.
func Run(main func(ctx context.Context) error, options ...Option) error {
	if main == nil {
		misuse("Run was given a nil function")
	}
	_, err := RunValue(func(ctx context.Context) (None, error) { return None{}, main(ctx) }, options...)
	return err
}

// RunValue is [Run] for a main function with a result.
func RunValue[T any](main func(ctx context.Context) (T, error), options ...Option) (T, error) {
	l := NewLoop(options...)
	defer l.Close() // if a strategy panics, say
	value, err := RunMain(l, main)
	return value, l.conclude(err)
}

// conclude closes the loop and completes the error that a run ended with.
func (l *Loop) conclude(err error) error {
	if leak := l.Close(); err == nil {
		err = leak
	}
	if replay, ok := l.strategy.(interface{ Err() error }); ok {
		if mismatch := replay.Err(); mismatch != nil {
			err = errors.Join(mismatch, err)
		}
	}
	return err
}

// RunMain does on a loop of one's own what [Run] does, except closing it: main
// as a task named "main", then the cancellation of what is left
// (asyncio.Runner.run).
func RunMain[T any](l *Loop, main func(ctx context.Context) (T, error)) (T, error) {
	var none T
	switch {
	case main == nil:
		misuse("Run was given a nil function")
	case l.closed:
		return none, ErrLoopClosed
	case l.running:
		return none, ErrLoopRunning
	}
	task := CreateTask(l.ctx, Call(l.ctx, "main", main))
	task.task.main = true
	if err := l.untilDone(&task.base.c); err == ErrLoopStopped {
		return none, errors.Join(err, l.CancelAll())
	} else if err != nil {
		return none, err
	}
	value, err := task.Result()
	if err != nil {
		value = none
	}
	if left := l.CancelAll(); left != nil {
		if err == nil {
			return value, left
		}
		return value, errors.Join(err, left)
	}
	return value, err
}

// CancelAll cancels every unfinished task, in creation order, and runs the loop
// until they have ended, and until the functions handed to the default threads
// have. Errors of theirs are reported, not returned. It returns a
// [*DeadlockError] with Shutdown set if some never end.
func (l *Loop) CancelAll() error {
	switch {
	case l.closed:
		return ErrLoopClosed
	case l.running:
		return ErrLoopRunning
	}
	tasks := l.allTasks()
	if len(tasks) > 0 {
		for _, t := range tasks {
			t.c.cancel("")
		}
		all := GatherSettled(l.ctx, Awaitables[any](tasks)...)
		err := l.untilDone(&all.c)
		var deadlock *DeadlockError
		if errors.As(err, &deadlock) {
			deadlock.Shutdown = true
		}
		if err != nil {
			return err
		}
		for _, t := range tasks {
			if t.c.state == finished && t.c.err != nil {
				l.report(Report{Kind: LateError, Object: t.c.describe(), Err: t.c.err,
					Text: t.c.describe() + " failed while it was being cancelled at the end: " + t.c.err.Error()})
			}
		}
	}
	if l.threads != nil && l.world.alive > 0 {
		return l.runWhile(func() bool { return l.world.alive > 0 })
	}
	return nil
}

// Close ends the loop for good (loop.close): unfinished tasks are unwound, so
// that their deferred functions run, in creation order; what was never awaited
// or never retrieved is reported; all its coroutines end. It returns a
// [*LeakError] if tasks were unfinished and the run did not end by force. A
// second Close does nothing. It returns [ErrLoopRunning] from inside the loop.
func (l *Loop) Close() error {
	if l.running {
		return ErrLoopRunning
	}
	if l.closed {
		return nil
	}
	leak := l.unwind()
	l.closed = true
	l.dropDog()
	for _, w := range l.idleWorkers {
		w.dispose()
	}
	l.idleWorkers = nil
	l.mu.Lock()
	l.shut = true
	l.mu.Unlock()
	return leak
}

// unwind ends what is unfinished and reports what is to be reported.
func (l *Loop) unwind() error {
	var leak *LeakError
	for t := l.firstTask; t != nil; t = t.next {
		if leak == nil {
			leak = new(LeakError)
		}
		leak.Tasks = append(leak.Tasks, t.waits())
	}
	forced := l.fault != nil
	l.running = true // deferred functions may use Block
	for l.firstTask != nil {
		t := l.firstTask
		t.killed = true
		if t.worker == nil {
			t.core.err = &CancelledError{Msg: "the loop was closed"}
			l.finishTask(t)
			continue
		}
		l.current = t
		w := t.worker
		w.resume()
		l.current = nil
		if crashed := w.crashed; crashed != nil {
			l.report(Report{Kind: LateError, Object: "task " + t.label(),
				Text: fmt.Sprintf("task %s panicked in a deferred function while the loop was closed: %v", t.label(), crashed.value)})
		}
		t.core.err = nil
		l.unwound(t, w)
	}
	for _, x := range l.world.pools {
		x.queue = nil
		for _, th := range x.working {
			l.unwindThread(th)
		}
		x.working = nil
	}
	l.running = false
	l.reportUnawaited()
	l.reportFailures()
	if leak == nil || forced {
		return nil
	}
	return leak
}

func (l *Loop) unwound(t *task, w *worker) {
	t.worker = nil
	t.core.err = &CancelledError{Msg: "the loop was closed"}
	l.returnWorker(w)
	l.finishTask(t)
}

// unwindThread ends a thread that blocks or computes.
func (l *Loop) unwindThread(th *thread) {
	if th.worker == nil {
		return
	}
	th.killed = true
	l.thread = th
	th.worker.resume()
	l.thread = nil
	l.returnWorker(th.worker)
	th.worker = nil
}

// Reset makes the loop as good as new, at virtual time 0 and with new options,
// and keeps its coroutines and memory: for many runs one after another. What was
// unfinished is unwound as by Close, and what Close would return is returned.
func (l *Loop) Reset(options ...Option) error {
	if l.running {
		return ErrLoopRunning
	}
	if l.closed {
		return ErrLoopClosed
	}
	leak := l.unwind()
	l.ready.reset()
	l.timers.Clear()
	l.world = world{}
	l.threads = nil
	l.alternatives = 0
	l.mu.Lock()
	l.incoming, l.expected = nil, 0
	l.epoch++
	l.mu.Unlock()
	select {
	case <-l.arrived:
	default:
	}
	l.last, l.timerCount, l.steps, l.instantSteps = 0, 0, 0, 0
	l.names.reset()
	l.objects.reset()
	clear(l.derived)
	clear(l.pollers)
	l.derived, l.pollers, l.onMove = l.derived[:0], l.pollers[:0], nil
	clear(l.decisions)
	clear(l.output)
	l.decisions, l.output, l.reports = l.decisions[:0], l.output[:0], nil
	l.handler, l.fault, l.stopping, l.bridge = nil, nil, false, nil
	l.ctx = &scope{loop: l}
	l.configure(options)
	if l.settings.recorder == nil {
		l.recorder.Reset()
	}
	return leak
}

// Outcome is what a run showed to its user, and what is needed to tell how it
// came about.
type Outcome struct {
	End       End
	Err       error // nil if End is Finished
	Output    []Line
	Elapsed   time.Duration // virtual time at the end
	Decisions []Decision
	Schedule  Schedule
	Reports   []Report
	Trace     *trace.Trace // its events as far as recording was on
	Steps     int64
}

// Program is code that drives a loop: makes tasks on it, runs it, and returns.
// [Main] makes one of a main coroutine.
type Program func(l *Loop) error

// Main returns the program that runs main as [Run] does.
func Main(main func(ctx context.Context) error) Program {
	if main == nil {
		misuse("Main was given a nil function")
	}
	return func(l *Loop) error {
		_, err := RunMain(l, func(ctx context.Context) (None, error) { return None{}, main(ctx) })
		return err
	}
}

// Simulate runs a program on a loop of its own and returns what came of it. A
// schedule that did not fit is an error of the outcome that matches
// [ErrScheduleMismatch].
func Simulate(program Program, options ...Option) *Outcome {
	if program == nil {
		misuse("Simulate was given a nil program")
	}
	l := NewLoop(options...)
	defer l.Close() // if the program panics
	return l.simulate(program)
}

func (l *Loop) simulate(program Program) *Outcome {
	err := l.conclude(program(l))
	o := &Outcome{
		End: Classify(err), Err: err, Output: l.output, Elapsed: l.clock.Now(),
		Decisions: l.decisions, Schedule: l.Schedule(), Reports: l.reports, Steps: l.steps,
	}
	l.last = 0
	l.record(trace.Entry{Kind: trace.End, Object: string(o.End), Detail: summary(err)})
	o.Trace = l.Trace()
	return o
}
