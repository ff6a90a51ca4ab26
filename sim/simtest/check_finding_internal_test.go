package simtest

import (
	"context"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// What was found is written before it is explained, with the line that repeats it, once.
func TestFindingIsAnnounced(t *testing.T) {
	written := ""
	before := writeFinding
	defer func() { writeFinding = before }()
	writeFinding = func(text string) { written += text }
	c := &check{TB: t, overrides: &overrides{}, pkg: "./bank", make: func(begin func() *Invocation, policy string) (order.Engine, error) {
		return sim.Engine(sim.Main(func(context.Context) error { return nil })), nil
	}}
	failure := &search.Outcome{Text: "a line of output\ndeadlock: main has waited since 0s for event never\n  main waits\n", End: order.Deadlocked, Failed: true}
	c.announce(failure, "any-ready")
	want := "TestFindingIsAnnounced fails: deadlock: main has waited since 0s for event never (it is being explained)\n    again    go test ./bank -run '^TestFindingIsAnnounced$'"
	if !strings.HasPrefix(written, want) || !strings.HasSuffix(written, "-weft.schedule=w1\n") || strings.Count(written, "\n") != 2 {
		t.Errorf("it writes %q, want %q and a schedule", written, want)
	}
	written = ""
	if c.announce(failure, "any-ready"); written != "" {
		t.Errorf("it writes %q again", written)
	}
	if got := findingOf(&search.Outcome{Text: "only this\n", End: order.Failed}); got != "only this" {
		t.Errorf("without a line for the end, it says %q", got)
	}
}
