package trace

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"weft/trace/words"
)

// Transfer is one numbered moment of the story of who has control: the loop
// hands it to a task, the task says what it will wait for, and hands it back.
type Transfer struct {
	Number int           // counted from 1; see [Numbers]
	At     time.Duration // virtual time since the run's start
	Seq    int           // of the event; a Wait event makes two transfers
	Kind   Kind          // Start, Resume, Callback, Wait or Finish; of goroutines, also what they synchronise by
	// From and To name who has control before and after, with [Loop] for the
	// loop. They are equal where a task says what it is about to wait for, for
	// a callback, which the loop runs itself, and where a goroutine goes on.
	From, To string
	// Text is a sentence without its full stop, with everything in it that the
	// step prints, reads and writes before control moves again.
	Text string
}

// Transfers returns the hand-overs of control between the loop and the tasks,
// numbered in the order in which they happened. A Start, Resume, Callback or
// Finish event is one transfer. A Wait event is two, what the task begins to
// wait for and that control goes back to the loop, except for a bare yield,
// which is one.
//
// In a run of ordinary Go, the goroutines hand control to each other through the
// scheduler, which is called [Scheduler]. A Wait event is one transfer there, and so is
// each operation on a channel, a mutex or whatever else goroutines synchronise by:
// before it, control could have gone to another one.
func Transfers(t *Trace) []Transfer {
	var out []Transfer
	kinds, host, inGo := t.kinds(), t.Host(), t.InGo()
	add := func(e Event, from, to, text string) {
		out = append(out, Transfer{len(out) + 1, e.At, e.Seq, e.Kind, from, to, text})
	}
	for i, e := range t.Events {
		who := e.who(host)
		switch e.Kind {
		case Start:
			add(e, host, e.Task, "the "+host+" starts "+who+t.tells(i, inGo))
		case Resume:
			text := "the " + host + " resumes " + who
			switch why := e.wait(); {
			case kinds[e.Cause] == Cancel:
				text = who + " was cancelled: " + text
			case e.Object == itsTurn:
				text = who + " goes on"
			case e.Object != "" && e.Object != "yield":
				text = "the " + why + " is over: " + text
			}
			add(e, host, e.Task, text+t.tells(i, inGo))
		case Callback:
			add(e, host, host, "the "+host+" runs the callback "+words.Clean(e.Object)+t.tells(i, inGo))
		case Wait:
			switch {
			case e.Object == itsTurn:
				add(e, e.Task, host, who+" pauses")
			case inGo || e.Object == "yield":
				add(e, e.Task, host, who+" "+e.waits())
			default:
				add(e, e.Task, e.Task, who+" "+e.waits())
				add(e, e.Task, host, "control goes back to the "+host)
			}
		case Finish:
			text := who + " " + e.ends()
			if !inGo {
				text += "; control goes back to the " + host
			}
			add(e, e.Task, host, text)
		default:
			if e.synchronises() {
				add(e, e.Task, e.Task, who+" "+e.words(0, inGo)+t.tells(i, inGo))
			}
		}
	}
	return out
}

// kinds returns the kind of each event by its sequence number.
func (t *Trace) kinds() map[int]Kind {
	kinds := make(map[int]Kind, len(t.Events))
	for _, e := range t.Events {
		kinds[e.Seq] = e.Kind
	}
	return kinds
}

// tells returns what happens between transfer i and the next one that its user can see,
// as a relative clause: what is printed, read and written, and how long the loop is held.
func (t *Trace) tells(i int, inGo bool) string {
	const most = 4 // lines quoted in a row, and clauses; a reader who wants all of them has the log
	var clauses, prints []string
	printed := func() {
		if more := len(prints) - most; more > 0 {
			prints = append(prints[:most], "more ("+strconv.Itoa(more)+")")
		}
		if len(prints) > 0 {
			clauses = append(clauses, "prints "+list(prints, "and"))
		}
		prints = nil
	}
	for _, e := range t.Events[i+1:] {
		if e.transfers(inGo) > 0 {
			break
		}
		switch {
		case e.Kind == Print:
			prints = append(prints, words.Quote(e.Detail))
		case e.Kind == Hold || e.Kind.Access() != NoAccess:
			printed()
			clauses = append(clauses, e.words(0, inGo))
		}
	}
	printed()
	if more := len(clauses) - most; more > 0 {
		clauses = append(clauses[:most], "does more ("+strconv.Itoa(more)+")")
	}
	relative := ", which "
	if inGo && t.Events[i].synchronises() {
		relative = " and " // it is the goroutine that goes on, and not the object
		if len(clauses) > 1 {
			relative = ", "
		}
	}
	return optional(relative, list(clauses, "and"))
}

// WriteTransfers writes the numbered hand-overs of control, one a line with its
// virtual time, and below them which of them may change places and what else
// was decided. See [Transfers], [Swaps] and [Choices]. With a Width, lines that are
// longer go on below their text; with 0, they are as long as they need to be.
func WriteTransfers(w io.Writer, t *Trace, o ViewOptions) error {
	var b strings.Builder
	writeWrapped(&b, "", t.Header.line(), o.Width)
	b.WriteString("\n")
	transfers := Transfers(t)
	number, at := 0, 0
	for _, x := range transfers {
		number = max(number, len(strconv.Itoa(x.Number)))
		at = max(at, words.Width(x.At.String()))
	}
	for _, x := range transfers {
		writeWrapped(&b, fmt.Sprintf("%*d  %*v  ", number, x.Number, at, x.At), x.Text, o.Width)
	}
	if len(transfers) == 0 {
		b.WriteString("no hand-overs of control\n")
	}
	writeRemarks(&b, remarks(t), o.Width)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeWrapped writes text behind a head, and what has no room below it, unless the width is 0.
func writeWrapped(b *strings.Builder, head, text string, width int) {
	if width == 0 {
		b.WriteString(head + text + "\n")
		return
	}
	const least = 20 // cells; where there is less room, lines are longer than they should be
	for _, line := range words.Lines(text, max(least, width-words.Width(head))) {
		b.WriteString(strings.TrimRight(head+line, " ") + "\n")
		head = strings.Repeat(" ", words.Width(head))
	}
}
