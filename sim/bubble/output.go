package bubble

import (
	"time"

	"weft/sim/order"
)

// printed takes in a line of the program's output, and returns which one it is.
func (n *run) printed(text string, now time.Duration) int {
	// To print orders nothing that the program does.
	hooks.quiet(1)
	defer hooks.quiet(-1)
	n.hold()
	defer n.busy.Store(false)
	n.output = append(n.output, order.Line{At: now, Text: text})
	return len(n.output) - 1
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

// line returns a line of the output, and notes who printed it.
func (n *run) line(which int, by string) string {
	n.hold()
	defer n.busy.Store(false)
	line := &n.output[which]
	line.Task = by
	return line.Text
}
