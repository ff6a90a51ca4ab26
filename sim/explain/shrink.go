package explain

import (
	"context"
	"fmt"
	"slices"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// ShrinkRuns is how many runs [Shrink] makes at most, unless [explore.WithRuns] says
// otherwise.
const ShrinkRuns = 2_000

// Shrunk is a failure in the simplest order that was found for it.
type Shrunk struct {
	// Schedule fails in the same way as the one that was given, and is not less
	// simple.
	Schedule order.Schedule
	// Switches is the number of its turns, and Before that of the schedule that was
	// given.
	Switches, Before int
	// Runs counts the runs that were made.
	Runs int
	// Minimal says that there is nothing simpler: every order that the policy
	// permits and that is simpler than this one was run, and none of them fails in
	// the same way. An order is simpler if it has fewer decisions off the default;
	// of as many, if the first of them that is
	// elsewhere is earlier; and then, if the first that differs takes the smaller
	// alternative.
	Minimal bool
	// Stopped says why no more was tried, if Minimal is false.
	Stopped search.Stop
}

// Shrink looks for the simplest order that fails in the same way as a schedule:
// with the same class of end and, but for numbers, the same error; of a deadlock,
// with the same tasks waiting for the same things.
//
// Two ways take turns, a run of the first and two of the second, until there is nothing simpler or a limit is reached:
//
//   - Changes of the schedule: turns are taken away, many at a time and then single ones
//     (delta debugging: Zeller and Hildebrandt, TSE 2002), and moved to the front and to
//     smaller alternatives, where what is left of the schedule is followed as far as it
//     fits. This is how a few turns are left of a long schedule.
//   - All orders, those with the fewest switches first (iterative context bounding:
//     Musuvathi and Qadeer, PLDI 2007), of as many by turns from the simplest and from the
//     other end. This is how two switches are found that are nowhere in the schedule.
//
// Whenever one of them finds a simpler order that fails in the same way, the other one goes
// on from there. All orders that are simpler than the result have been run if Minimal says
// so; else the result is the best that was found.
//
// The limits are those of [explore.WithRuns] and [explore.WithTime], and the end of ctx; a search
// that they end is no error. The result depends on nothing else, unless time or ctx
// ended it. Shrink returns an error that matches order.ErrScheduleMismatch if the
// schedule does not fit the program, one that matches [ErrPasses] if its run does
// not fail, and a [*search.NondeterminismError] if the program depends on more than its
// decisions. It panics if engine is nil.
func Shrink(ctx context.Context, engine order.Engine, schedule order.Schedule, options ...explore.Option) (*Shrunk, error) {
	t := newRerunner(ctx, "Shrink", engine, ShrinkRuns, options)
	defer t.close()
	s := &shrinker{rerunner: t, seen: map[string]bool{}}
	return s.shrink(schedule)
}

type shrinker struct {
	*rerunner
	want  string // the kind of failure
	best  choices
	plan  order.Schedule  // of best
	seen  map[string]bool // what was tried
	walk  *preorder       // through all orders
	how   ending          // of the walk, once it is over
	over  bool            // it is
	moved bool            // the walk has found what is better than what is being changed
	err   error
}

func (s *shrinker) shrink(schedule order.Schedule) (*Shrunk, error) {
	r, o, err := s.given(schedule, trace.Off)
	if err != nil {
		return nil, err
	}
	if !r.Failed() {
		return nil, fmt.Errorf("%w: %s", ErrPasses, schedule)
	}
	s.want = failureKind(r)
	s.best, s.plan = o.clone(), r.Schedule()
	before := len(s.plan)
	s.walk = &preorder{t: s.rerunner, visit: s.visit, before: s.best.taken, fromBack: true}
	for s.edit(); !s.over && s.stopped() == search.Through; {
		if s.walkOn(); s.moved {
			s.edit()
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	result := &Shrunk{Schedule: s.plan, Switches: len(s.plan), Before: before, Runs: s.made, Minimal: s.over && s.how == atEnd}
	if !result.Minimal {
		if result.Stopped = s.stopped(); result.Stopped == search.Through {
			result.Stopped = search.RunsSpent // there are more orders than can be kept waiting
		}
	}
	return result, nil
}

// walkOn visits one order more.
func (s *shrinker) walkOn() {
	if s.over || s.err != nil || s.stopped() != search.Through {
		return
	}
	s.walk.before = s.best.taken
	s.how, s.over, s.err = s.walk.visitNext()
}

// visit is told the orders that are walked through. It never ends that: before does.
func (s *shrinker) visit(r *order.Run, o choices) bool {
	if s.better(r, o) {
		s.moved = true
	}
	return false
}

// better takes a run in the place of the best one if it fails in the same way and
// its order is simpler.
func (s *shrinker) better(r *order.Run, o choices) bool {
	if order.Compare(o.taken, s.best.taken) >= 0 || failureKind(r) != s.want {
		return false
	}
	s.best, s.plan = o.clone(), r.Schedule()
	return true
}

// try runs along a prefix and turns, and reports whether that is better. Then it is the
// turn of the walk, unless it is.
func (s *shrinker) try(prefix []int32, turns order.Schedule) bool {
	key := fmt.Sprint(prefix, turns)
	if s.seen[key] || s.full() {
		return false
	}
	s.seen[key] = true
	r, o, err := s.follow(prefix, turns, trace.Off)
	if err != nil {
		s.err = err
		return false
	}
	if s.better(r, o) {
		return true
	}
	// Most changes bring nothing, and each of these costs the walk its turn: it has two.
	s.walkOn()
	s.walkOn()
	return false
}

// full reports whether there shall be no further edits of what is being changed.
func (s *shrinker) full() bool {
	return s.err != nil || s.over || s.moved || s.stopped() != search.Through
}

// edit changes the best order a little at a time, for as long as that makes it
// simpler.
func (s *shrinker) edit() {
	for again := true; again; {
		s.moved = false
		again = s.try(nil, nil)
		again = s.remove() || again
		again = s.lower() || again
		again = s.advance() || again
		again = (again || s.moved) && s.err == nil && !s.over && s.stopped() == search.Through
	}
}

// remove takes turns away: all of them, half of them, and so on to single ones,
// those at the end first.
func (s *shrinker) remove() (better bool) {
	for size := len(s.plan); size > 0; size /= 2 {
		for end := len(s.plan); end > 0 && !s.full(); {
			from := max(0, end-size)
			if s.try(nil, slices.Concat(s.plan[:from], s.plan[end:])) {
				better = true
				end = min(from, len(s.plan))
			} else {
				end = from
			}
		}
	}
	return better
}

// lower has turns take smaller alternatives.
func (s *shrinker) lower() (better bool) {
	for i := 0; i < len(s.plan); i++ {
		at := s.best.turns()[i]
		for taken := int32(1); taken < s.best.taken[at] && !s.full(); taken++ {
			if s.try(append(slices.Clone(s.best.taken[:at]), taken), s.plan[i+1:]) {
				better = true
				break
			}
		}
	}
	return better
}

// advance moves turns to earlier decisions.
func (s *shrinker) advance() (better bool) {
	for i := 0; i < len(s.plan); i++ {
		if s.advanceTurn(i) {
			better = true
		}
		if s.full() {
			break
		}
	}
	return better
}

func (s *shrinker) advanceTurn(i int) bool {
	turns := s.best.turns()
	from := 0
	if i > 0 {
		from = turns[i-1] + 1
	}
	for at := from; at < turns[i]; at++ {
		for taken := int32(1); taken < s.best.widths[at]; taken++ {
			if s.full() {
				return false
			}
			if s.try(append(slices.Clone(s.best.taken[:at]), taken), s.plan[i+1:]) {
				return true
			}
		}
	}
	return false
}
