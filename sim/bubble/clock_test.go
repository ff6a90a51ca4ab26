package bubble_test

import (
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

// clocked is code that was written for an injected clock.
func clocked(c clock.Clock) {
	began := c.Now()
	ticker := c.Ticker(time.Minute)
	defer ticker.Stop()
	after := c.After(90 * time.Second)
	for {
		select {
		case <-ticker.C:
			bubble.Println("tick", c.Since(began))
		case <-after:
			bubble.Println("after", c.Since(began))
			return
		}
	}
}

// In a bubble, the real clock is virtual.
func TestClockIsVirtual(t *testing.T) {
	controlled(t)
	r := explored(t, func() { clocked(clock.New()) }, explore.WithStrategy(walk.Exhaustive()))
	if len(r.Outcomes) != 1 || r.Outcomes[0].Text != "tick 1m0s\nafter 1m30s\n" {
		t.Errorf("%+v", r.Outcomes)
	}
}
