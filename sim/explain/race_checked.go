package explain

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// racesTried is how many pairs of accesses are tried at most.
const racesTried = 16

// race says what raced, and checks it by running. Of pairs of accesses that are no known
// pattern, it is the first one that decides whether the run fails; if none was seen to, the
// first one.
func (e *explainer) race(f *Failure) error {
	f.Race = raceOf(f)
	if f.Race == nil || f.Passing == nil {
		return nil
	}
	h, p := f.histories()
	c := &comparison{failing: h, passing: p, hangs: hangs(f.End), passed: map[[2]int]bool{}}
	for race := f.Race; race != nil; race = h.numbered(c.otherOrder()) {
		decisive, err := e.decides(race, h)
		if err != nil {
			return err
		}
		if decisive {
			race.Checked, f.Race = true, race
			return nil
		}
		if race.Pattern != OtherOrder || len(c.passed) == racesTried || e.stopped() != search.Through {
			return nil
		}
		c.passed[[2]int{race.Events[0].Seq, race.Events[1].Seq}] = true
	}
	return nil
}

// decides reports whether a run passes in which everything is as in the failing one, for
// as long as it can be, but whoever came first in the race is kept back until the other one
// is past. It is false as well where nobody can be kept back so. h is the history of the
// failing run.
func (e *explainer) decides(race *Race, h *history) (bool, error) {
	first, second := race.pair()
	if second == nil || e.stopped() != search.Through {
		return false, nil
	}
	s := &keepBack{base: e.base, first: stepOf(e.trace.Events, first), second: stepOf(e.trace.Events, second)}
	if s.first.task == "" || s.second.task == "" {
		return false, nil
	}
	r := e.rerunner.run(s, trace.Full)
	if s.strayed {
		return false, e.strayed(e.taken)
	}
	return !r.Failed() && exchangedIn(historyOf(r.Trace(), order.Finished, ""), h, first.Seq, second.Seq), nil
}

// pair returns the first event of the race and the first of another task, or nil for it.
func (r *Race) pair() (first, second *trace.Event) {
	first = &r.Events[0]
	other := slices.IndexFunc(r.Events, func(x trace.Event) bool { return x.Task != first.Task })
	if other < 0 {
		return first, nil
	}
	return first, &r.Events[other]
}

// exchanged says how the order of the pair was exchanged in the run that checked it.
func (r *Race) exchanged() string {
	first, second := r.pair()
	other := slices.IndexFunc(r.Events, func(e trace.Event) bool { return e.Seq == second.Seq })
	return fmt.Sprintf("with %s kept back before event %s until %s is past event %s", who(*first), r.Numbers[0], who(*second), r.Numbers[other])
}

// step is a step by its task and number.
type step struct {
	task string
	n    int
}

func (s step) id() string { return s.task + "." + strconv.Itoa(s.n) }

// stepNamed is the step that an alternative stands for.
func stepNamed(name string) step {
	i := strings.LastIndexByte(name, '.')
	n, err := strconv.Atoi(name[i+1:])
	if i < 0 || err != nil {
		return step{}
	}
	return step{name[:i], n}
}

// stepOf returns the step that an event is in, or one without a task if it is not known.
// Where a task goes on from step to step, only the decisions tell these apart.
func stepOf(events []trace.Event, x *trace.Event) step {
	at := slices.IndexFunc(events, func(e trace.Event) bool { return e.Seq == x.Seq })
	for i := at; i >= 0; i-- {
		e := &events[i]
		if e.Kind == trace.Decide {
			kind, _, _ := strings.Cut(e.Object, ":")
			if taken := stepNamed(e.Detail); order.IsOrder(kind) && taken.task == x.Task {
				return taken
			}
			continue
		}
		if e.Task == x.Task && e.N > 0 && (e.Kind == trace.Start || e.Kind == trace.Resume || e.Kind == trace.Callback) {
			return stepNamed(e.ID())
		}
	}
	return step{}
}

// exchangedIn reports whether two accesses of a run came the other way round in another.
func exchangedIn(other, run *history, first, second int) bool {
	at := func(seq int) int {
		i := slices.IndexFunc(run.accesses, func(a access) bool { return a.Seq == seq })
		if i < 0 {
			return -1
		}
		if k, ok := other.at[run.accesses[i].key]; ok {
			return k
		}
		return -1
	}
	a, b := at(first), at(second)
	return b >= 0 && (a < 0 || b < a)
}

// keepBack is the strategy that repeats a run until a step of it is due, keeps the task of
// that back until another step was taken, and has all others keep to the order of the run.
type keepBack struct {
	base          *base
	first, second step
	choices
	held    bool // it has begun
	past    bool // the other step was taken
	strayed bool
}

func (s *keepBack) Name() string { return "replay" }

func (s *keepBack) Choose(d *order.Decision) int {
	at := len(s.taken)
	if !order.IsOrder(d.Kind) {
		if !s.held && at < len(s.base.taken) {
			return s.again(d)
		}
		chosen := s.base.chosen[d.Key]
		return s.note(d, max(0, slices.IndexFunc(d.Alternatives, func(a order.Alternative) bool { return a.Name == chosen })))
	}
	s.held = s.held || slices.ContainsFunc(d.Alternatives, s.keeps)
	if !s.held && at < len(s.base.taken) {
		return s.again(d)
	}
	s.past = s.past || slices.ContainsFunc(d.Alternatives, func(a order.Alternative) bool {
		next := stepNamed(a.Name)
		return next.task == s.second.task && next.n > s.second.n
	})
	best, first := -1, math.MaxInt
	for i, a := range d.Alternatives {
		if !s.past && s.keeps(a) {
			continue
		}
		seq, seen := s.base.rank[d.Kind+" "+a.Name]
		if best < 0 || seen && seq < first {
			best = i
		}
		if seen && seq < first {
			first = seq
		}
	}
	best = max(best, 0)
	s.past = s.past || d.Alternatives[best].Name == s.second.id()
	return s.note(d, best)
}

// keeps reports whether an alternative is to be kept back.
func (s *keepBack) keeps(a order.Alternative) bool {
	next := stepNamed(a.Name)
	return next.task == s.first.task && next.n >= s.first.n
}

// again takes what the run took.
func (s *keepBack) again(d *order.Decision) int {
	taken := int(s.base.taken[len(s.taken)])
	if taken >= len(d.Alternatives) {
		s.strayed, taken = true, 0
	}
	return s.note(d, taken)
}
