package trace

import (
	"strings"

	"weft/trace/words"
)

// Scheduler is what views call, in a run of ordinary Go, what picks the next goroutine.
const Scheduler = "scheduler"

// itsTurn is what a goroutine waits for that could go on, while another one goes on.
const itsTurn = "its turn"

// InGo says what an event shows of what goroutines synchronise by, as a verb in the words
// that Go has for it, such as "sends to" and "sent to", or returns two empty texts for
// anything else. Of values, such an event knows nothing; that a wait group is counted down
// is known where the source is there.
func (e Event) InGo() (is, was string) {
	kind := e.goKind()
	if e.Kind == Notify && e.Detail == "all" {
		kind += " for all"
	}
	v := goVerbs[kind][e.Kind]
	if kind == "wait group" && e.Kind == Set && e.countsDown() {
		v = goVerb{"counts down", "counted down"}
	}
	if v.is != "" && e.Detail == "for reading" {
		v.is = "read-" + v.is
	}
	return v.is, v.was
}

// InGo reports whether the run is one of goroutines rather than of an event loop's tasks.
func (t *Trace) InGo() bool {
	for i := range t.Events {
		// A task's first step has the number 1, and a goroutine's, which began elsewhere, none.
		if e := &t.Events[i]; e.Kind == Start && e.N == 0 && e.Task != "" || e.synchronises() {
			return true
		}
	}
	return false
}

// Host is what views call what hands control to the tasks of the run: [Loop], or
// [Scheduler] in ordinary Go.
func (t *Trace) Host() string {
	if t.InGo() {
		return Scheduler
	}
	return Loop
}

// goKind is the kind of the object, if it is one that goroutines have.
func (e *Event) goKind() string {
	kind, _, _ := strings.Cut(e.Object, " ")
	if kind == "wait" {
		kind = "wait group"
	}
	return kind
}

// synchronises reports whether the event is an operation by which goroutines synchronise:
// one before which another goroutine may come first. Reading and writing of plain variables
// is none.
func (e *Event) synchronises() bool {
	return e.Kind.Access() != NoAccess && goSynchronisation[e.goKind()]
}

// goSynchronisation holds the kinds of objects that goroutines synchronise by.
var goSynchronisation = map[string]bool{
	"chan": true, "mutex": true, "atomic": true, "map": true, "wait group": true, "context": true, "cond": true, "once": true,
}

// countsDown reports whether what is added to a wait group is known to be one less: by the
// line of the source, or since a function that WaitGroup.Go has called is over.
func (e Event) countsDown() bool {
	return strings.HasPrefix(e.Pos, "sync/waitgroup.go:") || strings.Contains(SourceLine(e.Pos), ".Done()")
}

// itself is the object without its kind, if it has a name of its own that the verb goes with.
func (e Event) itself() string {
	kind, name, _ := strings.Cut(e.Object, " ")
	if name != "" && !strings.Contains(name, " ") && strings.Trim(name, "0123456789") != "" &&
		(kind == "chan" || kind == "mutex" || kind == "atomic" || kind == "variable" || kind == "cond" || kind == "once") {
		return name
	}
	return e.Object
}

type goVerb struct{ is, was string }

// goVerbs holds verbs by the kind of object.
var goVerbs = map[string]map[Kind]goVerb{
	"chan": {
		Put: {"sends to", "sent to"}, Get: {"receives from", "received from"},
		Set: {"closes", "closed"}, Check: {"tries", "tried"},
	},
	"mutex": {
		Acquire: {"locks", "locked"}, Release: {"unlocks", "unlocked"}, Check: {"tries to lock", "tried to lock"},
	},
	"atomic":     {Read: {"loads", "loaded"}, Write: {"stores to", "stored to"}},
	"variable":   {Read: {"reads", "read"}, Write: {"writes", "wrote"}},
	"map":        {Read: {"loads from", "loaded from"}, Write: {"stores to", "stored to"}},
	"wait group": {Set: {"adds to", "added to"}, Check: {"is done waiting for", "was done waiting for"}},
	"context": {
		Cancel: {"cancels", "cancelled"},
	},
	"cond":         {Notify: {"signals", "signalled"}},
	"cond for all": {Notify: {"broadcasts to", "broadcast to"}},
	"once":         {Check: {"does", "did"}},
}

// decidesInGo says what a Decide event took in a run of goroutines, by their names.
func (e *Event) decidesInGo() string {
	kind, key := e.decision()
	_, what, inSelect := strings.Cut(key, "/")
	others := make([]string, 0, len(e.Alternatives))
	for _, o := range e.others() {
		if kind == "ready" || kind == "timer" {
			o = goTask(o)
		}
		others = append(others, words.Clean(o))
	}
	taken := words.Clean(goTask(e.Detail))
	text, could := "", "could have run"
	switch {
	case kind == "timer" || kind == "ready" && strings.HasPrefix(e.Detail, "+"):
		text, could = "has the timer of "+taken+" fire", "could have come first"
	case kind == "ready" && strings.HasSuffix(e.Detail, ".0"):
		text = "lets " + taken + " start"
	case kind == "ready":
		text = "lets " + taken + " go on"
	case inSelect && what == "select":
		return "has the select of " + words.Clean(goTask(key)) + " take " + words.Clean(e.Detail) + optional(", could be ", list(others, "or"))
	default:
		return e.decides()
	}
	if len(others) > 0 {
		text += "; " + list(others, "or") + " " + could
	}
	return text
}

// goTask is the goroutine that an alternative is about, or the owner of a timer.
func goTask(id string) string {
	id, _, _ = strings.Cut(strings.TrimPrefix(id, "+"), "/")
	if dot := strings.LastIndexByte(id, '.'); dot > 0 {
		if strings.Trim(id[dot+1:], "0123456789") == "" {
			return id[:dot]
		}
	}
	return id
}
