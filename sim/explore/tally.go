package explore

import (
	"cmp"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// outcomesKept is how many different outcomes an exploration keeps apart. Beyond
// that, it counts runs of others without saying which. With the texts that
// programs print, this bounds the memory of an exploration.
const outcomesKept = 1 << 14

// tally adds up runs.
type tally struct {
	runs      int // that came to an end
	blocked   int // that were given up, since all that they could lead to had been seen
	outcomes  []*Outcome
	byKey     map[uint64]*Outcome
	others    int // runs with outcomes that are not kept
	decisions spread
	switches  spread
	classes   map[uint64]int32 // by trace, how many runs; nil if not counted
	seen      map[string]bool
	untracked []string
	twice     int // runs that were made again, and were equal
	unequal   *NondeterminismError
}

func newTally(classes bool) *tally {
	t := &tally{byKey: map[uint64]*Outcome{}}
	if classes {
		t.classes = map[uint64]int32{}
	}
	return t
}

// add counts a run.
func (t *tally) add(r *order.Run, outcome func(*order.Run) string) {
	t.runs++
	t.decisions.add(len(r.Decisions))
	n := 0
	for i := range r.Decisions {
		if r.Decisions[i].Taken != 0 {
			n++
		}
	}
	t.switches.add(n)
	for name, held := range r.Seen {
		if t.seen == nil {
			t.seen = map[string]bool{}
		}
		t.seen[name] = t.seen[name] || held
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
		key = keyOf(r)
	}
	o := t.byKey[key]
	isNew := o == nil
	if isNew {
		if len(t.outcomes) == outcomesKept {
			t.others++
			return
		}
		if outcome == nil {
			text = textOf(r)
		}
		o = &Outcome{Text: text, End: r.End, Failed: r.Failed(), key: key}
		t.byKey[key] = o
		t.outcomes = append(t.outcomes, o)
	}
	o.Runs++
	if isNew || n < o.Switches || n == o.Switches && n > 0 && compareOrders(takenOf(r.Decisions), o.path) < 0 {
		o.path, o.Witness, o.Switches = takenOf(r.Decisions), r.Schedule(), n
	}
}

func (t *tally) unsee(what string) {
	if i, found := slices.BinarySearch(t.untracked, what); !found {
		t.untracked = slices.Insert(t.untracked, i, what)
	}
}

// merge adds what another tally has counted after this one.
func (t *tally) merge(o *tally) {
	t.runs += o.runs
	t.blocked += o.blocked
	t.others += o.others
	t.twice += o.twice
	t.decisions.merge(o.decisions)
	t.switches.merge(o.switches)
	if t.unequal == nil {
		t.unequal = o.unequal
	}
	for name, held := range o.seen {
		if t.seen == nil {
			t.seen = map[string]bool{}
		}
		t.seen[name] = t.seen[name] || held
	}
	for _, what := range o.untracked {
		t.unsee(what)
	}
	t.mergeClasses(o.classes)
	for _, other := range o.outcomes {
		known := t.byKey[other.key]
		if known == nil {
			if len(t.outcomes) == outcomesKept {
				t.others += other.Runs
				continue
			}
			copied := *other
			t.byKey[other.key] = &copied
			t.outcomes = append(t.outcomes, &copied)
			continue
		}
		known.Runs += other.Runs
		if compareOrders(other.path, known.path) < 0 {
			known.path, known.Witness, known.Switches = other.path, other.Witness, other.Switches
		}
	}
}

// classesKept is how many traces a sampling tells apart.
const classesKept = 1 << 20

// ordered returns the outcomes as reports show them: those that pass first, then
// those whose witness is simplest.
func (t *tally) ordered() []Outcome {
	out := make([]Outcome, len(t.outcomes))
	for i, o := range t.outcomes {
		out[i] = *o
	}
	slices.SortStableFunc(out, func(a, b Outcome) int {
		if a.Failed != b.Failed {
			if a.Failed {
				return 1
			}
			return -1
		}
		return cmp.Or(compareOrders(a.path, b.path), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// failed reports whether a run failed.
func (t *tally) failed() bool {
	return slices.ContainsFunc(t.outcomes, func(o *Outcome) bool { return o.Failed })
}

// class counts runs of one trace.
func (t *tally) class(class uint64, runs int32) {
	if _, known := t.classes[class]; known || len(t.classes) < classesKept {
		t.classes[class] += runs
	}
}

// mergeClasses adds what another tally counted, in an order that does not depend
// on a map, because there may not be room for all.
func (t *tally) mergeClasses(classes map[uint64]int32) {
	keys := make([]uint64, 0, len(classes))
	for class := range classes {
		keys = append(keys, class)
	}
	if len(t.classes)+len(keys) > classesKept {
		slices.Sort(keys)
	}
	for _, class := range keys {
		t.class(class, classes[class])
	}
}
