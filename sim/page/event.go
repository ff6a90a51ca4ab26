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
	// Number is what a reader calls the event, as all views do; see [trace.Numbers].
	Number string `json:"number"`
	// ID is what decisions call the event: "say1.2". Most events have none.
	ID string `json:"id,omitempty"`
	// Text says in words what happened.
	Text string `json:"text"`
}

// eventsOf numbers the events of a run and puts them into words.
func eventsOf(t *trace.Trace) []Event {
	numbers, phrases := trace.Numbers(t), t.Phrases()
	events := make([]Event, len(t.Events))
	for i, e := range t.Events {
		e.Alternatives = nil
		events[i] = Event{Event: e, Number: numbers[e.Seq], ID: e.ID(), Text: phrases[i]}
	}
	return events
}

// size is about how many bytes of JSON the event takes.
func (e *Event) size() int {
	const names = 90
	return names + len(e.Task) + len(e.Object) + len(e.Detail) + len(e.Pos) + len(e.ID) + len(e.Text)
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
