package page

import (
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// Report is what an exploration has found.
type Report struct {
	// Verdict says how much was seen, and Summary what.
	Verdict  string              `json:"verdict"`
	Summary  string              `json:"summary"`
	Coverage search.CoverageKind `json:"coverage"`
	// Complete says that every outcome that is permitted was seen. If it is false,
	// counts are of runs that were made, and not of all orders.
	Complete bool `json:"complete"`
	// Claim is what follows for the program from all of its orders, or "".
	Claim    string      `json:"claim,omitempty"`
	Strategy string      `json:"strategy"`
	Why      string      `json:"why,omitempty"`
	Stopped  search.Stop `json:"stopped,omitempty"`
	Runs     int         `json:"runs"`
	// Size is an estimate of the number of orders, if one was made.
	Size           *search.Estimate `json:"size,omitempty"`
	Outcomes       []Outcome        `json:"outcomes"`
	Others         int              `json:"others,omitempty"` // runs with still other outcomes
	Untracked      []string         `json:"untracked,omitempty"`
	Nondeterminism string           `json:"nondeterminism,omitempty"`
}

// Outcome is one of the things that the program can show.
type Outcome struct {
	Letter string     `json:"letter"` // A for the first one
	Key    trace.Hash `json:"key"`    // see Run.Key
	Text   string     `json:"text"`
	End    order.End  `json:"end"`
	Failed bool       `json:"failed"`
	Runs   int        `json:"runs"`
	Share  float64    `json:"share"` // of the runs
	// Schedule is that of the simplest run with this outcome, and Again the line of a
	// shell that repeats it.
	Schedule order.Schedule `json:"schedule"`
	Switches int            `json:"switches"`
	Again    string         `json:"again,omitempty"`
}

func reportOf(r *explore.Report, again func(order.Schedule) string) *Report {
	out := &Report{
		Verdict: r.Verdict(), Summary: r.Summary(), Coverage: r.Coverage.Kind, Complete: r.Coverage.Complete(),
		Claim: r.Claim, Strategy: r.Strategy, Why: r.Coverage.Why, Stopped: r.Stopped, Runs: r.Runs, Size: r.Size,
		Outcomes: []Outcome{}, Others: r.Others, Untracked: r.Untracked,
	}
	if r.Nondeterminism != nil {
		out.Nondeterminism = r.Nondeterminism.Error()
	}
	for i, o := range r.Outcomes {
		outcome := Outcome{
			Letter: capitals(i), Key: trace.Hash(o.Key), Text: o.Text, End: o.End, Failed: o.Failed, Runs: o.Runs,
			Schedule: o.Witness, Switches: o.Switches,
		}
		if r.Runs > 0 {
			outcome.Share = float64(o.Runs) / float64(r.Runs)
		}
		if again != nil {
			outcome.Again = again(o.Witness)
		}
		out.Outcomes = append(out.Outcomes, outcome)
	}
	return out
}

// capitals counts A, B, ..., Z, AA, AB, ...
func capitals(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return capitals(n/26-1) + capitals(n%26)
}
