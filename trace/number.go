package trace

import (
	"strconv"
	"strings"
)

// Numbers returns what readers call the events of a run, by Seq. An event has the same
// number in every view, report and page, so that a class can look at number 10 together.
//
// What may be swapped has a whole number: the hand-overs of control, as [Transfers] counts
// them, and in a run of ordinary Go each operation by which goroutines synchronise, since
// before each of them another goroutine may come first. All else that happens between
// number 7 and number 8 is 7.1, 7.2 and so on; what happens before number 1 is 0.1, 0.2 and
// so on. In hello, then, 7.1 is what say1 prints after it was resumed at 7, and 6.1 is how
// virtual time moves on after control went back to the loop at 6.
//
// A task that begins to wait uses up two numbers: at the first one it says what it waits
// for, and at the second one control is back in the loop. The event has the first one.
//
// Whole numbers are the same at every [Level] of recording from [Order] up; those with a
// point need the whole trace. In files, an event's key stays its Seq.
func Numbers(t *Trace) map[int]string {
	numbers := make(map[int]string, len(t.Events))
	inGo, whole, between := t.InGo(), 0, 0
	for i := range t.Events {
		e := &t.Events[i]
		if n := e.transfers(inGo); n > 0 {
			numbers[e.Seq] = strconv.Itoa(whole + 1)
			whole, between = whole+n, 0
			continue
		}
		between++
		numbers[e.Seq] = strconv.Itoa(whole) + "." + strconv.Itoa(between)
	}
	return numbers
}

// transfers returns how many whole numbers an event uses up.
func (e *Event) transfers(inGo bool) int {
	switch {
	case e.Kind == Wait && e.Object != "yield" && !inGo:
		return 2
	case e.Kind == Wait || e.Kind == Finish || e.opensStep() || e.synchronises():
		return 1
	}
	return 0
}

// fraction parts a number at its point.
func fraction(number string) (whole, rest string) {
	if i := strings.IndexByte(number, '.'); i >= 0 {
		return number[:i], number[i:]
	}
	return number, ""
}

// NumberColumn lines numbers up at their points, so that the whole ones stand out. The
// zero value is ready for use.
type NumberColumn struct{ whole, rest int }

// Add makes room for a number.
func (c *NumberColumn) Add(number string) {
	whole, rest := fraction(number)
	c.whole, c.rest = max(c.whole, len(whole)), max(c.rest, len(rest))
}

// Join makes room for all that another column has room for.
func (c *NumberColumn) Join(other NumberColumn) {
	c.whole, c.rest = max(c.whole, other.whole), max(c.rest, other.rest)
}

// Width returns how many cells the numbers take.
func (c NumberColumn) Width() int { return c.whole + c.rest }

// Pad returns a number in the column's width.
func (c NumberColumn) Pad(number string) string {
	whole, rest := fraction(number)
	return strings.Repeat(" ", max(0, c.whole-len(whole))) + number + strings.Repeat(" ", max(0, c.rest-len(rest)))
}
