package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// The marks that stand before events. Nothing is said by colour alone.
// headingMost is how many lines of what went wrong are shown.
const headingMost = 12

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
// No line takes more than o.Width cells (100 if that is 0; 40 if it is less),
// except schedules, which are there to be copied. It returns what w returns.
func (f *Failure) WriteText(w io.Writer, o trace.ViewOptions) error {
	if o.Width == 0 {
		o.Width = columnsWidth
	}
	o.Width = max(o.Width, columnsLeast)
	var b strings.Builder
	f.writeHeading(&b, o)
	f.writeRuns(&b, o)
	f.writeWords(&b, o)
	_, err := io.WriteString(w, b.String())
	return err
}

func (f *Failure) writeHeading(b *strings.Builder, o trace.ViewOptions) {
	first, rest, _ := strings.Cut(strings.TrimRight(f.Text, "\n"), "\n")
	heading := "FAILS: " + strings.TrimPrefix(strings.TrimPrefix(first, "sim: "), "bubble: ")
	if !strings.HasPrefix(heading, "FAILS: "+string(f.End)) {
		heading = strings.TrimSuffix("FAILS: "+string(f.End)+heading[len("FAILS"):], ": ")
	}
	for i, line := range words.Lines(words.Line(heading), o.Width) {
		b.WriteString(stressed(line, i == 0, o) + "\n")
	}
	lines := strings.Split(rest, "\n")
	for i, line := range lines {
		if i == headingMost && len(lines) > headingMost+1 {
			fmt.Fprintf(b, "  ... %d more lines\n", len(lines)-i)
			break
		}
		// A place in the source is there to be read in full.
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
	fmt.Fprintf(b, "schedule %s%s\n", f.Schedule, remark(f.Schedule))
}

// remark says how far a schedule is from the default order.
func remark(s order.Schedule) string {
	if len(s) == 0 {
		return " (the default order)"
	}
	return " (" + words.Plural(len(s), "switch", "switches") + ")"
}

func (f *Failure) writeRuns(b *strings.Builder, o trace.ViewOptions) {
	failing, passing := f.histories()
	lanes := f.lanes(failing)
	if len(lanes) == 0 {
		return
	}
	b.WriteString("\n")
	if left := len(lanes) - min(lanesMost, max(1, (o.Width-8)/(laneLeast+2))); left > 0 {
		fmt.Fprintf(b, "(%s not drawn)\n\n", words.Plural(left, "more task is", "more tasks are"))
		lanes = lanes[:len(lanes)-left]
	}
	swapped, raced := f.marks(f.Trace, failing, failing)
	x := excerptOf("The failing run", failing, lanes, merged(swapped, raced))
	switch f.End {
	case order.Deadlocked:
		x.rows = append(x.rows, excerptRow{lane: -1, text: "── nothing can go on ──", matters: true})
	case order.Spinning:
		for _, start := range failing.running() {
			if lane := slices.Index(lanes, start.Task); lane >= 0 {
				x.rows = append(x.rows, excerptRow{start.Seq, lane, "spins", "", true, start.At})
			}
		}
		x.rows = append(x.rows, excerptRow{lane: -1, text: "── nothing changes any more ──", matters: true})
	case order.Stalled:
		x.rows = append(x.rows, excerptRow{lane: -1, text: "── and so on: only timers go on ──", matters: true})
	}
	var beside *excerpt
	if passing != nil {
		swapped, raced := f.marks(f.Passing.Trace, passing, failing)
		beside = excerptOf("The nearest passing run", passing, lanes, merged(swapped, raced))
		// Numbers are of the same width, so that the columns are.
		x.seqs = max(x.seqs, beside.seqs)
		beside.seqs = x.seqs
	}
	writeBeside(b, x, beside, o)
	var legend []string
	if len(swapped) > 0 {
		legend = append(legend, swapMark+" change places")
	}
	if len(raced) > 0 {
		legend = append(legend, raceMark+" race")
	}
	if len(legend) > 0 {
		b.WriteString("\n" + strings.Join(legend, "   ") + "\n")
	}
}

// lanes returns the tasks that have a part in the failure, in the order in which
// they first came up.
func (f *Failure) lanes(h *history) []string {
	part := map[string]bool{}
	if f.Race != nil {
		for _, e := range f.Race.Events {
			part[e.Task] = true
		}
		if f.Race.absent != "" {
			part[f.Race.absent] = true
		}
	}
	if h.blamed != "" {
		part[h.blamed] = true
	}
	if f.Swap != nil {
		for _, e := range h.events {
			if slices.Contains(f.Swap.Seqs[:], e.Seq) {
				part[e.Task] = true
			}
		}
	}
	if f.Race == nil && f.Swap == nil { // all who touched something may have to do with it
		for _, a := range h.accesses {
			if a.Task != "" && a.Kind.Access() != trace.NoAccess {
				part[a.Task] = true
			}
		}
	}
	if len(part) == 0 || hangs(f.End) && f.Race == nil { // who hangs is what is asked
		for _, wait := range h.stuck() {
			part[wait.Task] = true
		}
		for _, start := range h.running() {
			part[start.Task] = true
		}
	}
	var lanes []string
	for _, e := range h.events {
		if part[e.Task] {
			lanes = append(lanes, e.Task)
			part[e.Task] = false
		}
	}
	if f.Race != nil && f.Race.absent != "" && !slices.Contains(lanes, f.Race.absent) {
		lanes = append(lanes, f.Race.absent)
	}
	if len(lanes) == 0 { // nothing is known; show who did something
		for _, e := range h.events {
			if e.Task != "" && !slices.Contains(lanes, e.Task) && len(lanes) < lanesMost {
				lanes = append(lanes, e.Task)
			}
		}
	}
	return lanes
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

func merged(a, b map[int]string) map[int]string {
	out := map[int]string{}
	for seq, mark := range b {
		out[seq] = mark
	}
	for seq, mark := range a {
		out[seq] = mark
	}
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
		paragraph("What raced: " + f.Race.Text + ".")
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
	seqs, names, texts := 0, 0, 0
	for _, e := range f.Race.Events {
		seqs = max(seqs, len(fmt.Sprint(e.Seq)))
		names = max(names, words.Width(who(e)))
		texts = max(texts, min(words.Width(doing(e, true)), laneMost))
	}
	for _, e := range f.Race.Events {
		line := fmt.Sprintf("  %*d  %s  %s", seqs, e.Seq, words.Pad(who(e), names), words.Pad(words.Elide(doing(e, true), texts), texts))
		if e.Pos != "" {
			line += "  (" + words.Line(e.Pos) + ")"
		}
		b.WriteString(strings.TrimRight(words.Elide(line, o.Width), " ") + "\n")
	}
}
