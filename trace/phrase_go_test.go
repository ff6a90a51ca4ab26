package trace_test

import (
	"fmt"
	"testing"

	"weft/trace"
)

func TestInGo(t *testing.T) {
	for _, c := range []struct {
		event   trace.Event
		is, was string
	}{
		{trace.Event{Kind: trace.Put, Object: "chan jobs"}, "sends to", "sent to"},
		{trace.Event{Kind: trace.Get, Object: "chan jobs"}, "receives from", "received from"},
		{trace.Event{Kind: trace.Acquire, Object: "mutex mu"}, "locks", "locked"},
		{trace.Event{Kind: trace.Acquire, Object: "mutex mu", Detail: "for reading"}, "read-locks", "locked"},
		{trace.Event{Kind: trace.Set, Object: "wait group wg"}, "adds to", "added to"},
		{trace.Event{Kind: trace.Set, Object: "wait group wg", Pos: "sync/waitgroup.go:241"}, "counts down", "counted down"},
		{trace.Event{Kind: trace.Set, Object: "wait group wg", Pos: here()}, "counts down", "counted down"}, // as wg.Done() would
		{trace.Event{Kind: trace.Notify, Object: "cond c", Detail: "all"}, "broadcasts to", "broadcast to"},
		{trace.Event{Kind: trace.Notify, Object: "cond c"}, "signals", "signalled"},
		{trace.Event{Kind: trace.Acquire, Object: "lock L"}, "", ""}, // of the event loop
		{trace.Event{Kind: trace.Wait, Object: "chan jobs"}, "", ""},
		{trace.Event{Kind: trace.Print, Detail: "chan jobs"}, "", ""},
	} {
		if is, was := c.event.InGo(); is != c.is || was != c.was {
			t.Errorf("%v: %q, %q; want %q, %q", c.event, is, was, c.is, c.was)
		}
	}
}

func ExampleEvent_InGo() {
	is, was := trace.Event{Kind: trace.Get, Object: "chan jobs"}.InGo()
	fmt.Println(is, "/", was)
	// Output:
	// receives from / received from
}

// A decision in a run of goroutines is told by their names.
func TestDecisionsInGo(t *testing.T) {
	for _, test := range []struct {
		object, taken string
		others        []string
		want          string
	}{
		{"ready:main.2", "main.2", []string{"a.0", "b#2.1"}, "lets main go on; a or b#2 could have run"},
		{"ready:main.2", "a.0", []string{"main.2"}, "lets a start; main could have run"},
		{"ready:main.2", "main.2", []string{"+a/timer.1"}, "lets main go on; a could have run"},
		{"ready:main.2", "+a/timer.1", []string{"main.2"}, "has the timer of a fire; main could have come first"},
		{"timer:a.1", "a.1", []string{"b.c.2"}, "has the timer of a fire; b.c could have come first"},
		{"choose:main.5/select", "case1", []string{"case2"}, "has the select of main take case1, could be case2"},
		{"choose:main.5/random", "3", []string{"4"}, "chooses 3 for main.5/random, could be 4"},
		{"ready:v1.2", "v1.2", []string{"\x1b.0"}, `lets v1 go on; \x1b could have run`},
	} {
		s := tell("", "any-ready")
		s.add(trace.Event{Task: "main", Kind: trace.Start})
		s.decide(test.object, test.taken, append([]string{test.taken}, test.others...)...)
		if got := s.Phrases()[1]; got != test.want {
			t.Errorf("%s: got %q, want %q", test.object, got, test.want)
		}
	}
}

func TestTraceInGo(t *testing.T) {
	for name, want := range map[string]bool{"goroutines": true, "hello": false, "busy": false, "ready": false, "nothing": false} {
		if got := fixtures(t)[name].InGo(); got != want {
			t.Errorf("%s: InGo is %v", name, got)
		}
	}
}
