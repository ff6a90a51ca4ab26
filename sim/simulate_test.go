package sim_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// observe runs main quietly on a loop of its own, with the order recorded.
func observe(main func(ctx context.Context) error, options ...sim.Option) *sim.Outcome {
	return sim.Simulate(sim.Main(main), quiet(options...)...)
}

// quiet returns options that keep output and reports off the terminal.
func quiet(options ...sim.Option) []sim.Option {
	return append([]sim.Option{
		sim.WithOutput(io.Discard), sim.WithLog(io.Discard), sim.WithRecording(trace.Order),
	}, options...)
}

// printed returns the lines that a run printed.
func printed(o *sim.Outcome) []string {
	texts := []string{}
	for _, line := range o.Output {
		texts = append(texts, line.Text)
	}
	return texts
}

// stamped returns the lines that a run printed, each with its instant.
func stamped(o *sim.Outcome) []string {
	texts := []string{}
	for _, line := range o.Output {
		texts = append(texts, fmt.Sprintf("%v %s", line.At, line.Text))
	}
	return texts
}

// mustEnd fails the test unless the run ended as it should.
func mustEnd(t *testing.T, o *sim.Outcome, want order.End) {
	t.Helper()
	if o.End != want {
		t.Fatalf("the run ended with %q (%v), want %q", o.End, o.Err, want)
	}
}

// mustPrint fails the test unless the run finished and printed just want.
func mustPrint(t *testing.T, o *sim.Outcome, want ...string) {
	t.Helper()
	mustEnd(t, o, order.Finished)
	if got := printed(o); !slices.Equal(got, want) {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// mustStamp is mustPrint for lines that begin with their instant.
func mustStamp(t *testing.T, o *sim.Outcome, want ...string) {
	t.Helper()
	mustEnd(t, o, order.Finished)
	if got := stamped(o); !slices.Equal(got, want) {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// mustMention fails the test unless text holds every part.
func mustMention(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not mention %q", text, part)
		}
	}
}

// mustMisuse calls f, which must panic with a sentence that holds every part.
func mustMisuse(t *testing.T, f func(), parts ...string) {
	t.Helper()
	defer func() {
		t.Helper()
		value := recover()
		wrong, ok := value.(*order.MisuseError)
		if !ok {
			t.Errorf("panicked with %v, want a *order.MisuseError", value)
			return
		}
		mustMention(t, wrong.Error(), parts...)
	}()
	f()
}

// pathWalker is a strategy that takes one path after another through the tree of
// decisions.
type pathWalker struct {
	path, widths []int
	at           int
}

func (w *pathWalker) Name() string { return "walker" }

func (w *pathWalker) Choose(d *order.Decision) int {
	if w.at == len(w.path) {
		w.path, w.widths = append(w.path, 0), append(w.widths, len(d.Alternatives))
	}
	w.at++
	return w.path[w.at-1]
}

// next moves to the next path, and reports false when there is none.
func (w *pathWalker) next() bool {
	w.at = 0
	for i := len(w.path) - 1; i >= 0; i-- {
		if w.path[i]++; w.path[i] < w.widths[i] {
			w.path, w.widths = w.path[:i+1], w.widths[:i+1]
			return true
		}
	}
	return false
}

// walkAll runs main in every permitted order, and counts how often it printed what.
func walkAll(t *testing.T, main func(ctx context.Context) error, options ...sim.Option) (outputs map[string]int, runs int) {
	t.Helper()
	w, outputs := &pathWalker{}, make(map[string]int)
	for {
		o := observe(main, append(options, sim.WithStrategy(w))...)
		mustEnd(t, o, order.Finished)
		outputs[strings.Join(printed(o), " ")]++
		if runs++; runs > 20_000 {
			t.Fatal("more than 20000 orders; the program is too large for this test")
		}
		if !w.next() {
			return outputs, runs
		}
	}
}

// sleepThenPrint returns the body of a task that sleeps and prints.
func sleepThenPrint(d time.Duration, text string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := sim.Sleep(ctx, d); err != nil {
			return err
		}
		sim.Print(ctx, text)
		return nil
	}
}

// turns lets the loop take n turns.
func turns(ctx context.Context, n int) {
	for range n {
		sim.Yield(ctx)
	}
}
