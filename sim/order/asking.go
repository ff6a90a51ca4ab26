package order

import (
	"weft/trace"
)

// Asking returns a strategy for single runs that asks draw at every decision: for
// a number of 0 to n-1, where 0 is what the default order does. The label says
// which decision it is, such as "timer say1.1".
//
// It is how a property test draws data and order from one source, so that a
// failure shrinks in both. With pgregory.net/rapid, where smaller numbers are
// simpler:
//
//	rapid.Check(t, func(t *rapid.T) {
//		workers := rapid.IntRange(1, 5).Draw(t, "workers")
//		run := order.RunOnce(sim.Engine(program(workers)), order.Asking(func(label string, n int) int {
//			return rapid.IntRange(0, n-1).Draw(t, label)
//		}))
//		if run.Failed() {
//			t.Fatalf("%v\nschedule %v", run.Err, run.Schedule())
//		}
//	})
//
// The same property becomes a target of go test -fuzz by rapid.MakeFuzz. Asking
// takes a function and not a *rapid.T, because whatever imports rapid gets its
// flags, such as -rapid.checks, and this package is imported by commands as well
// as by tests. A panic of draw, by which rapid gives up a test case, comes out of
// [RunOnce]; draw must not call runtime.Goexit. Asking panics if draw is nil.
func Asking(draw func(label string, n int) int) Strategy {
	if draw == nil {
		panic("order: Asking was given a nil function; give it one that draws a number below n")
	}
	return &asking{draw: draw}
}

type asking struct {
	draw     func(label string, n int) int
	panicked bool
	value    any // of the panic
}

// Name returns "drawn".
func (*asking) Name() string { return "drawn" }

// Choose asks for a number.
func (s *asking) Choose(d *Decision) int {
	returned := false
	defer func() {
		if !returned {
			// In a task, the engine would take it for the program's.
			s.panicked, s.value = true, recover()
			panic(s.value)
		}
	}()
	n := s.draw(d.Kind+" "+d.Key, len(d.Alternatives))
	returned = true
	return n
}

// RunOnce runs a program once under a strategy, recorded in full, and returns
// what the run showed, for the caller to keep. It panics if engine or strategy is
// nil.
func RunOnce(engine Engine, strategy Strategy) *Run {
	if engine == nil || strategy == nil {
		panic("order: RunOnce was given a nil engine or strategy; make them with sim.Engine and, say, Default")
	}
	runner := engine.Runner()
	defer runner.Close()
	run := runner.Run(strategy, trace.Full)
	if d, ok := strategy.(*asking); ok && d.panicked {
		panic(d.value)
	}
	return run.Clone()
}
