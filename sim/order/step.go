package order

import (
	"cmp"
	"time"
)

// Access says how a step touches an object. Two accesses of one object conflict
// unless both are Reads or both are Adds.
type Access uint8

// The ways to touch an object.
const (
	Reads  Access = iota + 1 // its state is seen
	Adds                     // an update that commutes with others of its sort: one more child of a gather has ended
	Writes                   // any other change
)

// String returns reads, adds or writes.
func (a Access) String() string {
	return [...]string{"nothing", "reads", "adds", "writes"}[a]
}

// Touch is an access of an object.
type Touch struct {
	Object string // such as "lock L"; unique in a run, and stable
	Access Access
}

// Step is what a task does between two points where control is with the loop, or
// a callback, or a timer that acts by itself, or the loop's reaction to an error
// in a task group, or the end of a run, with its footprint: what it touches.
//
// Two steps next to each other in a run under [AnyReady] may be exchanged, and
// the rest of the run is the same, if they are of one epoch, the first did not
// cause the second, and they do not conflict. That is what Mazurkiewicz called
// independence; reduced exploration is built on it. It holds for what the
// engine sees; see sim.Loop.Untracked.
type Step struct {
	Name  string        // as the alternatives of decisions name it, such as "say1.2"
	Task  string        // the task's label, or "" for callbacks, timers and the like
	At    time.Duration // virtual
	Seq   int           // of its first event in the trace, if there is a trace
	Pick  int           // the index of the decision that took it, or -1 if nothing else could run
	Begin int           // how many decisions had been made when it began
	Epoch int           // how often time had moved on because nothing was ready
	// Causes holds the indices of the earlier steps that made it ready, if any:
	// several where it took all of them, as with the children of a gather. A step
	// that others could have made ready as well, such as one behind sim.Until, has
	// the step before it in its task for a cause, and conflicts with them.
	Causes []int
	// Guarded says that the step was ready only while a condition held that others can
	// make false again: that a mutex is free, or what sim.Until waits for. What the
	// condition looks at is among its Touches.
	Guarded bool
	// Alone says that the step stands in order with every other one: it ended the
	// run or stopped the loop, or it moved time.
	Alone bool
	// Touches is sorted by Object. Each object stands there once.
	Touches []Touch
}

// Conflicts reports whether the order of the two steps can matter: they are of
// one task, one of them stands alone, or they touch one object in ways that
// conflict.
func (s *Step) Conflicts(o *Step) bool {
	if s.Alone || o.Alone || s.Task != "" && s.Task == o.Task {
		return true
	}
	for i, k := 0, 0; i < len(s.Touches) && k < len(o.Touches); {
		a, b := s.Touches[i], o.Touches[k]
		switch c := cmp.Compare(a.Object, b.Object); {
		case c < 0:
			i++
		case c > 0:
			k++
		case a.Access != b.Access || a.Access == Writes:
			return true
		default:
			i++
			k++
		}
	}
	return false
}

// Join returns what two accesses of one object come to.
func (a Access) Join(b Access) Access {
	if a == b {
		return a
	}
	return Writes
}
