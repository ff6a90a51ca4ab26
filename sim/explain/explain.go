package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// WhyRuns is how many runs [Why] makes at most, unless [explore.WithRuns] says
// otherwise.
const WhyRuns = 2_000

// Failure is a failing run with what there is to say about why it fails.
type Failure struct {
	// Schedule is that of the run, and Trace the run in full.
	Schedule order.Schedule
	Trace    *trace.Trace
	// End is the class of its end, and Message its error without what varies.
	End     order.End
	Message string
	// Text is Message with places in the source, where the error knows them.
	Text string
	// Waiting are the tasks that wait for ever, if the run ended since some do.
	Waiting []order.Waiting
	// Panic is the panic that ended the run, or nil.
	Panic *order.PanicError
	// Notes is what else there is to say of the run, such as what a test has said, or the
	// stack of a panic. Why knows nothing of that; whoever does may set it.
	Notes string
	// Passing is the nearest run that passes, or nil if none was found.
	Passing *Passing
	// Swap is the exchange of two neighbouring events, and of nothing else, that
	// turns the failing run into the passing one. It is nil if no such exchange
	// makes the run pass; then the two runs differ in more.
	Swap *Swap
	// Race is what raced, or nil if the events do not show it.
	Race *Race
	// Runs counts the runs that were made. AllFail says that these were all that
	// the policy permits, and that each of them failed.
	Runs    int
	AllFail bool

	failing, passing *history
}

// Passing is a run that passes.
type Passing struct {
	Schedule order.Schedule
	Trace    *trace.Trace
}

// Why compares a failing run with the nearest one that passes, and says what
// raced.
//
// It first exchanges single pairs of neighbouring events of the failing run; of
// those that make it pass, the simplest order is the nearest. Is there none, it
// takes single turns out of the schedule, the last one first. If nothing of this
// passes either, it looks for the simplest order that does, with no switch from
// the default, then with one, and so on.
//
// Give it a schedule from [Shrink], or there is more to read than need be. Limits
// and errors are as there. It panics if engine is nil.
func Why(ctx context.Context, engine order.Engine, failing order.Schedule, options ...explore.Option) (*Failure, error) {
	t := newRerunner(ctx, "Why", engine, WhyRuns, options)
	defer t.close()
	r, o, err := t.given(failing, trace.Full)
	if err != nil {
		return nil, err
	}
	if !r.Failed() {
		return nil, fmt.Errorf("%w: %s", ErrPasses, failing)
	}
	e := &explainer{base: newBase(t, r, o)}
	f := &Failure{Schedule: e.run.Schedule(), Trace: e.trace, End: e.run.End, Message: e.run.Summary}
	errors.As(r.Err, &f.Panic)
	f.Text, f.Waiting = placedText(r.Err, f.Message), order.Waits(r.Err)
	if err := e.contrast(f); err != nil {
		return nil, err
	}
	if e.found {
		passing, _, err := t.follow(e.nearest.taken, nil, trace.Full)
		if err != nil {
			return nil, err
		}
		f.Passing = &Passing{passing.Schedule(), passing.Trace()}
	}
	if err := e.race(f); err != nil {
		return nil, err
	}
	f.Runs = t.made
	return f, nil
}

// placedText returns the text of an error with places in the source, where all of its parts
// know them, or else message, which is the text without.
func placedText(err error, message string) string {
	var plain, placed []string
	var visit func(err error)
	visit = func(err error) {
		if p, ok := err.(order.Placed); ok {
			plain, placed = append(plain, p.Text(false)), append(placed, p.Text(true))
			return
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			visit(e.Unwrap())
		case interface{ Unwrap() []error }:
			for _, part := range e.Unwrap() {
				visit(part)
			}
		}
	}
	visit(err)
	if strings.Join(plain, "\n") != message {
		return message
	}
	return strings.Join(placed, "\n")
}

// explainer looks for the nearest passing run.
type explainer struct {
	*base
	found   bool
	nearest choices
}

func (e *explainer) contrast(f *Failure) error {
	swap, err := e.bySwap()
	if err != nil || e.found {
		f.Swap = swap
		return err
	}
	if err := e.byTurn(); err != nil || e.found {
		return err
	}
	l := &preorder{t: e.rerunner, visit: func(r *order.Run, o choices) bool {
		e.found, e.nearest = !r.Failed(), o
		return e.found
	}}
	how, err := l.visitAll()
	f.AllFail = how == atEnd
	return err
}

// bySwap exchanges neighbouring events, those at the end first, with half of the
// runs at most.
func (e *explainer) bySwap() (*Swap, error) {
	var best *Swap
	for _, x := range slices.Backward(e.exchanges) {
		if e.used(e.Runs/2) || e.stopped() != search.Through {
			break
		}
		s := e.swap(x)
		r, o, err := e.exchange(x, &s)
		if err != nil {
			return nil, err
		}
		if r.Failed() || !s.Permitted || best != nil && order.Compare(o.taken, e.nearest.taken) >= 0 {
			continue
		}
		e.compare(r, &s)
		best, e.found, e.nearest = &s, true, o
	}
	return best, nil
}

// byTurn leaves single turns out.
func (e *explainer) byTurn() error {
	schedule := e.run.Schedule()
	for i := len(schedule) - 1; i >= 0 && e.stopped() == search.Through; i-- {
		r, o, err := e.follow(nil, slices.Concat(schedule[:i], schedule[i+1:]), trace.Off)
		if err != nil {
			return err
		}
		if !r.Failed() {
			e.found, e.nearest = true, o
			return nil
		}
	}
	return nil
}

// difference says in a sentence what differs between the two runs first.
func (f *Failure) difference() string {
	h, _ := f.histories()
	if s := f.Swap; s != nil {
		what, first, second := thing(s.Kind)+" ", words.Line(s.IDs[0]), words.Line(s.IDs[1])
		if h.inGo() {
			what, first, second = "", goroutineOf(s.IDs[0]), goroutineOf(s.IDs[1])
		}
		return fmt.Sprintf("%s%s (event %s) and %s (event %s) change places.", what, first, s.Numbers[0], second, s.Numbers[1])
	}
	a, b := f.parting()
	if a == nil {
		return "one of the two runs ends where the other goes on."
	}
	kind, key, _ := strings.Cut(a.Object, ":")
	if !order.IsOrder(kind) && a.Object == b.Object {
		return fmt.Sprintf("at event %s, %s is %s in the failing run and %s in the passing one.", h.number(a.Seq), words.Line(key), words.Line(a.Detail), words.Line(b.Detail))
	}
	if h.inGo() && order.IsOrder(kind) {
		return fmt.Sprintf("at event %s, %s runs in the failing run and %s in the passing one; what comes then differs as well.",
			h.number(a.Seq), goroutineOf(a.Detail), goroutineOf(b.Detail))
	}
	return fmt.Sprintf("at event %s, the failing run takes %s %s and the passing run %s; what comes then differs as well.",
		h.number(a.Seq), thing(kind), words.Line(a.Detail), words.Line(b.Detail))
}

// byValue reports whether the first difference is a value.
func (f *Failure) byValue() bool {
	a, b := f.parting()
	if a == nil {
		return false
	}
	kind, _, _ := strings.Cut(a.Object, ":")
	return !order.IsOrder(kind) && a.Object == b.Object
}

// parting returns the first decisions of the two runs that differ, or nil if one of the
// runs has all that the other one has.
func (f *Failure) parting() (failing, passing *trace.Event) {
	next := func(events []trace.Event) (decide *trace.Event, rest []trace.Event) {
		for i := range events {
			if events[i].Kind == trace.Decide {
				return &events[i], events[i+1:]
			}
		}
		return nil, nil
	}
	left, right := f.Trace.Events, f.Passing.Trace.Events
	for {
		failing, left = next(left)
		passing, right = next(right)
		if failing == nil || passing == nil {
			return nil, nil
		}
		if failing.Object != passing.Object || failing.Detail != passing.Detail {
			return failing, passing
		}
	}
}
