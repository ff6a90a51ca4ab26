package bubble

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"weft/sim/fresh"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

func init() {
	for _, err := range []error{new(LeakError), new(StuckError), new(SpinError), new(StallError), new(RaceError), new(DataRaceError)} {
		fresh.Register(err)
	}
}

// finish says how the run of that program ended. recovered is what the bubble panicked
// with, if it did.
func (n *run) finish(program string, recovered any) *order.Run {
	c := n.control
	if n.turn != 0 && !n.goroutine(n.turn).waiting {
		n.tell(n.turn, c.now)
	}
	if c.lost > 0 {
		// Nothing may be concluded from what steps touch if some of it is missing.
		n.untrack(fmt.Sprintf("%d events for which there was no room", c.lost))
	}
	if c.mixed && len(c.sites) > 0 { // it has one name here, and another one there
		n.untrack("a variable that atomic operations touch, and others")
	}
	if c.holdUps > 0 && c.ahead > 0 || c.hurried {
		n.untrack(order.TimePasses)
	}
	r := &order.Run{End: order.Finished, Output: n.printedSoFar(), Elapsed: n.since(c.now), Decisions: n.decisions, Steps: int64(c.steps), Ahead: time.Duration(c.ahead)}
	n.tellBarred()
	left := n.left()
	switch {
	case c.crowded > 0:
		// What was left out was permitted, and no walk could claim to have seen all.
		r.Err = &order.MisuseError{Msg: fmt.Sprintf("bubble: more than %d goroutines and timers were ready at once; use fewer, or order.FIFO", len(c.choices))}
	case c.ended == endPanic:
		r.Err = n.panicError()
	case c.ended == endSpun, c.ended == endSpunBare, c.ended == endLimit && n.spins():
		r.Err = n.spinError(left)
	case c.ended == endTicked && n.cycle() != nil:
		r.Err = n.deadlockBesideTimers(left)
	case c.ended == endTicked:
		r.Err = n.stallError(left)
	case c.ended == endLimit && n.goroutine(1).ended:
		if left = n.unexpected(left); len(left) > 0 {
			e := n.leakError(left)
			e.Steps, e.After = int(c.limit), time.Duration(c.now-n.mainEnded)
			r.Err = e
		}
	case c.ended == endLimit:
		r.Err = n.limitError()
	case c.ended == endStuck:
		r.Err = n.stuckError(left)
	case c.ended == endKept: // below
	case c.ended == endQuit:
		r.Err = n.quits(left)
	case recovered != nil && !isDeadlock(recovered):
		panic(recovered) // synctest's own complaint, about a wrong use of it
	case recovered != nil && !n.goroutine(1).ended:
		r.Err = &order.DeadlockError{At: r.Elapsed, Waiting: left, Cycle: n.cycle()}
	case recovered != nil:
		if left = n.unexpected(left); len(left) > 0 {
			r.Err = n.leakError(left)
		}
	case !n.returned:
		r.Err = &order.GoexitError{Task: "main", At: r.Elapsed, Main: c.wrote != nil}
	}
	if kept := n.keptError(r.Err); kept != nil {
		r.Err = kept
	}
	if c.ended == endStuck || c.ended == endSpunBare {
		r.Steps = int64(c.limit)
	}
	if r.Err != nil {
		r.End = order.Classify(r.Err)
		switch r.Err.(type) {
		case *LeakError:
			r.End = order.Leaked
		case *StuckError:
			r.End = order.StuckEnd
		}
		r.Summary = summaryOf(r.Err)
	}
	n.recorder.Record(trace.Entry{Kind: trace.End, At: r.Elapsed, Object: string(r.End), Detail: r.Summary})
	if n.recorder.Level() != trace.Off {
		r.Hash = n.recorder.Hash()
		n.unable()
		r.Footprints, r.Pending, r.Untracked = n.footprints(), n.pending, n.untracked
		if c.ended != endReturned && len(r.Footprints) > 0 {
			r.Footprints[len(r.Footprints)-1].Alone = true
		}
		r.Trace = func() *trace.Trace { return n.trace(program) }
	}
	return r
}

func (n *run) trace(program string) *trace.Trace {
	t := &trace.Trace{
		Header: trace.Header{
			Version:  trace.Version,
			Program:  program,
			Policy:   n.policy,
			Strategy: n.strategy.Name(),
			Schedule: order.ScheduleOf(n.decisions).String(),
			Hash:     n.recorder.Hash(),
		},
		Events: n.recorder.Events(),
	}
	if random, ok := n.strategy.(interface{ Seed() uint64 }); ok {
		seed := random.Seed()
		t.Seed = &seed
	}
	return t
}

func isDeadlock(v any) bool {
	err, ok := v.(error)
	return ok && strings.HasPrefix(err.Error(), "deadlock: ")
}

// LeakError is the end of a run in which goroutines were left that can never end, or
// did not within the time of [WithDrain].
type LeakError struct {
	Goroutines []Leaked
	After      time.Duration // for how long they could go on, in virtual time
	// Ticks is for how many moves of time only timers went on, if that ended the time of
	// [WithDrain] early, and else 0; see [WithTickLimit].
	Ticks int
	// Steps is the limit of steps, if that ended the run while they went on, and else 0.
	Steps int
	// Cycle is those each of which waits for the next, as of an [order.DeadlockError].
	Cycle []string
}

// Leaked is a goroutine that was left.
type Leaked struct {
	order.Waiting
	Started string // where it was started, such as "bank/bank.go:30"
}

// Error names in one sentence what is wrong, and then all of the goroutines, where each was
// started, and what it waits for.
func (e *LeakError) Error() string { return "leak: " + e.Text(true) }

// End returns order.Leaked.
func (e *LeakError) End() order.End { return order.Leaked }

// Waits returns the goroutines that were left.
func (e *LeakError) Waits() []order.Waiting {
	waiting := make([]order.Waiting, len(e.Goroutines))
	for i, g := range e.Goroutines {
		waiting[i] = g.Waiting
	}
	return waiting
}

// Text returns what Error does without the first word, with or without places in the source.
func (e *LeakError) Text(places bool) string {
	ever := "never end"
	if e.Steps > 0 || e.Ticks > 0 || slices.ContainsFunc(e.Goroutines, func(g Leaked) bool { return g.On == "sleep" }) {
		ever = fmt.Sprintf("did not end in %v of virtual time", e.After)
		switch {
		case e.Steps > 0:
			ever += fmt.Sprintf(", when the run was stopped after %s steps", words.Thousands(e.Steps))
		case e.Ticks > 0:
			ever += fmt.Sprintf(", in which only timers went on, %s times", words.Thousands(e.Ticks))
		}
	}
	waiting := e.Waits()
	var b strings.Builder
	if blame := order.Blame(waiting, e.Cycle, places); ever == "never end" && blame != "" {
		b.WriteString(blame + "\n")
	}
	if len(waiting) == 1 && ever != "never end" {
		at := ""
		if places && waiting[0].Pos != "" {
			at = " at " + waiting[0].Pos
		}
		fmt.Fprintf(&b, "%s has not ended: it still waits%s %s\n", waiting[0].Task, at, waiting[0].For(places))
	}
	if len(waiting) == 1 {
		b.WriteString("a goroutine is left that " + strings.Replace(ever, "never end", "never ends", 1))
	} else {
		fmt.Fprintf(&b, "%d goroutines are left that %s", len(waiting), ever)
	}
	for i, w := range waiting {
		if i == 20 && len(waiting) > 25 {
			fmt.Fprintf(&b, "\n  ... and %d more", len(waiting)-i)
			break
		}
		b.WriteString("\n  " + w.Text(places))
	}
	return b.String()
}

func (n *run) leakError(left []order.Waiting) *LeakError {
	e := &LeakError{After: n.drain, Cycle: n.cycle()}
	if c := n.control; c.ticked > 0 {
		e.Ticks, e.After = int(c.ticked), time.Duration(c.now-c.mark.now)
	}
	for _, w := range left {
		e.Goroutines = append(e.Goroutines, Leaked{w, w.Made})
	}
	return e
}

// left returns the goroutines that have not ended, with what they wait for.
func (n *run) left() []order.Waiting {
	var left []order.Waiting
	for i, g := range n.goroutines {
		if i == 0 || g.ended || g.label == "" {
			continue
		}
		w := order.Waiting{Task: g.label, On: g.on, Since: n.since(g.since), Pos: trace.Position(g.about.pc)}
		if g.waiting && g.at != 0 {
			w.Pos = trace.Position(g.at)
		}
		if g.waiting {
			w.To, w.Lacks = n.toDo(g)
			w.Origin = n.origin(g)
		}
		if i > 1 {
			w.Runs = g.runs.inPackage()
			w.By, w.Made = "a timer", trace.Position(g.pc)
			if g.parent != 0 {
				w.By = n.goroutine(g.parent).label
			}
		}
		holders, behind := n.heldBy(g)
		for _, holder := range holders {
			h := n.goroutine(holder.g)
			w.Holders = append(w.Holders, h.label)
			w.Taken = append(w.Taken, trace.Position(holder.pc))
			if h.ended || w.Gone != nil {
				w.Gone = append(append(w.Gone, make([]bool, len(w.Holders)-1-len(w.Gone))...), h.ended)
			}
		}
		for _, o := range behind {
			w.Behind = append(w.Behind, n.goroutine(o).label)
		}
		slices.Sort(w.Behind)
		w.Holds = n.holds(uint32(i))
		left = append(left, w)
	}
	return left
}

func (n *run) limitError() *order.StepLimitError {
	e := &order.StepLimitError{Limit: int64(n.control.limit), At: n.since(n.control.now), Stalled: int64(n.stalled)}
	for i, g := range n.goroutines {
		if i > 0 && !g.ended {
			task := g.label
			if pos := trace.Position(g.about.pc); pos != "" {
				task += " (" + pos + ")" // in the loop that does not end
			}
			e.Busiest = append(e.Busiest, order.Busy{Task: task, Steps: int64(g.about.step)})
		}
	}
	slices.SortStableFunc(e.Busiest, func(a, b order.Busy) int { return int(b.Steps - a.Steps) })
	e.Busiest = e.Busiest[:min(5, len(e.Busiest))]
	return e
}

func (n *run) stuckError(waiting []order.Waiting) *StuckError {
	e := &StuckError{After: n.dog.limit, Waiting: waiting}
	for n.dog.stack.Load() == nil { // it is on its way
		runtime.Gosched()
	}
	if e.Stack = *n.dog.stack.Swap(nil); e.Stack != "" {
		e.Task = n.goroutine(n.turn).label
	}
	return e
}

// summaryOf is the text of an error without what may differ between runs that show
// the same.
func summaryOf(err error) string {
	if stuck, ok := err.(*StuckError); ok && stuck.Task != "" {
		return stuck.Task + " has not come to a point"
	}
	return order.Summary(err)
}

// mismatch says of a run that its schedule did not fit.
func (n *run) mismatch(r *order.Run, err error) {
	if r.Err == nil {
		r.End, r.Err, r.Summary = order.Mismatched, err, err.Error()
		return
	}
	r.Err = errors.Join(err, r.Err)
}
