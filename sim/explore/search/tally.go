package search

import (
	"cmp"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// OutcomesKept is how many different outcomes an exploration keeps apart. Beyond
// that, it counts runs of others without saying which. With the texts that
// programs print, this bounds the memory of an exploration.
const OutcomesKept = 1 << 14

// Tally adds up runs.
type Tally struct {
	Runs      int // that came to an end
	Blocked   int // that were given up, since all that they could lead to had been seen
	Outcomes  []*Outcome
	byKey     map[uint64]*Outcome
	Others    int // runs with outcomes that are not kept
	Decisions Stats
	Switches  Stats
	Traces    map[uint64]int32 // by trace, how many runs; nil if not counted
	Seen      map[string]bool
	Untracked []string
	Checked   int // runs that were made again, and were equal
	Unequal   *NondeterminismError
}

// NewTally returns an empty tally. traces says whether different traces are counted.
func NewTally(traces bool) *Tally {
	t := &Tally{byKey: map[uint64]*Outcome{}}
	if traces {
		t.Traces = map[uint64]int32{}
	}
	return t
}

// Made counts the runs, those that were given up as well.
func (t *Tally) Made() int { return t.Runs + t.Blocked }

// add counts a run.
func (t *Tally) add(r *order.Run, outcome func(*order.Run) string) {
	t.Runs++
	t.Decisions.add(len(r.Decisions))
	n := 0
	for i := range r.Decisions {
		if r.Decisions[i].Taken != 0 {
			n++
		}
	}
	t.Switches.add(n)
	for name, held := range r.Seen {
		if t.Seen == nil {
			t.Seen = map[string]bool{}
		}
		t.Seen[name] = t.Seen[name] || held
	}
	for _, what := range r.Untracked {
		t.unsee(what)
	}
	var key uint64
	text := ""
	if outcome != nil {
		text = outcome(r)
		key = uint64(trace.Hash(0).Text(string(r.End)).Text(text))
	} else {
		key = OutcomeKey(r)
	}
	o := t.byKey[key]
	isNew := o == nil
	if isNew {
		if len(t.Outcomes) == OutcomesKept {
			t.Others++
			return
		}
		if outcome == nil {
			text = OutcomeText(r)
		}
		o = &Outcome{Text: text, End: r.End, Failed: r.Failed(), Key: key}
		t.byKey[key] = o
		t.Outcomes = append(t.Outcomes, o)
	}
	o.Runs++
	if isNew || n < o.Switches || n == o.Switches && n > 0 && order.Compare(order.TakenOf(r.Decisions), o.path) < 0 {
		o.path, o.Witness, o.Switches = order.TakenOf(r.Decisions), r.Schedule(), n
		if outcome == nil && r.Bug != "" && !isNew {
			o.Text = OutcomeText(r)
		}
	}
}

func (t *Tally) unsee(what string) {
	if i, found := slices.BinarySearch(t.Untracked, what); !found {
		t.Untracked = slices.Insert(t.Untracked, i, what)
	}
}

// Merge adds what another tally has counted after this one.
func (t *Tally) Merge(o *Tally) {
	t.Runs += o.Runs
	t.Blocked += o.Blocked
	t.Others += o.Others
	t.Checked += o.Checked
	t.Decisions.merge(o.Decisions)
	t.Switches.merge(o.Switches)
	if t.Unequal == nil {
		t.Unequal = o.Unequal
	}
	for name, held := range o.Seen {
		if t.Seen == nil {
			t.Seen = map[string]bool{}
		}
		t.Seen[name] = t.Seen[name] || held
	}
	for _, what := range o.Untracked {
		t.unsee(what)
	}
	t.mergeTraces(o.Traces)
	for _, other := range o.Outcomes {
		known := t.byKey[other.Key]
		if known == nil {
			if len(t.Outcomes) == OutcomesKept {
				t.Others += other.Runs
				continue
			}
			copied := *other
			t.byKey[other.Key] = &copied
			t.Outcomes = append(t.Outcomes, &copied)
			continue
		}
		known.Runs += other.Runs
		if order.Compare(other.path, known.path) < 0 {
			known.path, known.Witness, known.Switches, known.Text = other.path, other.Witness, other.Switches, other.Text
		}
	}
}

// TracesKept is how many traces a sampling tells apart.
const TracesKept = 1 << 20

// Ordered returns the outcomes as reports show them: those that pass first, then
// those whose witness is simplest.
func (t *Tally) Ordered() []Outcome {
	out := make([]Outcome, len(t.Outcomes))
	for i, o := range t.Outcomes {
		out[i] = *o
	}
	slices.SortStableFunc(out, func(a, b Outcome) int {
		if a.Failed != b.Failed {
			if a.Failed {
				return 1
			}
			return -1
		}
		if a.conclusive() != b.conclusive() {
			if b.conclusive() {
				return 1
			}
			return -1
		}
		return cmp.Or(order.Compare(a.path, b.path), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// Failed reports whether a run failed.
func (t *Tally) Failed() bool {
	return slices.ContainsFunc(t.Outcomes, func(o *Outcome) bool { return o.Failed })
}

// EndlessRuns returns how many runs were stopped by the limit of steps.
func (t *Tally) EndlessRuns() int {
	runs := 0
	for _, o := range t.Outcomes {
		if o.Failed && !o.conclusive() {
			runs += o.Runs
		}
	}
	return runs
}

// FoundOut reports whether runs failed in a way that says what is wrong, and that is not
// known (nil means that none is). One that was stopped by the limit of steps does not say
// it, unless many were: there may be a deadlock behind it, or a data race, which another
// order shows.
func (t *Tally) FoundOut(known func(*Outcome) bool) bool {
	endless := 0
	for _, o := range t.Outcomes {
		switch {
		case !o.Failed || known != nil && known(o):
		case o.conclusive():
			return true
		default:
			endless += o.Runs
		}
	}
	return endless >= endlessRunsMost
}

// endlessRunsMost is how many runs that are stopped by the limit of steps are made before
// that is what is reported.
const endlessRunsMost = 20

func (o *Outcome) conclusive() bool { return o.End != order.OutOfSteps }

// trace counts runs of one trace.
func (t *Tally) trace(trace uint64, runs int32) {
	if _, known := t.Traces[trace]; known || len(t.Traces) < TracesKept {
		t.Traces[trace] += runs
	}
}

// mergeTraces adds what another tally counted, in an order that does not depend
// on a map, because there may not be room for all.
func (t *Tally) mergeTraces(traces map[uint64]int32) {
	keys := make([]uint64, 0, len(traces))
	for trace := range traces {
		keys = append(keys, trace)
	}
	if len(t.Traces)+len(keys) > TracesKept {
		slices.Sort(keys)
	}
	for _, trace := range keys {
		t.trace(trace, traces[trace])
	}
}
