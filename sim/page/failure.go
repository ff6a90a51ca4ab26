package page

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
)

// Failure says why the simplest failing run fails.
type Failure struct {
	Schedule string `json:"schedule"`
	// Passing is the schedule of the nearest run that passes; nil if none was found.
	Passing *string `json:"passing"`
	// Explanation is the failure in the format of [explain.Failure.WriteJSON], and Report
	// is it as text.
	Explanation json.RawMessage `json:"explanation"`
	Report      string          `json:"report"`
	// Swap is the exchange of two neighbouring events that makes the run pass, or nil.
	Swap *Swap `json:"swap,omitempty"`
	// Prospects are the shares of failing orders: before the first decision, and after
	// each one.
	Prospects []Prospect `json:"prospects,omitempty"`

	schedule order.Schedule
	passing  *order.Schedule
}

// Prospect says what could still come of the run after one of its decisions.
type Prospect struct {
	Decision int     `json:"decision"` // its index; -1 before the first
	Failing  float64 `json:"failing"`  // share of the orders from there on
	Exact    bool    `json:"exact"`    // if false, an estimate
	Orders   int     `json:"orders,omitempty"`
	Failures int     `json:"failures,omitempty"`
}

// Swap is two events of a run that could come in the other order.
type Swap struct {
	Decision int    `json:"decision"`
	Kind     string `json:"kind"`
	// IDs and Seqs name the two, in the order of the run; a Seq is 0 where the run has
	// no such event. Transfers are the hand-overs of control that they led to.
	IDs       [2]string `json:"ids"`
	Seqs      [2]int    `json:"seqs"`
	Transfers [2]int    `json:"transfers"`
	Numbers   [2]string `json:"numbers"` // what readers call them
	Text      string    `json:"text"`
	Reason    string    `json:"reason"`
	// Permitted says that the two can be exchanged alone: Schedule leads to that run.
	// Same says that its outcome is the same, Fails that it fails.
	Permitted bool           `json:"permitted"`
	Schedule  order.Schedule `json:"schedule"`
	Same      bool           `json:"same"`
	Fails     bool           `json:"fails"`
}

func swapOf(s *explain.Swap) Swap {
	return Swap{
		Decision: s.Decision, Kind: s.Kind, IDs: s.IDs, Seqs: s.Seqs, Transfers: s.Transfers, Numbers: s.Numbers, Text: s.String(), Reason: s.Reason,
		Permitted: s.Permitted, Schedule: s.Schedule, Same: s.Same, Fails: s.Fails,
	}
}

// failureOf reduces a failure and explains it.
func failureOf(ctx context.Context, engine order.Engine, schedule order.Schedule, patience explore.Option) (*Failure, error) {
	small, err := explain.Shrink(ctx, engine, schedule, patience)
	if err == nil {
		schedule = small.Schedule
	} else if ctx.Err() == nil {
		return nil, err
	}
	why, err := explain.Why(ctx, engine, schedule, patience)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := why.WriteText(&text, trace.ViewOptions{}); err != nil {
		return nil, err
	}
	var explanation bytes.Buffer
	if err := why.WriteJSON(&explanation); err != nil {
		return nil, err
	}
	f := &Failure{Schedule: why.Schedule.String(), schedule: why.Schedule, Explanation: explanation.Bytes(), Report: text.String()}
	if why.Passing != nil {
		passing := why.Passing.Schedule.String()
		f.Passing, f.passing = &passing, &why.Passing.Schedule
	}
	if why.Swap != nil {
		swap := swapOf(why.Swap)
		f.Swap = &swap
	}
	points, err := explain.Prospects(ctx, engine, why.Schedule, patience)
	if err != nil {
		return f, nil // a program too large to say it of: the rest stands
	}
	for _, p := range points {
		f.Prospects = append(f.Prospects, Prospect{p.Decision, p.Failing, p.Exact, p.Orders, p.Failures})
	}
	return f, nil
}
