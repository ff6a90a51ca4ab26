package explain

import (
	"strings"

	"weft/trace"
)

// inGo says what an event shows of what goroutines synchronise by, in the words that Go
// has for it, or "" for anything else. Of values, such an event knows nothing.
func inGo(e trace.Event) string {
	v := verbOf(e)
	if v.is == "" {
		return ""
	}
	if e.Detail == "for reading" {
		v.is = "read-" + v.is
	}
	return v.is + " " + name(e.Object)
}

// didInGo is inGo as a verb of the past, without the object.
func didInGo(e trace.Event) string { return verbOf(e).was }

type goVerb struct{ is, was string }

func verbOf(e trace.Event) goVerb {
	kind, _, _ := strings.Cut(e.Object, " ")
	if kind == "wait" {
		kind = "wait group"
	}
	if e.Kind == trace.Notify && e.Detail == "all" {
		kind += " for all"
	}
	return goVerbs[kind][e.Kind]
}

// goVerbs holds verbs by the kind of object.
var goVerbs = map[string]map[trace.Kind]goVerb{
	"chan": {
		trace.Put: {"sends to", "sent to"}, trace.Get: {"receives from", "received from"},
		trace.Set: {"closes", "closed"}, trace.Check: {"tries", "tried"},
	},
	"mutex": {
		trace.Acquire: {"locks", "locked"}, trace.Release: {"unlocks", "unlocked"}, trace.Check: {"tries to lock", "tried to lock"},
	},
	"atomic":     {trace.Read: {"loads", "loaded"}, trace.Write: {"stores to", "stored to"}},
	"variable":   {trace.Read: {"reads", "read"}, trace.Write: {"writes", "wrote"}},
	"map":        {trace.Read: {"loads from", "loaded from"}, trace.Write: {"stores to", "stored to"}},
	"wait group": {trace.Set: {"adds to", "added to"}, trace.Check: {"waits for", "waited for"}},
	"context": {
		trace.Cancel: {"cancels", "cancelled"},
	},
	"cond":         {trace.Notify: {"signals", "signalled"}},
	"cond for all": {trace.Notify: {"broadcasts to", "broadcast to"}},
	"once":         {trace.Check: {"does", "did"}},
}
