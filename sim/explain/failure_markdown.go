package explain

import (
	"io"
	"strings"

	"weft/trace"
	"weft/trace/words"
)

// diagramMost is how many events a picture shows at most; of a longer run, it shows those
// that are drawn as text.
const diagramMost = 150

// WriteMarkdown writes the failure for a page in Markdown, as GitHub shows it: the headline,
// what WriteText tells, and the run as a picture in Mermaid. It returns what w returns.
func (f *Failure) WriteMarkdown(w io.Writer) error {
	var b, text strings.Builder
	b.WriteString("### " + escapeMarkdown(f.Headline()) + "\n\n")
	if err := f.WriteText(&text, trace.ViewOptions{}); err != nil {
		return err
	}
	block(&b, "text", text.String())
	var picture strings.Builder
	if err := f.pictured().WriteMermaid(&picture); err != nil {
		return err
	}
	b.WriteString("\n")
	block(&b, "mermaid", picture.String())
	_, err := io.WriteString(w, b.String())
	return err
}

// pictured is the failing run as a diagram, or of a long one the events that have a row.
func (f *Failure) pictured() *trace.Diagram {
	d := trace.NewDiagram(f.Trace)
	if len(f.Trace.Events) <= diagramMost {
		return d
	}
	shown := map[int]bool{}
	if x, _, _ := f.excerpts(columnsWidth); x != nil {
		for _, r := range x.rows {
			if r.lane >= 0 {
				shown[r.seq] = true
			}
		}
	}
	return d.Only(func(seq int) bool { return shown[seq] })
}

// block writes a fenced block, which the text cannot leave.
func block(b *strings.Builder, language, text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	b.WriteString(fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence + "\n")
}

// escapeMarkdown has a line read as it is.
func escapeMarkdown(line string) string {
	var b strings.Builder
	for _, r := range words.Line(line) {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
