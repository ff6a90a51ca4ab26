package course

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/trace/words"
)

// Fact says something of a program, which is true or not.
type Fact struct {
	// Text says it in words. A choice that stands for an output has the lines of it.
	Text string
	// Holds reports whether it is true, by what was found when the program was run.
	Holds func(*Findings) bool
}

// in says a fact in other words.
func (f Fact) in(text string) Fact {
	f.Text = text
	return f
}

// takes: in every order, this much virtual time passes.
func takes(d time.Duration) Fact {
	return Fact{d.String(), func(f *Findings) bool { return len(f.Times) == 1 && f.Times[0] == d }}
}

// possible: some order shows these lines, and nothing else.
func possible(lines ...string) Fact {
	text := strings.Join(lines, "\n")
	return Fact{text, func(f *Findings) bool {
		return slices.ContainsFunc(f.Outcomes, func(o Outcome) bool { return !o.Failed && o.Text == text+"\n" })
	}}
}

// shows: some order shows this, among other things.
func shows(text string) Fact {
	return Fact{text, func(f *Findings) bool {
		return slices.ContainsFunc(f.Outcomes, func(o Outcome) bool { return strings.Contains(o.Text, text) })
	}}
}

// alwaysShows: every order shows this, among other things.
func alwaysShows(text string) Fact {
	return Fact{text, func(f *Findings) bool {
		return f.Orders > 0 && !slices.ContainsFunc(f.Outcomes, func(o Outcome) bool { return !strings.Contains(o.Text, text) })
	}}
}

// neverShows: no order shows this.
func neverShows(text string) Fact {
	return Fact{text, func(f *Findings) bool { return f.Orders > 0 && !shows(text).Holds(f) }}
}

// ends: some order ends in this way.
func ends(g Goal, text string) Fact {
	return Fact{text, func(f *Findings) bool { _, ok := f.Shortest(g); return ok }}
}

// orders: so many orders are permitted.
func orders(n int) Fact {
	return Fact{words.Count(n, "order"), func(f *Findings) bool { return f.Orders == n }}
}

// outputs: all orders together show so many different outputs.
func outputs(n int) Fact {
	return Fact{words.Count(n, "output"), func(f *Findings) bool { return len(f.Outcomes) == n }}
}

// failing: what goes wrong does so in some of the orders.
func failing(n, of int, what string) Fact {
	return Fact{fmt.Sprintf("in %d of the %d orders, %s", n, of, what), func(f *Findings) bool { return f.Orders == of && f.Failing() == n }}
}

// The three answers to the question in how many orders a run fails.
var (
	noneFail = Fact{"in none", func(f *Findings) bool { return f.Orders > 0 && f.Failing() == 0 }}
	someFail = Fact{"in some, but not in all", func(f *Findings) bool { return f.Failing() > 0 && f.Failing() < f.Orders }}
	allFail  = Fact{"in all", func(f *Findings) bool { return f.Orders > 0 && f.Failing() == f.Orders }}
)

// printedBy: in the default order, a task of this name prints the line.
func printedBy(task, line string) Fact {
	return Fact{task, func(f *Findings) bool {
		return slices.ContainsFunc(f.Default.Lines, func(l Line) bool { return l.Task == task && l.Text == line })
	}}
}

// mayBeSwapped: in the default order, the two events may change places, and the outcome
// becomes another one by that.
func mayBeSwapped(first, second int) Fact {
	text := fmt.Sprintf("%d and %d may be swapped", first, second)
	return Fact{text, func(f *Findings) bool {
		return slices.ContainsFunc(f.Swaps, func(s string) bool { return strings.HasPrefix(s, text+", and the output changes") })
	}}
}

// reports: the library has something to say at the end of the default order.
func reports(text string) Fact {
	return Fact{text, func(f *Findings) bool { return slices.Contains(f.Default.Reports, text) }}
}
