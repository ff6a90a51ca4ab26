//go:build unix

package bubble_test

import (
	"context"
	"os"
	"os/signal"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

// TestSignals: a program that waits for a signal, or for something else, can have many runs.
func TestSignals(t *testing.T) {
	controlled(t)
	program := func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		select {
		case <-ctx.Done():
			bubble.Println("signalled")
		case <-time.After(time.Second):
			bubble.Println("after a second")
		}
	}
	r, err := explore.Search(t.Context(), bubble.Engine(program), explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		t.Fatal(err)
	}
	if r.Failed() || len(r.Outcomes) != 1 || r.Outcomes[0].Text != "after a second\n" {
		t.Errorf("%s: %+v, %v", r.Verdict(), r.Outcomes, r.Nondeterminism)
	}
}
