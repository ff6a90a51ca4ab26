package sim

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

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

	ready   readyQueue
	timers  vclock.Queue
	threads *Executor // the default pool
	world   world     // what goes on outside the loop's own thread: executors
	due     []*vclock.Timer
	current *task
	thread  *thread
	last    int32 // the newest event of the running step
	level   trace.Level

	firstTask, lastTask *task
	unfinished          int
	names               nameCounter // what is made outside tasks
	objects             nameCounter // locks, queues and the like
	timerCount          int32
	unawaited           *coro
	failures            []*core          // ended by an error, in order
	derived             []*task          // that wait on a context which can end by itself
	cancelCycle         bool             // a cancellation came back to where it passes through
	places              map[uintptr]bool // for within
	pollers             []poller
	onMove              []func()
	bridge              *vclock.Bridge
	idleWorkers         []*worker

	decisions    []order.Decision
	alternatives int // of all decisions so far
	picked       int // the index of the decision that took what runs now, or -1
	candidates   []int
	crowd        []order.Alternative // reused, where decisions are kept compact
	output       []order.Line
	reports      []Report
	handler      func(l *Loop, r Report)
	fault        error // why the run cannot go on

	tracking    bool // steps are taken down
	open        bool // a step that is taken down runs now
	journal     stepLog
	by          int32 // the step that runs or that the loop's own work goes back to, counted from 1
	moves       int32 // how often time moved on because nothing was ready
	order       ranking
	stopAsked   *stopMark // in the ready queue
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
	dog      *watchdog
	watched  atomic.Bool
	beat     atomic.Int64
	stepping atomic.Pointer[stepper]

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
	if d := l.dog; d != nil && (d.limit != l.stuck || d.onStuck != nil || l.onStuck != nil) {
		l.dropDog()
	}
	if l.settings.recorder != nil {
		l.recorder = l.settings.recorder
	} else if l.recorder == nil || l.recorder.Level() != l.settings.record {
		l.recorder = trace.NewRecorder(l.settings.record)
	}
	l.level = l.recorder.Level()
	l.tracking = l.footprints || l.level != trace.Off
	l.order, l.picked = ranking{last: -1}, -1
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

// RunForever runs until Stop is called (loop.run_forever). It returns early with
// an error if the run cannot go on: a [*DeadlockError] if nothing is left that
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

// recording reports whether events are taken down at all.
func (l *Loop) recording() bool { return l.level != trace.Off }

// record takes an event down. Its task is the running one, unless it names one.
func (l *Loop) record(e trace.Entry) int32 {
	if l.level == trace.Off {
		return 0
	}
	if e.Task == "" && e.Kind != trace.Callback && e.Kind != trace.Fire && e.Kind != trace.Decide {
		if l.current != nil {
			e.Task = l.current.label()
		} else if l.thread != nil {
			e.Task = l.thread.label()
		}
	}
	if e.Cause == 0 {
		e.Cause = l.last
	}
	// What the program says may be anything; a trace is text.
	if !utf8.ValidString(e.Detail) {
		e.Detail = strings.ToValidUTF8(e.Detail, "\uFFFD")
	}
	e.At = l.clock.Now()
	l.last = l.recorder.Record(e)
	return l.last
}

// Recorder returns the recorder in use.
func (l *Loop) Recorder() *trace.Recorder {
	l.untrackInside("Loop.Recorder inside the run")
	return l.recorder
}

// Trace returns the trace of the run so far.
func (l *Loop) Trace() *trace.Trace {
	l.untrackInside("Loop.Trace inside the run")
	t := &trace.Trace{
		Header: trace.Header{
			Version:  trace.Version,
			Program:  l.program,
			Policy:   l.policy.String(),
			Strategy: l.strategy.Name(),
			Schedule: l.Schedule().String(),
			Hash:     l.recorder.Hash(),
		},
		Events: l.recorder.Events(),
	}
	if random, ok := l.strategy.(interface{ Seed() uint64 }); ok {
		seed := random.Seed()
		t.Seed = &seed
	}
	return t
}

// Steps returns how many entries of the ready queue were run.
func (l *Loop) Steps() int64 {
	l.untrackInside("Loop.Steps inside the run")
	return l.steps
}

// Output returns the lines printed so far. The slice belongs to the loop; Reset
// wipes it.
func (l *Loop) Output() []order.Line {
	l.touch(output{}, order.Reads)
	return l.output
}
