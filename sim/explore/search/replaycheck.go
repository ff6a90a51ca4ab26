package search

import (
	"fmt"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// NondeterminismError says that a program did not do the same twice although it
// was given the same decisions. What an exploration says of such a program is
// worth nothing.
type NondeterminismError struct {
	// Schedule is that of the run.
	Schedule order.Schedule
	// Difference is where the two runs part, or nil if they show the same events
	// and differ in what comes of them.
	Difference *trace.Difference
	// Text says what differs, if Difference is nil.
	Text string
}

// Error shows the first event that differs, and says what the usual causes are.
func (e *NondeterminismError) Error() string {
	var b strings.Builder
	b.WriteString("search: the program did not do the same twice with the same decisions (schedule " + e.Schedule.String() + ")\n")
	if e.Difference != nil {
		b.WriteString(strings.TrimRight(e.Difference.String(), "\n"))
	} else {
		b.WriteString(e.Text)
	}
	b.WriteString("\nUsual causes: an iteration over a map, the wall clock, the global random source, " +
		"state that is kept from run to run, a goroutine or input from outside the run. Use virtual time and decisions of the program, make all state inside it, sort the keys.")
	return b.String()
}

// check makes a run twice more, and notes whether the two are equal to it and to
// each other.
func (w *Worker) check(t *Tally, r *order.Run) {
	recorded, want := r.Hash, ""
	if recorded == 0 {
		want = essence(r) // the next run wipes r
	}
	schedule := order.TakenOf(r.Decisions)
	p := follow(schedule)
	first := w.RunFor(p, order.WantsHash)
	hash := first.Hash
	switch {
	case recorded != 0 && recorded == hash:
		t.Checked++
		return
	case recorded == 0 && essence(first) == want:
		p.Rewind(len(schedule))
		if second := w.RunFor(p, order.WantsHash); second.Hash == hash {
			t.Checked++
			return
		}
	}
	t.Unequal = Unequal(w.runner, schedule)
}

// essence is what two runs with the same decisions must have in common, at
// whatever level they were recorded.
func essence(r *order.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "It ended as %q at %v, after %d decisions.\n", r.End, r.Elapsed, len(r.Decisions))
	for i := range r.Decisions {
		d := &r.Decisions[i]
		fmt.Fprintf(&b, "At %s:%s it took %s.\n", d.Kind, d.Key, d.Alternatives[d.Taken].Name)
	}
	b.WriteString(OutcomeText(r))
	return b.String()
}

// Unequal shows how runs along a path differ. If they do so only now and then, it
// tries a few times to catch them at it.
func Unequal(runner order.Runner, taken []int32) *NondeterminismError {
	p := follow(taken)
	first := runner.Run(p, trace.Full).Clone()
	e := &NondeterminismError{Schedule: first.Schedule()}
	for range 5 {
		p.Rewind(len(taken))
		next := runner.Run(p, trace.Full)
		if e.Difference = trace.Compare(first.Trace(), next.Trace(), trace.IgnoreHeader()); e.Difference != nil {
			return e
		}
	}
	e.Text = "A first run differed from later ones, which are all alike: something is kept from run to run."
	return e
}

// Strayed says that a run came to another decision than an earlier one which had
// taken the same turns.
func (w *Worker) Strayed(r *order.Run) *NondeterminismError {
	return Unequal(w.runner, order.TakenOf(r.Decisions))
}
