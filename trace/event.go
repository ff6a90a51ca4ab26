package trace

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Loop is what views call the event loop, which has no task name of its own.
const Loop = "loop"

// Event is one thing that happened in a run.
type Event struct {
	// Seq counts the events of the run from 1. In a trace that was recorded at
	// level [Order] there are gaps.
	Seq int `json:"seq"`
	// At is the virtual time since the run's start.
	At time.Duration `json:"at_ns"`
	// Task names the task that was running; it is empty for the loop itself.
	Task string `json:"task,omitempty"`
	Kind Kind   `json:"kind"`
	// Object and Detail depend on Kind; see there.
	Object string `json:"object,omitempty"`
	Detail string `json:"detail,omitempty"`
	// N numbers the event among its owner's of that sort, for the kinds that can
	// be an alternative of a decision: a task's steps ([Start], [Resume]), a
	// task's timers ([Fire]), the calls of a callback ([Callback]). See [Event.ID].
	N int `json:"n,omitempty"`
	// Alternatives lists, for a [Decide] event, what could have been taken. The
	// first is what the default order does.
	Alternatives []string `json:"alternatives,omitempty"`
	// Pos is the place in the program's source, as "folder/file.go:line", or
	// empty if it is not known. It is not part of a run's hash.
	Pos string `json:"pos,omitempty"`
	// Cause is the Seq of the event that brought this one about, or 0.
	Cause int `json:"cause,omitempty"`
}

// ID names what happened in a way that survives small edits of the program and
// another order: the owner and its ordinal, such as "say1.2" for the second
// step of say1, or for its second timer. A callback, or a timer that is a thing of
// its own, has a plus before its name. It is what [Event.Alternatives] of a
// [Decide] event hold. Events without an ordinal have none.
func (e Event) ID() string {
	if e.N == 0 {
		return ""
	}
	owner := e.Task
	if owner == "" {
		owner = "+" + e.Object
	}
	return owner + "." + strconv.Itoa(e.N)
}

// String returns the event on one line, for a reader.
func (e Event) String() string {
	who := e.Task
	if who == "" {
		who = Loop
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %v %s %s", e.Seq, e.At, who, e.Kind)
	if e.Object != "" {
		b.WriteString(" " + e.Object)
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, " %q", e.Detail)
	}
	if e.Pos != "" {
		b.WriteString(" (" + e.Pos + ")")
	}
	return b.String()
}

// Version is the version of the file format that [WriteJSONL] produces. Since version 2,
// files tell whether they are whole.
const Version = 2

// Header says which run a trace is of.
type Header struct {
	Version  int    `json:"weft_trace"`
	Program  string `json:"program,omitempty"`
	Policy   string `json:"policy,omitempty"`
	Strategy string `json:"strategy,omitempty"`
	// Seed is the seed of a random strategy, nil for others.
	Seed *uint64 `json:"seed,omitempty"`
	// Schedule is the run's schedule in its printable form.
	Schedule string `json:"schedule,omitempty"`
	// Hash identifies the run: the rolling hash over all of its events.
	Hash Hash `json:"hash"`
}

// Trace is the record of one run.
type Trace struct {
	Header
	Events []Event
}
