package explore

import (
	"encoding/json"
	"fmt"

	"weft/sim"
	"weft/trace"
)

// sampler plans runs that are drawn: run n with a strategy that depends on the
// number n and on what was learned in earlier rounds, and on nothing else.
type sampler struct {
	x    *exploration
	next int // number of the next run
	// steer returns the strategy of run n for one worker. It is called by several
	// workers at once.
	steer func(n int) sim.Strategy
	// learn takes in what a round has shown, in the order of its runs. It may be
	// nil.
	learn func(found []lesson)
	// first is how many runs the first rounds have, so that there is something to
	// learn from before the many. 0 means no difference.
	first int
}

// lesson is what a sampler learns from a run.
type lesson any

// drawn is a job: some numbered runs.
type drawn struct {
	s        *sampler
	from, to int
	tally    *tally
}

func (p *sampler) round(runs int) []job {
	n := min(jobsOfRound*runsOfJob, runs)
	var jobs []job
	each := max(1, (n+jobsOfRound-1)/jobsOfRound)
	for from := p.next; n > 0; {
		size := min(each, n)
		jobs = append(jobs, &drawn{s: p, from: from, to: from + size, tally: newTally(true)})
		from += size
		n -= size
		p.next = from
	}
	return jobs
}

func (j *drawn) found() *tally { return j.tally }

func (j *drawn) do(w *worker) {
	for n := j.from; n < j.to && !w.stopped(); n++ {
		r := w.run(j.s.steer(n), max(trace.Order, w.x.record))
		w.count(j.tally, r, classOf(r))
	}
}

func (p *sampler) merge([]job) {}

func (p *sampler) undo(interrupted []job) { p.next = interrupted[0].(*drawn).from }

func (p *sampler) report(r *Report) {
	r.Coverage = Coverage{Kind: Sampled}
	r.Size = p.x.estimateOnce()
}

func (p *sampler) total() float64 { return float64(p.x.runs) }

func (p *sampler) save() ([]byte, error) { return json.Marshal(p.next) }

func (p *sampler) restore(data []byte) error { return json.Unmarshal(data, &p.next) }

// Random draws every alternative with equal probability, or by the weights that
// the program gave it: a random walk through the tree of decisions.
func Random() Strategy { return random{} }

type random struct{}

func (random) String() string { return "random" }

func (random) planner(x *exploration) planner {
	return &sampler{x: x, steer: func(n int) sim.Strategy { return sim.Random(seedOf(x.seed, n)) }}
}

// Default runs the default order, once.
func Default() Strategy { return single{"default", func() sim.Strategy { return sim.Default() }} }

// Seed runs the order that sim.Random draws from a seed, once.
func Seed(seed uint64) Strategy {
	return single{fmt.Sprintf("seed:%d", seed), func() sim.Strategy { return sim.Random(seed) }}
}

// Replay runs the order of a schedule, once. The run fails, with an error that
// matches sim.ErrScheduleMismatch, if the schedule does not fit.
func Replay(s sim.Schedule) Strategy {
	return single{"replay:" + s.String(), func() sim.Strategy { return sim.Replay(s) }}
}

// ReplayLeniently runs the order of a schedule, once, and takes the default
// wherever the schedule does not fit.
func ReplayLeniently(s sim.Schedule) Strategy {
	return single{"replay-leniently:" + s.String(), func() sim.Strategy { return &leniently{sim.Replay(s)} }}
}

// leniently follows a schedule and keeps to itself what did not fit.
type leniently struct{ replay *sim.ReplayStrategy }

func (l *leniently) Choose(d *sim.Decision) int { return l.replay.Choose(d) }
func (l *leniently) Name() string               { return "replay" }

// single is a strategy of one run.
type single struct {
	name  string
	steer func() sim.Strategy
}

func (s single) String() string { return s.name }

func (s single) planner(x *exploration) planner { return &once{s: s} }

type once struct {
	s    single
	done bool
}

func (p *once) round(int) []job {
	if p.done {
		return nil
	}
	p.done = true
	return []job{&one{p.s, newTally(false)}}
}

type one struct {
	s     single
	tally *tally
}

func (j *one) found() *tally { return j.tally }

func (j *one) do(w *worker) { w.count(j.tally, w.run(j.s.steer(), w.x.record), 0) }

func (p *once) merge([]job)               {}
func (p *once) undo([]job)                { p.done = false }
func (p *once) report(r *Report)          { r.Coverage = Coverage{Kind: OneOrder} }
func (p *once) total() float64            { return 1 }
func (p *once) save() ([]byte, error)     { return json.Marshal(p.done) }
func (p *once) restore(data []byte) error { return json.Unmarshal(data, &p.done) }
