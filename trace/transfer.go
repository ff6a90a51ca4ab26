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
	Number int           // counted from 1
	At     time.Duration // virtual time since the run's start
	Seq    int           // of the event; a Wait event makes two transfers
	Kind   Kind          // Start, Resume, Callback, Wait or Finish
	// From and To name who has control before and after, with [Loop] for the
	// loop. They are equal where a task says what it is about to wait for, and
	// for a callback, which the loop runs itself.
	From, To string
	// Text is a sentence without its full stop, with everything in it that the
	// step prints before control moves again.
	Text string
}

// Transfers returns the hand-overs of control between the loop and the tasks,
// numbered in the order in which they happened. A Start, Resume, Callback or
// Finish event is one transfer. A Wait event is two, what the task begins to
// wait for and that control goes back to the loop, except for a bare yield,
// which is one.
func Transfers(t *Trace) []Transfer {
	var out []Transfer
	kinds := t.kinds()
	add := func(e Event, from, to, text string) {
		out = append(out, Transfer{len(out) + 1, e.At, e.Seq, e.Kind, from, to, text})
	}
	for i, e := range t.Events {
		who := e.who()
		switch e.Kind {
		case Start:
			add(e, Loop, e.Task, "the loop starts "+who+t.tells(i))
		case Resume:
			text := "the loop resumes " + who
			switch why := e.wait(); {
			case kinds[e.Cause] == Cancel:
				text = who + " was cancelled: " + text
			case e.Object != "" && e.Object != "yield":
				text = "the " + why + " is over: " + text
			}
			add(e, Loop, e.Task, text+t.tells(i))
		case Callback:
			add(e, Loop, Loop, "the loop runs the callback "+words.Clean(e.Object)+t.tells(i))
		case Wait:
			if e.Object == "yield" {
				add(e, e.Task, Loop, who+" "+e.waits())
				break
			}
			add(e, e.Task, e.Task, who+" "+e.waits())
			add(e, e.Task, Loop, "control goes back to the loop")
		case Finish:
			add(e, e.Task, Loop, who+" "+e.ends()+"; control goes back to the loop")
		}
	}
	return out
}

// transfers returns how many of them an event is.
func (e *Event) transfers() int {
	switch {
	case e.Kind == Wait && e.Object != "yield":
		return 2
	case e.Kind == Wait || e.Kind == Finish || e.opensStep():
		return 1
	}
	return 0
}

// kinds returns the kind of each event by its sequence number.
func (t *Trace) kinds() map[int]Kind {
	kinds := make(map[int]Kind, len(t.Events))
	for _, e := range t.Events {
		kinds[e.Seq] = e.Kind
	}
	return kinds
}

// tells returns what the step that begins with event i lets its user see, as a
// relative clause: what it prints, and how long it holds the loop.
func (t *Trace) tells(i int) string {
	const most = 4 // lines quoted; a reader who wants all of them has the log
	var prints, holds []string
	for _, e := range t.Events[i+1:] {
		if e.opensStep() || e.Kind == Wait || e.Kind == Finish {
			break
		}
		switch e.Kind {
		case Print:
			prints = append(prints, words.Quote(e.Detail))
		case Hold:
			holds = append(holds, e.words(0))
		}
	}
	var clauses []string
	if more := len(prints) - most; more > 0 {
		prints = append(prints[:most], "more ("+strconv.Itoa(more)+")")
	}
	if len(prints) > 0 {
		clauses = append(clauses, "prints "+list(prints, "and"))
	}
	clauses = append(clauses, holds...)
	return optional(", which ", list(clauses, "and"))
}

// WriteTransfers writes the numbered hand-overs of control, one a line with its
// virtual time, and below them which of them may change places and what else
// was decided. See [Transfers], [Swaps] and [Choices].
func WriteTransfers(w io.Writer, t *Trace, o ViewOptions) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", t.Header.line())
	transfers := Transfers(t)
	number, at := 0, 0
	for _, x := range transfers {
		number = max(number, len(strconv.Itoa(x.Number)))
		at = max(at, words.Width(x.At.String()))
	}
	for _, x := range transfers {
		fmt.Fprintf(&b, "%*d  %*v  %s\n", number, x.Number, at, x.At, x.Text)
	}
	if len(transfers) == 0 {
		b.WriteString("no hand-overs of control\n")
	}
	writeRemarks(&b, remarks(t))
	_, err := io.WriteString(w, b.String())
	return err
}
