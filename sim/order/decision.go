package order

import (
	"time"
)

// Kinds of decision.
const (
	// PickTimer decides which of several due timers is delivered next.
	PickTimer = "timer"
	// PickReady decides which of several ready tasks or callbacks runs next.
	PickReady = "ready"
	// PickChoice is a decision that the program asked for, by sim.Choose, sim.Flip or
	// sim.Latency.
	PickChoice = "choose"
)

// Decision is a point of a run at which more than one thing may happen next.
type Decision struct {
	// Kind is PickTimer, PickReady or PickChoice.
	Kind string
	// Key names the point: for a pick, what the default order would take; for a
	// choice, the task, the name given by the program and an ordinal. Keys do not
	// count decisions, so that an edit of one part of a program does not rename
	// the points of another.
	Key string
	// At is the virtual time.
	At time.Duration
	// Alternatives are what may happen, at least two. The first is what the
	// default order does.
	Alternatives []Alternative
	// Taken is the index of the alternative that was taken.
	Taken int
	// Of is how many alternatives there were. It is len(Alternatives), except in
	// the record of a run in which very many things could happen at one instant:
	// there, from some point on, only two alternatives are kept, the first and
	// the one that was taken.
	Of int
	// Index is the index of the alternative that was taken among all of them. It
	// is Taken, except where alternatives were not kept.
	Index int
}

// Alternative is one thing that may happen at a decision.
type Alternative struct {
	// Name is unique within the decision, and stable: the owner and its ordinal,
	// such as "say1.2"; see trace.Event.ID. For a choice it is the option.
	Name string
	// Task, Op and Object say what it is: the task that would go on (or ""), what
	// it was doing (sleep, await, ...), and on what.
	Task, Op, Object string
	// Weight is the relative probability under a random strategy; 0 in all
	// alternatives of a decision means that all are alike. What is ready has none.
	Weight float64
}

// IsReady reports whether the decision is about which ready step comes next. Only
// such decisions can be left out by a reduction: of what a program asks for, such
// as a random value, and of which timer is delivered first, every alternative has
// to be seen.
func (d *Decision) IsReady() bool { return d.Kind == PickReady }

// IsOrder reports whether the decision is about what comes first, and not about a
// value that the program asked for.
func (d *Decision) IsOrder() bool { return IsOrder(d.Kind) }

// IsOrder reports whether decisions of a kind are about what comes first, and not
// about a value that the program asked for.
func IsOrder(kind string) bool { return kind == PickTimer || kind == PickReady }
