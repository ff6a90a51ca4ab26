package explain

import (
	"context"
	"regexp"
	"slices"

	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
)

// NearbyRuns is how many runs [Nearby] makes at most, unless an option says otherwise.
const NearbyRuns = 500

// Near is what was found near a schedule.
type Near struct {
	// Schedule is one that fails.
	Schedule order.Schedule
	// Runs is how many runs were made.
	Runs int
}

// Nearby looks for an order that fails near a schedule that has failed before the program
// was edited, and that does not fit it any more: an order that takes the same turns, by
// names without their ordinals, wherever they can be taken. Those come first in which the
// turns are taken as early as can be; and after those in which also the default is that of
// the schedule, those in which it is another one. If none fails, or the limits are reached,
// the error matches ErrPasses.
func Nearby(ctx context.Context, engine order.Engine, schedule order.Schedule, options ...explore.Option) (*Near, error) {
	t := newRerunner(ctx, "Nearby", engine, NearbyRuns, options)
	defer t.close()
	for _, byKey := range []bool{true, false} {
		open := [][]int{make([]int, len(schedule))}
		for len(open) > 0 && t.stopped() == "" {
			passed := open[0]
			open = open[1:]
			s := &nearStrategy{schedule: schedule, byKey: byKey, left: slices.Clone(passed)}
			r := t.run(s, trace.Off)
			if s.next == len(schedule) && r.Failed() && r.End != order.Mismatched {
				return &Near{r.Schedule(), t.made}, nil
			}
			// One more chance is passed by at the last turn at which this was done, or at a
			// later one: so each combination comes once.
			last := 0
			for i, n := range passed {
				if n > 0 {
					last = i
				}
			}
			for i := last; i < s.next; i++ {
				more := slices.Clone(passed)
				more[i]++
				open = append(open, more)
			}
		}
	}
	return &Near{Runs: t.made}, ErrPasses
}

// nearStrategy takes the turns of a schedule where something of that name can be taken.
type nearStrategy struct {
	schedule order.Schedule
	byKey    bool  // the default must be of the same name, too
	next     int   // the turn that is to be taken next
	left     []int // how many chances are passed by, for each turn
}

func (s *nearStrategy) Name() string { return "nearby" }

func (s *nearStrategy) Choose(d *order.Decision) int {
	if s.next == len(s.schedule) {
		return 0
	}
	turn := s.schedule[s.next]
	if turn.Kind != d.Kind || s.byKey && bare(turn.Key) != bare(d.Key) {
		return 0
	}
	at := -1
	for i := 1; i < len(d.Alternatives); i++ {
		switch name := d.Alternatives[i].Name; {
		case name == turn.Taken:
			at = i
		case at < 0 && bare(name) == bare(turn.Taken):
			at = i
		}
	}
	if at < 0 {
		return 0
	}
	if s.left[s.next] > 0 {
		s.left[s.next]--
		return 0
	}
	s.next++
	return at
}

// ordinals are the numbers in a name that count what came before.
var ordinals = regexp.MustCompile(`[.#][0-9]+`)

// bare is a name without its ordinals.
func bare(name string) string { return ordinals.ReplaceAllString(name, "") }
