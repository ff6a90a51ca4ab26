package sample

import (
	"encoding/json"
	"fmt"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// sampler plans runs that are drawn. What run n does depends on n, on the seed,
// and on what the runs of the first rounds have shown, and on nothing else. Rounds
// begin and end at fixed numbers of runs: an exploration that is stopped within
// one and goes on later learns from it when its last run is done, as it would
// have without the stop.
type sampler struct {
	x     *search.Exploration
	draws method
	next  int      // number of the next run
	known *profile // from the first rounds so far; nobody changes it during a round
	fresh []*profile
	unit  int  // the number of the next batch
	to    int  // where the unit that is done ends; 0 if it is no unit
	part  bool // it is not the unit with which the exploration begins
}

// method is a way to draw runs.
type method interface {
	// drawer returns what draws runs for one worker.
	drawer(known *profile) drawing
	// learns says from what of a run the others can learn.
	learns() learning
}

// drawing is the strategy of one run after another.
type drawing interface {
	order.Strategy
	// begin prepares for run n, whose seed is given.
	begin(n int, seed uint64)
}

// learning says what a sampling wants to know of runs.
type learning uint8

const (
	learnsNothing learning = iota
	learnsLength           // how many decisions there are
	learnsSteps            // also which steps there are, and what they touch
)

func newSampler(x *search.Exploration, draws method) *sampler {
	s := &sampler{x: x, draws: draws, known: newProfile()}
	s.known.settle()
	return s
}

// firstRounds are the sizes of the first rounds where there is something to learn:
// a run to see how long runs are, then as many more as what is known is worth.
var firstRounds = [...]int{1, 16, 64, 256, 1024}

// roundOf returns the first run of the round in which run n is, and the first one
// after it.
func (s *sampler) roundOf(n int) (from, to int) {
	if s.draws.learns() != learnsNothing {
		for _, size := range firstRounds {
			if n < from+size {
				return from, from + size
			}
			from += size
		}
	}
	from += (n - from) / (search.JobsOfRound * search.RunsOfJob) * (search.JobsOfRound * search.RunsOfJob)
	return from, from + search.JobsOfRound*search.RunsOfJob
}

func (s *sampler) Round(runs int) []search.Job {
	if s.to > 0 {
		return s.unitRound(runs)
	}
	if !s.x.Shard.Whole() {
		return s.shardRound()
	}
	first, end := s.roundOf(s.next)
	end = min(end, s.next+runs)
	var jobs []search.Job
	for s.next < end {
		jobs = append(jobs, s.batch(first, end))
	}
	return jobs
}

// batch returns the next job of a round.
func (s *sampler) batch(first, end int) *batch {
	_, full := s.roundOf(first)
	each := eachOf(first, full)
	to := min(first+(s.next-first)/each*each+each, end)
	j := &batch{s: s, unit: s.unit, from: s.next, to: to, tally: search.NewTally(true)}
	if s.learnsFrom(s.next) {
		j.profile = newProfile()
	}
	s.next = to
	return j
}

// eachOf returns how many runs there are in a batch of a round.
func eachOf(first, end int) int {
	return (end - first + search.JobsOfRound - 1) / search.JobsOfRound
}

// learned is how many runs there is something to learn from: those of the first rounds.
// Machines that share an exploration all have to make them, so that they cannot be many.
const learned = 1 + 16 + 64 + 256 + 1024

// learnsFrom reports whether something is learned from run n.
func (s *sampler) learnsFrom(n int) bool { return s.draws.learns() != learnsNothing && n < learned }

func (s *sampler) Merge(done []search.Job) {
	if !s.learnsFrom(done[0].(*batch).from) {
		return
	}
	for _, j := range done {
		s.fresh = append(s.fresh, j.(*batch).profile)
	}
	if first, _ := s.roundOf(s.next); first != s.next {
		return
	}
	for _, l := range s.fresh {
		s.known.add(l)
	}
	s.known.settle()
	s.fresh = nil
}

func (s *sampler) Undo(interrupted []search.Job) {
	first := interrupted[0].(*batch)
	s.next, s.unit = first.from, first.unit
}

func (s *sampler) Conclude() search.Conclusion {
	if s.part {
		return search.Conclusion{Coverage: search.Coverage{Kind: search.Sampled}}
	}
	return search.Conclusion{Coverage: search.Coverage{Kind: search.Sampled}, Size: s.x.EstimateOnce()}
}

func (s *sampler) Total() float64 { return float64(s.x.Runs) }

// samplerState is what is saved of a sampler.
type samplerState struct {
	Next  int        `json:"next"`
	Known *profile   `json:"known,omitempty"`
	Fresh []*profile `json:"fresh,omitempty"`
}

func (s *sampler) Save() ([]byte, error) {
	state := samplerState{Next: s.next, Fresh: s.fresh}
	if s.draws.learns() != learnsNothing {
		state.Known = s.known
	}
	return json.Marshal(state)
}

func (s *sampler) Restore(data []byte) error {
	var state samplerState
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	if state.Next < 0 {
		return fmt.Errorf("sample: the checkpoint says that run %d is next; it is damaged: remove it", state.Next)
	}
	known := newProfile()
	for _, l := range append([]*profile{state.Known}, state.Fresh...) {
		if l == nil {
			continue
		}
		if err := l.valid(); err != nil {
			return err
		}
	}
	if state.Known != nil {
		known.add(state.Known)
	}
	known.settle()
	s.next, s.known, s.fresh = state.Next, known, state.Fresh
	return nil
}

// batch is a job: some numbered runs.
type batch struct {
	s        *sampler
	unit     int // its number
	from, to int
	tally    *search.Tally
	profile  *profile // nil if nothing is learned
	foreign  bool     // it is made for what is learned, and counted by another shard
}

func (j *batch) Found() *search.Tally {
	if j.foreign {
		return search.NewTally(true)
	}
	return j.tally
}

func (j *batch) Do(w *search.Worker) {
	draw, learns := j.s.draws.drawer(j.s.known), j.s.draws.learns()
	failed := false
	for n := j.from; n < j.to && !w.Stopped(); n++ {
		draw.begin(n, search.SeedOf(w.Seed, n))
		wants := order.WantsTraceID
		if learns == learnsSteps && j.profile != nil {
			wants |= order.WantsSteps
		}
		if failed || w.Checks(j.tally) { // those that fail are made again, and come in numbers
			wants |= order.WantsHash
		}
		r := w.RunFor(draw, wants)
		failed = r.Failed()
		if j.profile != nil {
			j.profile.learn(r, learns)
		}
		w.Count(j.tally, r, w.TraceOf(r))
	}
}
