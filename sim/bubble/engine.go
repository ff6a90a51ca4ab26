package bubble

import (
	"fmt"
	"sync"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/trace"
)

// Engine returns the engine that runs a program on the goroutines of a bubble. It
// panics with a sentence if the program was built without the overlay; see
// [Controlled].
//
// The program is called anew for each run, several runs at a time. It must keep
// nothing between runs. It is called once more than runs are counted: a first run, in
// the default order, lets the standard library make what it makes when it is first
// used.
func Engine(program func(), options ...Option) explore.Engine {
	if program == nil {
		panic("bubble: Engine was given a nil program")
	}
	if !controlled() {
		panic("bubble: " + without)
	}
	return newEngine(func() (func(), func(*explore.Run)) { return program, nil }, options)
}

// engine makes for each run a program, and perhaps a function that completes what
// is said about the run.
type engine struct {
	settings
	fresh func() (program func(), complete func(*explore.Run))
	warm  sync.Once
}

func newEngine(fresh func() (func(), func(*explore.Run)), options []Option) *engine {
	e := &engine{settings: defaults(), fresh: fresh}
	for _, option := range options {
		if option != nil {
			option.apply(&e.settings)
		}
	}
	return e
}

func (e *engine) Program() string { return e.name }
func (e *engine) Policy() string  { return e.policy.String() }

// TestCommand returns what runs tests with the overlay.
func (e *engine) TestCommand() string { return "go run weft/cmd/weft test" }

func (e *engine) Runner() explore.Runner {
	r := &runner{engine: e, events: make([]event, eventsRoom), choices: make([]choice, e.room), allocs: make([]alloc, allocsRoom)}
	// What the standard library makes when it is first needed, it makes under locks.
	// If two runs need it at the same time, one waits for the other, and is a different
	// run. So a first one is made alone, and is not counted.
	e.warm.Do(func() { r.Run(sim.Default(), trace.Off) })
	return r
}

const (
	eventsRoom  = 1 << 12
	choicesRoom = 1 << 10 // alternatives of a decision
	allocsRoom  = 1 << 10 // pieces of memory with locks in them; the length is a power of two
)

// runner makes one run after another.
type runner struct {
	engine  *engine
	events  []event
	choices []choice
	allocs  []alloc
}

func (r *runner) Close() {}

// Run makes a run. This goroutine drives it: it waits for what the runtime wants to
// have decided. The bubble has a goroutine of its own, since a run that does not end
// must be left behind.
func (r *runner) Run(strategy sim.Strategy, level trace.Level) *explore.Run {
	if raceDetector {
		oneAtATime.Lock()
		defer oneAtATime.Unlock()
		if level == trace.Off {
			level = trace.Order // runs are known by their hashes
		}
	}
	reports := hooks.races()
	c := hooks.create()
	c.policy, c.points = r.engine.policy, true
	c.limit, c.drain = uint64(r.engine.steps), int64(r.engine.drain)
	c.seed = r.engine.seed
	clear(r.allocs)
	c.events, c.choices, c.allocs = r.events, r.choices, r.allocs
	program, complete := r.engine.fresh()
	n := newRun(c, strategy, level)
	runs.Store(c, n)
	over := make(chan any, 1)
	go func() {
		defer func() {
			over <- recover()
			hooks.finish(c)
		}()
		hooks.run(c, func() {
			program()
			n.returned = true
		})
	}()
	n.drive()
	var deadlock any
	if c.ended == endReturned {
		deadlock = <-over
	} else {
		// The bubble stays as it is, for ever: none of its goroutines runs again, so the
		// buffers are free. It must not keep them.
		c.events, c.choices, c.allocs = nil, nil, nil
	}
	run := n.finish(deadlock)
	runs.Delete(c)
	if raceDetector {
		raceIn(run, n.recorder.Hash(), hooks.races()-reports)
	}
	if misfit, ok := strategy.(interface{ Err() error }); ok && misfit.Err() != nil {
		n.mismatch(run, misfit.Err())
	}
	if complete != nil {
		complete(run)
	}
	return run
}

// runs holds the runs that are on, by their controls.
var runs sync.Map

// current returns the run that the calling goroutine belongs to, or nil.
func current() *run {
	if !controlled() {
		return nil
	}
	n, _ := runs.Load(hooks.here())
	own, _ := n.(*run)
	return own
}

// drive answers until the run has ended.
func (n *run) drive() {
	c := n.control
	for {
		want := hooks.wait(c)
		n.take(c.events[:c.used])
		c.used = 0
		switch want {
		case wantNobody:
			return
		case wantRoom:
			hooks.answer(c, 0)
		default:
			hooks.answer(c, n.decide(want))
		}
	}
}

// decide has the strategy take one of the alternatives.
func (n *run) decide(want want) int {
	c := n.control
	kind := sim.PickReady
	switch {
	case want == wantTimer && c.policy == sameInstant:
		kind = sim.PickTimer
	case want == wantCase:
		kind = sim.PickChoice
	}
	alternatives := make([]sim.Alternative, c.count)
	for i := range alternatives {
		alternatives[i] = n.alternative(want, &c.choices[i])
	}
	d := sim.Decision{Kind: kind, Key: alternatives[0].Name, At: n.since(c.now), Alternatives: alternatives, Of: len(alternatives)}
	if want == wantCase {
		d.Key = n.selectKey(c.choices[0].g)
	}
	d.Taken = n.strategy.Choose(&d)
	if d.Taken < 0 || d.Taken >= len(alternatives) {
		panic(fmt.Sprintf("bubble: the strategy took alternative %d of %d; it must return an index", d.Taken, len(alternatives)))
	}
	d.Index = d.Taken
	if kind == sim.PickReady {
		n.picked = len(n.decisions)
	}
	n.decisions = append(n.decisions, d)
	n.decided(&d)
	return d.Taken
}

// start is what every bubble's clock shows at first.
const start = 946684800000000000 // midnight UTC 2000-01-01, as testing/synctest says

func (n *run) since(now int64) time.Duration { return time.Duration(now - start) }
