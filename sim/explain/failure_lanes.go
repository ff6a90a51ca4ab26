package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

const (
	columnsWidth  = 100 // when the caller does not say
	columnsLeast  = 40  // narrower, nothing can be read
	laneMost      = 32  // cells of a column; longer text is wrapped
	laneLeast     = 10
	lanesMost     = 6  // tasks; more cannot be followed
	rowsWhole     = 40 // a longer excerpt is cut down to what matters
	rowsAround    = 2  // of what matters
	othersMention = 8  // so many events of other tasks are worth a line
	lineMost      = 4  // lines of one event
)

// excerpt is the part of a run that is drawn: some tasks, a column each.
type excerpt struct {
	title string
	lanes []string // tasks; "" is the loop
	rows  []excerptRow
	seqs  int // cells of the widest event number
}

// excerptRow is an event in its column or, if lane is negative, a line across all
// columns.
type excerptRow struct {
	seq     int
	lane    int
	text    string
	mark    string
	matters bool
	at      time.Duration
}

// excerptOf draws what the tasks did. marks holds what stands before an event, by
// its Seq.
func excerptOf(title string, h *history, lanes []string, marks map[int]string) *excerpt {
	x := &excerpt{title: title, lanes: lanes}
	var at time.Duration
	others := 0
	for _, e := range h.events {
		lane := slices.Index(lanes, e.Task)
		text := ""
		if lane >= 0 {
			text = doing(e, marks[e.Seq] != "")
		}
		if turn := turnOf(e); turn != "" {
			x.across(e.At, &at, &others)
			x.rows = append(x.rows, excerptRow{lane: -1, text: "── " + turn + " ──", matters: true, at: e.At})
			continue
		}
		if text == "" {
			if lane < 0 && e.Kind != trace.Decide && e.Kind != trace.Advance {
				others++
			}
			continue
		}
		if len(x.rows) == 0 {
			others = 0
		}
		x.across(e.At, &at, &others)
		mark := marks[e.Seq]
		x.rows = append(x.rows, excerptRow{e.Seq, lane, text, mark, mark != "" || e.Kind == trace.Finish && e.Object != "returned", e.At})
		x.seqs = max(x.seqs, len(strconv.Itoa(e.Seq)))
	}
	x.shorten()
	return x
}

// across adds what stands across the columns before an event: what others did
// and what time went by.
func (x *excerpt) across(now time.Duration, at *time.Duration, others *int) {
	if *others >= othersMention {
		x.rows = append(x.rows, excerptRow{lane: -1, text: fmt.Sprintf("... %d events of others ...", *others), at: *at})
	}
	*others = 0
	if now > *at {
		x.rows = append(x.rows, excerptRow{lane: -1, text: fmt.Sprintf("~~ %v later, at %v ~~", now-*at, now), at: now})
		*at = now
	}
}

// turnOf says what a decision took if it is not the default.
func turnOf(e trace.Event) string {
	if e.Kind != trace.Decide || len(e.Alternatives) == 0 || e.Detail == e.Alternatives[0] {
		return ""
	}
	kind, key, _ := strings.Cut(e.Object, ":")
	if !order.IsOrder(kind) {
		return "choice: " + words.Line(key) + " is " + words.Line(e.Detail) + ", not " + words.Line(e.Alternatives[0])
	}
	return "switch: " + words.Line(e.Detail) + " before " + words.Line(e.Alternatives[0])
}

// doing says in a few words, much like those of the program, what a task did; ""
// for what nobody needs to see. What goes on in the loop is shown if it is marked.
func doing(e trace.Event, marked bool) string {
	if text := inGo(e); text != "" {
		return text
	}
	object, detail := name(strings.TrimPrefix(e.Object, ownLock)), words.Line(e.Detail)
	if detail == "" && (e.Kind == trace.Read || e.Kind == trace.Write || e.Kind == trace.Get || e.Kind == trace.Put) {
		detail = `""`
	}
	switch e.Kind {
	case trace.Start:
		if marked {
			return "starts"
		}
	case trace.Resume:
		if marked {
			return "goes on"
		}
	case trace.Fire:
		if marked {
			return "its " + object + " is over"
		}
	case trace.Callback:
		if marked {
			return "calls " + object
		}
	case trace.Wait:
		switch e.Object {
		case "yield":
			return "yields"
		case "sleep":
			return "sleeps " + detail
		}
		return "waits for " + object
	case trace.Finish:
		switch e.Object {
		case "failed":
			return "fails: " + detail
		case "panicked":
			return "panics: " + strings.TrimPrefix(detail, "panic in "+words.Line(e.Task)+": ")
		case "cancelled":
			return "is cancelled"
		case "exited":
			return "exits"
		}
		return "returns"
	case trace.Hold:
		return "holds the loop for " + detail
	case trace.Print:
		return "prints " + strconv.Quote(e.Detail)
	case trace.Read:
		return object + ".Get() = " + detail
	case trace.Write:
		return object + ".Set(" + detail + ")"
	case trace.Acquire:
		return object + ".Acquire()"
	case trace.Release:
		return object + ".Release()"
	case trace.Set:
		if strings.HasPrefix(e.Object, "future ") {
			return object + ".SetResult(" + detail + ")"
		}
		return object + ".Set(" + detail + ")"
	case trace.Clear:
		return object + ".Clear()"
	case trace.Notify:
		return object + ".Notify(" + detail + ")"
	case trace.Put:
		return object + ".Put(" + detail + ")"
	case trace.Get:
		return object + ".Get() = " + detail
	case trace.Cancel:
		return "cancels " + object
	case trace.Check:
		return "looks at " + object
	}
	return ""
}

// shorten leaves out long stretches in which nothing matters.
func (x *excerpt) shorten() {
	if len(x.rows) <= rowsWhole {
		return
	}
	near := make([]bool, len(x.rows))
	for i, r := range x.rows {
		if r.matters || i == len(x.rows)-1 {
			for k := max(0, i-rowsAround); k <= min(len(x.rows)-1, i+rowsAround); k++ {
				near[k] = true
			}
		}
	}
	var kept []excerptRow
	for i := 0; i < len(x.rows); {
		if near[i] {
			kept = append(kept, x.rows[i])
			i++
			continue
		}
		from := i
		for i < len(x.rows) && !near[i] {
			i++
		}
		if i-from == 1 {
			kept = append(kept, x.rows[from])
		} else {
			text := fmt.Sprintf("... %d more lines ...", i-from)
			before := time.Duration(0)
			if from > 0 {
				before = x.rows[from-1].at
			}
			if last := x.rows[i-1].at; last > before {
				text = fmt.Sprintf("... %d more lines, until %v ...", i-from, last)
			}
			kept = append(kept, excerptRow{lane: -1, text: text})
		}
	}
	x.rows = kept
}

// natural returns what the columns would like to have.
func (x *excerpt) natural() []int {
	widths := make([]int, len(x.lanes))
	for i := range widths {
		widths[i] = max(laneLeast, min(words.Width(laneName(x.lanes[i])), laneMost))
	}
	for _, r := range x.rows {
		if r.lane >= 0 {
			widths[r.lane] = max(widths[r.lane], min(words.Width(r.text), laneMost))
		}
	}
	if missing := words.Width(x.title) - x.total(widths); missing > 0 && len(widths) > 0 {
		widths[len(widths)-1] += missing
	}
	return widths
}

func laneName(task string) string {
	if task == "" {
		return trace.Loop
	}
	return words.Line(task)
}

// total is what columns take in all.
func (x *excerpt) total(widths []int) int {
	n := 2 + x.seqs
	for _, w := range widths {
		n += 2 + w
	}
	return n
}

// squeezed takes from the widest columns until all fit.
func (x *excerpt) squeezed(widths []int, cells int) []int {
	for x.total(widths) > cells && slices.Max(widths) > laneLeast {
		widths[slices.Index(widths, slices.Max(widths))]--
	}
	return widths
}

// drawnLine is a line of a drawing, and whether it stands out.
type drawnLine struct {
	text string
	bold bool
}

// draw returns the lines of the excerpt, with columns of these widths.
func (x *excerpt) draw(widths []int) []drawnLine {
	total := x.total(widths)
	lines := []drawnLine{{words.Elide(x.title, total), false}, {}}
	blank := strings.Repeat(" ", 2+x.seqs)
	names, rule := blank, "  "+strings.Repeat("─", x.seqs)
	for i, w := range widths {
		names += "  " + words.Pad(words.Elide(laneName(x.lanes[i]), w), w)
		rule += "  " + strings.Repeat("─", w)
	}
	lines = append(lines, drawnLine{names, false}, drawnLine{rule, false})
	for _, r := range x.rows {
		if r.lane < 0 {
			for _, part := range shortened(words.Lines(r.text, total-2), lineMost) {
				lines = append(lines, drawnLine{"  " + part, r.matters})
			}
			continue
		}
		left := 0
		for _, w := range widths[:r.lane] {
			left += 2 + w
		}
		for i, part := range shortened(words.Lines(r.text, widths[r.lane]), lineMost) {
			head := blank
			if i == 0 {
				head = words.Pad(r.mark, 2) + fmt.Sprintf("%*d", x.seqs, r.seq)
			}
			lines = append(lines, drawnLine{head + strings.Repeat(" ", left+2) + part, r.mark != ""})
		}
	}
	return lines
}

// shortened cuts a list of lines.
func shortened(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	lines = slices.Clone(lines[:most])
	lines[most-1] += "…"
	return lines
}

// writeBeside draws two excerpts side by side if they fit, and else one below the
// other. The second may be nil.
func writeBeside(b *strings.Builder, left, right *excerpt, o trace.ViewOptions) {
	const between = " │ "
	if right == nil {
		writeLines(b, left.draw(left.squeezed(left.natural(), o.Width)), o)
		return
	}
	lw, rw := left.natural(), right.natural()
	if total := left.total(lw); total+len([]rune(between))+right.total(rw) <= o.Width {
		a, z := left.draw(lw), right.draw(rw)
		for i := range max(len(a), len(z)) {
			var l, r drawnLine
			if i < len(a) {
				l = a[i]
			}
			if i < len(z) {
				r = z[i]
			}
			line := stressed(words.Pad(l.text, total), l.bold, o) + between + stressed(r.text, r.bold, o)
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		return
	}
	writeLines(b, left.draw(left.squeezed(lw, o.Width)), o)
	b.WriteString("\n")
	writeLines(b, right.draw(right.squeezed(rw, o.Width)), o)
}

func writeLines(b *strings.Builder, lines []drawnLine, o trace.ViewOptions) {
	for _, l := range lines {
		b.WriteString(stressed(strings.TrimRight(l.text, " "), l.bold, o) + "\n")
	}
}

// stressed has a terminal show a text in bold, if it may.
func stressed(text string, bold bool, o trace.ViewOptions) string {
	if !bold || !o.Color || text == "" {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}
