package trace

import (
	"fmt"
	"strings"

	"weft/trace/words"
)

// This file says events in plain words. All text that comes from the program
// goes through clean or quote on its way.

// Phrases returns what each event of the trace says of itself, in the words of
// [WriteLog] and in the order of Trace.Events. Where an event uses up two of the
// [Numbers], it says what the second one is.
func (t *Trace) Phrases() []string {
	kinds, inGo := t.kinds(), t.InGo()
	phrases := make([]string, len(t.Events))
	number := 0
	for i, e := range t.Events {
		phrases[i] = e.words(kinds[e.Cause], inGo)
		n := e.transfers(inGo)
		if number += n; n > 1 {
			phrases[i] += fmt.Sprintf(" (%d: back to the loop)", number)
		}
	}
	return phrases
}

// decision returns the kind and the key of a Decide event: "timer" and
// "say1.1", for instance, from the Object "timer:say1.1".
func (e Event) decision() (kind, key string) {
	kind, key, _ = strings.Cut(e.Object, ":")
	return kind, key
}

// others returns the alternatives of a Decide event that were not taken.
func (e Event) others() []string {
	var out []string
	for _, a := range e.Alternatives {
		if a != e.Detail {
			out = append(out, a)
		}
	}
	return out
}

// who returns the name to show for the one who did it. The host is who has no name.
func (e Event) who(host string) string {
	if e.Task == "" {
		return host
	}
	return words.Clean(e.Task)
}

// words says what happened, with who() as the unspoken subject. The cause is
// the kind of the causing event, or 0.
func (e Event) words(cause Kind, inGo bool) string {
	object, detail := words.Clean(e.Object), words.Clean(e.Detail)
	if verb, _ := e.InGo(); verb != "" {
		return verb + " " + words.Clean(e.itself())
	}
	switch e.Kind {
	case Spawn:
		return "spawns " + object
	case Start:
		return "is started"
	case Resume:
		if e.Object == itsTurn {
			return "goes on"
		}
		if why := e.over(cause); why != "" {
			return "is resumed: " + why
		}
		return "is resumed"
	case Wait:
		return e.waits()
	case Finish:
		return e.ends()
	case Callback:
		return "runs the callback " + object
	case Advance:
		return "virtual time moves on" + optional(" by ", detail)
	case Fire:
		if e.Task == "" {
			return "timer fires" + optional(": ", object)
		}
		if e.Object == "sleep" {
			return "timer fires: its sleep is over"
		}
		return "timer fires: its " + object
	case Decide:
		if inGo {
			return e.decidesInGo()
		}
		return e.decides()
	case Hold:
		verb := "blocks the loop"
		if e.Object == "compute" {
			verb = "computes"
		}
		return verb + optional(" for ", detail)
	case Print:
		return "prints " + words.Quote(e.Detail)
	case Read:
		return "reads " + object + optional(" = ", detail)
	case Write:
		return "writes " + object + optional(" = ", detail)
	case Acquire:
		return "acquires " + object
	case Release:
		return "releases " + object
	case Set:
		return "sets " + object + optional(" to ", detail)
	case Clear:
		return "clears " + object
	case Notify:
		return "notifies " + object + optional(", waiters: ", detail)
	case Put:
		return "puts " + something(detail) + " into " + object
	case Get:
		return "gets " + something(detail) + " out of " + object
	case Cancel:
		return "asks to cancel " + object
	case Check:
		return "looks at " + object
	case Arm:
		return "arms a timer" + optional(": ", object) + optional(" in ", detail)
	case Report:
		return "report" + optional(": ", object) + optional(": ", detail)
	case End:
		return "the run ends" + optional(": ", object) + optional(": ", detail)
	}
	return e.Kind.String() + optional(" ", object) + optional(" ", detail)
}

// waits says what a Wait event's task waits for.
func (e Event) waits() string {
	object, detail := words.Clean(e.Object), words.Clean(e.Detail)
	switch e.Object {
	case "sleep":
		return "starts its sleep" + optional(" of ", detail)
	case "yield":
		return "gives control back to the loop"
	case itsTurn:
		return "pauses before this"
	case "select":
		return "waits in a select"
	case "":
		return "begins to wait"
	}
	text := "waits for " + object
	if detail != "" {
		text += " (" + detail + ")"
	}
	return text
}

// over says why a Resume event's task goes on, or "" after a bare yield.
func (e Event) over(cause Kind) string {
	switch {
	case cause == Cancel && (e.Object == "" || e.Object == "yield"):
		return "it was cancelled"
	case cause == Cancel:
		return "its " + e.wait() + " was cancelled"
	case e.Object == "yield" || e.Object == "" || e.Object == itsTurn:
		return ""
	}
	return "its " + e.wait() + " is over"
}

// wait names what a Resume event's task had been in.
func (e Event) wait() string {
	switch e.Object {
	case "sleep":
		return "sleep"
	case "select":
		return "wait in a select"
	}
	return "wait for " + words.Clean(e.Object)
}

// ends says how a Finish event's task ended.
func (e Event) ends() string {
	detail := words.Clean(e.Detail)
	switch e.Object {
	case "returned", "":
		return "is finished"
	case "failed":
		return "fails" + optional(": ", detail)
	case "cancelled":
		return "is cancelled" + optional(": ", detail)
	case "panicked":
		return "panics" + optional(": ", detail)
	case "exited":
		return "exits" + optional(": ", detail)
	}
	return "ends: " + words.Clean(e.Object) + optional(": ", detail)
}

// decides says what a Decide event took, and what it could have taken.
func (e Event) decides() string {
	kind, key := e.decision()
	taken := words.Clean(e.Detail)
	others := make([]string, 0, len(e.Alternatives))
	for _, o := range e.others() {
		others = append(others, words.Clean(o))
	}
	switch {
	case kind != "timer" && kind != "ready":
		text := "chooses " + taken + optional(" for ", words.Clean(key))
		if len(others) > 0 {
			text += ", could be " + list(others, "or")
		}
		return text
	case len(others) == 0:
		return "takes " + taken
	}
	what := "timer"
	if kind == "ready" {
		what = "step"
	}
	return fmt.Sprintf("takes %s %s, not %s", what, taken, list(others, "or"))
}

// optional returns prefix and s, or nothing if s is empty.
func optional(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// something stands in for an item whose value is not known.
func something(detail string) string {
	if detail == "" {
		return "an item"
	}
	return detail
}

// list returns "a", "a and b" or "a, b and c".
func list(items []string, word string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + word + " " + items[last]
}

// line returns the header on one line: what it takes to name the run.
func (h Header) line() string {
	parts := []string{}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+words.Clean(value))
		}
	}
	add("program", h.Program)
	add("policy", h.Policy)
	add("strategy", h.Strategy)
	if h.Seed != nil {
		add("seed", fmt.Sprint(*h.Seed))
	}
	add("schedule", h.Schedule)
	add("hash", h.Hash.String())
	return strings.Join(parts, ", ")
}
