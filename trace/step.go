package trace

import (
	"slices"
	"time"
)

// Step is what a task, a callback or a timer does between two points where
// control is with the loop, with its footprint.
type Step struct {
	ID   string        // such as "say1.2"; see [Event.ID]
	Task string        // the task, or "" for a callback or a timer
	At   time.Duration // virtual time since the run's start at which it begins
	Seq  int           // of its first event, the Start, Resume, Callback or Fire
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
// or Callback event and reaches to the next one. A timer that acts on something
// by itself, as a timeout does that cancels a task, is a step too: it has the ID
// and the Seq of its Fire event, and stands where it acts. What else the loop
// touches between two steps is counted with the first of them, and what was
// touched before the first step is in none.
func Steps(t *Trace) []Step {
	var out []Step
	fired := firings{}
	timers := map[int]int{} // by the Seq of a Fire event, its step
	current, control := -1, false
	for i := range t.Events {
		e := &t.Events[i]
		fired.add(*e)
		switch {
		case e.opensStep():
			current, control = len(out), e.Task != ""
			out = append(out, Step{ID: e.ID(), Task: e.Task, At: e.At, Seq: e.Seq})
		case e.Kind == Wait || e.Kind == Finish:
			control = false
		}
		access := e.Kind.Access()
		if access == NoAccess {
			continue
		}
		step := current
		if !control {
			if fire, ok := fired.firedBy(*e); ok {
				if step, ok = timers[fire.Seq]; !ok {
					step = len(out)
					out = append(out, Step{ID: fire.ID(), At: e.At, Seq: fire.Seq}) // it may have waited for its turn
					timers[fire.Seq] = step
				}
			}
		}
		switch {
		case step < 0:
		case access == Reads:
			out[step].Reads = insert(out[step].Reads, e.Object)
		default:
			out[step].Writes = insert(out[step].Writes, e.Object)
		}
	}
	return out
}

// insert puts s into a sorted list, once.
func insert(list []string, s string) []string {
	i, found := slices.BinarySearch(list, s)
	if found {
		return list
	}
	return slices.Insert(list, i, s)
}

// firings tells, for the events of a trace, by which Fire event they came about.
type firings map[int]Event // by Seq

// firedBy returns the Fire event that an event goes back to without a step of a
// task or a callback between them.
func (f firings) firedBy(e Event) (fire Event, ok bool) {
	fire, ok = f[e.Cause]
	return fire, ok && e.Cause < e.Seq
}

// add notes an event. The events that it goes back to must have been added.
func (f firings) add(e Event) {
	if e.Kind == Fire {
		f[e.Seq] = e
	} else if fire, ok := f.firedBy(e); ok && !e.opensStep() {
		f[e.Seq] = fire
	}
}

// opensStep reports whether a step begins with the event.
func (e Event) opensStep() bool {
	return e.Kind == Start || e.Kind == Resume || e.Kind == Callback
}
