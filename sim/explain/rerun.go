package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// ErrPasses says that a schedule which was to be shrunk or explained does not
// fail.
var ErrPasses = errors.New("explain: the run of the schedule does not fail")

var errTimeOver = errors.New("explain: the time is over")

// rerunner makes single runs, one after another, for those who take a run apart. It
// stops at the limits that options set.
type rerunner struct {
	search.Settings
	ctx    context.Context
	cancel context.CancelFunc
	engine order.Engine
	runner order.Runner
	made   int   // runs
	spent  int64 // steps of these
}

// stepsOfRun is how many steps the runs of a search may take, each, on average. There are
// fewer runs if they are longer, so that a run of very many steps is explained about as
// fast as one of a few: for 2,000 runs, these are 400,000 steps.
const stepsOfRun = 200

// waits is how many steps a run counts for at least that ends so, since it takes as long:
// that a loop without a point spins is seen when it has used up many time slices, and that
// a step never returns by a watchdog.
var waits = map[order.End]int64{order.Spinning: 20_000, order.StuckEnd: 400_000}

// newRerunner begins with so many runs, unless an option says otherwise.
func newRerunner(ctx context.Context, op string, engine order.Engine, runs int, options []explore.Option) *rerunner {
	if engine == nil {
		panic("explain: " + op + " was given a nil engine; make one with sim.Engine")
	}
	t := &rerunner{Settings: explore.SettingsOf(runs, options...), engine: engine}
	t.ctx, t.cancel = ctx, func() {}
	if t.Time > 0 {
		t.ctx, t.cancel = context.WithTimeoutCause(ctx, t.Time, errTimeOver)
	}
	t.runner = engine.Runner()
	return t
}

func (t *rerunner) close() {
	t.cancel()
	t.runner.Close()
}

// stopped says whether no further run may be made, and why.
func (t *rerunner) stopped() search.Stop {
	switch {
	case t.ctx.Err() != nil && errors.Is(context.Cause(t.ctx), errTimeOver):
		return search.TimeSpent
	case t.ctx.Err() != nil:
		return search.Interrupted
	case t.used(t.Runs):
		return search.RunsSpent
	}
	return search.Through
}

// used reports whether what so many runs may take has been taken.
func (t *rerunner) used(runs int) bool {
	return t.made >= runs || t.spent >= stepsOfRun*int64(runs)
}

// run makes a run, whatever stopped says.
func (t *rerunner) run(s order.Strategy, level trace.Level) *order.Run {
	t.made++
	r := t.runner.Run(s, level)
	t.spent += max(r.Steps, int64(len(r.Decisions)), waits[r.End])
	return r
}

// given runs the schedule that a caller handed in. Its error matches
// order.ErrScheduleMismatch if the schedule does not fit.
func (t *rerunner) given(schedule order.Schedule, level trace.Level) (*order.Run, choices, error) {
	s := &strict{replay: order.Replay(schedule)}
	r := t.run(s, level)
	if err := s.replay.Err(); err != nil {
		return nil, choices{}, fmt.Errorf("explain: the schedule cannot be run: %w", err)
	}
	return r, choices{s.taken, s.widths}, nil
}

// strayed is the error for a program that does not depend on its decisions alone.
func (t *rerunner) strayed(taken []int32) error {
	return search.Unequal(t.runner, taken)
}

// choices is a run by what it took at each of its decisions, with how much there
// was to take.
type choices struct{ taken, widths []int32 }

// note adds a decision.
func (o *choices) note(d *order.Decision, taken int) int {
	o.taken = append(o.taken, int32(taken))
	o.widths = append(o.widths, int32(len(d.Alternatives)))
	return taken
}

// turns returns where an order does not go the default way.
func (o *choices) turns() []int {
	var at []int
	for i, taken := range o.taken {
		if taken != 0 {
			at = append(at, i)
		}
	}
	return at
}

func (o *choices) clone() choices { return choices{slices.Clone(o.taken), slices.Clone(o.widths)} }

// strict is order.Replay, except that a schedule which does not fit leaves the
// run's error alone, and that it takes down the order.
type strict struct {
	replay *order.ReplayStrategy
	choices
}

func (s *strict) Name() string                 { return "replay" }
func (s *strict) Choose(d *order.Decision) int { return s.note(d, s.replay.Choose(d)) }

// lenient follows indices as far as they go, and then takes each of some turns
// where it first fits, whatever became of those before it. Everywhere else it
// takes the default. A name of a decision comes up only until it is taken, so
// that the turns of a run lead to that run.
type lenient struct {
	prefix []int32
	turns  map[question][]string // what is to be taken, in the order of the turns
	choices
	strayed bool // the prefix did not fit
}

// question is the name of a decision.
type question struct{ kind, key string }

func newLenient(prefix []int32, turns order.Schedule) *lenient {
	s := &lenient{prefix: prefix}
	if len(turns) > 0 {
		s.turns = make(map[question][]string, len(turns))
	}
	for _, turn := range turns {
		q := question{turn.Kind, turn.Key}
		s.turns[q] = append(s.turns[q], turn.Taken)
	}
	return s
}

func (s *lenient) Name() string { return "replay" }

func (s *lenient) Choose(d *order.Decision) int {
	if at := len(s.taken); at < len(s.prefix) {
		taken := int(s.prefix[at])
		if taken >= len(d.Alternatives) {
			s.strayed, taken = true, 0
		}
		return s.note(d, taken)
	}
	if len(s.turns) == 0 {
		return s.note(d, 0)
	}
	q := question{d.Kind, d.Key}
	wanted := s.turns[q]
	for i, name := range wanted {
		for k := range d.Alternatives {
			if d.Alternatives[k].Name != name {
				continue
			}
			if len(wanted) == 1 {
				delete(s.turns, q)
			} else {
				s.turns[q] = slices.Delete(wanted, i, i+1)
			}
			return s.note(d, k)
		}
	}
	return s.note(d, 0)
}

// follow runs along a prefix, then along turns, then by default, and returns the
// run with its order. The error says that the prefix did not fit, although it is
// of an earlier run.
func (t *rerunner) follow(prefix []int32, turns order.Schedule, level trace.Level) (*order.Run, choices, error) {
	s := newLenient(prefix, turns)
	r := t.run(s, level)
	if s.strayed || len(s.taken) < len(prefix) {
		return nil, choices{}, t.strayed(prefix)
	}
	return r, s.choices, nil
}
