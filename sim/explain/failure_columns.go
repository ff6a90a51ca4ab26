package explain

import (
	"slices"
	"strings"

	"weft/trace"
	"weft/trace/words"
)

const (
	columnsWidth = 112 // when the caller does not say: 120 behind the indent of a test's log
	columnsLeast = 40  // narrower, nothing can be read
	laneMost     = 32  // cells of a column; longer text is wrapped
	laneLeast    = 10
	laneReadable = 16 // narrower, the places in the source get lines of their own
	lineMost     = 4  // lines of one event
	codeLeast    = 12 // cells of a line of the source; shorter, it is left out
	codeMost     = 44
)

// columns is how wide the parts of an excerpt are.
type columns struct {
	nums  trace.NumberColumn
	lanes []int // of the lanes
	where int   // of the places in the source; 0 if these have lines of their own, or are left out
	own   bool  // places have lines of their own
}

func (c columns) total() int {
	n := 2 + c.nums.Width()
	for _, w := range c.lanes {
		n += 2 + w
	}
	if c.where > 0 {
		n += 2 + c.where
	}
	return n
}

// natural returns what the columns would like to have, without places.
func (x *excerpt) natural() columns {
	c := columns{nums: x.numbers(), lanes: make([]int, len(x.lanes))}
	for i := range c.lanes {
		c.lanes[i] = max(laneLeast, min(words.Width(laneName(x.lanes[i])), laneMost))
	}
	for _, r := range x.rows {
		if r.lane >= 0 {
			c.lanes[r.lane] = max(c.lanes[r.lane], min(words.Width(r.text), laneMost))
		}
	}
	if missing := words.Width(x.title) - c.total(); missing > 0 && len(c.lanes) > 0 {
		c.lanes[len(c.lanes)-1] += missing
	}
	return c
}

// squeezed takes from the widest lanes until all fit, or none is wider than least.
func (c columns) squeezed(cells, least int) columns {
	c.lanes = slices.Clone(c.lanes)
	for c.total() > cells && slices.Max(c.lanes) > least {
		c.lanes[slices.Index(c.lanes, slices.Max(c.lanes))]--
	}
	return c
}

// placed gives the places what room there is, or lines of their own. An excerpt without
// places has neither.
func (x *excerpt) placed(c columns, cells int) columns {
	least, most := x.places()
	if least == 0 {
		return c.squeezed(cells, laneLeast)
	}
	c.where = least
	if c = c.squeezed(cells, laneReadable); c.total() > cells {
		c.where, c.own = 0, true
		return c.squeezed(cells, laneLeast)
	}
	if room := cells - c.total(); room >= codeLeast {
		c.where = min(most, c.where+room)
	}
	return c
}

// places returns how wide the places are at least, and with the lines of the source.
func (x *excerpt) places() (least, most int) {
	for _, r := range x.rows {
		if r.pos == "" {
			continue
		}
		place := words.Width(x.place(r.pos))
		least, most = max(least, place), max(most, place)
		if code := codeAt(r.pos); code != "" {
			most = max(most, place+2+min(words.Width(code), codeMost))
		}
	}
	if least > 0 {
		least = max(least, words.Width(x.file()))
	}
	return least, max(least, most)
}

// file is the one file that all places of the excerpt are in, or "".
func (x *excerpt) file() string {
	file := ""
	for _, r := range x.rows {
		if r.pos == "" {
			continue
		}
		switch f, _, _ := strings.Cut(fileLine(r.pos), ":"); {
		case file == "":
			file = f
		case file != f:
			return ""
		}
	}
	return file
}

// place is a place as it stands beside a row: the line alone if all are in one file.
func (x *excerpt) place(pos string) string {
	if file := x.file(); file != "" {
		return strings.TrimPrefix(fileLine(pos), file)
	}
	return fileLine(pos)
}

// fileLine is a place without the folder.
func fileLine(pos string) string { return words.Line(pos[strings.LastIndexByte(pos, '/')+1:]) }

// codeAt is the line of the source at a place, or "".
func codeAt(pos string) string { return words.Line(trace.SourceLine(pos)) }

// where is what stands beside a row, in so many cells.
func (x *excerpt) where(r *excerptRow, cells, placeCells int) string {
	if r.pos == "" || cells == 0 {
		return ""
	}
	text := x.place(r.pos)
	if code, room := codeAt(r.pos), cells-placeCells-2; code != "" && room >= codeLeast {
		text = words.Pad(text, placeCells) + "  " + words.Elide(code, room)
	}
	return text
}

func laneName(task string) string {
	if task == "" {
		return trace.Loop
	}
	return words.Line(task)
}

// drawnLine is a line of a drawing, and whether it stands out.
type drawnLine struct {
	text string
	bold bool
}

// draw returns the lines of the excerpt, with columns of these widths.
func (x *excerpt) draw(c columns) []drawnLine {
	total := c.total()
	lines := []drawnLine{{words.Elide(x.title, total), false}, {}}
	blank := strings.Repeat(" ", 2+c.nums.Width())
	lines = append(lines, x.heads(c, blank)...)
	rule := "  " + strings.Repeat("─", c.nums.Width())
	for _, w := range c.lanes {
		rule += "  " + strings.Repeat("─", w)
	}
	placeCells := 0
	if c.where > 0 {
		rule += "  " + strings.Repeat("─", c.where)
		for _, r := range x.rows {
			if r.pos != "" {
				placeCells = max(placeCells, words.Width(x.place(r.pos)))
			}
		}
	}
	lines = append(lines, drawnLine{rule, false})
	lanesEnd := total
	if c.where > 0 {
		lanesEnd -= c.where + 2
	}
	for _, r := range x.rows {
		if r.lane < 0 {
			for _, part := range shortened(words.Lines(r.text, total-2), lineMost) {
				lines = append(lines, drawnLine{"  " + part, r.matters})
			}
			continue
		}
		left := len(blank)
		for _, w := range c.lanes[:r.lane] {
			left += 2 + w
		}
		where := x.where(&r, c.where, placeCells)
		for i, part := range shortened(words.Lines(r.text, c.lanes[r.lane]), lineMost) {
			head := blank
			if i == 0 {
				head = words.Pad(r.mark, 2) + c.nums.Pad(r.number)
			}
			line := head + strings.Repeat(" ", left-len(blank)+2) + part
			if i == 0 && where != "" {
				line = words.Pad(line, lanesEnd) + "  " + where
			}
			lines = append(lines, drawnLine{line, r.mark != ""})
		}
		if c.own && r.pos != "" {
			// It is there to be read in full.
			place := "at " + fileLine(r.pos)
			lines = append(lines, drawnLine{strings.Repeat(" ", max(0, min(left+2, total-words.Width(place)))) + place, false})
		}
	}
	return lines
}

// heads are the names of the columns.
func (x *excerpt) heads(c columns, blank string) []drawnLine {
	names := make([][]string, len(x.lanes))
	tall := 1
	for i, w := range c.lanes {
		names[i] = shortened(words.Lines(laneName(x.lanes[i]), w), lineMost)
		tall = max(tall, len(names[i]))
	}
	lines := make([]drawnLine, tall)
	for k := range lines {
		line := blank
		for i, w := range c.lanes {
			part := ""
			if from := tall - len(names[i]); k >= from {
				part = names[i][k-from]
			}
			line += "  " + words.Pad(part, w)
		}
		if c.where > 0 && k == tall-1 {
			line += "  " + x.file()
		}
		lines[k] = drawnLine{line, false}
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

// writeBeside draws two excerpts side by side if they fit, with the places of the first
// one, and else one below the other. The second may be nil.
func writeBeside(b *strings.Builder, left, right *excerpt, o trace.ViewOptions) {
	const between = " │ "
	lc := left.natural()
	if right != nil {
		rc := right.natural()
		lc.nums.Join(rc.nums) // so that the columns are of the same width
		rc.nums = lc.nums
		lc.where, _ = left.places()
		if room := o.Width - words.Width(between) - rc.total(); lc.total() <= room {
			lc = left.placed(lc, room)
			a, z := left.draw(lc), right.draw(rc)
			total := lc.total()
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
		lc.where = 0
	}
	writeLines(b, left.draw(left.placed(lc, o.Width)), o)
	if right != nil {
		b.WriteString("\n")
		writeLines(b, right.draw(right.placed(right.natural(), o.Width)), o)
	}
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
