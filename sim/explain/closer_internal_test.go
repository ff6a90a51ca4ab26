package explain

import (
	"testing"

	"weft/sim/order"
	"weft/trace"
)

// Who closes a channel keeps a row, although nobody else had to do with the channel.
func TestCloserKeepsItsRow(t *testing.T) {
	run := &trace.Trace{}
	add := func(kind trace.Kind, object string) {
		run.Events = append(run.Events, trace.Event{Seq: len(run.Events) + 1, Task: "main", Kind: kind, Object: object})
	}
	add(trace.Start, "")
	add(trace.Acquire, "mutex a")
	add(trace.Release, "mutex a")
	add(trace.Set, "chan jobs")
	add(trace.Acquire, "mutex b")
	add(trace.Release, "mutex b")
	x := excerptOf("", historyOf(run, order.Panicked, ""), []string{"main"}, nil)
	var got []string
	for _, r := range x.rows {
		got = append(got, r.number+" "+r.text)
	}
	want := []string{"2 2 events that nobody else saw", "4 closes jobs", "5 2 events that nobody else saw"}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("the rows are %q, want %q", got, want)
	}
}
