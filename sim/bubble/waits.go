package bubble

import (
	"slices"
	"strings"
)

// foreign reports whether a goroutine blocks in something else than the operation that
// it came to last.
func (n *run) foreign(e *event, why string) bool {
	return why == "IO wait" || why == selectsNothing || strings.HasSuffix(why, nilChannel) || strings.HasPrefix(why, "sync.") && e.obj == 0
}

// What the runtime says.
const (
	selectsNothing = "select (no cases)"
	nilChannel     = "(nil chan)"
)

// waitsFor says in words what a goroutine waits for. why is what the runtime says.
func (n *run) waitsFor(g *goroutine, e *event, why string) string {
	if n.foreign(e, why) {
		switch {
		case why == selectsNothing:
			return "a select without cases"
		case why == "chan send "+nilChannel:
			return "a receiver of a nil channel"
		case strings.HasSuffix(why, nilChannel):
			return "a nil channel"
		}
		return "a " + why + " of the standard library"
	}
	switch e = &g.blocked; e.op {
	case opSend:
		return "a receiver of " + n.touched(e, e.g)
	case opSelect:
		return "select"
	case opSleep:
		return "sleep"
	case opRecv, opLock, opRLock, opWaitGroup, opCondWait, opOnce:
		return n.touched(e, e.g)
	}
	return why
}

// toDo says what a goroutine waits to do, and what there is nobody for, in a run that has
// come to its end.
func (n *run) toDo(g *goroutine) (to, lacks string) {
	_, name, _ := strings.Cut(g.on, " ")
	switch g.blocked.op {
	case opSend:
		return "to send to " + channelText(strings.TrimPrefix(g.on, "a receiver of ")), "nobody receives from it"
	case opRecv:
		to, lacks = "to receive from "+channelText(g.on), "nobody sends to it"
		if n.isTimers(g.on) {
			lacks = ""
		}
		return to, lacks
	case opLock:
		to = "to lock " + name
	case opRLock:
		to = "to lock " + name + " for reading"
	case opOnce:
		return "for the function of once " + name, ""
	case opWaitGroup:
		return "for " + g.on, "nobody calls Done"
	case opCondWait:
		return "for cond " + name, "nobody signals"
	case opSelect:
		var cases []string
		timers := false
		for _, c := range g.cases {
			timers = timers || n.isTimers(c)
			if c = channelText(c); !slices.Contains(cases, c) {
				cases = append(cases, c)
			}
		}
		slices.Sort(cases)
		if to = "in a select on " + strings.Join(cases, ", "); timers {
			return to, ""
		}
		return to, "none of its cases comes"
	}
	if to != "" && len(n.holders[g.lockOf()]) == 0 {
		lacks = "nobody is known to hold it"
	}
	return to, lacks
}

// isTimers reports whether a timer sends to a channel.
func (n *run) isTimers(channel string) bool {
	for _, c := range n.timed {
		if c == channel {
			return true
		}
	}
	return false
}

// channelText names a channel in a sentence.
func channelText(channel string) string {
	name := strings.TrimPrefix(channel, "chan ")
	if strings.HasPrefix(name, "made ") {
		return "the channel " + name
	}
	return name
}

// origin returns where the channel was made that a goroutine waits for, unless its name
// says so, or "".
func (n *run) origin(g *goroutine) string {
	channel := strings.TrimPrefix(g.on, "a receiver of ")
	if pc, known := n.made[channel]; known && !strings.Contains(channel, ".go:") {
		return programSite(pc).short()
	}
	return ""
}
