package bubble

import "strings"

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
			return "room in a nil channel"
		case strings.HasSuffix(why, nilChannel):
			return "a nil channel"
		}
		return "a " + why + " of the standard library"
	}
	switch e = &g.blocked; e.op {
	case opSend:
		return "room in " + n.touched(e, e.g)
	case opSelect:
		return "select"
	case opSleep:
		return "sleep"
	case opRecv, opLock, opRLock, opWaitGroup, opCondWait, opOnce:
		return n.touched(e, e.g)
	}
	return why
}
