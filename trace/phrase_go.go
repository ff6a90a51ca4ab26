package trace

import "strings"

// InGo says what an event shows of what goroutines synchronise by, as a verb in the words
// that Go has for it, such as "sends to" and "sent to", or returns two empty texts for
// anything else. Of values, such an event knows nothing; that a wait group is counted down
// is known where the source is there.
func (e Event) InGo() (is, was string) {
	kind, _, _ := strings.Cut(e.Object, " ")
	if kind == "wait" {
		kind = "wait group"
	}
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
	"wait group": {Set: {"adds to", "added to"}, Check: {"waits for", "waited for"}},
	"context": {
		Cancel: {"cancels", "cancelled"},
	},
	"cond":         {Notify: {"signals", "signalled"}},
	"cond for all": {Notify: {"broadcasts to", "broadcast to"}},
	"once":         {Check: {"does", "did"}},
}
