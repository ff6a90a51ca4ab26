package bubble

import (
	"os"
	"sync"

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
	return newEngine(func() (func(), func(*order.Run)) { return program, nil }, options)
}

// engine makes for each run a program, and perhaps a function that completes what
// is said about the run.
type engine struct {
	settings
	fresh func() (program func(), complete func(*order.Run))
	warm  sync.Once
	// allocs is for how many pieces of memory with locks in them there is room. Most
	// programs make few, and the room must be cleared for each run.
	allocs int
	first  string // how the first run failed, or ""
	raced  raced
	seen   sight
	memoryPoints
}

func newEngine(fresh func() (func(), func(*order.Run)), options []Option) *engine {
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

func (e *engine) Runner() order.Runner {
	if hooks.bubbled() {
		panic("bubble: a bubble cannot run inside another one; call Check, or explore, outside of synctest.Test and of other programs")
	}
	var r *runner
	// What the standard library makes when it is first needed is made in the first run,
	// which is a different one for that. So it is not counted.
	e.warm.Do(func() {
		e.allocs = allocsFew
		r = newRunner(e)
		if first := r.Run(order.Default(), trace.Off); first.Failed() {
			e.first = first.Summary
		}
		if 2*r.known > allocsFew {
			e.allocs = allocsMany
			r.buffers()
		}
		if e.points && WatchesMemory() {
			e.find(r)
			e.first = ""
			if first := r.Run(order.Default(), trace.Off); first.Failed() {
				e.first = first.Summary // with these points
			}
		}
	})
	if r == nil {
		r = newRunner(e)
	}
	return r
}
