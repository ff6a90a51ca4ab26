package bubble

import (
	"os"
	"reflect"
	"sync"
	"sync/atomic"

	"weft/sim/order"
	"weft/trace"
)

// Engine returns the engine that runs a program on the goroutines of a bubble. It
// panics with a sentence if the program was built without the overlay; see
// [Controlled].
//
// The program is called anew for each run, several runs at a time. It must keep
// nothing between runs. It is called once more than runs are counted: a first run, in
// the default order, lets the standard library make what it makes when it is first
// used. A run that ends before its goroutines do, by a panic, say, leaves them parked for
// good, with some kilobytes of memory each.
func Engine(program func(), options ...Option) order.Engine {
	if program == nil {
		panic("bubble: Engine was given a nil program")
	}
	if !controlled() {
		panic("bubble: " + without)
	}
	return newEngine(program, func() (func(), func(*order.Run)) { return program, nil }, options)
}

// engine makes for each run a program, and perhaps a function that completes what
// is said about the run.
type engine struct {
	settings
	fresh   func() (program func(), complete func(*order.Run))
	body    *function // the program
	warm    sync.Once
	first   string        // how the first run failed, or ""
	shape   atomic.Uint64 // of the first run, until it has been compared
	differs atomic.Bool   // it did otherwise than a later one in the same order
	spent   atomic.Bool   // see Spent
	raced   raced
	seen    sight
	memoryPoints
}

// newEngine returns an engine for runs of a function, body, that fresh makes programs of.
func newEngine(body any, fresh func() (func(), func(*order.Run)), options []Option) *engine {
	e := &engine{settings: defaults(), fresh: fresh, body: functionOf(reflect.ValueOf(body).Pointer())}
	for _, option := range options {
		if option != nil {
			option.apply(&e.settings)
		}
	}
	return e
}

func (e *engine) Program() string { return e.name }
func (e *engine) Policy() string  { return e.policy.String() }

// Finer returns the engine on which the accesses that race are points.
func (e *engine) Finer() (order.Engine, bool) {
	if e.points || !WatchesMemory() {
		return nil, false
	}
	finer := &engine{settings: e.settings, fresh: e.fresh, body: e.body}
	finer.points = true
	return finer, true
}

// Further is the policy that tests go on with, if this one was not asked for.
func (e *engine) Further() (p order.Policy, ok bool) { return order.DefaultHoldUps, !e.asked }

// TestCommand returns what runs tests with the overlay: what this one was run with, if
// that is known.
func (e *engine) TestCommand() string {
	set := ""
	if e.points {
		set = pointsVariable + "=memory " // without it, the same schedule would not fit
	}
	if command := os.Getenv("WEFT_TEST_COMMAND"); command != "" {
		return set + command
	}
	if raceDetector {
		return set + "go run weft/cmd/weft test -race"
	}
	return set + "go run weft/cmd/weft test"
}

// ColdRunner returns a runner without a first run that is not counted: in a process that
// makes one run, it is the same each time.
func (e *engine) ColdRunner() order.Runner {
	outside()
	return newRunner(e)
}

func (e *engine) Runner() order.Runner {
	outside()
	var r *runner
	// What the standard library makes when it is first needed is made in the first run,
	// which is a different one for that. So it is not counted.
	e.warm.Do(func() {
		r = newRunner(e)
		if first := r.Run(order.Default(), trace.Off); first.Failed() {
			e.first = first.Summary
		}
		e.shape.Store(uint64(r.run.shape))
		if e.points && WatchesMemory() {
			e.find(r)
			e.first = ""
			if first := r.Run(order.Default(), trace.Off); first.Failed() {
				e.first = first.Summary // with these points
			}
			e.shape.Store(uint64(r.run.shape))
		}
	})
	if r == nil {
		r = newRunner(e)
	}
	return r
}

// FirstDiffers reports whether the first run of the process did otherwise than a later
// one in the same order.
func (e *engine) FirstDiffers() bool { return e.differs.Load() }

// compare compares a run with the first one, once. They must be of the same order.
func (e *engine) compare(n *run) {
	if first := e.shape.Load(); first != 0 && e.shape.CompareAndSwap(first, 0) {
		e.differs.Store(trace.Hash(first) != n.shape)
	}
}

// outside panics inside of a bubble.
func outside() {
	if hooks.bubbled() {
		panic("bubble: a bubble cannot run inside another one; call Check, or explore, outside of synctest.Test and of other programs")
	}
}
