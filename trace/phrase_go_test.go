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
