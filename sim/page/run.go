package page

import (
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// Run is one run, in full.
type Run struct {
	Version  int            `json:"weft_page"`
	Schedule order.Schedule `json:"schedule"`
	Hash     trace.Hash     `json:"hash"`
	End      order.End      `json:"end"`
	Failed   bool           `json:"failed"`
	Elapsed  time.Duration  `json:"elapsed_ns"` // virtual
	// Outcome is what the run showed, in words. Key is that of an outcome of the report
	// if the run has that outcome.
	Outcome string     `json:"outcome"`
	Key     trace.Hash `json:"key"`
	Events  []Event    `json:"events"`
	// Decisions are those of the run, in order. There is an event of kind "decide" for
	// each of them.
	Decisions []Decision `json:"decisions"`
}

// Decision is a point of a run at which more than one thing could happen next.
type Decision struct {
	Kind         string        `json:"kind"`
	Key          string        `json:"key"`
	Alternatives []Alternative `json:"alternatives"`
	Taken        int           `json:"taken"` // its index among Alternatives
	// More counts alternatives that are left out: nobody looks through thousands.
	More int `json:"more,omitempty"`
}

// alternativesMost is how many alternatives of a decision are kept, beside the one that
// was taken.
const alternativesMost = 64

// Alternative is something that could happen next.
type Alternative struct {
	Name   string `json:"name"`
	Task   string `json:"task,omitempty"`
	Op     string `json:"op,omitempty"`
	Object string `json:"object,omitempty"`
	// Turn is what a schedule says to take it; empty for the default.
	Turn string `json:"turn,omitempty"`
}

// size is about how many bytes of JSON the alternative takes.
func (a *Alternative) size() int {
	const names = 50
	return names + len(a.Name) + len(a.Task) + len(a.Op) + len(a.Object) + len(a.Turn)
}

func runOf(r *order.Run) *Run {
	out := &Run{
		Version: Version, Schedule: r.Schedule(), Hash: r.Hash, End: r.End, Failed: r.Failed(), Elapsed: r.Elapsed,
		Outcome: search.OutcomeText(r), Key: trace.Hash(search.OutcomeKey(r)), Events: eventsOf(r.Trace()), Decisions: make([]Decision, len(r.Decisions)),
	}
	for i := range r.Decisions {
		out.Decisions[i] = decisionOf(&r.Decisions[i])
	}
	return out
}

func decisionOf(d *order.Decision) Decision {
	out := Decision{Kind: d.Kind, Key: d.Key, Taken: d.Taken}
	for i, a := range d.Alternatives {
		if i >= alternativesMost && i != d.Taken {
			continue
		}
		if i == d.Taken {
			out.Taken = len(out.Alternatives)
		}
		alternative := Alternative{Name: a.Name, Task: a.Task, Op: a.Op, Object: a.Object}
		if i > 0 {
			alternative.Turn = turn(d, a.Name)
		}
		out.Alternatives = append(out.Alternatives, alternative)
	}
	out.More = max(d.Of, len(d.Alternatives)) - len(out.Alternatives)
	return out
}

// turn returns what a schedule says to take an alternative that is not the default.
func turn(d *order.Decision, name string) string {
	printed := order.Schedule{{Kind: d.Kind, Key: d.Key, Taken: name}}.String()
	return printed[len(order.Schedule{}.String())+1:]
}
