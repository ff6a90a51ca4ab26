package explain

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// headingMost is how many lines of what went wrong are shown.
const headingMost = 24

// The marks that stand before events. Nothing is said by colour alone.
const (
	swapMark = "⇄"
	raceMark = "*"
)

// WriteText writes the failure for a reader: the message and the schedule; the
// part of the failing run that matters, a column for each task that has a part in
// it, beside the same part of the nearest passing run, or above it where the width
// does not suffice; what differs between them; what raced, with places in the
// source; the passing schedule.
//
// No line takes more than o.Width cells (112 if that is 0; 40 if it is less),
// except schedules, which are there to be copied, and places in the source and stacks,
// which are there to be read in full. It returns what w returns.
func (f *Failure) WriteText(w io.Writer, o trace.ViewOptions) error {
	if o.Width == 0 {
		o.Width = columnsWidth
	}
	o.Width = max(o.Width, columnsLeast)
	var b strings.Builder
	f.writeHeading(&b, o)
	f.writeRuns(&b, o)
	f.writeWords(&b, o)
	text := b.String()
	if o.ASCII {
		text = words.ASCII(text)
	}
	_, err := io.WriteString(w, text)
	return err
}

// Headline is the sentence that names what is wrong, with places in the source, without
// control characters.
func (f *Failure) Headline() string {
	first, _, _ := strings.Cut(strings.TrimRight(f.Text, "\n"), "\n")
	first = words.Line(strings.TrimPrefix(strings.TrimPrefix(first, "sim: "), "bubble: "))
	if f.End != order.Failed && f.End != order.Violated && !beginsWith(first, f.End) {
		first = strings.TrimSuffix(string(f.End)+": "+first, ": ")
	}
	return first
}

// beginsWith reports whether the first words of a text are those of an end, and not of a
// name like leakedReceiver.
func beginsWith(text string, end order.End) bool {
	rest, ok := strings.CutPrefix(strings.ReplaceAll(text, " ", "-"), string(end))
	return ok && (end == "" || rest == "" || strings.ContainsAny(rest[:1], "-:"))
}

func (f *Failure) writeHeading(b *strings.Builder, o trace.ViewOptions) {
	for i, line := range words.Lines("FAILS: "+f.Headline(), o.Width) {
		b.WriteString(stressed(line, i == 0, o) + "\n")
	}
	_, rest, _ := strings.Cut(strings.TrimRight(f.Text, "\n"), "\n")
	lines := strings.Split(rest, "\n")
	for i, line := range lines {
		if i == headingMost && len(lines) > headingMost+1 {
			fmt.Fprintf(b, "  ... %d more lines\n", len(lines)-i)
			break
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		for k, part := range words.Lines(words.Line(line), o.Width-len(indent)-2) {
			if k > 0 {
				part = "  " + part
			}
			if line != "" {
				b.WriteString(indent + part + "\n")
			}
		}
	}
	if notes := f.notes(); notes != "" {
		b.WriteString("\n")
		for line := range strings.SplitSeq(notes, "\n") {
			// It is left as it is: a stack is there to be read in full.
			if line = words.Line(line); line != "" {
				line = "    " + line
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "schedule %s%s\n", f.Schedule, remark(f.Schedule))
}

// notes are what else there is to say, without what the headline has said: of a panic, the
// notes are all of its text, with the stack.
func (f *Failure) notes() string {
	notes := strings.TrimRight(f.Notes, "\n")
	if first, rest, _ := strings.Cut(notes, "\n"); words.Line(first) == f.Headline() {
		return strings.TrimPrefix(strings.ReplaceAll("\n"+rest, "\n    ", "\n"), "\n")
	}
	return notes
}

// remark says how far a schedule is from the default order.
func remark(s order.Schedule) string {
	if len(s) == 0 {
		return " (the default order)"
	}
	return " (" + words.Plural(len(s), "switch", "switches") + ")"
}

// excerpts returns what is drawn of the failing run and of the passing one, which is nil if
// there is none, in so many cells, and how many tasks there is no room for.
func (f *Failure) excerpts(cells int) (failing, passing *excerpt, more int) {
	h, p := f.histories()
	lanes, more := f.lanes(h, max(1, (cells-8)/(laneLeast+2)))
	if len(lanes) == 0 {
		return nil, nil, 0
	}
	failing = excerptOf("The failing run", h, lanes, merged(f.marks(f.Trace, h, h)))
	end := func(text string) {
		failing.rows = append(failing.rows, excerptRow{lane: -1, text: "── " + text + " ──", matters: true})
	}
	switch f.End {
	case order.Panicked:
		// Of a goroutine, no event says that it panics.
		if f.Panic != nil && h.blamed != f.Panic.Task && slices.Contains(lanes, f.Panic.Task) {
			failing.rows = append(failing.rows, excerptRow{
				seq: len(f.Trace.Events), number: h.number(len(f.Trace.Events)), lane: slices.Index(lanes, f.Panic.Task), text: "panics: " + words.Line(fmt.Sprint(f.Panic.Value)), matters: true, at: f.Panic.At, pos: f.Panic.Pos,
			})
		}
	case order.Deadlocked:
		end("nothing can go on")
	case order.Spinning:
		for _, start := range h.running() {
			if lane := slices.Index(lanes, start.Task); lane >= 0 {
				failing.rows = append(failing.rows, excerptRow{seq: start.Seq, number: h.number(start.Seq), lane: lane, text: "spins", matters: true, at: start.At})
			}
		}
		end("nothing changes any more")
	case order.Stalled:
		end("and so on: only timers go on")
	}
	if p != nil {
		passing = excerptOf("The nearest passing run", p, lanes, merged(f.marks(f.Passing.Trace, p, h)))
	}
	return failing, passing, more
}

func (f *Failure) writeRuns(b *strings.Builder, o trace.ViewOptions) {
	failing, passing, more := f.excerpts(o.Width)
	if failing == nil {
		return
	}
	b.WriteString("\n")
	writeBeside(b, failing, passing, o)
	var legend []string
	h, _ := f.histories()
	swapped, raced := f.marks(f.Trace, h, h)
	if len(swapped) > 0 {
		legend = append(legend, swapMark+" change places")
	}
	if len(raced) > 0 {
		legend = append(legend, raceMark+" race")
	}
	if len(legend) > 0 {
		b.WriteString("\n" + strings.Join(legend, "   ") + "\n")
	}
	var hidden []string
	left := failing.left
	if passing != nil {
		left += passing.left
	}
	if left > 0 {
		hidden = append(hidden, words.Plural(left, "event is", "events are")+" in a row with others or left out")
	}
	if more > 0 {
		hidden = append(hidden, words.Plural(more, "task is", "tasks are")+" not drawn")
	}
	if len(hidden) > 0 {
		text := strings.ToUpper(hidden[0][:1]) + strings.Join(hidden, ", ")[1:] + ". The run of the schedule alone shows all."
		b.WriteString("\n")
		for _, line := range words.Lines(text, o.Width) {
			b.WriteString(line + "\n")
		}
	}
}

// marks returns, by Seq, what stands before the events of a run that change
// places and of those that race. h is its history, and failing that of the failing run.
func (f *Failure) marks(t *trace.Trace, h, failing *history) (swapped, raced map[int]string) {
	swapped, raced = map[int]string{}, map[int]string{}
	if f.Swap != nil {
		for _, m := range movesOf(t)[f.Swap.Kind] {
			if slices.Contains(f.Swap.IDs[:], m.id) {
				swapped[m.seq] = swapMark
			}
		}
	}
	if f.Race == nil {
		return swapped, raced
	}
	keys := map[accessKey]bool{}
	for _, a := range failing.accesses {
		if slices.ContainsFunc(f.Race.Events, func(e trace.Event) bool { return e.Seq == a.Seq }) {
			keys[a.key] = true
		}
	}
	for _, a := range h.accesses {
		if keys[a.key] {
			raced[a.Seq] = raceMark
		}
	}
	return swapped, raced
}

// merged returns all marks; those of a swap come before those of a race.
func merged(swapped, raced map[int]string) map[int]string {
	out := maps.Clone(raced)
	maps.Copy(out, swapped)
	return out
}

// writeWords says below the columns what differs and what raced.
func (f *Failure) writeWords(b *strings.Builder, o trace.ViewOptions) {
	paragraph := func(text string) {
		b.WriteString("\n")
		for _, line := range words.Lines(text, o.Width) {
			b.WriteString(line + "\n")
		}
	}
	if f.Race != nil {
		switch said := "What raced: " + f.Race.Text + "."; {
		case f.Race.Checked:
			paragraph(said + " Checked by a run: " + f.Race.exchanged() + ", it passes.")
		case f.Race.Pattern == OtherOrder:
			paragraph("What raced is not certain. It may be " + f.Race.Text + ".")
		default:
			paragraph(said)
		}
		f.writePlaces(b, o)
	}
	switch {
	case f.Passing != nil:
		paragraph("What differs: " + f.difference())
		if f.Race == nil && f.byValue() {
			paragraph("Nothing raced: the difference is a value that the program drew.")
		} else if f.Race == nil {
			paragraph("The events do not show what raced: no two accesses that conflict changed their order.")
		}
		fmt.Fprintf(b, "\nIt passes with schedule %s%s\n", f.Passing.Schedule, remark(f.Passing.Schedule))
	case f.AllFail:
		paragraph("Every order that the policy permits was run, and each of them fails: the order of steps makes no difference.")
	default:
		paragraph("Every order that was tried fails, in " + words.Plural(f.Runs, "run", "runs") + ".")
	}
}

// writePlaces lists the events of the race with their places in the source.
func (f *Failure) writePlaces(b *strings.Builder, o trace.ViewOptions) {
	var column trace.NumberColumn
	names, texts := 0, 0
	for i, e := range f.Race.Events {
		column.Add(f.Race.Numbers[i])
		names = max(names, words.Width(who(e)))
		texts = max(texts, min(words.Width(doing(e, true)), laneMost))
	}
	for i, e := range f.Race.Events {
		head := "  " + column.Pad(f.Race.Numbers[i]) + "  " + words.Pad(who(e), names) + "  "
		text := doing(e, true)
		if e.Pos == "" {
			writeHanging(b, head, text, o.Width)
			continue
		}
		// A place is there to be read in full.
		place := "  (" + words.Line(e.Pos) + ")"
		if line := head + words.Pad(text, texts) + place; words.Width(line) <= o.Width {
			b.WriteString(line + "\n")
			continue
		}
		writeHanging(b, head, text, o.Width)
		b.WriteString(strings.Repeat(" ", column.Width()+2) + place + "\n")
	}
}

// writeHanging writes text behind a head, and what has no room there below it.
func writeHanging(b *strings.Builder, head, text string, width int) {
	for _, line := range words.Lines(text, max(laneReadable, width-words.Width(head))) {
		b.WriteString(strings.TrimRight(head+line, " ") + "\n")
		head = strings.Repeat(" ", words.Width(head))
	}
}
