package trace

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"weft/trace/words"
)

// WriteLog writes every event of a run in plain words, one a line: its number (see
// [Numbers]), its virtual time, its task, what it did, and where in the source. "⇄" marks
// what could have come in another order, and below the run stands what that is. With a
// Width of 0, lines are as long as they need to be.
func WriteLog(w io.Writer, t *Trace, o ViewOptions) error {
	texts, numbers, host := t.Phrases(), Numbers(t), t.Host()
	swapped := map[string]bool{}
	for _, s := range Swaps(t) {
		for _, n := range s.Transfers {
			swapped[strconv.Itoa(n)] = true
		}
	}
	var column NumberColumn
	var times, names, limit int
	for i, e := range t.Events {
		column.Add(numbers[e.Seq])
		times = max(times, words.Width(e.At.String()))
		names = max(names, words.Width(e.who(host)))
		if e.Pos != "" {
			limit = max(limit, words.Width(texts[i]))
		}
	}
	const most = 60 // of the text's column: one long line should not push all places out of sight
	limit = min(limit, most)
	var b strings.Builder
	heading := t.Header.line()
	if o.Width > 0 {
		heading = words.Elide(heading, o.Width)
	}
	b.WriteString(heading + "\n\n")
	for i, e := range t.Events {
		mark := " "
		if swapped[numbers[e.Seq]] {
			mark = "⇄"
		}
		line := fmt.Sprintf("%s%s %*v  %s  %s", column.Pad(numbers[e.Seq]), mark, times, e.At, words.Pad(e.who(host), names), texts[i])
		if e.Pos != "" {
			line = words.Pad(line, words.Width(line)-words.Width(texts[i])+limit) + "  " + words.Clean(e.Pos)
		}
		if o.Width > 0 {
			line = words.Elide(line, o.Width)
		}
		b.WriteString(line + "\n")
	}
	writeRemarks(&b, remarks(t), o.Width)
	_, err := io.WriteString(w, b.String())
	return err
}
