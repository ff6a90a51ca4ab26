package bubble

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// StallError is the end of a run in which goroutines waited while only timers went on:
// tickers, loops that sleep, functions of time.AfterFunc that set it again.
type StallError struct {
	At      time.Duration // virtual
	Ticks   int           // for how many moves of time nothing else happened
	Since   time.Duration // when these began
	Waiting []order.Waiting
	Ticking []Ticker
}

// Ticker is what goes on by a timer.
type Ticker struct {
	Task  string // the goroutine that it wakes, or "" if it calls a function
	On    string // what that one waits for in between
	Pos   string // where it waits
	Timer string // where the timer was made, or "" if the goroutine sleeps
}

// String returns the sentence.
func (t Ticker) String() string { return t.text(true) }

func (t Ticker) text(places bool) string {
	place := func(before, pos, behind string) string {
		if pos == "" || !places {
			return ""
		}
		return before + pos + behind
	}
	if t.Task == "" {
		return "a timer calls its function" + place(" (set at ", t.Timer, ")")
	}
	return t.Task + " comes back to " + t.On + place(" (", t.Pos, ")") + place(", woken by the timer made at ", t.Timer, "")
}

// End returns [order.Stalled].
func (e *StallError) End() order.End { return order.Stalled }

// Waits returns those that waited while only timers went on.
func (e *StallError) Waits() []order.Waiting { return e.Waiting }

// Error says who waits, since when and where, and what it is that ticks.
func (e *StallError) Error() string { return "stall: " + e.Text(true) }

// Text is what Error returns without the first word, with or without places in the source.
func (e *StallError) Text(places bool) string {
	var b strings.Builder
	if blame := order.Blame(e.Waiting, nil, places); blame != "" {
		b.WriteString(blame + "\nO")
	} else {
		b.WriteString("o")
	}
	fmt.Fprintf(&b, "nly timers go on: for %s ticks, from %v to %v, nothing else has happened", words.Thousands(e.Ticks), e.Since, e.At)
	writeWaiting(&b, e.Waiting, places)
	for i, t := range e.Ticking {
		if i == waitersShown {
			fmt.Fprintf(&b, "\n  ... and %d more", len(e.Ticking)-i)
			break
		}
		b.WriteString("\n  " + t.text(places))
	}
	if places {
		b.WriteString("\nIf something is to come of more ticks than that, WithTickLimit sets another number of them.")
	}
	return b.String()
}

// tick is how often timers that were made at one place have fired.
type tick struct {
	count int
	last  int64
}

func (n *run) ticksAt(made uintptr, now int64) {
	n.firedAt = made
	t := n.ticks[made]
	if t == nil {
		t = new(tick)
		n.ticks[made] = t
	}
	t.count++
	t.last = now
}

// deadlockBesideTimers is the end of such a run if goroutines wait for each other in a
// circle: that is what is wrong, and that timers go on beside it is not.
func (n *run) deadlockBesideTimers(left []order.Waiting) *order.DeadlockError {
	left = slices.DeleteFunc(left, func(w order.Waiting) bool {
		return slices.ContainsFunc(n.goroutines, func(g *goroutine) bool { return g.label == w.Task && !g.ended && g.ticks })
	})
	return &order.DeadlockError{At: n.since(n.control.now), Waiting: left, Cycle: n.cycle(), Ticking: true}
}

func (n *run) stallError(left []order.Waiting) *StallError {
	c := n.control
	e := &StallError{At: n.since(c.now), Ticks: int(c.ticked), Since: n.since(c.mark.now)}
	known := map[uintptr]bool{}
	for i, g := range n.goroutines {
		if i > 0 && g.ticks && !g.ended {
			known[g.tick] = true
		}
	}
	for _, w := range left {
		i := slices.IndexFunc(n.goroutines, func(g *goroutine) bool { return g.label == w.Task && !g.ended })
		if g := n.goroutines[i]; g.ticks {
			e.Ticking = append(e.Ticking, Ticker{w.Task, w.On, w.Pos, trace.Position(g.tick)})
		} else {
			e.Waiting = append(e.Waiting, w)
		}
	}
	var others []uintptr
	for made, t := range n.ticks {
		if !known[made] && t.count > 1 && t.last >= c.mark.now {
			others = append(others, made)
		}
	}
	slices.SortFunc(others, func(a, b uintptr) int {
		return cmp.Compare(trace.Position(a), trace.Position(b))
	})
	for _, made := range others {
		e.Ticking = append(e.Ticking, Ticker{Timer: trace.Position(made)})
	}
	return e
}
