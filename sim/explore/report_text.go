package explore

import (
	"fmt"
	"io"
	"strings"

	"weft/sim/explore/search"
	"weft/trace/words"
)

// WriteText writes the report for a reader: the verdict, and every outcome with
// how often it came and the schedule of its simplest witness.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.covered(), r.Summary())
	if r.Claim != "" {
		b.WriteString(strings.Join(words.Lines(r.Claim, claimWidth), "\n") + "\n")
	}
	fmt.Fprintf(&b, "policy %s, strategy %s%s\n", r.Policy, r.Strategy, r.why())
	if r.Decisions.Max > 0 {
		fmt.Fprintf(&b, "decisions per run: %d to %d, %.1f on average\n", r.Decisions.Min, r.Decisions.Max, r.Decisions.Mean())
	}
	if r.Blocked > 0 {
		fmt.Fprintf(&b, "%s blocked: given up, since what they would have shown was known\n", words.Count(r.Blocked, "run"))
	}
	for i, o := range r.Outcomes {
		if i == outcomesShown {
			fmt.Fprintf(&b, "\n... and %s\n", words.Count(len(r.Outcomes)-i, "further outcome"))
			break
		}
		r.writeOutcome(&b, i, &o)
	}
	if r.Others > 0 {
		fmt.Fprintf(&b, "\n%s with still others, which were not told apart\n", words.Count(r.Others, "run"))
	}
	// What the program has made up, or a file of parts, is shown as text.
	_, err := io.WriteString(w, words.Text(b.String()))
	return err
}

const (
	outcomesShown = 20
	claimWidth    = 110
	linesShown    = 12
	scheduleShown = 400 // characters; a schedule that fails is shown whole
)

func (r *Report) writeOutcome(b *strings.Builder, i int, o *search.Outcome) {
	mark := "passes"
	if o.Failed {
		mark = "FAILS"
	}
	how := words.Count(o.Runs, "order")
	switch r.Coverage.Kind {
	case search.Sampled, search.Partial:
		how = fmt.Sprintf("%s (%s)", words.Count(o.Runs, "run"), words.Percent(float64(o.Runs)/float64(r.Runs)))
	case search.AllTraces:
		how = words.Count(o.Runs, "trace")
		if r.Traces != r.Runs {
			how = words.Count(o.Runs, "run") // which of them show the same trace is not kept
		}
	}
	if o.Estimated {
		how = words.Count(o.Runs, "run") + " beside those that count, by which the number of orders was estimated"
	}
	fmt.Fprintf(b, "\n%d. %s, %s\n", i+1, mark, how)
	lines := strings.Split(strings.TrimRight(o.Text, "\n"), "\n")
	if o.Text == "" {
		lines = []string{"(nothing printed)"}
	}
	for k, line := range lines {
		if k == linesShown && len(lines) > linesShown+1 {
			fmt.Fprintf(b, "     ... %d more lines\n", len(lines)-k)
			break
		}
		fmt.Fprintf(b, "     %s\n", line)
	}
	schedule := o.Witness.String()
	if len(schedule) > scheduleShown && !o.Failed {
		schedule = fmt.Sprintf("%s... (%s; the report as JSON holds all of it)", schedule[:strings.LastIndexByte(schedule[:scheduleShown], ',')+1], words.Plural(o.Switches, "switch", "switches"))
	}
	fmt.Fprintf(b, "   schedule %s\n", schedule)
}

func (r *Report) why() string {
	if r.Coverage.Why == "" {
		return ""
	}
	return " (" + r.Coverage.Why + ")"
}
