package explain

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// SwapRuns is how many runs [Swaps] makes at most, unless [explore.WithRuns] says
// otherwise.
const SwapRuns = 10_000

// Swap is two events of a run, one right after the other, that a decision put in
// this order, and what comes of the other order. Everything else stays as it was
// for as long as it can.
type Swap struct {
	At   time.Duration // virtual time since the run's start
	Kind string        // of the decision: order.PickTimer or order.PickReady
	// Decision is the index of the decision in the run.
	Decision int
	// IDs names the two, in the order of the run; see [trace.Event.ID]. Seqs are
	// their events, and Transfers the first hand-overs of control that they brought
	// about, as [trace.Transfers] counts them; 0 where the trace shows none. Numbers is
	// what readers call the hand-overs, or where there is none the events.
	IDs             [2]string
	Seqs, Transfers [2]int
	Numbers         [2]string
	// Reason says why they compete, such as "both sleeps are due at 1s".
	Reason string
	// Permitted says that the exchanged order was run, and was the same up to the
	// two and had them the other way round. If it is false, the rest says nothing.
	Permitted bool
	// Schedule is that of the exchanged order.
	Schedule order.Schedule
	// Same says that the exchanged order has the same outcome. Outcome is its outcome
	// in words, and Failed and Fails say whether the run and the exchanged one fail.
	Same          bool
	Outcome       string
	Failed, Fails bool
}

// String returns the swap as a sentence, with the numbers that all views
// give, such as "7 and 9 may be swapped, and the output changes:
// both sleeps are due at 1s."
func (s Swap) String() string {
	first, second := s.name(0), s.name(1)
	if !s.Permitted {
		return fmt.Sprintf("%s and %s cannot be swapped alone, although %s.", first, second, s.Reason)
	}
	effect := "the output changes"
	switch {
	case s.Same:
		effect = "the outcome stays the same"
	case s.Failed && !s.Fails:
		effect = "then the run does not fail"
	case !s.Failed && s.Fails:
		effect = "then the run fails"
	case s.Failed:
		effect = "the run fails in another way"
	}
	return fmt.Sprintf("%s and %s may be swapped, and %s: %s.", first, second, effect, s.Reason)
}

func (s Swap) name(i int) string {
	if s.Numbers[i] != "" && s.Numbers[0] != s.Numbers[1] {
		return s.Numbers[i]
	}
	return thing(s.Kind) + " " + words.Line(s.IDs[i])
}

// thing says what a decision of that kind picks.
func thing(kind string) string {
	if kind == order.PickTimer {
		return "timer"
	}
	return "step"
}

// Swaps returns which events of a run may be exchanged with the one after them,
// alone, and whether the outcome changes. A schedule names the run; nil is the
// default order. Where [trace.Swaps] says what the run's decisions leave open, each
// of these has been tried: the other alternative is taken first, then all goes on
// in the order that it had.
//
// The error matches order.ErrScheduleMismatch if the schedule does not fit. If a
// limit, [explore.WithRuns], [explore.WithTime] or ctx, ends the search, the error says so, and
// the swaps that were tried are returned with it. It panics if engine is nil.
func Swaps(ctx context.Context, engine order.Engine, schedule order.Schedule, options ...explore.Option) ([]Swap, error) {
	t := newRerunner(ctx, "Swaps", engine, SwapRuns, options)
	defer t.close()
	r, o, err := t.given(schedule, trace.Full)
	if err != nil {
		return nil, err
	}
	base := newBase(t, r, o)
	var swaps []Swap
	for i, e := range base.exchanges {
		if stop := t.stopped(); stop != search.Through {
			return swaps, fmt.Errorf("explain: %d of %d swaps were tried, then the search was stopped (%s)", i, len(base.exchanges), stop)
		}
		s := base.swap(e)
		r, _, err := base.exchange(e, &s)
		if err != nil {
			return swaps, err
		}
		base.compare(r, &s)
		swaps = append(swaps, s)
	}
	return swaps, nil
}

// base is the run that swaps are tried on.
type base struct {
	*rerunner
	choices
	run       *order.Run
	trace     *trace.Trace
	numbers   map[int]string    // of the trace
	moves     map[string][]move // by kind of decision, what it is about, in order
	rank      map[string]int    // by kind and name
	chosen    map[string]string // by key, what was chosen
	exchanges []exchange
	reasons   map[int]trace.Swap // by the Seq of the decision
}

// move is one thing that a decision can be about.
type move struct {
	id  string
	seq int
}

// exchange is two moves that may be exchanged.
type exchange struct {
	decision int
	event    trace.Event // the Decide event
	at       int         // the first one's index among the moves of the kind
}

func newBase(t *rerunner, r *order.Run, o choices) *base {
	b := &base{rerunner: t, choices: o.clone(), run: r.Clone(), rank: map[string]int{}, chosen: map[string]string{}, reasons: map[int]trace.Swap{}}
	b.trace = b.run.Trace()
	b.numbers = trace.Numbers(b.trace)
	b.moves = movesOf(b.trace)
	for kind, moves := range b.moves {
		for _, m := range moves {
			b.see(kind, m.id, m.seq)
		}
	}
	for _, s := range trace.Swaps(b.trace) {
		for _, seq := range s.Decisions {
			b.reasons[seq] = s
		}
	}
	decision := -1
	for _, e := range b.trace.Events {
		if e.Kind != trace.Decide {
			continue
		}
		decision++
		kind, key, _ := strings.Cut(e.Object, ":")
		if !order.IsOrder(kind) {
			b.chosen[key] = e.Detail
			continue
		}
		b.see(kind, e.Detail, e.Seq)
		moves := b.moves[kind]
		at, _ := slices.BinarySearchFunc(moves, e.Seq, func(m move, seq int) int { return m.seq - seq })
		if at+1 < len(moves) && moves[at].id == e.Detail && moves[at+1].id != e.Detail && slices.Contains(e.Alternatives, moves[at+1].id) {
			b.exchanges = append(b.exchanges, exchange{decision, e, at})
		}
	}
	return b
}

// see notes when something came first.
func (b *base) see(kind, id string, seq int) {
	if was, seen := b.rank[kind+" "+id]; !seen || seq < was {
		b.rank[kind+" "+id] = seq
	}
}

// movesOf returns what the decisions of a run are about: the timers that fire,
// and the steps. Of a goroutine that goes on at a point, no event says so but the decision
// that let it.
func movesOf(t *trace.Trace) map[string][]move {
	moves := map[string][]move{}
	chosen := "" // the step that a decision has let go on, if it has not been seen yet
	for _, e := range t.Events {
		switch e.Kind {
		case trace.Decide:
			if strings.HasPrefix(e.Object, order.PickReady+":") {
				chosen = e.Detail
			}
			continue
		case trace.Fire:
			moves[order.PickTimer] = append(moves[order.PickTimer], move{e.ID(), e.Seq})
			continue
		case trace.Start, trace.Resume, trace.Callback:
			id := e.ID()
			if id == "" { // a goroutine's first step has the number 0
				id = step{e.Task, 0}.id()
			}
			moves[order.PickReady] = append(moves[order.PickReady], move{id, e.Seq})
		default:
			if e.Task == "" || chosen == "" || taskOf(chosen) != e.Task {
				continue
			}
			moves[order.PickReady] = append(moves[order.PickReady], move{chosen, e.Seq})
		}
		chosen = ""
	}
	return moves
}

// swap returns the swap before it is tried.
func (b *base) swap(e exchange) Swap {
	kind, _, _ := strings.Cut(e.event.Object, ":")
	s := Swap{At: e.event.At, Kind: kind, Decision: e.decision, Failed: b.run.Failed()}
	group := b.reasons[e.event.Seq]
	s.Reason = group.Reason
	if rest, ok := strings.CutPrefix(s.Reason, "all "+strconv.Itoa(len(group.IDs))+" "); ok {
		s.Reason = "both " + rest
	}
	for i, m := range b.moves[kind][e.at : e.at+2] {
		s.IDs[i], s.Seqs[i] = m.id, m.seq
		if at := slices.Index(group.IDs, m.id); at >= 0 {
			s.Transfers[i] = group.Transfers[at]
		}
		s.Numbers[i] = b.numbers[m.seq]
		if n := s.Transfers[i]; n > 0 {
			s.Numbers[i] = strconv.Itoa(n)
		}
	}
	return s
}

// exchange runs the exchanged order, and fills in whether it could be had and its
// schedule.
func (b *base) exchange(e exchange, s *Swap) (*order.Run, choices, error) {
	steer := &sameAgain{base: b, decision: e.decision, take: s.IDs[1]}
	r := b.rerunner.run(steer, trace.Order)
	if steer.strayed || len(steer.taken) <= e.decision {
		return nil, choices{}, b.strayed(b.taken)
	}
	before, after := b.moves[s.Kind], movesOf(r.Trace())[s.Kind]
	s.Permitted = len(after) > e.at+1 && after[e.at].id == s.IDs[1] && after[e.at+1].id == s.IDs[0] &&
		slices.EqualFunc(before[:e.at], after[:e.at], func(a, b move) bool { return a.id == b.id })
	s.Schedule = r.Schedule()
	return r, steer.choices, nil
}

// compare fills in what comes of a swap.
func (b *base) compare(r *order.Run, s *Swap) {
	text := search.OutcomeText
	if b.Outcome != nil {
		text = b.Outcome
	}
	s.Fails = r.Failed()
	s.Outcome = text(r)
	s.Same = r.End == b.run.End && s.Outcome == text(b.run)
}

// sameAgain is the strategy that repeats a run up to a decision, takes something else there,
// and then keeps to the order of the run as far as it can.
type sameAgain struct {
	base     *base
	decision int
	take     string
	choices
	strayed bool
}

func (s *sameAgain) Name() string { return "replay" }

func (s *sameAgain) Choose(d *order.Decision) int {
	at := len(s.taken)
	switch {
	case at < s.decision:
		taken := int(s.base.taken[at])
		if taken >= len(d.Alternatives) {
			s.strayed, taken = true, 0
		}
		return s.note(d, taken)
	case at == s.decision:
		taken := slices.IndexFunc(d.Alternatives, func(a order.Alternative) bool { return a.Name == s.take })
		if taken < 0 {
			s.strayed, taken = true, 0
		}
		return s.note(d, taken)
	case !order.IsOrder(d.Kind):
		chosen := s.base.chosen[d.Key]
		return s.note(d, max(0, slices.IndexFunc(d.Alternatives, func(a order.Alternative) bool { return a.Name == chosen })))
	}
	best, first := 0, math.MaxInt
	for i := range d.Alternatives {
		if seq, seen := s.base.rank[d.Kind+" "+d.Alternatives[i].Name]; seen && seq < first {
			best, first = i, seq
		}
	}
	return s.note(d, best)
}
