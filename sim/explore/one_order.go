package explore

import (
	"encoding/json"
	"fmt"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// Default runs the default order, once.
func Default() search.Strategy {
	return single{"default", func() order.Strategy { return order.Default() }}
}

// Seed runs the order that order.Random draws from a seed, once.
func Seed(seed uint64) search.Strategy {
	return single{fmt.Sprintf("seed:%d", seed), func() order.Strategy { return order.Random(seed) }}
}

// Replay runs the order of a schedule, once. The run fails, with an error that
// matches order.ErrScheduleMismatch, if the schedule does not fit.
func Replay(s order.Schedule) search.Strategy {
	return single{"replay:" + s.String(), func() order.Strategy { return order.Replay(s) }}
}

// ReplayLeniently runs the order of a schedule, once, and takes the default
// wherever the schedule does not fit.
func ReplayLeniently(s order.Schedule) search.Strategy {
	return single{"replay-leniently:" + s.String(), func() order.Strategy { return &leniently{order.Replay(s)} }}
}

// leniently follows a schedule and keeps to itself what did not fit.
type leniently struct{ replay *order.ReplayStrategy }

func (l *leniently) Choose(d *order.Decision) int { return l.replay.Choose(d) }

func (l *leniently) Name() string { return "replay" }

// single is a strategy of one run.
type single struct {
	name  string
	steer func() order.Strategy
}

func (s single) String() string { return s.name }

func (s single) Planner(x *search.Exploration) search.Planner { return &once{s: s} }

type once struct {
	s    single
	done bool
}

func (p *once) Round(int) []search.Job {
	if p.done {
		return nil
	}
	p.done = true
	return []search.Job{&one{p.s, search.NewTally(false)}}
}

type one struct {
	s     single
	tally *search.Tally
}

func (j *one) Found() *search.Tally { return j.tally }

func (j *one) Do(w *search.Worker) { w.Count(j.tally, w.Run(j.s.steer(), w.Level), 0) }

func (p *once) Merge([]search.Job) {}

func (p *once) Undo([]search.Job) { p.done = false }

func (p *once) Conclude() search.Conclusion {
	return search.Conclusion{Coverage: search.Coverage{Kind: search.OneOrder}}
}

func (p *once) Total() float64 { return 1 }

func (p *once) Save() ([]byte, error) { return json.Marshal(p.done) }

func (p *once) Restore(data []byte) error { return json.Unmarshal(data, &p.done) }
