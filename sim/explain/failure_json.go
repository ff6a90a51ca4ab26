package explain

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// failureVersion is that of the format that WriteJSON writes. It grows when a field goes or
// means something else; fields may be added.
const failureVersion = 2

type failureJSON struct {
	Version  int            `json:"weft_failure"`
	Headline string         `json:"headline"`
	End      order.End      `json:"end"`
	Text     string         `json:"text"`
	Notes    string         `json:"notes,omitempty"`
	Schedule order.Schedule `json:"schedule"`
	Waiting  []waitingJSON  `json:"waiting,omitempty"`
	Panic    *panicJSON     `json:"panic,omitempty"`
	Failing  *excerptJSON   `json:"failing,omitempty"`
	Passing  *passingJSON   `json:"passing,omitempty"`
	Race     *raceJSON      `json:"race,omitempty"`
	Swap     *swapJSON      `json:"swap,omitempty"`
	Differs  string         `json:"differs,omitempty"`
	AllFail  bool           `json:"all_fail"`
	Runs     int            `json:"runs"`
}

type waitingJSON struct {
	Task    string        `json:"task"`
	On      string        `json:"on"`
	To      string        `json:"to,omitempty"`
	Since   time.Duration `json:"since_ns"`
	Pos     string        `json:"pos,omitempty"`
	Holders []holderJSON  `json:"holders,omitempty"`
	Behind  []string      `json:"behind,omitempty"`
	Holds   []heldJSON    `json:"holds,omitempty"`
	Runs    string        `json:"runs,omitempty"`
	By      string        `json:"started_by,omitempty"`
	Made    string        `json:"started_at,omitempty"`
}

type holderJSON struct {
	Task  string `json:"task"`
	Taken string `json:"taken_at,omitempty"`
	Gone  bool   `json:"ended,omitempty"`
}

type heldJSON struct {
	Object string `json:"object"`
	Taken  string `json:"taken_at,omitempty"`
}

type panicJSON struct {
	Task  string `json:"task"`
	Value string `json:"value"`
	Pos   string `json:"pos,omitempty"`
	Stack string `json:"stack,omitempty"`
}

type passingJSON struct {
	Schedule order.Schedule `json:"schedule"`
	Excerpt  *excerptJSON   `json:"excerpt,omitempty"`
}

type raceJSON struct {
	Pattern Pattern       `json:"pattern"`
	Object  string        `json:"object,omitempty"`
	Text    string        `json:"text"`
	Events  []trace.Event `json:"events"`
	Numbers []string      `json:"numbers"`
	Checked bool          `json:"checked"`
}

type swapJSON struct {
	Kind    string    `json:"kind"`
	IDs     [2]string `json:"steps"`
	Seqs    [2]int    `json:"seqs"`
	Numbers [2]string `json:"numbers"`
}

type excerptJSON struct {
	Lanes []string  `json:"lanes"`
	Rows  []rowJSON `json:"rows"`
	Left  int       `json:"left_out"`
}

type rowJSON struct {
	Seq    int           `json:"seq,omitempty"`
	Number string        `json:"number,omitempty"`
	Lane   *int          `json:"lane,omitempty"`
	At     time.Duration `json:"at_ns"`
	Text   string        `json:"text"`
	Mark   string        `json:"mark,omitempty"`
	Pos    string        `json:"pos,omitempty"`
	Code   string        `json:"code,omitempty"`
	Times  int           `json:"events,omitempty"`
}

// WriteJSON writes the failure as one JSON object: all that WriteText tells, as values. It
// has these fields, of which those that are empty may be missing:
//
//	weft_failure  2, the version of the format; in 1, texts called events by their seq
//	headline      the sentence that names what is wrong
//	end           the class of the end: "deadlock", "panic", "failed", ...
//	text          what went wrong in full, with places in the source; notes, what else the run said
//	schedule      the schedule of the run, in its printed form
//	waiting       who waits for ever: task, on (what for), to (what it waits to do), since_ns,
//	              pos, holders (task, taken_at, ended), behind, holds (object, taken_at), runs,
//	              started_by, started_at
//	panic         task, value, pos, stack
//	failing       the part of the run that is drawn: lanes (tasks), rows (seq, number, lane, which
//	              is missing in a line across all lanes, at_ns, text, mark, pos, code, events:
//	              how many the row stands for), left_out (events without a row of their own)
//	passing       the nearest passing run: schedule, excerpt
//	race          pattern, object, text, events as in a trace, their numbers; checked: whether
//	              a run has shown that it decides
//	swap          kind, steps, seqs, numbers: what changes places
//	differs       in words what differs between the two runs
//	all_fail      whether all orders were run, and failed; runs, how many runs were made
//
// A seq is the key of an event in a trace, and a number what readers call it in every view, as
// trace.Numbers has it: "7", "7.1". Times are nanoseconds of virtual time. Places are "folder/file.go:line".
func (f *Failure) WriteJSON(w io.Writer) error {
	failing, passing, _ := f.excerpts(8 + lanesMost*(laneLeast+2))
	out := failureJSON{
		Version: failureVersion, Headline: f.Headline(), End: f.End, Text: f.Text, Notes: f.Notes, Schedule: f.Schedule,
		Failing: failing.json(), AllFail: f.AllFail, Runs: f.Runs,
	}
	for _, w := range f.Waiting {
		x := waitingJSON{
			Task: w.Task, On: w.On, To: w.To, Since: w.Since, Pos: w.Pos, Behind: w.Behind,
			Runs: w.Runs, By: w.By, Made: w.Made,
		}
		for i, task := range w.Holders {
			h := holderJSON{Task: task}
			if i < len(w.Taken) {
				h.Taken = w.Taken[i]
			}
			if i < len(w.Gone) {
				h.Gone = w.Gone[i]
			}
			x.Holders = append(x.Holders, h)
		}
		for _, h := range w.Holds {
			x.Holds = append(x.Holds, heldJSON(h))
		}
		out.Waiting = append(out.Waiting, x)
	}
	if p := f.Panic; p != nil {
		out.Panic = &panicJSON{p.Task, fmt.Sprint(p.Value), p.Pos, p.Stack}
	}
	if f.Passing != nil {
		out.Passing = &passingJSON{f.Passing.Schedule, passing.json()}
		out.Differs = f.difference()
	}
	if r := f.Race; r != nil {
		out.Race = &raceJSON{r.Pattern, r.Object, r.Text, r.Events, r.Numbers, r.Checked}
	}
	if s := f.Swap; s != nil {
		out.Swap = &swapJSON{s.Kind, s.IDs, s.Seqs, s.Numbers}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func (x *excerpt) json() *excerptJSON {
	if x == nil {
		return nil
	}
	out := &excerptJSON{Lanes: make([]string, len(x.lanes)), Rows: make([]rowJSON, len(x.rows)), Left: x.left}
	for i, task := range x.lanes {
		out.Lanes[i] = laneName(task)
	}
	for i, r := range x.rows {
		row := rowJSON{Seq: r.seq, At: r.at, Text: r.text, Mark: r.mark, Pos: r.pos, Code: codeAt(r.pos), Times: r.times}
		if r.lane >= 0 {
			row.Number = r.number
			row.Lane = &r.lane
		}
		out.Rows[i] = row
	}
	return out
}
