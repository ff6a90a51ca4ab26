package sim

import (
	"context"
	"errors"

	"weft/sim/order"
)

// Run runs a program from beginning to end (asyncio.run): it makes a loop, runs
// main as a task named "main", cancels the tasks that are left and waits for
// them, waits for the default threads, and closes the loop. It returns main's
// error, or why the run could not go on; see [Classify]. If the schedule of a
// [order.Replay] does not fit, the error matches [order.ErrScheduleMismatch] as well.
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
	return l.withMismatch(err)
}

// withMismatch adds to the error of a run that its schedule did not fit.
func (l *Loop) withMismatch(err error) error {
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
		var deadlock *order.DeadlockError
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
