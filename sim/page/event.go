package page

import (
	"strconv"
	"strings"

	"weft/trace"
)

// Event is an event of a run, as traces have it, with what a page says of it. Only the
// alternatives of decisions are elsewhere: a [Decision] has them.
type Event struct {
	trace.Event
	// Number is what a reader calls the event. Hand-overs of control have the numbers
	// that all views give them: "7". A wait is two of them: "2–3". What happens in
	// between has the number before it and a letter: "7a".
	Number string `json:"number"`
	// ID is what decisions call the event: "say1.2". Most events have none.
	ID string `json:"id,omitempty"`
	// Text says in words what happened.
	Text string `json:"text"`
}

// eventsOf numbers the events of a run and puts them into words.
func eventsOf(t *trace.Trace) []Event {
	first, last := map[int]int{}, map[int]int{} // numbers of hand-overs, by Seq
	for _, x := range trace.Transfers(t) {
		if first[x.Seq] == 0 {
			first[x.Seq] = x.Number
		}
		last[x.Seq] = x.Number
	}
	phrases := t.Phrases()
	events := make([]Event, len(t.Events))
	number, between := 0, 0
	for i, e := range t.Events {
		e.Alternatives = nil
		events[i] = Event{Event: e, ID: e.ID(), Text: phrases[i]}
		n := first[e.Seq]
		switch {
		case n == 0:
			events[i].Number = strconv.Itoa(number) + letters(between)
			between++
			continue
		case last[e.Seq] != n:
			events[i].Number = strconv.Itoa(n) + "–" + strconv.Itoa(last[e.Seq])
		default:
			events[i].Number = strconv.Itoa(n)
		}
		number, between = last[e.Seq], 0
	}
	return events
}

// size is about how many bytes of JSON the event takes.
func (e *Event) size() int {
	const names = 90
	return names + len(e.Task) + len(e.Object) + len(e.Detail) + len(e.Pos) + len(e.ID) + len(e.Text)
}

// letters counts a, b, ..., z, aa, ab, ...
func letters(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return letters(n/26-1) + letters(n%26)
}

// place parts a place in the source, "folder/file.go:12".
func place(pos string) (file string, line int, ok bool) {
	colon := strings.LastIndexByte(pos, ':')
	if colon < 0 {
		return "", 0, false
	}
	line, err := strconv.Atoi(pos[colon+1:])
	return pos[:colon], line, err == nil
}
