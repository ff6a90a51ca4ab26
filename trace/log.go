package trace

import (
	"fmt"
	"io"
	"strings"

	"weft/trace/words"
)

// WriteLog writes every event of a run in plain words, one a line: its number,
// its virtual time, its task, what it did, and where in the source. With a
// Width of 0, lines are as long as they need to be.
func WriteLog(w io.Writer, t *Trace, o ViewOptions) error {
	texts := t.Phrases()
	var seqs, times, names, limit int
	for i, e := range t.Events {
		seqs = max(seqs, len(fmt.Sprint(e.Seq)))
		times = max(times, words.Width(e.At.String()))
		names = max(names, words.Width(e.who()))
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
		line := fmt.Sprintf("%*d  %*v  %s  %s", seqs, e.Seq, times, e.At, words.Pad(e.who(), names), texts[i])
		if e.Pos != "" {
			line = fmt.Sprintf("%*d  %*v  %s  %s  %s", seqs, e.Seq, times, e.At, words.Pad(e.who(), names), words.Pad(texts[i], limit), words.Clean(e.Pos))
		}
		if o.Width > 0 {
			line = words.Elide(line, o.Width)
		}
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
