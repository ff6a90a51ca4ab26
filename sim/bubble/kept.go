package bubble

import (
	"fmt"
	"runtime"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// kept is what a run has met that an earlier run left.
type kept uint8

const (
	keptNothing kept = iota
	keptChan
	keptTimer
	keptGroup
	keptCond
	keptLock
)

func (k kept) String() string {
	return [...]string{
		"nothing", "a channel that an earlier run made", "a timer that an earlier run made", "a sync.WaitGroup that an earlier run used",
		"a sync.Cond for which a goroutine of an earlier run waits", "a lock for which a goroutine of an earlier run waits",
	}[k]
}

// keptError says what the run has met, or, if it ended by err since somebody waits for
// ever, that this is for a lock which was taken before the run. It returns nil if there is
// nothing of the kind.
func (n *run) keptError(err error) *order.KeptError {
	c := n.control
	if c.kept != keptNothing {
		e := &order.KeptError{What: c.kept.String(), Made: trace.Position(c.keptMade)}
		if c.ended == endKept { // else it was noted on the way, and is not known who met it
			e.Task, e.Used = n.goroutine(n.turn).label, n.met()
		}
		return e
	}
	switch err.(type) {
	case *order.DeadlockError, *LeakError:
	default:
		return nil
	}
	for i, g := range n.goroutines {
		if i > 0 && n.waitsForEarlier(g) {
			return &order.KeptError{What: "a lock that an earlier run did not give back", Task: g.label, Used: trace.Position(g.at)}
		}
	}
	return nil
}

// met returns the line of the program at which something was met, and what it called
// there.
func (n *run) met() string {
	called := ""
	frames := runtime.CallersFrames(n.control.where[:n.control.depth])
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasPrefix(frame.Function, "runtime."):
		case isStandard(frame.PC):
			called = frame.Function
		default:
			at := trace.Position(frame.PC + 1)
			if called != "" {
				at += fmt.Sprintf(", in %s", called)
			}
			return at
		}
		if !more {
			return called
		}
	}
}

// waitsForEarlier reports whether a goroutine waits for a lock that nobody of this run has
// taken, though it was made before the run.
func (n *run) waitsForEarlier(g *goroutine) bool {
	if g.lockOf() == 0 || g.blocked.op == opOnce || n.tried[g.blocked.obj] || len(n.holders[g.blocked.obj]) > 0 {
		return false
	}
	return g.blocked.arg&3 == inGlobals || g.blocked.arg == 0
}
