package simtest

import (
	"fmt"
	"os"
	"strings"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// writeFinding writes to the standard error of the test binary: what is logged by then
// is lost if the binary is killed, or if a run of the explanation ends it.
var writeFinding = func(text string) { os.Stderr.WriteString(text) }

// announce writes what was found, before anything else is done with it: what failed, in
// one line, and the line that repeats it. The report, which comes later or, if the test is
// killed meanwhile, never, has all of it again.
func (c *check) announce(failure *search.Outcome, policy string) {
	c.announceText(findingOf(failure), failure.Witness, policy)
}

func (c *check) announceText(finding string, s order.Schedule, policy string) {
	text := fmt.Sprintf("%s fails: %s (it is being explained)\n    again    %s\n", words.Line(c.Name()), finding, c.again(s, policy))
	if text != c.announced {
		c.announced = text
		writeFinding(text)
	}
}

// findingOf returns the line of an outcome that says how it failed.
func findingOf(o *search.Outcome) string { return findingIn(o.End, o.Text) }

func findingIn(end order.End, text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, string(end)) {
			return words.Line(strings.TrimPrefix(line, string(order.Failed)+": "))
		}
	}
	return words.Line(lines[len(lines)-1])
}
