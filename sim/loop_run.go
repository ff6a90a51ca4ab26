package sim

import (
	"context"
	"errors"
	"time"

	"weft/sim/order"
	"weft/vclock"
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
// [*order.DeadlockError] with Shutdown set if some never end.
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
	if l.defaultPool != nil && l.executors.alive > 0 {
		return l.runWhile(func() bool { return l.executors.alive > 0 })
	}
	return nil
}

// Advance moves time on by d and runs nothing: timers that are passed are late,
// and are delivered when the loop runs next. A negative d does nothing. It must
// not be called while the loop runs; there, use [Block].
func (l *Loop) Advance(d time.Duration) {
	if l.running {
		misuse("Advance was called while the loop runs; use Block in a task")
	}
	if d > 0 {
		l.beforeMove()
		l.moveTo(vclock.Add(l.clock.Now(), d))
	}
}

// RunReady runs what is ready, and what that makes ready, and the timers that
// are due, without moving time on.
func (l *Loop) RunReady() error {
	return l.runWhile(func() bool { return false })
}

// RunUntilIdle runs until nothing is ready and no timer is left, moving time on
// as it must. Tasks that wait for each other may be left: that is no error here.
func (l *Loop) RunUntilIdle() error {
	return l.runWhile(func() bool { return l.timers.Len() > 0 || l.executors.busy() || l.expectsOutside() })
}

// RunFor runs for d of virtual time, every timer at its own instant, and leaves
// the clock d later than it was, unless it is stopped before.
func (l *Loop) RunFor(d time.Duration) error {
	end := vclock.Add(l.clock.Now(), max(d, 0))
	err := l.runWhile(func() bool {
		next, ok := l.executors.next()
		if head := l.timers.Peek(); head != nil && (!ok || head.When() < next) {
			next, ok = head.When(), true
		}
		return ok && next <= end
	})
	if err == nil && !l.stopped {
		l.moveTo(end)
	}
	return err
}

// runWhile takes turns while something is ready or due, or mayMove allows time
// to move on.
func (l *Loop) runWhile(mayMove func() bool) error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	defer func() { l.stopped = l.stopping }()
	for !l.stopping {
		l.takeIncoming()
		l.beforeMove()
		head := l.timers.Peek()
		due := head != nil && head.When() <= l.clock.Now()
		if next, ok := l.executors.next(); ok && next <= l.clock.Now() {
			due = true
		}
		moves := false
		if l.ready.n == 0 && !due {
			if !mayMove() {
				return nil
			}
			moves = true
		}
		if err := l.turn(moves); err != nil {
			if _, none := err.(*order.DeadlockError); none && !mayMove() {
				return nil // a call from outside was expected, and is not any more
			}
			return err
		}
	}
	return nil
}

// RunForever runs until Stop is called (loop.run_forever). It returns early with
// an error if the run cannot go on: a [*order.DeadlockError] if nothing is left that
// could happen, and the others that [Classify] knows.
func (l *Loop) RunForever() error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	return l.turns()
}

// RunUntilComplete runs until the awaitable has a result, and returns it
// (loop.run_until_complete). Of a coroutine it makes a task. Others get the rest
// of that turn, as in asyncio, and stay where they are.
func RunUntilComplete[T any](l *Loop, a Awaitable[T]) (T, error) {
	var none T
	if l.closed {
		return none, ErrLoopClosed
	}
	if l.running {
		return none, ErrLoopRunning
	}
	if a == nil {
		misuse("RunUntilComplete was given nil; pass a coroutine, task or future")
	}
	_, isFuture := a.(Waitable)
	c := a.ensure(l.ctx)
	if c.loop != l {
		misuse("RunUntilComplete was given a future of another loop")
	}
	if !isFuture && c.self != nil {
		c.self.main = true
	}
	if err := l.untilDone(c); err != nil {
		return none, err
	}
	return valueOf[T](c), c.outcome()
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

// enter prepares for running, until leave is called.
func (l *Loop) enter() error {
	switch {
	case l.closed:
		return ErrLoopClosed
	case l.running:
		return ErrLoopRunning
	case l.fault != nil:
		return l.fault
	}
	if runningLoops.Add(1) > 1 && insideStep() {
		runningLoops.Add(-1)
		return ErrLoopNested
	}
	l.running = true
	l.watch()
	return nil
}

func (l *Loop) leave() {
	runningLoops.Add(-1)
	l.running, l.stopping = false, false
	l.forgetStop()
	l.unwatch()
}

func (l *Loop) untilDone(c *core) error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	c.add(l)
	err := l.turns()
	c.remove(l)
	if err == nil && c.state == pending {
		err = ErrLoopStopped
	}
	return err
}
