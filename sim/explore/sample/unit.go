package sample

import (
	"encoding/json"
	"fmt"

	"weft/sim/explore/search"
)

// unitState is a unit of a sampling: the runs from one on, before another one. What was
// learned from earlier ones goes with them.
type unitState struct {
	samplerState
	To int `json:"to"`
}

// Take has the sampler do a unit.
func (s *sampler) Take(u search.Unit) error {
	s.to = s.x.Runs
	if u.Left == nil {
		return nil
	}
	var state unitState
	if err := json.Unmarshal(u.Left, &state); err != nil {
		return err
	}
	if state.Next < 1 || state.Next >= state.To || state.To > s.x.Runs {
		return fmt.Errorf("sample: there are no runs from %d to %d among %d", state.Next, state.To, s.x.Runs)
	}
	if s.boundary(state.Next) != state.Next || s.boundary(state.To) != state.To {
		return fmt.Errorf("sample: one machine does not part the runs at %d and %d", state.Next, state.To)
	}
	learned, err := json.Marshal(state.samplerState)
	if err == nil {
		err = s.Restore(learned)
	}
	s.to, s.part = state.To, true
	return err
}

// boundary returns where the batch ends that one machine makes of the runs up to n.
func (s *sampler) boundary(n int) int {
	if n >= s.x.Runs {
		return s.x.Runs
	}
	from, to := s.roundOf(n - 1)
	each := eachOf(from, to)
	return min(from+(n-from+each-1)/each*each, to, s.x.Runs)
}

// unitRound returns the next batches, as one machine cuts them, of about so many runs.
func (s *sampler) unitRound(runs int) []search.Job {
	first, end := s.roundOf(s.next)
	end = min(end, s.x.Runs)
	var jobs []search.Job
	for from := s.next; s.next < min(end, s.to) && (len(jobs) == 0 || s.next-from < runs); {
		jobs = append(jobs, s.batch(first, end))
	}
	return jobs
}

// Divide parts the runs that are left. While runs are made from which the others learn,
// they can only be left to one.
func (s *sampler) Divide(n int) []search.Unit {
	if s.next >= s.to {
		return nil
	}
	if n < 1 || s.learnsFrom(s.next) {
		n = 1
	}
	state := samplerState{Fresh: s.fresh}
	if s.draws.learns() != learnsNothing {
		state.Known = s.known
	}
	var units []search.Unit
	from, left := s.next, s.to-s.next
	for i := range n {
		to := s.to
		if i < n-1 {
			to = min(s.boundary(max(s.next+1, s.next+left*(i+1)/n)), s.to)
		}
		if to <= from {
			continue
		}
		state.Next = from
		u := search.Unit{Share: float64(to-from) / float64(s.x.Runs)}
		u.Left, _ = json.Marshal(unitState{state, to}) // of numbers and texts
		units, from = append(units, u), to
	}
	s.next = s.to
	return units
}
