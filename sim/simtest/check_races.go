package simtest

import (
	"fmt"
	"strings"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// whatRacesDo shows what the data races of a failure can do, where the engine can let the
// accesses come in any order: an order of them in which the test fails by what they do, or
// else what the orders differ in. It returns "" if the failure is none of a data race, or
// the engine cannot.
func (c *check) whatRacesDo(failure *search.Outcome) string {
	if failure.End != order.Raced || c.fresh {
		return ""
	}
	own, err := c.engine(c.policy)
	if err != nil {
		return ""
	}
	f, ok := own.(order.Finer)
	if !ok {
		return ""
	}
	engine, ok := f.Finer()
	if !ok {
		return ""
	}
	c.explains(0)
	report, err := explore.Search(c.Context(), engine, c.within(explore.DefaultRuns/furtherShare)...)
	if err != nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nWhat the race can do, where reads and writes of the variables that race come in any order, each whole and seen at once (Go promises even less than that):\n")
	worst := report.Failure()
	if worst == nil {
		fmt.Fprintf(&b, "    nothing that fails: %s: %s\n", report.Verdict(), report.Summary())
		if len(report.Outcomes) > 1 {
			for i, o := range report.Outcomes {
				if i == outcomesShown {
					fmt.Fprintf(&b, "    ... and %s\n", words.Count(len(report.Outcomes)-i, "further outcome"))
					break
				}
				fmt.Fprintf(&b, "    %d. %s", i+1, strings.TrimLeft(indent(o.Text, "       "), " "))
			}
		}
		return b.String()
	}
	schedule, how := c.shrink(engine, worst.Witness)
	why, err := explain.Why(c.Context(), engine, schedule, c.within(explain.WhyRuns)...)
	if err == nil {
		err = why.WriteText(&b, viewOptions())
	}
	if err != nil {
		b.WriteString(indent(worst.Text, "    "))
	}
	fmt.Fprintf(&b, "\n%sagain    %s\n", how, c.againOn(engine, schedule, report.Policy))
	return b.String()
}

// outcomesShown is how many outcomes of data races are shown.
const outcomesShown = 5
