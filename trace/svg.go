package trace

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"weft/trace/words"
)

const (
	svgMargin = 20
	svgRow    = 22   // height of a row
	svgGap    = 34   // height of a gap in virtual time
	svgHead   = 26   // height of a column's name
	svgText   = 60   // cells of text that the drawing is made wide enough for
	svgName   = 20   // cells of a column's name
	svgLeast  = 520  // width of a drawing
	svgWide   = 1000 // up to this, columns are so far apart that no text crosses a line of life
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
// task, dashed ones give it back, dotted ones end where a task is spawned. What happens
// stands beside the line of the task that it happens to; only one thing happens in a row,
// so it may cross the lines of others. A bracket links hand-overs that could have come in
// another order. All of this is in a legend.
//
// The same trace gives the same bytes. The drawing is one file without scripts,
// fonts or links, is readable on light and dark pages, and says what it shows
// in its title and description. Text that is longer than there is room for is cut; a
// tooltip has all of it.
func WriteSVG(w io.Writer, t *Trace, _ ViewOptions) error {
	s := &svg{d: NewDiagram(t), id: "weft-" + t.Hash.String()}
	for i := range s.d.Rows {
		if r := s.d.laid(i); !r.skip {
			s.shown = append(s.shown, r)
		}
	}
	s.place()
	s.head()
	s.lives()
	s.rows()
	s.brackets()
	s.foot()
	s.legend()
	s.b.WriteString("</svg>\n")
	_, err := io.WriteString(w, s.b.String())
	return err
}

// svg is the state of one drawing. All lengths are in pixels.
type svg struct {
	d     *Diagram
	id    string
	b     strings.Builder
	shown []laidRow // in the order of the drawing
	x     []int     // by column, where its line of life is
	y     []int     // by row, where its arrow or mark is
	gaps  []int     // by row, where the gap above it is drawn, or 0
	lane  []int     // by swap, the lane of its bracket, counted from the loop; -1 if it has none
	tops  []int     // by swap, its first row
	ends  []int     // by swap, its last row
	top   int       // of the lines of life
	end   int       // of the lines of life
	wide  int       // of the drawing
	high  int       // of the drawing
	feet  []string  // the lines of text below
	keys  []svgKey  // of the legend
}

// textWidth returns the width of text in the drawing's font, a little rounded up.
func textWidth(text string) int { return (words.Width(text)*29 + 3) / 4 }

// place decides where everything goes.
func (s *svg) place() {
	timeWidth, laterWidth := textWidth("0s"), 0
	for _, r := range s.shown {
		timeWidth = max(timeWidth, textWidth(r.At.String()))
		if r.Gap > 0 {
			laterWidth = max(laterWidth, textWidth(later(r.Gap)))
		}
	}
	s.assignLanes()
	lanes := 0
	for _, l := range s.lane {
		lanes = max(lanes, l+1)
	}
	s.columns(svgMargin+timeWidth+12+max(s.headWidth(0)/2, lanes*20+14), laterWidth+28)

	y := 62
	s.top = y + svgHead
	y = s.top + 6
	s.y, s.gaps = make([]int, len(s.shown)), make([]int, len(s.shown))
	at := time.Duration(0)
	for i, r := range s.shown {
		if r.At > at {
			s.gaps[i] = y + svgGap/2 + 4
			y += svgGap
			at = r.At
		}
		y += svgRow
		s.y[i] = y
	}
	s.end = y + 18
	cells := (s.wide - 2*svgMargin) * 4 / 29
	for _, r := range s.d.remarks(remarksShown) {
		s.feet = append(s.feet, words.Wrap(r, cells, 4)...)
	}
	s.high = s.end + 26 + 18*len(s.feet) + 8
	s.keys = s.legendKeys()
	s.high = s.placeKeys(s.high) + svgMargin
}

// columns puts the loop's line of life at first, and the tasks' far enough to the right for
// their names. What is left up to svgWide is given to columns whose text would cross the
// line of another. Beside the loop, there is room for how much later something happens.
func (s *svg) columns(first, room int) {
	n := len(s.d.Columns)
	s.x = make([]int, n)
	apart := make([]int, n) // by column, how far it is to the next
	natural := make([]int, n)
	for _, r := range s.shown {
		natural[r.column] = max(natural[r.column], 12+textWidth(words.Elide(r.text, svgText))+16)
	}
	for c := range n - 1 {
		apart[c] = max(s.headWidth(c)/2+s.headWidth(c+1)/2+24, 64)
	}
	apart[0] = max(apart[0], room)
	apart[n-1] = max(s.headWidth(n-1)/2, natural[n-1])
	for left := svgWide - first - svgMargin - sum(apart); left > 0; left-- {
		narrow := -1
		for c := 1; c < n-1; c++ {
			if apart[c] < natural[c] && (narrow < 0 || apart[c] < apart[narrow]) {
				narrow = c
			}
		}
		if narrow < 0 {
			break
		}
		apart[narrow]++
	}
	at := first
	s.wide = svgLeast
	for c := range n {
		s.x[c] = at
		s.wide = max(s.wide, at+natural[c]+svgMargin, at+s.headWidth(c)/2+svgMargin)
		at += apart[c]
	}
}

// assignLanes gives each bracket the lane nearest to the loop that is free.
func (s *svg) assignLanes() {
	n := len(s.d.Swaps)
	s.lane, s.tops, s.ends = make([]int, n), make([]int, n), make([]int, n)
	var taken []int // by lane, the last row in use
	for i := range s.lane {
		s.lane[i], s.tops[i], s.ends[i] = -1, -1, -1
	}
	for i, r := range s.shown {
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

// room returns how many cells a row's text may take: it goes to the drawing's edge.
func (s *svg) room(r laidRow) int {
	return (s.wide-svgMargin-s.x[r.column]-12)*4/29 - words.Width(r.Number) - 1
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
	finished := map[int]int{} // by column, where its task ends
	for i, r := range s.shown {
		if r.Kind == Finish {
			finished[r.From] = s.y[i] + 8
		}
	}
	for c, column := range s.d.Columns {
		end, ends := finished[c]
		if !ends || c == 0 || s.d.Rows[column.Last].Kind != Finish {
			end, ends = s.end, false
		}
		dash := ""
		if c > 0 {
			dash = ` stroke-dasharray="2 3"`
		}
		s.printf(`<g class="c%d"><line x1="%d" y1="%d" x2="%d" y2="%d" stroke="currentColor"%s/>`, colour(c), s.x[c], s.top, s.x[c], end, dash)
		if ends {
			s.printf(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="currentColor" stroke-width="2"/>`, s.x[c]-6, end, s.x[c]+6, end)
		}
		w := s.headWidth(c)
		s.printf(`<rect class="open" x="%d" y="%d" width="%d" height="%d" rx="%d" stroke="currentColor"/>`, s.x[c]-w/2, s.top-svgHead, w, svgHead, min(c, 1)*6)
		s.printf(`<text x="%d" y="%d" text-anchor="middle">%s%s</text></g>`+"\n", s.x[c], s.top-svgHead/2+4, xmlText(s.name(c)), tooltip(s.name(c), column.Name))
	}
	open := map[int]int{} // by column, the row in which it got control
	for i, r := range s.shown {
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
	for i, r := range s.shown {
		if y := s.gaps[i]; y > 0 {
			s.printf(`<path class="rule" d="M%d %dh%d" stroke-dasharray="1 5"/>`, svgMargin, y, s.wide-2*svgMargin)
			s.printf(`<text class="faint halo" x="%d" y="%d">%s</text>`+"\n", s.x[0]+12, y+4, xmlText(later(r.At-max(at, 0))))
		}
		if r.At != at {
			at = r.At
			s.printf(`<text class="faint" x="%d" y="%d">%v</text>`+"\n", svgMargin, s.y[i]+4, at)
		}
		s.row(s.y[i], r)
	}
}

// row draws an arrow or a mark, and the text that goes with it.
func (s *svg) row(y int, r laidRow) {
	from, to := s.x[r.From], s.x[r.To]
	task := max(r.From, r.To) // an arrow has the colour of the task that it concerns
	if r.Kind == Spawn {
		task = r.To
	}
	s.printf(`<g class="c%d">`, colour(task))
	switch {
	case r.From == r.To:
		s.mark(from, y, r.Kind)
	case r.Kind == Spawn:
		s.spawn(from, to, y)
	case r.To == 0:
		s.back(from-4, to, y)
	default:
		s.forth(from, to-4, y)
	}
	class := "n"
	if len(r.Swaps) > 0 {
		class = "n swapped"
	}
	shown := words.Elide(r.Text, s.room(r))
	s.printf(`<text class="halo" x="%d" y="%d"><tspan class="%s">%s</tspan> %s%s</text></g>`+"\n", s.x[r.column]+12, y+4, class, r.Number, xmlText(shown), tooltip(shown, r.Text))
}

// spawn draws how a task is spawned.
func (s *svg) spawn(from, to, y int) {
	end := to - 5
	if to < from {
		end = to + 5
	}
	s.printf(`<path d="M%d %dH%d" stroke="currentColor" stroke-width="1.5" stroke-dasharray="1 4" stroke-linecap="round"/>`, from, y, end)
	s.printf(`<circle class="open" cx="%d" cy="%d" r="4" stroke="currentColor" stroke-width="1.5"/>`, to, y)
}

// forth draws how control goes to a task, to the right.
func (s *svg) forth(from, to, y int) {
	s.printf(`<path d="M%d %dH%d" stroke="currentColor" stroke-width="1.5"/>`, from, y, to-8)
	s.printf(`<path d="M%d %dl-9 -4v8z" fill="currentColor"/>`, to, y)
}

// back draws how control goes back to the loop, to the left.
func (s *svg) back(from, to, y int) {
	s.printf(`<path d="M%d %dH%d" stroke="currentColor" stroke-width="1.5" stroke-dasharray="6 4"/>`, from, y, to+2)
	s.printf(`<path d="M%d %dl-8 4l8 4" fill="none" stroke="currentColor" stroke-width="1.5"/>`, to+10, y-4)
}

// mark draws what stands on a line of life where something happens there:
// a diamond for a decision, a square for a callback, a circle for the rest.
func (s *svg) mark(x, y int, k Kind) {
	switch k {
	case Decide:
		s.printf(`<path class="open" d="M%d %dl6 6l-6 6l-6 -6z" stroke="currentColor" stroke-width="1.5"/>`, x, y-6)
	case Callback:
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
		var rows []int
		for i, r := range s.shown {
			if slices.Contains(r.Swaps, swap) {
				rows = append(rows, s.y[i])
			}
		}
		s.printf(`<g class="swap">`)
		s.bracket(s.x[0]-20-20*lane, s.x[0]-6, rows)
		s.printf("<title>%s</title></g>\n", xmlText(s.d.Swaps[swap].String()))
	}
}

// bracket draws a bracket whose back is at x and whose arms, at these heights, reach to inner.
func (s *svg) bracket(x, inner int, rows []int) {
	s.printf(`<path d="M%d %dV%d`, x, rows[0], rows[len(rows)-1])
	for _, y := range rows {
		s.printf(`M%d %dH%d`, x, y, inner)
	}
	middle := (rows[0] + rows[len(rows)-1]) / 2
	s.printf(`" fill="none" stroke="currentColor" stroke-width="2"/>`)
	s.printf(`<circle class="open" cx="%d" cy="%d" r="8" stroke="currentColor" stroke-width="1.5"/>`, x, middle)
	// Two arrows, one up and one down.
	s.printf(`<path d="M%d %dv-7l-2 2m2 -2l2 2M%d %dv7l-2 -2m2 2l2 -2" fill="none" stroke="currentColor"/>`, x-3, middle+3, x+3, middle-3)
}

// foot writes the remarks.
func (s *svg) foot() {
	y := s.end + 26
	for _, line := range s.feet {
		s.printf(`<text x="%d" y="%d">%s</text>`+"\n", svgMargin, y, xmlText(line))
		y += 18
	}
}
