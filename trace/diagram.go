package trace

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/trace/words"
)

// Diagram is a run laid out in columns, before it is drawn: what the views
// "lanes", "svg" and "mermaid" have in common. All of its text is safe to show:
// what is not printable appears as Go escapes.
type Diagram struct {
	// Header names the run on one line.
	Title, Header string
	// Columns holds the loop's column, which is the scheduler's in a run of ordinary Go,
	// then one for each task, in the order in which the tasks were spawned or first seen.
	Columns []Column
	Rows    []Row
	// Swaps and Choices are those of the run; a row points into Swaps.
	Swaps   []Swap
	Choices []Choice
}

// Column is a lane of a [Diagram].
type Column struct {
	Name string
	// First and Last index the rows between which the task lived: the row in
	// which it was spawned or first seen, and the one in which it finished, or
	// the last row of all.
	First, Last int
}

// Row is one thing that happened, in the column of the one who did it.
type Row struct {
	Seq    int    // of the event
	Number string // of the event, or of the hand-over of control that comes of it; see [Numbers]
	Kind   Kind
	At     time.Duration // virtual time since the run's start
	Gap    time.Duration // virtual time that passed since the row above
	// From is the column whose text it is. To is the column that an arrow
	// leads to: it is equal to From if nothing passes between columns.
	From, To int
	Text     string
	// Passive is the text for a view that has it stand in the column To: what is "starts
	// say1" in the loop's column is "is started" there. It is empty where From is To.
	Passive string
	Swaps   []int // indices of the swaps that the row takes part in
}

// NewDiagram lays out a run. Events that only prepare another one, such as a
// timer that resumes a task, have no row of their own; [WriteLog] shows them.
func NewDiagram(t *Trace) *Diagram {
	host, inGo, numbers := t.Host(), t.InGo(), Numbers(t)
	d := &Diagram{
		Title: words.Clean(t.Program), Header: t.Header.line(),
		Columns: []Column{{Name: host}},
		Swaps:   Swaps(t), Choices: Choices(t),
	}
	if d.Title == "" {
		d.Title = "a run"
	}
	columns := map[string]int{"": 0}
	column := func(name string) int {
		c, ok := columns[name]
		if !ok {
			c = len(d.Columns)
			columns[name] = c
			d.Columns = append(d.Columns, Column{Name: words.Clean(name), First: len(d.Rows), Last: -1})
		}
		return c
	}
	swaps := map[string][]int{} // by number
	for i, s := range d.Swaps {
		for _, n := range s.Transfers {
			if n != 0 {
				swaps[strconv.Itoa(n)] = append(swaps[strconv.Itoa(n)], i)
			}
		}
	}
	x, kinds := newIndex(t), t.kinds()
	var at time.Duration
	running := 0 // the column of the task that has control
	row := func(e Event, number string, from, to int, text, passive string) {
		d.Rows = append(d.Rows, Row{e.Seq, number, e.Kind, e.At, e.At - at, from, to, text, passive, swaps[number]})
		at = e.At
	}
	add := func(e Event, from, to int, text string) { row(e, numbers[e.Seq], from, to, text, "") }
	for _, e := range t.Events {
		task, cause := column(e.Task), kinds[e.Cause]
		switch e.Kind {
		case Start, Resume:
			running = task
		case Wait, Finish:
			running = 0
		}
		switch e.Kind {
		case Spawn:
			row(e, numbers[e.Seq], task, column(e.Object), "spawns "+short(e.Object), "is spawned")
		case Start:
			row(e, numbers[e.Seq], 0, task, "starts "+short(e.Task), e.words(cause, inGo))
		case Resume:
			text := "resumes " + short(e.Task)
			if why := e.over(cause); why != "" {
				text += ": " + why
			}
			row(e, numbers[e.Seq], 0, task, text, e.words(cause, inGo))
		case Wait:
			switch {
			case inGo:
				add(e, task, 0, e.waits())
			case e.Object == "yield":
				add(e, task, 0, "gives control back")
			default:
				add(e, task, task, e.waits())
				row(e, strconv.Itoa(x.numbers[e.Seq]+1), task, 0, "back to "+host, "")
			}
		case Finish:
			add(e, task, 0, e.ends())
			d.Columns[task].Last = len(d.Rows) - 1
		case Callback:
			add(e, 0, 0, e.words(0, inGo))
		case Advance:
			// The gap before the next row shows it.
		case Fire:
			if x.handover[e.Seq] != 0 {
				break
			}
			text := "timer fires" + optional(": ", words.Clean(e.Object))
			if e.Task != "" {
				text += " of " + e.who(host)
			}
			add(e, 0, 0, text)
		case Decide: // the loop's, or a choice that the running task asked for
			kind, _ := e.decision()
			text, at := e.words(cause, inGo), running
			if goesOn, ok := strings.CutPrefix(text, "lets "+d.Columns[running].Name+" go on"); inGo && running > 0 && ok {
				text = "goes on" + goesOn
			} else if inGo && (kind == "ready" || kind == "timer") {
				at = 0
			}
			add(e, at, at, text)
		case End:
			add(e, 0, 0, e.words(cause, inGo))
		default:
			add(e, task, task, e.words(cause, inGo))
		}
	}
	for i := range d.Columns {
		if i == 0 || d.Columns[i].Last < 0 {
			d.Columns[i].Last = len(d.Rows) - 1
		}
	}
	return d
}

// Only returns the diagram of some of the events, which are those for whose Seq the function
// is true: without the rows of others, columns in which nothing is left, and what may be
// swapped with something that is left out. The numbers are those of the whole run.
func (d *Diagram) Only(some func(seq int) bool) *Diagram {
	part := &Diagram{Title: d.Title, Header: d.Header}
	for _, c := range d.Choices {
		if some(c.Seq) {
			part.Choices = append(part.Choices, c)
		}
	}
	var rows []Row
	parts := make([]int, len(d.Swaps)) // how many rows of each are left
	seen := make([]bool, len(d.Columns))
	seen[0] = true
	for _, r := range d.Rows {
		if some(r.Seq) {
			rows = append(rows, r)
			seen[r.From], seen[r.To] = true, true
			for _, s := range r.Swaps {
				parts[s]++
			}
		}
	}
	column, swap := make([]int, len(d.Columns)), make([]int, len(d.Swaps))
	for c := range d.Columns {
		if column[c] = len(part.Columns); seen[c] {
			part.Columns = append(part.Columns, Column{Name: d.Columns[c].Name, First: -1})
		}
	}
	for i, s := range d.Swaps {
		if swap[i] = -1; parts[i] > 0 && parts[i] == len(s.IDs) {
			swap[i] = len(part.Swaps)
			part.Swaps = append(part.Swaps, s)
		}
	}
	at := time.Duration(0)
	for i, r := range rows {
		r.From, r.To, r.Gap, at = column[r.From], column[r.To], r.At-at, r.At
		r.Swaps = nil
		for _, s := range rows[i].Swaps {
			if swap[s] >= 0 {
				r.Swaps = append(r.Swaps, swap[s])
			}
		}
		for _, c := range []int{r.From, r.To} {
			if part.Columns[c].First < 0 {
				part.Columns[c].First = i
			}
			part.Columns[c].Last = len(rows) - 1
		}
		part.Rows = append(part.Rows, r)
	}
	for i, r := range part.Rows {
		if r.Kind == Finish {
			part.Columns[r.From].Last = i
		}
	}
	part.Columns[0].First, part.Columns[0].Last = 0, len(rows)-1
	return part
}

// short returns a name for a row whose arrow leads to the column of that name.
func short(name string) string { return words.ElideMiddle(words.Clean(name), 20) }

// label returns a row's number, marked if it could be swapped, and its text.
func (r Row) label() string {
	if len(r.Swaps) > 0 {
		return r.Number + "⇄ " + r.Text
	}
	return r.Number + " " + r.Text
}

// laidRow is a row as the views with columns show it.
type laidRow struct {
	Row
	column int // where the text stands
	text   string
	skip   bool // the row above says it
}

// laid returns how a row is drawn. What leads to a task further right stands in that task's
// column, if that is one of those that are shown, or all are. That control goes back to the
// loop is an arrow from what the task waits for, with both numbers.
func (d *Diagram) laid(i int, shown ...int) laidRow {
	rows := d.Rows
	r := laidRow{Row: rows[i], column: rows[i].From}
	switch {
	case i > 0 && r.returns(rows[i-1]):
		r.skip = true
	case i+1 < len(rows) && rows[i+1].returns(r.Row):
		r.Number, r.To = r.Number+"–"+rows[i+1].Number, rows[i+1].To
	case r.To > r.From && (shown == nil || slices.Contains(shown, r.To)):
		r.column, r.Text = r.To, r.Passive
	}
	r.text = r.label()
	return r
}

// returns reports whether the row is how control goes back after the row before.
func (r *Row) returns(before Row) bool {
	return r.Kind == Wait && before.Seq == r.Seq && before.From == before.To && r.From == before.From
}

// later says that virtual time passed.
func later(gap time.Duration) string { return gap.String() + " later" }

// remarks returns the sentences below the drawing, at most the given number.
func (d *Diagram) remarks(most int) []string {
	var out []string
	for _, s := range d.Swaps {
		out = append(out, s.String())
	}
	for _, c := range d.Choices {
		out = append(out, c.String())
	}
	if more := len(out) - most; more > 0 {
		out = append(out[:most], fmt.Sprintf("and %d more; the view \"transfers\" lists them all.", more))
	}
	return out
}

// summary says in a sentence what there is to see.
func (d *Diagram) summary() string {
	var names []string
	for i, c := range d.Columns[1:] {
		if i == remarksShown {
			names = append(names, fmt.Sprintf("%d more", len(d.Columns)-1-i))
			break
		}
		names = append(names, c.Name)
	}
	last := "0"
	var end time.Duration
	for _, r := range d.Rows {
		last, _ = fraction(r.Number)
		end = r.At
	}
	noun, what := "task", "hand-overs of control between the event loop and its tasks"
	if d.Columns[0].Name == Scheduler {
		noun, what = "goroutine", "steps"
	}
	tasks := count(len(d.Columns)-1, noun)
	if len(names) > 0 {
		tasks += " (" + list(names, "and") + ")"
	}
	parts := []string{fmt.Sprintf("A run of %s in %v of virtual time, with %s numbered %s.", tasks, end, last, what)}
	return strings.Join(append(parts, d.remarks(remarksShown)...), " ")
}

// remarksShown limits what stands below a drawing, which should stay one.
const remarksShown = 12
