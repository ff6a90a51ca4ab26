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
// Two searches take turns, each with as many runs and steps as the other, and
// with more of them every time. One takes turns away, many at a time and then
// single ones (delta debugging: Zeller and Hildebrandt, TSE 2002), and moves turns
// to the front and to smaller alternatives, where what is left of the schedule is
// followed as far as it fits. The other walks all orders with no switch, then
// those with one, and so on (iterative context bounding: Musuvathi and Qadeer,
// PLDI 2007), depth first, as [weft/sim/explore/walk.Bounded] does, for as long as
// there may be an order with fewer switches than the best one. The first is fast
// where switches are many and have little to do with each other, the second where
// few are enough but cannot be reached by leaving some out. Three quarters of the
// runs at most go there. Then Shrink goes through all orders, the simplest first,
// until it comes to one that fails in the same way: that is the simplest of all.
// If there are too many, the result is the best that was found.
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
	want string // the kind of failure
	best choices
	plan order.Schedule  // of best
	seen map[string]bool // what was tried
	bounded
	// Where the search that is on has to stop.
	mostRuns  int
	mostSteps int64
	err       error
}

// firstTurn is how many runs each of the two searches has at first.
const firstTurn = 64

func (s *shrinker) shrink(schedule order.Schedule) (*Shrunk, error) {
	r, o, err := s.given(schedule, trace.Off)
	if err != nil {
		return nil, err
	}
	if !r.Failed() {
		return nil, fmt.Errorf("%w: %s", ErrPasses, schedule)
	}
	s.want = failureKind(r)
	s.best, s.plan = o, r.Schedule()
	before := len(s.plan)
	s.takeTurns(s.Runs - s.Runs/4)
	if s.err != nil {
		return nil, s.err
	}
	l := &preorder{t: s.rerunner, visit: s.better, before: s.best.taken}
	how, err := l.visitAll()
	if err != nil {
		return nil, err
	}
	result := &Shrunk{Schedule: s.plan, Switches: len(s.plan), Before: before, Runs: s.made, Minimal: how != cutShort}
	if !result.Minimal {
		if result.Stopped = s.stopped(); result.Stopped == search.Through {
			result.Stopped = search.RunsSpent // there are more orders than can be kept waiting
		}
	}
	return result, nil
}

// better takes a run in the place of the best one if it fails in the same way and
// its order is simpler.
func (s *shrinker) better(r *order.Run, o choices) bool {
	if order.Compare(o.taken, s.best.taken) >= 0 || failureKind(r) != s.want {
		return false
	}
	s.best, s.plan = o, r.Schedule()
	return true
}

// try runs along a prefix and turns, and reports whether that is better.
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
	return s.better(r, o)
}

// takeTurns has both searches work until neither has anything left to try, or so
// many runs are used.
func (s *shrinker) takeTurns(runs int) {
	for size := firstTurn; ; size *= 2 {
		s.give(size, runs)
		walked := s.walk() // begins with the default order: if that fails, it is the simplest
		s.give(size, runs)
		s.edit()
		edited := !s.full()
		if s.err != nil || s.used(runs) || s.stopped() != search.Through {
			return
		}
		if walked && edited {
			return
		}
	}
}

// give lets the search that comes next have so many runs and the steps that belong to
// them, of all that there are for both.
func (s *shrinker) give(size, runs int) {
	s.mostRuns = min(s.made+size, runs)
	s.mostSteps = min(s.spent+stepsOfRun*int64(size), stepsOfRun*int64(runs))
}

// full reports whether the search that is on has had its share.
func (s *shrinker) full() bool {
	return s.err != nil || s.made >= s.mostRuns || s.spent >= s.mostSteps || s.stopped() != search.Through
}

// edit changes the best order a little at a time, for as long as that makes it
// simpler.
func (s *shrinker) edit() {
	for again := true; again && !s.full(); {
		again = s.try(nil, nil)
		again = s.remove() || again
		again = s.lower() || again
		again = s.advance() || again
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
