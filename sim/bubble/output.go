package bubble

import (
	"strings"
	"time"

	"weft/sim/order"
)

// piece is what is printed at a time: a line of the output, or a part of one.
type piece struct {
	line int // counted from 0
	text string
}

// printed takes in a line of the program's output, and returns which piece it is.
func (n *run) printed(text string, now time.Duration) int {
	// To print orders nothing that the program does.
	hooks.quiet(1)
	defer hooks.quiet(-1)
	n.hold()
	defer n.busy.Store(false)
	n.output = append(n.output, order.Line{At: now, Text: text})
	n.pieces = append(n.pieces, piece{len(n.output) - 1, text})
	n.open = false
	return len(n.pieces) - 1
}

// writes takes in text that goes on where the last one has ended: in the same line, if that
// had no end.
func (n *run) writes(text string, now time.Duration) int {
	line, ends := strings.CutSuffix(text, "\n")
	if !n.open {
		which := n.printed(line, now)
		n.open = !ends
		return which
	}
	hooks.quiet(1)
	defer hooks.quiet(-1)
	n.hold()
	defer n.busy.Store(false)
	last := len(n.output) - 1
	n.output[last].Text += line
	n.pieces = append(n.pieces, piece{last, line})
	n.open = !ends
	return len(n.pieces) - 1
}

// returns notes that the program has come to its end.
func (n *run) returns() {
	n.hold()
	n.returned = true
	n.busy.Store(false)
}

// hold waits for the output to be free. It is no lock of package sync, which the
// runtime would look at.
func (n *run) hold() {
	for !n.busy.CompareAndSwap(false, true) {
	}
}

// printedSoFar returns the output.
func (n *run) printedSoFar() []order.Line {
	n.hold()
	defer n.busy.Store(false)
	return n.output
}

// line returns what was printed at a time, and notes who did so.
func (n *run) line(which int, by string) string {
	n.hold()
	defer n.busy.Store(false)
	p := &n.pieces[which]
	n.output[p.line].Task = by
	return p.text
}
