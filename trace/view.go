package trace

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"weft/trace/words"
)

// ViewOptions say how a view is drawn. The zero value is fit for a file.
type ViewOptions struct {
	// Width is how many cells of a terminal a line may take, for the views that
	// are made for one: "lanes" takes 100 if it is 0 and never fewer than 40,
	// and "log" cuts its lines only if it is not 0.
	Width int
	// Color allows ANSI colours in the view "lanes". Nothing is said by colour
	// alone. Whether a terminal wants them (NO_COLOR) is the caller's to find out.
	Color bool
	// ASCII has the views for a terminal drawn with characters of ASCII alone. What the
	// program has said is left as it is.
	ASCII bool
}

// drawn returns a view as the options want it.
func (o ViewOptions) drawn(text string) string {
	if o.ASCII {
		return words.ASCII(text)
	}
	return text
}

// views holds the views by name, in the order in which [Views] lists them.
var views = []struct {
	name  string
	write func(io.Writer, *Trace, ViewOptions) error
}{
	{"log", WriteLog},
	{"lanes", WriteLanes},
	{"transfers", WriteTransfers},
	{"jsonl", func(w io.Writer, t *Trace, _ ViewOptions) error { return WriteJSONL(w, t) }},
	{"svg", WriteSVG},
	{"mermaid", WriteMermaid},
}

// Views returns the names that [Render] knows.
func Views() []string {
	names := make([]string, len(views))
	for i, v := range views {
		names[i] = v.name
	}
	return names
}

// Render writes a view by its name: "log" (a line an event), "lanes" (a column
// a task, for a terminal), "transfers" (the numbered hand-overs of control),
// "jsonl" (the trace itself), "svg" (a sequence diagram) or "mermaid" (one for
// a Markdown page). It returns an error that lists the names if there is no
// such view, and otherwise what w returns.
func Render(w io.Writer, name string, t *Trace, o ViewOptions) error {
	i := slices.Index(Views(), name)
	if i < 0 {
		return fmt.Errorf("trace: no view is called %q; take one of %s", name, strings.Join(Views(), ", "))
	}
	if !o.ASCII || name == "jsonl" || name == "svg" || name == "mermaid" {
		return views[i].write(w, t, o)
	}
	var b strings.Builder
	if err := views[i].write(&b, t, o); err != nil {
		return err
	}
	_, err := io.WriteString(w, o.drawn(b.String()))
	return err
}
