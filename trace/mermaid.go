package trace

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"weft/trace/words"
)

// mermaidLimit is the most that GitHub draws, in UTF-16 code units, which is
// what Mermaid's maxTextSize counts.
const mermaidLimit = 50_000

const (
	mermaidText = 100 // cells of a message or a note; Mermaid does not wrap them
	mermaidName = 40  // cells of a task's name
)

// WriteMermaid draws a run as a Mermaid sequence diagram, for a Markdown page.
// It keeps within the 50,000 characters that GitHub draws: where a run is
// longer, its last rows are left out and a note says how many events that are.
func WriteMermaid(w io.Writer, t *Trace, _ ViewOptions) error {
	return NewDiagram(t).WriteMermaid(w)
}

// WriteMermaid draws the diagram as [WriteMermaid] draws a run. It returns what w returns.
func (d *Diagram) WriteMermaid(w io.Writer) error {
	head := "sequenceDiagram\n" +
		"    title " + mermaidEscape(words.Elide(d.Title, mermaidText)) + "\n" +
		"    accTitle: " + mermaidEscape(words.Elide(d.Title, mermaidText)) + "\n" +
		"    accDescr: " + mermaidEscape(words.Elide(d.summary(), 2000)) + "\n"

	// Only tasks that are seen are declared, so that thousands of them do not
	// use up the room for rows.
	seen := map[int]bool{0: true}
	var rows []string
	last := 0 // the column furthest to the right
	declare := func(c int) string {
		return fmt.Sprintf("    participant p%d as %s\n", c, mermaidEscape(words.ElideMiddle(d.Columns[c].Name, mermaidName)))
	}
	note := func(text string) string {
		over := "p0"
		if last > 0 {
			over = fmt.Sprintf("p0,p%d", last)
		}
		return fmt.Sprintf("    Note over %s: %s\n", over, mermaidEscape(words.Elide(text, mermaidText)))
	}
	var tail []string
	// A note over all columns gets longer with the last column's number.
	size := units(head) + units(declare(0)) + 2*len("p0,p000000000")
	for _, r := range d.remarks(remarksShown) {
		tail = append(tail, r)
		size += units(note(r)) + len(",p000000000")
	}
	size += units(note("the last 000000000 events are left out: a Mermaid diagram has at most 50,000 characters"))

	left := map[int]bool{} // events without a row here
	for _, r := range d.Rows {
		if len(left) > 0 {
			left[r.Seq] = true
			continue
		}
		declared := 0
		for _, c := range []int{r.From, r.To} {
			if !seen[c] {
				declared += units(declare(c))
			}
		}
		before := last
		last = max(last, r.From, r.To)
		text := ""
		if r.Gap > 0 {
			text += note(later(r.Gap) + ", at " + r.At.String())
		}
		text += mermaidRow(r)
		if size+declared+units(text) > mermaidLimit {
			last = before
			left[r.Seq] = true
			continue
		}
		size += declared + units(text)
		seen[r.From], seen[r.To] = true, true
		rows = append(rows, text)
	}

	var b strings.Builder
	b.WriteString(head)
	for c := range d.Columns {
		if seen[c] {
			b.WriteString(declare(c))
		}
	}
	b.WriteString(strings.Join(rows, ""))
	if len(left) > 0 {
		b.WriteString(note(fmt.Sprintf("the last %d events are left out: a Mermaid diagram has at most 50,000 characters", len(left))))
	}
	for _, r := range tail {
		b.WriteString(note(r))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// mermaidRow writes one row as a message or a note.
func mermaidRow(r Row) string {
	text := mermaidEscape(words.Elide(r.label(), mermaidText))
	arrow := "->>"
	switch {
	case r.From == r.To && r.From == 0:
		return fmt.Sprintf("    Note over p0: %s\n", text)
	case r.From == r.To:
		return fmt.Sprintf("    Note right of p%d: %s\n", r.From, text)
	case r.Kind == Spawn:
		arrow = "--)"
	case r.To == 0:
		arrow = "-->>"
	}
	return fmt.Sprintf("    p%d%sp%d: %s\n", r.From, arrow, r.To, text)
}

// mermaidEscape returns text in which Mermaid sees nothing but text, and which can be read
// as it is: what means nothing to Mermaid stays, which is nearly all. Numeric entities
// stand for these alone, as Mermaid's own parsers show (10.9, 11.4 and 11.17):
//
//   - "#" begins an entity and ";" ends a line;
//   - "<", ">" and "&" are taken for HTML, "<br>" for a line end;
//   - "%%{" begins a directive, anywhere, and "$$" a formula;
//   - "ﬂ" and "¶" are what Mermaid hides entities behind while it parses;
//   - "wrap:" and "nowrap:" at the beginning say how text is broken into lines;
//   - behind "style" and "classDef", Mermaid takes the last ";" away, so that an entity
//     would have no end. Without an entity they are words like others.
func mermaidEscape(text string) string {
	escaped := mermaidEntities(text, false)
	if strings.Contains(escaped, "#") {
		escaped = mermaidEntities(text, true)
	}
	if escaped == "" {
		return "?"
	}
	return escaped
}

// mermaidEntities puts entities where they must be, and if styles is set, into the words that
// spoil others.
func mermaidEntities(text string, styles bool) string {
	var b strings.Builder
	for i, r := range text {
		rest := text[i:]
		if strings.ContainsRune("#;<>&ﬂ¶", r) || strings.HasPrefix(rest, "%%") || strings.HasPrefix(rest, "$$") ||
			i == 0 && wraps(rest) || styles && (strings.HasPrefix(rest, "style") || strings.HasPrefix(rest, "classDef")) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wraps reports whether Mermaid takes the beginning of a text for a wish.
func wraps(text string) bool {
	text = strings.ToLower(text[:min(len(text), len("nowrap"))])
	return strings.HasPrefix(text, "wrap") || text == "nowrap"
}

// units returns the length of s as JavaScript counts it.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}
