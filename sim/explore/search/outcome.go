package search

import (
	"cmp"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// Outcome is one of the things that a program can show, with how often it did.
// Two runs have the same outcome if they end in the same way with the same error, or by
// the same bug, and print the same lines in the same order, whenever they print them, unless
// explore.WithOutcome says what counts.
type Outcome struct {
	// Text is the outcome in words: the lines, then the end if it is an error;
	// or what the function given to WithOutcome returned. If it differs from run to run,
	// such as by who hangs of several that do the same (see order.Run.Bug), it is that of
	// the witness.
	Text string
	// End is the class of the end, and Failed whether it is a failure.
	End    order.End
	Failed bool
	// Runs counts the runs that had this outcome.
	Runs int
	// Estimated says that none of the runs that count had it, but only some of those by
	// which the number of orders was estimated. These are the ones that Runs counts then.
	Estimated bool
	// Switches is how many decisions of the witness did not go the default way.
	// The witness is the simplest of the runs: that with the fewest switches, of
	// these the one whose switches come first, of these the one with the smallest
	// alternatives.
	Switches int
	// Witness is the schedule of the witness.
	Witness order.Schedule

	Key  uint64  // of the outcome: a hash
	path []int32 // of the witness
}

// OutcomeText writes an outcome in words.
func OutcomeText(r *order.Run) string {
	var b strings.Builder
	for _, line := range r.Output {
		b.WriteString(line.Text + "\n")
	}
	if r.Failed() {
		switch {
		case r.Summary == "":
			b.WriteString(string(r.End))
		case strings.HasPrefix(r.Summary, string(r.End)+" "): // "panic in main: ..."
			b.WriteString(r.Summary)
		default:
			b.WriteString(string(r.End) + ": " + r.Summary)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// OutcomeKey identifies the outcome of a run, as Outcome.Key does unless
// explore.WithOutcome says otherwise: runs with one key have one outcome.
func OutcomeKey(r *order.Run) uint64 {
	h := trace.Hash(0).Text(string(r.End)).Text(cmp.Or(r.Bug, r.Summary))
	for i := range r.Output {
		h = h.Text(r.Output[i].Text)
	}
	return uint64(h)
}
