package explore

import (
	"encoding/json"
	"io"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// reportVersion is that of the format that WriteJSON writes.
const reportVersion = 1

// reportJSON is a report in a file.
type reportJSON struct {
	Version        int                 `json:"weft_report"`
	Program        string              `json:"program,omitempty"`
	Policy         string              `json:"policy"`
	Strategy       string              `json:"strategy"`
	Seed           uint64              `json:"seed"`
	Verdict        string              `json:"verdict"`
	Coverage       search.CoverageKind `json:"coverage"`
	Complete       bool                `json:"complete"`
	Bound          *int                `json:"bound,omitempty"`
	Why            string              `json:"why,omitempty"`
	Stopped        search.Stop         `json:"stopped,omitempty"`
	Runs           int                 `json:"runs"`
	Blocked        int                 `json:"blocked"`
	Twice          int                 `json:"twice"`
	Outcomes       []outcomeJSON       `json:"outcomes"`
	Others         int                 `json:"others,omitempty"`
	Decisions      statsJSON           `json:"decisions"`
	Switches       statsJSON           `json:"switches"`
	Size           *search.Estimate    `json:"size,omitempty"`
	Traces         int                 `json:"traces,omitempty"`
	Unseen         *float64            `json:"unseen,omitempty"`
	Seen           map[string]bool     `json:"sometimes,omitempty"`
	Untracked      []string            `json:"untracked,omitempty"`
	Nondeterminism string              `json:"nondeterminism,omitempty"`
	ElapsedNS      int64               `json:"elapsed_ns"`
}

type outcomeJSON struct {
	Text   string    `json:"text"`
	End    order.End `json:"end"`
	Failed bool      `json:"failed"`
	Runs   int       `json:"runs"`
	// Estimated is true of an outcome of no run that counts.
	Estimated bool           `json:"estimated,omitempty"`
	Witness   order.Schedule `json:"witness"`
}

// statsJSON is the least, the greatest and the mean of some numbers.
type statsJSON struct {
	Min  int     `json:"min"`
	Max  int     `json:"max"`
	Mean float64 `json:"mean"`
}

func statsOf(s search.Stats) statsJSON { return statsJSON{s.Min, s.Max, s.Mean()} }

// WriteJSON writes the report as one JSON object. Its fields are those of Report,
// in lower case, except that Rechecked is "twice" and Seen is "sometimes"; times are
// nanoseconds of real time.
func (r *Report) WriteJSON(w io.Writer) error {
	out := reportJSON{
		Version: reportVersion, Program: r.Program, Policy: r.Policy, Strategy: r.Strategy, Seed: r.Seed,
		Verdict: r.Verdict(), Coverage: r.Coverage.Kind, Complete: r.Coverage.Complete(), Why: r.Coverage.Why,
		Stopped: r.Stopped, Runs: r.Runs, Blocked: r.Blocked, Twice: r.Rechecked, Outcomes: []outcomeJSON{}, Others: r.Others,
		Decisions: statsOf(r.Decisions), Switches: statsOf(r.Switches), Size: r.Size, Traces: r.Traces,
		Seen: r.Seen, Untracked: r.Untracked, ElapsedNS: int64(r.Elapsed),
	}
	if r.Coverage.Kind == search.AllWithin {
		out.Bound = &r.Coverage.Bound
	}
	if r.Traces > 0 {
		out.Unseen = &r.Unseen
	}
	if r.Nondeterminism != nil {
		out.Nondeterminism = r.Nondeterminism.Error()
	}
	for _, o := range r.Outcomes {
		out.Outcomes = append(out.Outcomes, outcomeJSON{o.Text, o.End, o.Failed, o.Runs, o.Estimated, o.Witness})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
