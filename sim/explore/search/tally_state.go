package search

import (
	"encoding/json"
	"errors"

	"weft/sim/order"
)

// TallyState is what is saved of a tally.
type TallyState struct {
	Runs      int              `json:"runs"`
	Blocked   int              `json:"blocked"`
	Outcomes  []outcomeState   `json:"outcomes"`
	Others    int              `json:"others"`
	Decisions Stats            `json:"decisions"`
	Switches  Stats            `json:"switches"`
	Traces    map[uint64]int32 `json:"classes,omitempty"`
	Seen      map[string]bool  `json:"seen,omitempty"`
	Untracked []string         `json:"untracked,omitempty"`
	Checked   int              `json:"twice"`
}

type outcomeState struct {
	Key     uint64         `json:"key"`
	Text    string         `json:"text"`
	End     order.End      `json:"end"`
	Failed  bool           `json:"failed"`
	Runs    int            `json:"runs"`
	Path    []int32        `json:"path"`
	Witness order.Schedule `json:"witness"`
}

// State returns what is to be saved.
func (t *Tally) State() TallyState {
	s := TallyState{
		t.Runs, t.Blocked, nil, t.Others, t.Decisions, t.Switches, t.Traces, t.Seen, t.Untracked, t.Checked,
	}
	for _, o := range t.Outcomes {
		s.Outcomes = append(s.Outcomes, outcomeState{o.Key, o.Text, o.End, o.Failed, o.Runs, o.path, o.Witness})
	}
	return s
}

// UnmarshalJSON reads a state, and refuses one that no tally has: of what is counted, there
// is never less than nothing, and of each trace at least one run.
func (s *TallyState) UnmarshalJSON(data []byte) error {
	type plain TallyState
	if err := json.Unmarshal(data, (*plain)(s)); err != nil {
		return err
	}
	least := min(s.Runs, s.Blocked, s.Others, s.Checked)
	for _, o := range s.Outcomes {
		least = min(least, o.Runs)
	}
	for _, runs := range s.Traces {
		least = min(least, int(runs)-1)
	}
	if least < 0 {
		return errors.New("it counts what cannot be")
	}
	return nil
}

// Tally returns the tally whose state this is.
func (s TallyState) Tally() *Tally {
	t := NewTally(true)
	t.Runs, t.Blocked, t.Others, t.Checked = s.Runs, s.Blocked, s.Others, s.Checked
	t.Decisions, t.Switches, t.Seen, t.Untracked = s.Decisions, s.Switches, s.Seen, s.Untracked
	if s.Traces != nil {
		t.Traces = s.Traces
	}
	for _, o := range s.Outcomes {
		known := &Outcome{
			Text: o.Text, End: o.End, Failed: o.Failed, Runs: o.Runs, Switches: order.Switches(o.Path), Witness: o.Witness,
			Key: o.Key, path: o.Path,
		}
		t.Outcomes, t.byKey[o.Key] = append(t.Outcomes, known), known
	}
	return t
}
