package trace

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/trace/words"
)

// Swap says that some events of a run could have come in another order. It is
// computed from the run's decisions, so it says what the order policy permits,
// and nothing about whether another order would show.
type Swap struct {
	At   time.Duration // virtual time of the decision, since the run's start
	Kind string        // of the decision: "timer" or "ready"
	// Decisions holds the Seq of the Decide events. There are several where one
	// set of alternatives was taken one after the other.
	Decisions []int
	// IDs names the alternatives; see [Event.ID]. Seqs and Transfers run
	// parallel to it: the event that each alternative turned out to be, and
	// the number of the first hand-over of control that it brought about. Both
	// are 0 where the trace does not show one. All three are in the order in
	// which the events happened, with those that did not at the end.
	IDs       []string
	Seqs      []int
	Transfers []int
	// Numbers are what readers call these: the number of the hand-over, or else that of
	// the event, such as "4.1" where a goroutine goes on with something that has no whole
	// number; see [Numbers]. They are "" where the trace shows neither.
	Numbers []string
	// AnyOrder reports whether every order of the alternatives was open, rather
	// than only which of them comes first. Of two, it always is.
	AnyOrder bool
	// Reason says why, such as "both sleeps are due at 1s".
	Reason string
}

// String returns the swap as a sentence, with the [Numbers] that all views give, such
// as "7 and 9 may be swapped: both sleeps are due at 1s." An alternative that the
// trace does not show, or that has its number from an earlier one, appears by its ID.
func (s Swap) String() string {
	names := make([]string, len(s.IDs))
	for i, id := range s.IDs {
		names[i] = s.Numbers[i]
		if n := s.Numbers[i]; n == "" || slices.Index(s.Numbers, n) != i {
			names[i] = s.thing() + " " + words.Clean(id)
		}
	}
	var text string
	switch {
	case len(names) == 2:
		text = list(names, "and") + " may be swapped"
	case s.AnyOrder:
		text = list(names, "and") + " may come in any order"
	default:
		text = list(names, "or") + " may come first"
	}
	return text + ": " + s.Reason + "."
}

func (s Swap) thing() string {
	if s.Kind == "timer" {
		return "timer"
	}
	return "step"
}

// Swaps returns what could have come in another order in this run, according to
// its decisions about timers and about ready tasks. Decisions of one instant
// about what is left of the same alternatives are one swap.
func Swaps(t *Trace) []Swap {
	var out []Swap
	x := newIndex(t)
	open := map[string]int{} // by what is left of them, indices of swaps
	for _, e := range t.Events {
		kind, _ := e.decision()
		if e.Kind != Decide || kind != "timer" && kind != "ready" || len(e.Alternatives) < 2 {
			continue
		}
		left := e.others()
		i, ok := open[competition(kind, e.At, e.Alternatives)]
		if ok {
			out[i].Decisions = append(out[i].Decisions, e.Seq)
		} else {
			i = len(out)
			s := Swap{At: e.At, Kind: kind, Decisions: []int{e.Seq}}
			x.resolve(&s, e)
			out = append(out, s)
		}
		out[i].AnyOrder = len(left) < 2
		open[competition(kind, e.At, left)] = i
	}
	return out
}

// competition makes a key of some alternatives at an instant, in any order.
func competition(kind string, at time.Duration, alternatives []string) string {
	return fmt.Sprintf("%s %d %q", kind, at, slices.Sorted(slices.Values(alternatives)))
}

// index finds the events of a trace by what decisions call them.
type index struct {
	policy   string
	timers   map[int]*Event   // by Seq, the events in which timers are armed, waited for and fire
	fires    map[string][]int // by ID, the Seqs of Fire events
	steps    map[string][]int // by ID, the Seqs of the first events of steps
	handover map[int]int      // by the Seq of a Fire event, the Seq of the first step that it brought about
	waits    map[int]int      // by the Seq of a Fire event, the Seq of its task's last Wait before it
	numbers  map[int]int      // by Seq, the number of a transfer
	called   map[int]string   // by Seq, what readers call an event
}

func newIndex(t *Trace) *index {
	x := &index{t.Policy, map[int]*Event{}, map[string][]int{}, map[string][]int{}, map[int]int{}, map[int]int{}, map[int]int{}, Numbers(t)}
	wait := map[string]int{} // by task
	fired := firings{}
	number, inGo := 0, t.InGo()
	chosen, by := "", "" // the step of a goroutine that a decision has let go on, if it has not been seen yet
	for i, e := range t.Events {
		fired.add(e)
		if n := e.transfers(inGo); n > 0 {
			if x.numbers[e.Seq] == 0 {
				x.numbers[e.Seq] = number + 1
			}
			number += n
		}
		if kind, _ := e.decision(); inGo && e.Kind == Decide && kind == "ready" {
			chosen, by = e.Detail, goTask(e.Detail)
		}
		if inGo && chosen != "" && e.Task == by && e.Kind != Fire {
			// Of a goroutine that goes on without having paused, no event of its own says so.
			if first := e.step(); first != chosen {
				x.steps[chosen] = append(x.steps[chosen], e.Seq)
			}
			chosen = ""
		}
		switch {
		case e.Kind == Arm:
			x.timers[e.Seq] = &t.Events[i]
		case e.Kind == Fire:
			x.timers[e.Seq] = &t.Events[i]
			x.fires[e.ID()] = append(x.fires[e.ID()], e.Seq)
			x.waits[e.Seq] = wait[e.Task]
		case e.Kind == Wait:
			x.timers[e.Seq] = &t.Events[i]
			wait[e.Task] = e.Seq
		case e.opensStep():
			x.steps[e.step()] = append(x.steps[e.step()], e.Seq)
			if fire, ok := fired.firedBy(e); ok && x.handover[fire.Seq] == 0 {
				x.handover[fire.Seq] = e.Seq
			}
		}
	}
	return x
}

// step is what decisions call the step that begins with the event. A goroutine's first one
// has the number 0.
func (e *Event) step() string {
	if e.Kind == Start && e.N == 0 {
		return e.Task + ".0"
	}
	return e.ID()
}

// resolve fills in what the alternatives of a decision turned out to be.
func (x *index) resolve(s *Swap, decide Event) {
	type alternative struct {
		id            string
		seq, transfer int
	}
	all := make([]alternative, len(decide.Alternatives))
	for i, id := range decide.Alternatives {
		all[i].id = id
		found := x.steps
		if s.Kind == "timer" || len(x.steps[id]) == 0 { // beside goroutines that are ready, a timer may fire
			found = x.fires
		}
		for _, seq := range found[id] {
			if seq > decide.Seq { // an ordinal is used once, but a trace may be put together by hand
				all[i].seq = seq
				break
			}
		}
		step := all[i].seq
		if x.numbers[step] == 0 {
			step = x.handover[step]
		}
		all[i].transfer = x.numbers[step]
	}
	slices.SortStableFunc(all, func(a, b alternative) int {
		if (a.seq == 0) != (b.seq == 0) {
			return b.seq - a.seq
		}
		return a.seq - b.seq
	})
	for _, a := range all {
		s.IDs = append(s.IDs, a.id)
		s.Seqs = append(s.Seqs, a.seq)
		s.Transfers = append(s.Transfers, a.transfer)
		number := x.called[a.seq]
		if a.transfer > 0 {
			number = strconv.Itoa(a.transfer)
		}
		s.Numbers = append(s.Numbers, number)
	}
	s.Reason = x.reason(s)
}

// reason says why the alternatives of a swap compete.
func (x *index) reason(s *Swap) string {
	both := "both"
	if len(s.IDs) > 2 {
		both = "all " + strconv.Itoa(len(s.IDs))
	}
	if s.Kind == "ready" {
		return fmt.Sprintf("%s are ready at %v", both, s.At)
	}
	what, dues, known := "", []time.Duration{}, true
	for i, seq := range s.Seqs {
		fire := x.timer(seq)
		name := words.Clean(fire.Object)
		if i > 0 && name != what || name == "" {
			name = "timer"
		}
		if what != "timer" {
			what = name
		}
		due, ok := x.due(fire)
		known = known && ok
		if ok && !slices.Contains(dues, due) {
			dues = append(dues, due)
		}
	}
	switch jitter := strings.HasPrefix(x.policy, "jitter"); {
	case known && len(dues) > 1:
		texts := make([]string, len(dues))
		for i, due := range dues {
			texts[i] = due.String()
		}
		text := fmt.Sprintf("the %ss are due at %s", what, list(texts, "and"))
		if jitter {
			text += ", which is close enough for the policy " + words.Clean(x.policy)
		}
		return text
	case known:
		return fmt.Sprintf("%s %ss are due at %v", both, what, dues[0])
	case jitter:
		return fmt.Sprintf("%s %ss are due, and the policy %s allows it", both, what, words.Clean(x.policy))
	}
	return fmt.Sprintf("%s %ss are due at %v", both, what, s.At)
}

// timer returns the event of that Seq, or an empty one if it has nothing to do with timers.
func (x *index) timer(seq int) *Event {
	if e := x.timers[seq]; e != nil {
		return e
	}
	return &Event{}
}

// due returns when a timer was to fire, from the event that armed it. Where the
// cause of a Fire event is not that one, it is the task's last Wait: a task
// waits for one thing at a time.
func (x *index) due(fire *Event) (time.Duration, bool) {
	armed := x.timer(fire.Cause)
	if armed.Kind != Wait && armed.Kind != Arm {
		armed = x.timer(x.waits[fire.Seq])
		if armed.Object != fire.Object || fire.Task == "" {
			return 0, false
		}
	}
	span, err := time.ParseDuration(armed.Detail)
	return armed.At + span, err == nil
}

// Choice is a decision about a value rather than about an order: a coin that
// the program tossed, a fault that was or was not put in.
type Choice struct {
	At    time.Duration // virtual time since the run's start
	Seq   int           // of the Decide event
	Kind  string        // of the decision, such as "choose"
	Name  string        // what was chosen
	Taken string
	// Others holds the other alternatives.
	Others []string
}

// String returns the choice as a sentence, such as "a choice: flip was 0, could be 1."
func (c Choice) String() string {
	others := make([]string, len(c.Others))
	for i, o := range c.Others {
		others[i] = words.Clean(o)
	}
	name := words.Clean(c.Name)
	if name == "" {
		name = words.Clean(c.Kind)
	}
	return fmt.Sprintf("a choice: %s was %s, could be %s.", name, words.Clean(c.Taken), list(others, "or"))
}

// Choices returns the decisions of a run about values. Those about orders are
// its [Swaps].
func Choices(t *Trace) []Choice {
	var out []Choice
	for _, e := range t.Events {
		kind, key := e.decision()
		if e.Kind != Decide || kind == "timer" || kind == "ready" || len(e.Alternatives) < 2 {
			continue
		}
		out = append(out, Choice{e.At, e.Seq, kind, key, e.Detail, e.others()})
	}
	return out
}

// remarks returns what all views say below a run: its swaps, then its choices.
func remarks(t *Trace) []string {
	var out []string
	for _, s := range Swaps(t) {
		out = append(out, s.String())
	}
	for _, c := range Choices(t) {
		out = append(out, c.String())
	}
	return out
}

func writeRemarks(b *strings.Builder, remarks []string, width int) {
	for i, r := range remarks {
		if i == 0 {
			b.WriteString("\n")
		}
		writeWrapped(b, "", r, width)
	}
}
