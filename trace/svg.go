package trace

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"weft/trace/words"
)

const (
	svgMargin = 20
	svgRow    = 30 // height of a row with an arrow, whose text stands above it
	svgNote   = 24 // height of a row without
	svgGap    = 34 // height of a gap in virtual time
	svgHead   = 26 // height of a column's name
	svgText   = 38 // cells of text beside a line of life
	svgName   = 20 // cells of a column's name
	svgLeast  = 520
)

// svgStyle holds for light pages, dark pages and paper. Every drawing brings its
// own background, so that it can be read on any page. All rules are bound to the
// class weft, because a style sheet in an SVG that is part of a page holds for
// the whole page.
const svgStyle = `
.weft text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;stroke:none}
.weft .title{font-size:16px;font-weight:bold}
.weft .faint{fill:#59636e}
.weft .halo{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}
.weft .n{font-weight:bold}
.weft .paper,.weft .open{fill:#ffffff}
.weft .rule{stroke:#8c959f;fill:none}
.weft .c0{color:#424a53}.weft .c1{color:#0969da}.weft .c2{color:#9a6700}.weft .c3{color:#8250df}
.weft .c4{color:#1a7f37}.weft .c5{color:#bf3989}.weft .c6{color:#0b7285}.weft .swap{color:#bc4c00}
.weft .swapped{fill:#bc4c00}
@media (prefers-color-scheme:dark){
.weft text{fill:#e6edf3}
.weft .faint{fill:#9198a1}
.weft .halo{stroke:#0d1117}
.weft .paper,.weft .open{fill:#0d1117}
.weft .rule{stroke:#6e7681}
.weft .c0{color:#b1bac4}.weft .c1{color:#58a6ff}.weft .c2{color:#d29922}.weft .c3{color:#bc8cff}
.weft .c4{color:#3fb950}.weft .c5{color:#f778ba}.weft .c6{color:#39c5cf}.weft .swap{color:#f0883e}
.weft .swapped{fill:#f0883e}
}
`

// WriteSVG draws a run as a sequence diagram: time goes down, the loop's line
// of life stands left and the tasks' beside it. Full arrows hand control to a
// task, dashed ones give it back, dotted ones end where a task is spawned. A
// bracket links hand-overs that could have come in another order.
//
// The same trace gives the same bytes. The drawing is one file without scripts,
// fonts or links, is readable on light and dark pages, and says what it shows
// in its title and description. Text that is too long is cut; a tooltip has all
// of it.
func WriteSVG(w io.Writer, t *Trace, _ ViewOptions) error {
	s := &svg{d: NewDiagram(t), id: "weft-" + t.Hash.String()}
	s.place()
	s.head()
	s.lives()
	s.rows()
	s.brackets()
	s.foot()
	s.b.WriteString("</svg>\n")
	_, err := io.WriteString(w, s.b.String())
	return err
}

// svg is the state of one drawing. All lengths are in pixels.
type svg struct {
	d    *Diagram
	id   string
	b    strings.Builder
	x    []int    // by column, where its line of life is
	y    []int    // by row, where its arrow or mark is
	gaps []int    // by row, where the gap above it is drawn, or 0
	lane []int    // by swap, the lane of its bracket, counted from the loop; -1 if it has none
	tops []int    // by swap, its first row
	ends []int    // by swap, its last row
	top  int      // of the lines of life
	end  int      // of the lines of life
	wide int      // of the drawing
	high int      // of the drawing
	feet []string // the lines of text below
}

// textWidth returns the width of text in the drawing's font, a little rounded up.
func textWidth(text string) int { return (words.Width(text)*29 + 3) / 4 }

// place decides where everything goes.
func (s *svg) place() {
	timeWidth := textWidth("0s")
	var at time.Duration
	for _, r := range s.d.Rows {
		timeWidth = max(timeWidth, textWidth(r.At.String()))
	}
	s.assignLanes()
	lanes := 0
	for _, l := range s.lane {
		lanes = max(lanes, l+1)
	}
	s.x = make([]int, len(s.d.Columns))
	loopHead := (textWidth(Loop) + 24) / 2
	s.x[0] = svgMargin + timeWidth + 12 + max(loopHead, lanes*20+14)
	right := s.x[0] + loopHead
	// A column stands far enough to the right for the text that ends at it.
	type need struct{ from, pixels int }
	needs := make([][]need, len(s.x)+1)
	for _, r := range s.d.Rows {
		from, to := min(r.From, r.To), max(r.From, r.To)
		if from == to {
			to++ // its text stands between its column and the next
		}
		needs[to] = append(needs[to], need{from, textWidth(s.text(r)) + 28})
	}
	for c := range s.d.Columns {
		if c > 0 {
			s.x[c] = s.x[c-1] + s.headWidth(c-1)/2 + s.headWidth(c)/2 + 24
			for _, n := range needs[c] {
				s.x[c] = max(s.x[c], s.x[n.from]+n.pixels)
			}
		}
		right = max(right, s.x[c]+s.headWidth(c)/2)
	}
	for _, r := range s.d.Rows {
		if r.From == r.To && r.From == len(s.x)-1 {
			right = max(right, s.x[r.From]+textWidth(s.text(r))+16)
		}
	}
	s.wide = max(right+svgMargin, svgLeast)

	y := 62
	s.top = y + svgHead
	y = s.top + 6
	s.y, s.gaps = make([]int, len(s.d.Rows)), make([]int, len(s.d.Rows))
	at = 0
	for i, r := range s.d.Rows {
		if r.At > at {
			s.gaps[i] = y + svgGap/2 + 4
			y += svgGap
			at = r.At
		}
		y += svgNote
		if r.From != r.To {
			y += svgRow - svgNote
		}
		s.y[i] = y
	}
	s.end = y + 18
	cells := (s.wide - 2*svgMargin) * 4 / 29
	for _, r := range s.d.remarks(remarksShown) {
		s.feet = append(s.feet, words.Wrap(r, cells, 4)...)
	}
	s.high = s.end + 26 + 18*len(s.feet) + 30
}

// assignLanes gives each bracket the lane nearest to the loop that is free.
func (s *svg) assignLanes() {
	n := len(s.d.Swaps)
	s.lane, s.tops, s.ends = make([]int, n), make([]int, n), make([]int, n)
	var taken []int // by lane, the last row in use
	for i := range s.lane {
		s.lane[i], s.tops[i], s.ends[i] = -1, -1, -1
	}
	for i, r := range s.d.Rows {
		for _, swap := range r.Swaps {
			if s.tops[swap] < 0 {
				s.tops[swap] = i
			}
			s.ends[swap] = i
		}
	}
	for swap := range s.lane {
		if s.tops[swap] == s.ends[swap] {
			continue // at most one row: nothing to link
		}
		l := 0
		for l < len(taken) && taken[l] >= s.tops[swap] {
			l++
		}
		if l >= 6 {
			continue // more would push the drawing off the page; the text below has them
		}
		if l == len(taken) {
			taken = append(taken, 0)
		}
		taken[l] = s.ends[swap]
		s.lane[swap] = l
	}
}

func (s *svg) name(c int) string   { return words.ElideMiddle(s.d.Columns[c].Name, svgName) }
func (s *svg) headWidth(c int) int { return textWidth(s.name(c)) + 24 }

// text returns what a row is sure to have room for: its number and its text, cut
// where it is long.
func (s *svg) text(r Row) string {
	return r.Number + " " + words.Elide(r.Text, svgText)
}

// room returns how many cells a row's text may take once everything has its
// place: an arrow's goes along the arrow, other text to the drawing's edge.
// Nothing else happens in a row, so it crosses no more than lines of life.
func (s *svg) room(r Row) int {
	pixels := s.wide - svgMargin - s.x[r.From] - 12
	if r.From != r.To {
		pixels = max(s.x[r.From], s.x[r.To]) - min(s.x[r.From], s.x[r.To]) - 20
	}
	return max(pixels*4/29-words.Width(r.Number)-1, svgText)
}

func (s *svg) printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

// xmlText returns text for an XML file.
func xmlText(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	return b.String()
}

func (s *svg) head() {
	s.printf(`<svg xmlns="http://www.w3.org/2000/svg" class="weft" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc" xml:space="preserve">`+"\n",
		s.wide, s.high, s.wide, s.high, s.id, s.id)
	s.printf("<title id=\"%s-title\">%s</title>\n", s.id, xmlText(s.d.Title))
	s.printf("<desc id=\"%s-desc\">%s %s</desc>\n", s.id, xmlText(s.d.summary()), xmlText("The run: "+s.d.Header+"."))
	s.printf("<style>%s</style>\n", svgStyle)
	s.printf(`<rect class="paper" width="%d" height="%d"/>`+"\n", s.wide, s.high)
	cells := (s.wide - 2*svgMargin) * 4 / 29
	s.printf(`<text class="title" x="%d" y="28">%s</text>`+"\n", svgMargin, xmlText(words.Elide(s.d.Title, cells*3/4)))
	s.printf(`<text class="faint" x="%d" y="48">%s</text>`+"\n", svgMargin, xmlText(words.Elide(s.d.Header, cells)))
}

// lives draws the columns: a name, a line, and a bar wherever a task has control.
func (s *svg) lives() {
	for c, column := range s.d.Columns {
		end := s.end
		if c > 0 && column.Last >= 0 && column.Last < len(s.y) && s.d.Rows[column.Last].Kind == Finish {
			end = s.y[column.Last] + 8
		}
		dash := ""
		if c > 0 {
			dash = ` stroke-dasharray="2 3"`
		}
		s.printf(`<g class="c%d"><line x1="%d" y1="%d" x2="%d" y2="%d" stroke="currentColor"%s/>`, colour(c), s.x[c], s.top, s.x[c], end, dash)
		if end != s.end {
			s.printf(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="currentColor" stroke-width="2"/>`, s.x[c]-6, end, s.x[c]+6, end)
		}
		w := s.headWidth(c)
		s.printf(`<rect class="open" x="%d" y="%d" width="%d" height="%d" rx="%d" stroke="currentColor"/>`, s.x[c]-w/2, s.top-svgHead, w, svgHead, min(c, 1)*6)
		s.printf(`<text x="%d" y="%d" text-anchor="middle">%s%s</text></g>`+"\n", s.x[c], s.top-svgHead/2+4, xmlText(s.name(c)), tooltip(s.name(c), column.Name))
	}
	open := map[int]int{} // by column, the row in which it got control
	for i, r := range s.d.Rows {
		switch {
		case r.Kind == Start || r.Kind == Resume:
			open[r.To] = i
		case r.From > 0 && r.To == 0 && (r.Kind == Wait || r.Kind == Finish):
			if from, ok := open[r.From]; ok {
				s.printf(`<rect class="c%d" x="%d" y="%d" width="8" height="%d" rx="2" fill="currentColor"/>`+"\n",
					colour(r.From), s.x[r.From]-4, s.y[from], s.y[i]-s.y[from])
				delete(open, r.From)
			}
		}
	}
}

// colour returns the number of a column's colour.
func colour(column int) int {
	if column == 0 {
		return 0
	}
	return 1 + (column-1)%6
}

// tooltip returns the whole text for the pointer to find, if it was cut.
func tooltip(shown, whole string) string {
	if shown == whole {
		return ""
	}
	return "<title>" + xmlText(whole) + "</title>"
}

func (s *svg) rows() {
	at := time.Duration(-1)
	for i, r := range s.d.Rows {
		if y := s.gaps[i]; y > 0 {
			s.printf(`<path class="rule" d="M%d %dh%d" stroke-dasharray="1 5"/>`, svgMargin, y, s.wide-2*svgMargin)
			s.printf(`<text class="faint halo" x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", (s.x[0]+s.x[len(s.x)-1])/2, y+4, xmlText(later(r.Gap)))
		}
		if r.At != at {
			at = r.At
			s.printf(`<text class="faint" x="%d" y="%d">%v</text>`+"\n", svgMargin, s.y[i]+4, at)
		}
		s.row(s.y[i], r)
	}
}

// row draws an arrow or a mark, and the text that goes with it.
func (s *svg) row(y int, r Row) {
	from, to := s.x[r.From], s.x[r.To]
	task := max(r.From, r.To) // an arrow has the colour of the task that it concerns
	if r.Kind == Spawn {
		task = r.To
	}
	anchor, textX, textY := "start", from+10, y-6
	s.printf(`<g class="c%d">`, colour(task))
	switch {
	case r.From == r.To:
		textX, textY = from+12, y+4
		s.mark(from, y, r.Kind)
	case r.Kind == Spawn:
		end := to - 5
		if to < from {
			end = to + 5
		}
		s.printf(`<path d="M%d %dH%d" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round"/>`, from, y, end)
		s.printf(`<circle class="open" cx="%d" cy="%d" r="4" stroke="currentColor" stroke-width="1.5"/>`, to, y)
	case r.To == 0: // back to the loop
		anchor, textX = "end", from-10
		s.printf(`<path d="M%d %dH%d" stroke="currentColor" stroke-width="1.5" stroke-dasharray="6 4"/>`, from-4, y, to+2)
		s.printf(`<path d="M%d %dl-8 4l8 4" fill="none" stroke="currentColor" stroke-width="1.5"/>`, to+10, y-4)
	default:
		s.printf(`<path d="M%d %dH%d" stroke="currentColor" stroke-width="1.5"/>`, from, y, to-12)
		s.printf(`<path d="M%d %dl-9 -4v8z" fill="currentColor"/>`, to-4, y)
	}
	if to < from && r.Kind == Spawn {
		anchor, textX = "end", from-10
	}
	class := "n"
	if len(r.Swaps) > 0 {
		class = "n swapped"
	}
	number := fmt.Sprintf(`<tspan class="%s">%s</tspan> `, class, r.Number)
	shown := words.Elide(r.Text, s.room(r))
	s.printf(`<text class="halo" x="%d" y="%d" text-anchor="%s">%s%s%s</text></g>`+"\n", textX, textY, anchor, number, xmlText(shown), tooltip(shown, r.Text))
}

// mark draws what stands on a line of life where something happens there:
// a diamond for a decision, a square for control, a disc for the rest.
func (s *svg) mark(x, y int, k Kind) {
	switch k {
	case Decide:
		s.printf(`<path class="open" d="M%d %dl6 6l-6 6l-6 -6z" stroke="currentColor" stroke-width="1.5"/>`, x, y-6)
	case Wait, Callback:
		s.printf(`<rect class="open" x="%d" y="%d" width="8" height="8" stroke="currentColor" stroke-width="1.5"/>`, x-4, y-4)
	default:
		s.printf(`<circle class="open" cx="%d" cy="%d" r="4" stroke="currentColor" stroke-width="1.5"/>`, x, y)
	}
}

// brackets links the rows of each swap, left of the loop.
func (s *svg) brackets() {
	for swap, lane := range s.lane {
		if lane < 0 {
			continue
		}
		inner := s.x[0] - 6
		x := s.x[0] - 20 - 20*lane
		s.printf(`<g class="swap"><path d="M%d %dV%d`, x, s.y[s.tops[swap]], s.y[s.ends[swap]])
		for i, r := range s.d.Rows {
			for _, other := range r.Swaps {
				if other == swap {
					s.printf(`M%d %dH%d`, x, s.y[i], inner)
				}
			}
		}
		middle := (s.y[s.tops[swap]] + s.y[s.ends[swap]]) / 2
		s.printf(`" fill="none" stroke="currentColor" stroke-width="2"/>`)
		s.printf(`<circle class="open" cx="%d" cy="%d" r="8" stroke="currentColor" stroke-width="1.5"/>`, x, middle)
		// Two arrows, one up and one down.
		s.printf(`<path d="M%d %dv-7l-2 2m2 -2l2 2M%d %dv7l-2 -2m2 2l2 -2" fill="none" stroke="currentColor"/>`, x-3, middle+3, x+3, middle-3)
		s.printf("<title>%s</title></g>\n", xmlText(s.d.Swaps[swap].String()))
	}
}

// foot writes the remarks, and what the lines mean.
func (s *svg) foot() {
	y := s.end + 26
	for _, line := range s.feet {
		s.printf(`<text x="%d" y="%d">%s</text>`+"\n", svgMargin, y, xmlText(line))
		y += 18
	}
	y += 8
	s.printf(`<g class="c0"><path d="M%d %dh24" stroke="currentColor" stroke-width="1.5"/><path d="M%d %dl-9 -4v8z" fill="currentColor"/>`, svgMargin, y, svgMargin+30, y)
	s.printf(`<text class="faint" x="%d" y="%d">control to a task</text>`, svgMargin+38, y+4)
	x := svgMargin + 180
	s.printf(`<path d="M%d %dh28" stroke="currentColor" stroke-width="1.5" stroke-dasharray="6 4"/><path d="M%d %dl-8 4l8 4" fill="none" stroke="currentColor" stroke-width="1.5"/>`, x+2, y, x+8, y-4)
	s.printf(`<text class="faint" x="%d" y="%d">back to the loop</text>`, x+38, y+4)
	x += 172
	s.printf(`<path d="M%d %dh22" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round"/><circle class="open" cx="%d" cy="%d" r="4" stroke="currentColor" stroke-width="1.5"/>`, x, y, x+28, y)
	s.printf(`<text class="faint" x="%d" y="%d">spawn</text></g>`+"\n", x+38, y+4)
}
