package trace

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/trace/words"
)

const (
	lanesWidth  = 100 // when the caller does not say
	lanesLeast  = 40  // narrower, there is no room for two columns
	laneLeast   = 8   // below this, tasks go into another block instead
	laneName    = 14  // cells of a name that are always worth having
	laneText    = 18  // cells that text has at least, in the column furthest to the right
	laneMost    = 44  // columns are not made wider, even where there is room
	laneLines   = 4   // longer text is cut
	laneSpacing = 2   // between columns; the head of an arrow fits in
)

// WriteLanes draws a run for a terminal, with one column for the loop and one
// for each task. Where virtual time passes, a line says how much, however much
// it is. "⇄" marks the hand-overs that could have come in another order, and an
// arrow back to the loop says that control goes there, which has a number of its own.
//
// Only one thing happens in a row, so its text may cross the lines of other tasks, and
// most rows take one line even where columns are narrow. No line takes more than
// Options.Width cells (100 if that is 0; 40 if it is less). Text is wrapped and at last
// cut, names are cut in the middle, and tasks for which there is no room are drawn in
// blocks of their own below.
func WriteLanes(w io.Writer, t *Trace, o ViewOptions) error {
	d := NewDiagram(t)
	total := o.Width
	if total == 0 {
		total = lanesWidth
	}
	l := &lanes{diagram: d, total: max(total, lanesLeast), color: o.Color}
	l.paragraph(d.Header)
	l.timeWidth = len("time")
	for _, r := range d.Rows {
		l.timeWidth = max(l.timeWidth, words.Width(r.At.String()))
	}
	l.timeWidth = min(l.timeWidth, l.total/4)

	l.natural = make([]int, len(d.Columns))
	for c, column := range d.Columns {
		l.natural[c] = max(6, words.Width(column.Name))
	}
	for i := range d.Rows {
		if r := l.diagram.laid(i, l.shown...); r.column > 0 {
			l.natural[r.column] = max(l.natural[r.column], words.Width(r.text))
		}
	}

	drawn := min(len(d.Columns), 1+lanesDrawn)
	perBlock := drawn - 1
	for perBlock > 1 && !l.fits(perBlock) {
		perBlock--
	}
	if perBlock < 1 {
		l.block([]int{0})
	}
	for first := 1; first < drawn; first += perBlock {
		shown := []int{0}
		for c := first; c < min(first+perBlock, drawn); c++ {
			shown = append(shown, c)
		}
		if perBlock < len(d.Columns)-1 {
			l.b.WriteString("\n")
			of := fmt.Sprintf("task %d of %d", first, len(d.Columns)-1)
			if last := first + len(shown) - 2; last > first {
				of = fmt.Sprintf("tasks %d to %d of %d", first, last, len(d.Columns)-1)
			}
			l.paragraph(of)
		}
		l.block(shown)
	}
	if left := len(d.Columns) - drawn; left > 0 {
		l.b.WriteString("\n")
		l.paragraph(fmt.Sprintf("%d more tasks are not drawn; the view log has them", left))
	}
	if remarks := d.remarks(remarksShown); len(remarks) > 0 {
		l.b.WriteString("\n")
		for _, r := range remarks {
			l.paragraph(r)
		}
	}
	_, err := io.WriteString(w, l.b.String())
	return err
}

// lanesDrawn is how many tasks are drawn at most: more than a reader can follow.
const lanesDrawn = 60

// lanes is the state of one drawing.
type lanes struct {
	diagram   *Diagram
	total     int // cells in a line
	timeWidth int
	natural   []int // by column, the cells that its text would like to have
	color     bool
	b         strings.Builder

	// Of the block that is being drawn:
	shown  []int       // its columns
	x      map[int]int // by column, its first cell
	widths map[int]int // by column, its cells
}

// hostWidth is how wide the loop's column is: its text has the whole line.
func (l *lanes) hostWidth() int { return words.Width(l.diagram.Columns[0].Name) }

// fits reports whether so many tasks have room beside the loop.
func (l *lanes) fits(tasks int) bool {
	return l.timeWidth+laneSpacing+l.hostWidth()+laneSpacing+(tasks-1)*(laneLeast+laneSpacing)+laneText <= l.total
}

// paragraph writes text that belongs to no column, wrapped.
func (l *lanes) paragraph(text string) {
	for _, line := range words.Wrap(text, l.total, 12) {
		l.b.WriteString(line + "\n")
	}
}

// block draws some of the columns, and the rows that concern them.
func (l *lanes) block(shown []int) {
	l.shown = shown
	l.measure()
	l.heading()
	at := time.Duration(-1)
	for i := range l.diagram.Rows {
		r := l.diagram.laid(i, l.shown...)
		if r.skip || !slices.Contains(shown, r.From) || r.From == 0 && !slices.Contains(shown, r.To) {
			continue
		}
		if gap := r.At - max(at, 0); gap > 0 {
			l.gap(gap)
		}
		label := ""
		if r.At != at {
			label, at = r.At.String(), r.At
		}
		l.row(i, r, label)
	}
}

// measure gives each column room for its name, and the last one room for its text, which
// the text of the others can use as well. What is left makes columns so wide that no text
// crosses the lines of others.
func (l *lanes) measure() {
	tasks := l.shown[1:]
	left := l.timeWidth + laneSpacing + l.hostWidth()
	room := l.total - left - laneSpacing*len(tasks)
	widths := make([]int, len(tasks))
	for i, c := range tasks {
		widths[i] = min(max(laneLeast, words.Width(l.diagram.Columns[c].Name)), laneName)
	}
	if last := len(tasks) - 1; last >= 0 {
		widths[last] = max(widths[last], min(l.natural[tasks[last]], laneMost))
	}
	for sum(widths) > room {
		widths[slices.Index(widths, slices.Max(widths))]--
	}
	for sum(widths) < room {
		narrow := -1
		for i, c := range tasks {
			if widths[i] < min(l.natural[c], laneMost) && (narrow < 0 || widths[i] < widths[narrow]) {
				narrow = i
			}
		}
		if narrow < 0 {
			break
		}
		widths[narrow]++
	}
	l.x, l.widths = map[int]int{0: l.timeWidth + laneSpacing}, map[int]int{0: l.hostWidth()}
	x := left + laneSpacing
	for i, c := range tasks {
		l.x[c], l.widths[c] = x, widths[i]
		x += widths[i] + laneSpacing
	}
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}

func (l *lanes) heading() {
	l.b.WriteString("\n")
	names, rule := l.line(), l.line()
	names.put(0, "time", faint)
	rule.put(0, strings.Repeat("─", l.timeWidth), faint)
	for _, c := range l.shown {
		names.put(l.x[c], words.ElideMiddle(l.diagram.Columns[c].Name, l.widths[c]), laneStyle(c))
		rule.put(l.x[c], strings.Repeat("─", l.widths[c]), faint)
	}
	names.flush()
	rule.flush()
}

// gap draws the passing of virtual time across all columns.
func (l *lanes) gap(gap time.Duration) {
	line := l.line()
	line.put(0, words.Elide("~~ "+later(gap)+" ~~", l.total), faint)
	line.flush()
}

// row draws one row of the diagram, which may take several lines.
func (l *lanes) row(i int, r laidRow, at string) {
	start := l.x[r.column]
	arrow := slices.Contains(l.shown, r.To) && r.To != r.From
	for n, part := range words.Wrap(r.text, l.total-start, laneLines) {
		line := l.line()
		if n == 0 {
			line.put(0, words.Elide(at, l.timeWidth), faint)
		}
		for _, c := range l.shown[1:] {
			if life := l.diagram.Columns[c]; i > life.First && i <= life.Last {
				line.put(l.x[c], "│", faint)
			}
		}
		style := laneStyle(r.column)
		if len(r.Swaps) > 0 {
			style |= bold
		}
		if end := start + words.Width(part) + 1; end <= l.total {
			line.put(start, strings.Repeat(" ", end-start), 0) // no line of life touches the text
		}
		switch shaft := shaftOf(r.Kind); {
		case arrow && r.column == r.To && n == 0: // to the right
			tail := l.x[r.From]
			if r.From > 0 {
				tail++
			}
			line.put(tail, strings.Repeat(shaft, max(0, start-2-tail))+"▸", laneStyle(r.To))
		case arrow && r.To < r.From && n == 0:
			head := l.x[r.To]
			line.put(head, "◂"+strings.Repeat(shaft, max(0, start-head-2)), laneStyle(r.From))
		}
		line.put(start, part, style)
		line.flush()
	}
}

// shaftOf tells by the shape of an arrow whether control passes along it.
func shaftOf(k Kind) string {
	if k == Spawn {
		return "·"
	}
	return "─"
}

// style is how a cell looks: a colour from 1 to 6, or 0, and perhaps a flag.
type style uint8

const (
	bold  style = 8
	faint style = 16
)

func laneStyle(column int) style {
	if column == 0 {
		return 0
	}
	return style(1 + (column-1)%6)
}

// ansi returns what switches a terminal to the style.
func (s style) ansi() string {
	code := "\x1b[0"
	if s&bold != 0 {
		code += ";1"
	}
	if s&faint != 0 {
		code += ";2"
	}
	if colour := int(s & 7); colour != 0 {
		code += ";3" + strconv.Itoa([...]int{0, 6, 3, 5, 2, 4, 1}[colour])
	}
	return code + "m"
}

// canvas is one line of cells. A character of two cells leaves the second empty.
type canvas struct {
	lanes  *lanes
	cells  []string
	styles []style
}

func (l *lanes) line() *canvas {
	c := &canvas{l, make([]string, l.total), make([]style, l.total)}
	for i := range c.cells {
		c.cells[i] = " "
	}
	return c
}

// put writes text from a cell on. What does not fit on the line is left out.
func (c *canvas) put(x int, text string, s style) {
	for text != "" {
		size, cells := words.Cluster(text)
		if x+cells > len(c.cells) {
			return
		}
		c.cells[x] = text[:size]
		for i := range cells {
			c.styles[x+i] = s
			if i > 0 {
				c.cells[x+i] = ""
			}
		}
		x += cells
		text = text[size:]
	}
}

// flush writes the line without the blanks at its end.
func (c *canvas) flush() {
	last := len(c.cells)
	for last > 0 && c.cells[last-1] == " " {
		last--
	}
	b, now := &c.lanes.b, style(0)
	for i, cell := range c.cells[:last] {
		if c.lanes.color && c.styles[i] != now {
			now = c.styles[i]
			b.WriteString(now.ansi())
		}
		b.WriteString(cell)
	}
	if now != 0 {
		b.WriteString(style(0).ansi())
	}
	b.WriteString("\n")
}
