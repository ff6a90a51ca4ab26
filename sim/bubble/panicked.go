package bubble

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// closing is how a channel was closed.
type closing struct {
	g  uint32
	pc uintptr
}

// panicError says where a goroutine has panicked, and what about: of a channel that is
// closed, of a lock or a wait group, the runtime's words do not say which.
func (n *run) panicError() *order.PanicError {
	c := n.control
	g := n.goroutine(n.turn)
	e := &order.PanicError{Task: g.label, At: n.since(c.now), Value: c.panicked}
	e.Pos, e.Stack = n.stackOf(g, c.where[:c.depth])
	value := fmt.Sprint(c.panicked)
	about := &g.about
	switch {
	case strings.Contains(value, "WaitGroup is reused") && g.awaited != "":
		e.Before = "it is " + strings.TrimPrefix(g.awaited, operations[opWaitGroup].sort+" ")
	case about.pc != 0 && e.Pos != "" && trace.Position(about.pc) != e.Pos:
		// What it did last is not what it panicked at: deferred functions came between.
	case strings.HasSuffix(value, "send on closed channel"), strings.HasSuffix(value, "close of closed channel"):
		if about.op != opSend && about.op != opTrySend && about.op != opClose && about.op != opSelect {
			break // a deferred function on the same line came between
		}
		object, closed := n.closedBefore(g)
		if strings.HasSuffix(object, " made by the engine") || object == "made by the engine" {
			break // closed when the program's function had panicked
		}
		e.Object = object
		if closed != nil {
			e.Before, e.There = "closed by "+n.goroutine(closed.g).label, trace.Position(closed.pc)
		}
	case strings.Contains(value, "negative WaitGroup counter") && about.op == opAdd,
		strings.Contains(value, "nlock of unlocked") && (about.op == opUnlock || about.op == opRUnlock):
		e.Object = strings.TrimPrefix(n.touched(about, g.id), operations[about.op].sort+" ")
	}
	return e
}

// closedBefore returns the channel that a goroutine has sent to, or closed, although it was
// closed, and how that was. Of a select that could have sent to several of those, it is not
// known.
func (n *run) closedBefore(g *goroutine) (object string, by *closing) {
	if o := g.about.obj; g.about.op != opSelect {
		if closed, ok := n.closed[o]; ok {
			by = &closed
		}
		return strings.TrimPrefix(n.object(o, "chan", g.id, 0, g.about.pc), "chan "), by
	}
	for o, closed := range n.closed {
		name := n.object(o, "chan", g.id, 0, 0)
		if !slices.Contains(g.cases, name) {
			continue
		}
		if by != nil {
			return "", nil
		}
		object, by = strings.TrimPrefix(name, "chan "), &closed
	}
	return object, by
}

// stackOf writes a stack as Go does, without what is the runtime's and the engine's, and
// returns where the first function of the program is.
func (n *run) stackOf(g *goroutine, pcs []uintptr) (pos, text string) {
	var b strings.Builder
	fmt.Fprintf(&b, "goroutine %s [running]:\n", g.label)
	frames := runtime.CallersFrames(pcs)
	var engine strings.Builder // written if functions of the program come behind
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !strings.HasPrefix(frame.Function, "runtime.") && frame.Function != "sync.(*WaitGroup).Go.func1.1" { // which panics once more
			fmt.Fprintf(&engine, "%s(...)\n\t%s:%d\n", frame.Function, frame.File, frame.Line)
			if !isEngine(frame.Function) {
				b.WriteString(engine.String())
				engine.Reset()
			}
			if pos == "" && !isLibrary(frame.Function) {
				pos = trace.Position(frame.PC + 1)
			}
		}
		if !more {
			break
		}
	}
	if g.parent != 0 {
		if by := runtime.FuncForPC(g.pc - 1); by != nil {
			file, line := by.FileLine(g.pc - 1)
			fmt.Fprintf(&b, "created by %s in goroutine %s\n\t%s:%d\n", by.Name(), n.goroutine(g.parent).label, file, line)
		}
	}
	return pos, b.String()
}

// isEngine reports whether a function is one of those that call the program.
func isEngine(function string) bool {
	for _, own := range [...]string{"weft/sim/bubble.", "weft/sim/simtest.", "testing.", "internal/synctest."} {
		if strings.HasPrefix(function, own) {
			return true
		}
	}
	return false
}

// isLibrary reports whether a function is one of those in which the standard library panics
// about what the program has done.
func isLibrary(function string) bool {
	return slices.ContainsFunc(libraries, func(p string) bool { return strings.HasPrefix(function, p) }) || strings.HasPrefix(function, "internal/")
}
