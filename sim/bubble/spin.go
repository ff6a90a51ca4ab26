package bubble

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// SpinError is the end of a run in which all goroutines that could go on did nothing but
// look at something again and again that nobody was left to change.
type SpinError struct {
	At       time.Duration // virtual
	Spinning []Spinner
	Waiting  []order.Waiting // the other goroutines of the run
	// Steps is how many steps there were in which nothing changed. It is 0 if the loop
	// has no point at which another goroutine could get the turn: then its registers and
	// its stack were looked at, at the end of each time slice that it used up.
	Steps int64
	// Stack is that of a loop without a point.
	Stack string
}

// Spinner is a goroutine that spins.
type Spinner struct {
	Task  string // its name
	On    string // what it looks at, such as "atomic main:1", or "" if that is not known
	Pos   string // where the loop is
	Steps int64  // since it saw something change
}

// End returns [order.Spinning].
func (e *SpinError) End() order.End { return order.Spinning }

// Waits returns those that wait beside the ones that spin.
func (e *SpinError) Waits() []order.Waiting { return e.Waiting }

// Error says who spins, where and on what, and what the others wait for.
func (e *SpinError) Error() string { return "spin: " + e.Text(true) }

// Text is what Error returns without the first word, with or without places in the source.
func (e *SpinError) Text(places bool) string {
	var b strings.Builder
	place := func(pos string) string {
		if places && pos != "" {
			return " (" + pos + ")"
		}
		return ""
	}
	names := make([]string, len(e.Spinning))
	for i, s := range e.Spinning {
		names[i] = s.Task
	}
	if e.Steps == 0 {
		fmt.Fprintf(&b, "%s spins%s: it goes round a loop without a point at which another goroutine could get the turn, and comes back to the same state each time",
			strings.Join(names, ", "), place(e.Spinning[0].Pos))
	} else {
		fmt.Fprintf(&b, "%s, and nothing else can go on: nothing has changed for %s steps, at %v",
			words.Plural(len(names), "goroutine spins", "goroutines spin"), words.Thousands(int(e.Steps)), e.At)
		for i, s := range e.Spinning {
			if i == waitersShown {
				fmt.Fprintf(&b, "\n  ... and %d more", len(e.Spinning)-i)
				break
			}
			on := ""
			if s.On != "" {
				on = " on " + s.On
			}
			fmt.Fprintf(&b, "\n  %s spins%s%s", s.Task, on, place(s.Pos))
		}
	}
	writeWaiting(&b, e.Waiting, places)
	if e.Steps == 0 && places {
		if !WatchesMemory() {
			b.WriteString("\nThe functions of sync/atomic are no points, unlike the methods of its types: the compiler puts instructions in their place, unless memory is watched.")
		}
		b.WriteString("\n\n" + e.Stack)
	}
	return b.String()
}

// waitersShown is how many goroutines of a kind an error names.
const waitersShown = 20

func writeWaiting(b *strings.Builder, waiting []order.Waiting, places bool) {
	for i, w := range waiting {
		if i == waitersShown {
			fmt.Fprintf(b, "\n  ... and %d more", len(waiting)-i)
			break
		}
		b.WriteString("\n  " + w.Text(places))
	}
}

// spinsLeast is for how many steps all that go on must have spun when the step limit is
// reached, if that is to be why.
const spinsLeast = 1_000

// spins reports whether a run that came to its step limit did so since all spin.
func (n *run) spins() bool {
	c := n.control
	return c.spins > 0 && c.still >= spinsLeast && 2*c.still > c.limit &&
		slices.ContainsFunc(n.goroutines, func(g *goroutine) bool { return g.spun > 0 })
}

// fair is how often the runtime lets a goroutine look in a row, while nothing changes and
// others are ready: its weftFair.
const fair = 16

// looks notes that a goroutine is in a loop that may only look. Orders in which it would
// look more often than that are left out, of which a reduction knows nothing.
func (n *run) looks(e *event, g *goroutine) {
	same := e.op == g.about.op && e.obj == g.about.obj && e.pc == g.about.pc
	switch e.op {
	case opLoad, opMapLoad, opErr, opYield, opTryLock, opTrySend, opTryRecv, opSelect:
		g.looked++
	case opStore:
		if g.looked++; !same {
			g.looked = 1
		}
	default:
		g.looked = 0
	}
	if g.looked == fair {
		n.untrack("a loop that looks at something again and again, at " + trace.Position(e.pc))
	}
}

func (n *run) spinError(left []order.Waiting) *SpinError {
	c := n.control
	e := &SpinError{At: n.since(c.now), Steps: int64(c.still)}
	if c.ended == endSpunBare {
		g := n.goroutine(n.turn)
		e.Steps = 0
		var pos string
		pos, e.Stack = n.stackOf(g, c.where[:c.depth])
		e.Spinning = []Spinner{{Task: g.label, Pos: pos}}
	}
	for i, g := range n.goroutines {
		if i > 0 && !g.ended && g.spun > 0 && c.ended != endSpunBare {
			s := Spinner{Task: g.label, Pos: trace.Position(g.about.pc), Steps: int64(g.spun)}
			if o := &g.object; o.op != opNone && uint64(g.about.step-o.step) < g.spun {
				s.On, s.Pos = n.touched(o, uint32(i)), trace.Position(o.pc)
			}
			e.Spinning = append(e.Spinning, s)
		}
	}
	for _, w := range left {
		spins := false
		for _, s := range e.Spinning {
			spins = spins || s.Task == w.Task
		}
		if !spins {
			e.Waiting = append(e.Waiting, w)
		}
	}
	return e
}
