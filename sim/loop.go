package sim

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/vclock"
)

// Loop is an event loop on virtual time. It runs in the goroutine that calls one
// of its Run methods, and nothing of it runs beside that. It is not safe for use
// by several goroutines at once, except for [Loop.CallSoonThreadsafe].
type Loop struct {
	settings
	clock    vclock.Clock
	recorder *trace.Recorder
	ctx      *scope

	ready       readyQueue
	timers      vclock.Queue
	defaultPool *Executor // of ToThread
	executors   executors
	due         []*vclock.Timer
	holdUps
	current *task
	thread  *thread
	last    int32 // the newest event of the running step
	level   trace.Level

	tasks       list[task, *task] // unfinished, in creation order
	names       nameCounter       // what is made outside tasks
	objects     nameCounter       // locks, queues and the like
	timerCount  int32
	unawaited   list[coro, *coro] // in creation order
	failures    []*core           // ended by an error, in order
	derived     []*task           // that wait on a context which can end by itself
	guards      []*guard          // in order of arrival
	looksFor    *guard            // which is looked at now
	cancelCycle bool              // a cancellation came back to where it passes through
	places      map[uintptr]bool  // for within
	pollers     []poller
	onMove      []func()
	bridge      *vclock.Bridge
	idleWorkers []*worker

	decisions          []order.Decision
	alternatives       int // of all decisions so far
	picked             int // the index of the decision that took what runs now, or -1
	candidates         []int
	alternativesBuffer []order.Alternative // reused, where decisions are kept compact
	alternativesKept   []order.Alternative // those of decisions, of which each has a part
	output             []order.Line
	reports            []Report
	handler            func(l *Loop, r Report)
	fault              error // why the run cannot go on

	tracking    bool // steps are taken down
	inStep      bool // a step that is taken down runs now
	journal     stepLog
	by          int32 // the step that runs or that the loop's own work goes back to, counted from 1
	moves       int32 // how often time moved on because nothing was ready
	ranks       rankState
	stopAsked   *stopEntry // in the ready queue
	stops, ends int32
	check       func() error
	checking    bool

	steps        int64
	instantSteps int64 // since time last moved
	running      bool
	stopping     bool
	stopped      bool // runWhile ended because of Stop
	closed       bool

	// For the watchdog, which looks from a goroutine of the Go runtime.
	watchdog  *watchdog
	watched   atomic.Bool
	heartbeat atomic.Int64
	stepping  atomic.Pointer[stepOwner]

	mu        sync.Mutex // guards what follows
	incoming  []*Handle
	looking   atomic.Bool
	looks     []*task // whose contexts the running step looked at
	untracked []string
	shut      bool
	arrived   chan struct{}
	expected  int
	epoch     int // counts runs, so that what an earlier one expects is not waited for
}

// NewLoop returns a loop at virtual time 0 (asyncio.new_event_loop). Close it
// when done, or its workers stay.
func NewLoop(options ...Option) *Loop {
	l := &Loop{arrived: make(chan struct{}, 1)}
	l.ctx = &scope{loop: l}
	l.configure(options)
	return l
}

func (l *Loop) configure(options []Option) {
	l.settings = defaults()
	for _, option := range options {
		if option != nil {
			option.apply(&l.settings)
		}
	}
	if d := l.watchdog; d != nil && (d.limit != l.stuck || d.onStuck != nil || l.onStuck != nil) {
		l.stopWatchdog()
	}
	if l.settings.recorder != nil {
		l.recorder = l.settings.recorder
	} else if l.recorder == nil || l.recorder.Level() != l.settings.record {
		l.recorder = trace.NewRecorder(l.settings.record)
	}
	l.level = l.recorder.Level()
	l.tracking = l.footprints || l.level != trace.Off
	l.ranks, l.picked = rankState{last: -1}, -1
	if l.strategy == nil {
		l.strategy = order.Default()
	}
	l.ctx.values = l.settings.base
	l.clock.Reset(l.start)
}

// Context returns the loop's own context: for making tasks, futures and locks
// outside tasks. Nothing can wait on it.
func (l *Loop) Context() context.Context { return l.ctx }

// LoopOf returns the loop that ctx belongs to (asyncio.get_running_loop). It
// panics if ctx belongs to none.
func LoopOf(ctx context.Context) *Loop { return scopeOf(ctx, "LoopOf").loop }

// Now returns the virtual time since the loop's start (loop.time).
func (l *Loop) Now() time.Duration { return l.clock.Now() }

// Now returns the virtual time since the start of ctx's loop.
func Now(ctx context.Context) time.Duration { return scopeOf(ctx, "Now").loop.clock.Now() }

// Clock returns the loop's virtual clock. It must not be moved; use [Loop.Advance].
func (l *Loop) Clock() *vclock.Clock { return &l.clock }

// Policy returns the order policy in force.
func (l *Loop) Policy() order.Policy { return l.policy }

// IsRunning reports whether the loop runs now.
func (l *Loop) IsRunning() bool { return l.running }

// IsClosed reports whether Close was called.
func (l *Loop) IsClosed() bool { return l.closed }

func (l *Loop) mustBeOpen(what string) {
	if l.closed {
		misuse("%s: the loop is closed; make a new one", what)
	}
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
	l.stopWatchdog()
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
	for _, t := range l.tasksInOrder() {
		if leak == nil {
			leak = new(LeakError)
		}
		leak.Tasks = append(leak.Tasks, t.waits())
	}
	forced := l.fault != nil
	l.running = true // deferred functions may use Block
	for l.tasks.first != nil {
		t := l.tasks.first
		t.killed = true
		if w := t.worker; w != nil {
			l.current = t
			w.resume()
			l.current = nil
			if crashed := w.crashed; crashed != nil {
				l.report(Report{Kind: LateError, Object: "task " + t.label(),
					Text: fmt.Sprintf("task %s panicked in a deferred function while the loop was closed: %v", t.label(), crashed.value)})
			}
			t.worker = nil
			l.returnWorker(w)
		}
		t.core.err = &CancelledError{Msg: "the loop was closed"}
		l.finishTask(t)
	}
	for _, x := range l.executors.pools {
		x.queue = nil
		for _, th := range x.working {
			l.unwindThread(th)
		}
		x.working = nil
	}
	l.running = false
	l.dropGuards()
	l.reportUnawaited()
	l.reportFailures()
	if leak == nil || forced {
		return nil
	}
	return leak
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
//
// Under the race detector that matters more: there, the Go runtime keeps some
// memory of every coroutine that has ended.
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
	l.executors = executors{}
	l.defaultPool = nil
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
	l.ahead, l.heldUp = 0, 0
	l.journal.reset()
	l.by, l.inStep, l.moves, l.stopAsked, l.stops, l.ends, l.check = 0, false, 0, nil, 0, 0, nil
	l.mu.Lock()
	l.untracked, l.looks = nil, nil
	l.mu.Unlock()
	l.names.reset()
	l.objects.reset()
	clear(l.derived)
	clear(l.pollers)
	l.derived, l.pollers, l.onMove = l.derived[:0], l.pollers[:0], nil
	clear(l.decisions)
	clear(l.output)
	l.decisions, l.output, l.reports = l.decisions[:0], l.output[:0], nil
	l.alternativesKept = l.alternativesKept[:0]
	l.handler, l.fault, l.stopping, l.bridge = nil, nil, false, nil
	l.ctx = &scope{loop: l}
	l.configure(options)
	if l.settings.recorder == nil {
		l.recorder.Reset()
	}
	return leak
}
