package bubble

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"weft/sim/order"
	"weft/trace"
)

const (
	eventsRoom  = 1 << 12
	choicesRoom = 1 << 10 // alternatives of a decision
	allocsRoom  = 1 << 8  // pieces of memory with locks in them, unless runs need more; a power of two
	planRoom    = 1 << 12 // decisions
	logRoom     = 1 << 12 // alternatives of planned decisions
	foundRoom   = 1 << 6  // data races
)

// runner makes one run after another. What it needs for one, it keeps for the next.
type runner struct {
	engine  *engine
	events  []event
	choices []choice
	allocs  []alloc // empty, and as many as the last run needed
	plan    []order.PlannedTurn
	log     []choice
	found   []found
	run     *run
	stage   *stage
	dog     watchdog
}

func newRunner(e *engine) *runner {
	startSignals()
	_ = time.Local.String() // reads files: no run is to be the first one to do so
	r := &runner{engine: e}
	r.dog.limit = e.stuck
	r.run = newRun(&r.dog)
	r.buffers()
	return r
}

func (r *runner) buffers() {
	r.events, r.choices, r.allocs = make([]event, eventsRoom), make([]choice, r.engine.room), make([]alloc, allocsRoom)
	r.plan, r.log = make([]order.PlannedTurn, planRoom), make([]choice, logRoom)
	if WatchesMemory() {
		r.found = make([]found, foundRoom)
	}
}

// Close ends the runner.
func (r *runner) Close() {
	r.dog.close()
	if r.stage != nil {
		r.stage.close()
		r.stage = nil
	}
}

// oneAtATime is held during a run. Runs that go on side by side in one process meet at
// the locks of packages, of the standard library as of any other: who waits there for
// another run does what it would not do alone, and would be taken for a program that does
// not do the same twice, or for a deadlock.
var oneAtATime sync.Mutex

// Run makes a run. This goroutine drives it: it waits for what the runtime wants to
// have decided.
func (r *runner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	if raceDetector && level == trace.Off {
		level = trace.Order // runs are known by their hashes
	}
	reports := hooks.races()
	c := hooks.create()
	c.policy, _ = policyOf(r.engine.policy)
	c.points = true
	times, most := r.engine.policy.HoldsUp()
	c.holdUps, c.heldFor = times, int64(most)
	c.limit, c.drain = uint64(r.engine.steps), int64(r.engine.drain)
	c.seed = r.engine.seed
	if r.engine.whole {
		c.wrote = wrote
	}
	c.spins, c.ticks = uint64(r.engine.spins), uint64(r.engine.ticks)
	c.slices, c.expects = r.engine.stuck > 0 && r.engine.spins > 0, len(r.engine.expected) > 0
	c.found, c.sight = r.found, r.found != nil
	c.sites = r.engine.sites
	c.events, c.choices, c.allocs, c.plan, c.log = r.events, r.choices, r.allocs, r.plan, r.log
	program, complete := r.engine.fresh()
	n := r.run
	n.reset(c, strategy, level)
	n.body, n.drain, n.expected, n.variables, n.policy = r.engine.body, r.engine.drain, r.engine.expected, r.engine.variables, r.engine.policy.String()
	c.owner.Store(n)
	s := r.stage
	if s == nil {
		s = newStage()
	}
	r.stage = nil // it is lost if the run does not end, or the strategy panics
	r.dog.watch(c)
	s.play(c, program)
	n.drive()
	r.dog.unwatch()
	var recovered any
	if c.ended == endReturned {
		recovered, r.stage = s.finished(), s
	}
	run := n.finish(r.engine.name, recovered)
	n.races(run, &r.engine.settings, &r.engine.seen)
	if c.ended == endStuck || c.holding > 0 {
		r.engine.spent.Store(true)
	}
	if c.ended == endStuck {
		r.buffers() // whoever did not come back may use the old ones
	} else {
		r.allocs = emptied(c.allocs, c.known)
		// A bubble that did not end stays as it is, for ever: none of its goroutines
		// runs again, so all this is free. It must not keep it.
		c.events, c.choices, c.allocs, c.plan, c.log, c.found, c.sites = nil, nil, nil, nil, nil, nil, nil
	}
	c.owner.Store(nil)
	if raceDetector {
		r.engine.raced.in(run, n.recorder.Hash(), hooks.races()-reports)
	}
	if misfit, ok := strategy.(interface{ Err() error }); ok && misfit.Err() != nil {
		n.mismatch(run, misfit.Err())
	}
	if complete != nil {
		complete(run)
	}
	byDefault := len(run.Schedule()) == 0
	if byDefault {
		r.engine.compare(n)
	}
	// What was said to the T of the run belongs to how it failed.
	if first := r.engine.first; byDefault && first != "" && run.Summary != first {
		kept := &order.KeptError{Differs: fmt.Sprintf("bubble: the first run in this order, which is not counted, failed otherwise: %s; is something kept from run to run?", first)}
		run.End, run.Err = order.Kept, errors.Join(kept, run.Err)
		run.Summary = run.Err.Error()
	}
	run.Bug = bugOf(run.Err)
	return run
}

// emptied returns the room for names of memory for the next run. The runtime has widened
// it if there were many. The next run clears all that it is given, so it is given no more
// than a run like this one needs.
func emptied(allocs []alloc, known int) []alloc {
	if known > 0 {
		clear(allocs)
	}
	room := len(allocs)
	for room > allocsRoom && known < room/8 {
		room /= 2
	}
	return allocs[:room]
}

// current returns the run that the calling goroutine belongs to, or nil.
func current() *run {
	if !controlled() {
		return nil
	}
	if c := hooks.here(); c != nil {
		return c.owner.Load()
	}
	return nil
}
