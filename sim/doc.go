// Package sim runs concurrent programs on virtual time, in an order that a seed
// or a schedule decides.
//
// It is an event loop with the semantics, and in its default order the very
// order, of Python's asyncio. Whoever knows asyncio finds its ideas here under
// names that they recognise; whoever does not can read this page as an
// introduction.
//
// # A first program
//
//	err := sim.Run(func(ctx context.Context) error {
//		hello := func(ctx context.Context) error {
//			if err := sim.Sleep(ctx, time.Second); err != nil {
//				return err
//			}
//			sim.Print(ctx, "Hello!")
//			return nil
//		}
//		a := sim.Go(ctx, "a", hello)
//		b := sim.Go(ctx, "b", hello)
//		_, err := sim.Gather(ctx, a, b).Await(ctx)
//		return err
//	})
//
// It prints two lines at one second of virtual time, and takes microseconds: no
// real clock is involved. Time stands still while tasks run, and moves to the
// next timer when none of them can.
//
// # Coroutines and tasks
//
// A coroutine function is an ordinary function that takes a context. [Call] and
// [Do] make a [Coroutine] of one: a call that has not started. Awaiting it runs
// it inline. [CreateTask] and [Go] make a [Task] of it, which the loop runs
// beside the others. Tasks take turns: one runs until it waits, and nothing else
// runs meanwhile. What a task does between two waits is a step, and a step is
// atomic.
//
// Every call that may wait takes the context that the task's function got, and
// returns an error if the task was cancelled while it waited. The context knows
// the task; a context from elsewhere is a mistake, and the call panics with a
// sentence that says so.
//
// # Waiting
//
// For time: [Sleep], [Yield]. For results: Await of a task, [Future] or
// coroutine, [Gather], [Wait], [WaitFor], [AsCompleted], [Shield]. For each other:
// [Lock], [Event], [Condition], [Semaphore], [Barrier], [Queue], and, with no promise of
// who is next, [Mutex] and [Until]. With a limit:
// [WithTimeout]. Together: [WithTaskGroup]. For a Go channel: [Recv]. For work that
// is done elsewhere: [ToThread] and [RunInExecutor].
//
// To hold everybody up on purpose, as time.sleep does in a coroutine, there are
// [Block] and [Compute].
//
// # Order
//
// Of several things that may happen next, one is taken: an [order.Decision]. A
// [order.Policy] says at which points of a run there is a choice. The default,
// [order.SameInstant], is that timers due at one virtual instant may be delivered
// in any order. An [order.Strategy] takes the alternatives: [order.Default] the
// first, which is asyncio's order; [order.Random] by a seed; [order.Replay] by a
// [order.Schedule], the short text that every run can be had again from. A program
// asks for decisions of its own with [Choose], [Flip] and [Latency].
//
// The default order is CPython's (3.13), callback for callback, with one
// difference: timers of equal deadlines are delivered in the order in which they
// were made. CPython's heap is not stable there; on a real clock two deadlines
// are hardly ever equal, and creation order is what people see.
//
// # The end of a run
//
// [Run] returns nil, or what the program returned, or why it could not go on: a
// [order.DeadlockError] as soon as nothing can happen any more, a
// [order.StepLimitError], an [order.PanicError], an [order.GoexitError], a
// [LeakError]. [Simulate] returns an [Outcome] with everything that is known about
// the run, its trace included. What deserves to be known and is no error, such as
// a coroutine that nobody awaited, is a [Report].
//
// # Isolation
//
// A loop and all that belongs to it are used by one goroutine at a time. Tasks
// are coroutines of the Go runtime and not goroutines beside each other; a
// closed loop leaves none behind. Real goroutines reach a loop by
// [Loop.CallSoonThreadsafe] alone; a goroutine that uses the context of the task
// which is running, while that task waits for it, is not noticed and breaks the
// run. A step that blocks on something outside the loop, such as a bare channel,
// stops the loop for good; a watchdog then names the task and ends the process
// with its stack (see [WithWatchdog]).
//
// Nothing in the package depends on the wall clock, on a global random source or
// on the order of a map. A program that does so itself is not reproducible.
//
// # Names of asyncio
//
//	asyncio.run                         Run, RunValue
//	new_event_loop, run_until_complete  NewLoop, RunUntilComplete
//	run_forever, stop, close            Loop.RunForever, Stop, Close
//	get_running_loop, loop.time         LoopOf, Now
//	coroutine object                    Coroutine, made by Call or Do
//	iscoroutinefunction                 IsCoroutineFunction
//	create_task, current_task           CreateTask or Go, CurrentTask
//	all_tasks                           AllTasks
//	await x                             x.Await(ctx)
//	gather, return_exceptions=True      Gather, GatherSettled
//	wait, wait_for, as_completed        Wait, WaitFor, AsCompleted
//	shield, timeout, timeout_at         Shield, WithTimeout, WithTimeoutAt
//	TaskGroup, ExceptionGroup           WithTaskGroup, ErrorGroup
//	call_soon, call_later, call_at      Loop.CallSoon, CallLater, CallAt
//	call_soon_threadsafe                Loop.CallSoonThreadsafe
//	to_thread, run_in_executor          ToThread, RunInExecutor
//	time.sleep, a long computation      Block, Compute
//	Future, add_done_callback           Future, AddDoneCallback
//	Task.cancel, cancelling, uncancel   Cancel, Cancelling, Uncancel
//	sleep(d), sleep(0)                  Sleep, Yield
//	Timeout.reschedule                  NewTimeout, Timeout.Reschedule
//	Lock, Event, Condition, Barrier     NewLock, NewEvent, NewCondition, NewBarrier
//	Semaphore, BoundedSemaphore         NewSemaphore, NewBoundedSemaphore
//	Queue, LifoQueue, PriorityQueue     NewQueue, NewLifoQueue, NewPriorityQueue
//	Runner.run                          RunMain, Loop.CancelAll
//	is_running, is_closed               Loop.IsRunning, Loop.IsClosed
//	debug mode                          WithDebug, WithSlowStep
//	set_exception_handler               Loop.SetExceptionHandler
//	CancelledError, TimeoutError        ErrCancelled, ErrTimeout
//	contextvars                         context.WithValue
//
// # Where things are
//
// What a program calls comes first:
//
//	loop        the loop and its options, ways to run it, callbacks, reports
//	simulate    a run as a whole, and the loop as an engine of explorations
//	task        tasks and task groups, coroutines, cancellation, contexts, labels
//	future      futures, and waiting for several: Gather, Wait, AsCompleted, Shield
//	sync        Lock and Semaphore; Event, Condition and Barrier; Queue and Recv;
//	            Mutex and Until
//	time        Sleep, Yield, Block, Compute, timeouts, the bridge to package vclock
//	executor    pools of threads and processes, and who computes when
//	value       Var, Choose, Flip, Latency, Print
//	errors      all errors, and how a run that cannot go on is described
//
// How it works comes after:
//
//	loop_turn       one turn of the loop, time that moves on, Stop
//	loop_ready      the ready queue, what is picked from it, ranks
//	loop_timer      timers, and which of several that are due comes first
//	loop_record     events, decisions and reports as they are taken down
//	loop_watchdog   steps that do not come back
//	future_core     what all futures share: callbacks and how they end
//	task_worker     steps of tasks on coroutines of the Go runtime
//	task_park       how a task waits and is woken
//	step            what exploration needs to know of steps: the log of them, what
//	                they touch, and what the loop's own work will make ready
//	list            a list with its links in its elements
package sim
