package trace

import (
	"maps"
	"slices"
	"time"
)

// Step is what a task, or a callback, does between two points where control is
// with the loop, with its footprint.
type Step struct {
	ID   string        // such as "say1.2"; see [Event.ID]
	Task string        // the task, or "" for a callback
	At   time.Duration // virtual time since the run's start at which it begins
	Seq  int           // of its first event, the Start, Resume or Callback
	// Reads and Writes are the objects that it touches, sorted, each of them
	// once. An object that it both reads and writes is in both.
	Reads, Writes []string
}

// Conflicts reports whether the order of the two steps can matter: they are of
// one task, or they touch one object and at least one of them writes it. It
// knows no more than the trace does.
func (s Step) Conflicts(other Step) bool {
	return s.Task != "" && s.Task == other.Task ||
		overlap(s.Writes, other.Writes) || overlap(s.Writes, other.Reads) || overlap(s.Reads, other.Writes)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Steps returns the steps of a run in order. A step begins with a Start, Resume
// or Callback event and reaches to the next one; what the loop itself touches
// in between, when it delivers a timer for instance, is counted with the step
// before. What was touched before the first step is in none.
func Steps(t *Trace) []Step {
	var out []Step
	reads, writes := map[string]bool{}, map[string]bool{}
	closeStep := func() {
		if len(out) > 0 {
			last := &out[len(out)-1]
			last.Reads, last.Writes = slices.Sorted(maps.Keys(reads)), slices.Sorted(maps.Keys(writes))
		}
		clear(reads)
		clear(writes)
	}
	for _, e := range t.Events {
		if e.opensStep() {
			closeStep()
			out = append(out, Step{ID: e.ID(), Task: e.Task, At: e.At, Seq: e.Seq})
		}
		switch e.Kind.Access() {
		case Reads:
			reads[e.Object] = true
		case Writes:
			writes[e.Object] = true
		}
	}
	closeStep()
	return out
}

// opensStep reports whether a step begins with the event.
func (e Event) opensStep() bool {
	return e.Kind == Start || e.Kind == Resume || e.Kind == Callback
}
