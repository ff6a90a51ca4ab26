package order

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"

	"weft/trace/words"
)

// Strategy takes one alternative at every decision of a run. It must depend on
// nothing but its own state and the decisions that it is shown. A panic of a
// strategy is its caller's: it comes out of the Run function.
type Strategy interface {
	// Choose returns the index of the alternative to take. d and its slices
	// belong to the engine and must not be changed.
	Choose(d *Decision) int
	// Name says what the strategy is, for headers and reports.
	Name() string
}

// Planned is a strategy that knows what it will take before it sees the alternatives.
// An engine for which it is dear to ask at each decision of a run may ask for the plan
// at the beginning, and call Choose when the decisions have been made.
type Planned interface {
	Strategy
	// Plan writes what the next decisions will take into turns, and returns of how many
	// it knows. It changes nothing. For each decision of the run, planned or not, Choose
	// must be called afterwards, in order, and takes what was planned.
	Plan(turns []PlannedTurn) int
}

// PlannedTurn is what a decision will take.
type PlannedTurn struct {
	// Fraction says which alternative, in units of 2^-64 of their number: of n, the
	// one with the index Fraction*n>>64.
	Fraction uint64
	// Of is the number of alternatives for which this holds. If there is another
	// number, this turn and those behind it are void. 0 stands for any number.
	Of int
}

// Index returns the index of the alternative to take of n.
func (p PlannedTurn) Index(n int) int {
	i, _ := bits.Mul64(p.Fraction, uint64(n))
	return int(i)
}

// PlanIndex returns the turn that takes the alternative with index i of n.
func PlanIndex(i, n int) PlannedTurn {
	fraction, rest := bits.Div64(uint64(i), 0, uint64(n))
	if rest != 0 {
		fraction++
	}
	return PlannedTurn{Fraction: fraction, Of: n}
}

// Default takes the first alternative always: the default order.
func Default() Strategy { return defaultStrategy{} }

type defaultStrategy struct{}

func (defaultStrategy) Choose(*Decision) int { return 0 }
func (defaultStrategy) Name() string         { return "default" }

// Plan says that the first alternative will be taken, always.
func (defaultStrategy) Plan(turns []PlannedTurn) int {
	clear(turns)
	return len(turns)
}

// RandomStrategy draws from a seed.
type RandomStrategy struct {
	seed   uint64
	source rand.PCG
}

// Random returns a strategy that draws every alternative with equal probability,
// or by the weights of the decision, from a generator with the given seed (PCG,
// as in math/rand/v2). A seed gives the same run on every machine.
func Random(seed uint64) *RandomStrategy {
	s := &RandomStrategy{seed: seed}
	s.source.Seed(seed, 0x9e3779b97f4a7c15)
	return s
}

// Seed returns the seed.
func (s *RandomStrategy) Seed() uint64 { return s.seed }

// Name returns "random".
func (s *RandomStrategy) Name() string { return "random" }

// Plan says what will be drawn of alternatives without weights.
func (s *RandomStrategy) Plan(turns []PlannedTurn) int {
	source := s.source
	for i := range turns {
		turns[i] = PlannedTurn{Fraction: source.Uint64()}
	}
	return len(turns)
}

// Choose draws an alternative.
func (s *RandomStrategy) Choose(d *Decision) int {
	total := 0.0
	if !d.IsReady() { // of which there may be very many, and which have no weights
		for i := range d.Alternatives {
			total += d.Alternatives[i].Weight
		}
	}
	if total == 0 {
		// The mapping is written out, because the standard library may change
		// its own from one version to the next.
		return PlannedTurn{Fraction: s.source.Uint64()}.Index(len(d.Alternatives))
	}
	drawn := float64(s.source.Uint64()>>11) / (1 << 53) * total
	last := 0
	for i := range d.Alternatives {
		weight := d.Alternatives[i].Weight
		if weight == 0 {
			continue
		}
		last = i
		if drawn < weight {
			return i
		}
		drawn -= weight
	}
	return last
}

// ErrScheduleMismatch matches the errors of a replay whose schedule does not fit
// the program.
var ErrScheduleMismatch error = mismatchError{}

type mismatchError struct{}

func (mismatchError) Error() string { return "sim: the schedule does not fit the program" }

func (mismatchError) End() End { return Mismatched }

// ReplayStrategy follows a schedule.
type ReplayStrategy struct {
	schedule Schedule
	at       int
	refused  *Decision // the first decision at which the next turn could not be taken
}

// Replay returns a strategy that follows a schedule and takes the default at
// every decision that the schedule does not name. After the run, Err says
// whether the whole schedule was followed.
func Replay(schedule Schedule) *ReplayStrategy { return &ReplayStrategy{schedule: schedule} }

// Name returns "replay".
func (r *ReplayStrategy) Name() string { return "replay" }

// Choose takes what the schedule's next turn says, if this is its decision.
func (r *ReplayStrategy) Choose(d *Decision) int {
	if r.at == len(r.schedule) {
		return 0
	}
	turn := r.schedule[r.at]
	if turn.Kind != d.Kind || turn.Key != d.Key {
		return 0
	}
	for i := range d.Alternatives {
		if d.Alternatives[i].Name == turn.Taken {
			r.at++
			r.refused = nil
			return i
		}
	}
	if r.refused == nil {
		copied := *d
		r.refused = &copied
	}
	return 0
}

// Err returns nil if the whole schedule was followed. Else it returns an error
// that matches [ErrScheduleMismatch] and names the first turn that could not be
// taken, and what could have been taken in its place.
func (r *ReplayStrategy) Err() error {
	if r.at == len(r.schedule) {
		return nil
	}
	turn := r.schedule[r.at]
	wants := fmt.Sprintf("turn %d wants %s at %s:%s", r.at+1, shown(turn.Taken), shown(turn.Kind), shown(turn.Key))
	if kinds := []string{PickTimer, PickReady, PickChoice}; !slices.Contains(kinds, turn.Kind) {
		return fmt.Errorf("%w: %s, and there is no decision of that kind%s; the kinds are %s", ErrScheduleMismatch, wants, words.DidYouMean(turn.Kind, "", kinds), strings.Join(kinds, ", "))
	}
	if r.refused == nil {
		return fmt.Errorf("%w: %s, and the run had no such decision after turn %d; were the program or the policy changed?", ErrScheduleMismatch, wants, r.at)
	}
	const most = 20
	var names []string
	for i, a := range r.refused.Alternatives {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(r.refused.Alternatives)-most))
			break
		}
		names = append(names, shown(a.Name))
	}
	return fmt.Errorf("%w: %s, where there was only %s", ErrScheduleMismatch, wants, strings.Join(names, ", "))
}

// shown is a name as it can be shown: it may be what a program or a file has made up.
func shown(name string) string { return words.ElideMiddle(words.Clean(name), 100) }
