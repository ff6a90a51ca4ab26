package simtest

import (
	"fmt"
	"os"
	"strings"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// findingAfter is for how long, in real time, a failure is explained before what was
// found is written at once. Short explanations are not announced.
var findingAfter = 300 * time.Millisecond

// writeFinding writes to the standard error of the test binary: what is logged by then
// is lost if the binary is killed.
var writeFinding = func(text string) { os.Stderr.WriteString(text) }

// announce has the finding written soon: what failed, in one line, and the line that
// repeats it. The report, which comes later or, if the test is killed meanwhile, never,
// has all of it again. stop takes it back if nothing was written yet.
func (c *check) announce(failure *search.Outcome, policy string) (stop func()) {
	return c.announceText(findingOf(failure), failure.Witness, policy)
}

func (c *check) announceText(finding string, s order.Schedule, policy string) (stop func()) {
	text := fmt.Sprintf("%s fails: %s (it is being explained)\n    again    %s\n", c.Name(), finding, c.again(s, policy))
	if findingAfter <= 0 {
		writeFinding(text)
		return func() {}
	}
	timer := time.AfterFunc(findingAfter, func() { writeFinding(text) })
	return func() { timer.Stop() }
}

// findingOf returns the line of an outcome that says how it failed.
func findingOf(o *search.Outcome) string {
	lines := strings.Split(strings.TrimSpace(o.Text), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, string(o.End)) {
			return words.Line(line)
		}
	}
	return words.Line(lines[len(lines)-1])
}
