package search

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// Estimate is an estimate of the number of permitted orders: random descents
// through the tree of decisions, for each the product of the numbers of
// alternatives that it met, averaged (Knuth, Mathematics of Computation, 1975).
type Estimate struct {
	Orders float64 `json:"orders"` // the mean
	// Error is the standard error of the mean. Where trees are lopsided, the
	// estimate is low more often than not, and its error as well.
	Error  float64 `json:"error"`
	Probes int     `json:"probes"`
}

// String returns the estimate with its sign, such as "≈2.1e9". If all descents
// met the same numbers, it is probably exact, but still an estimate.
func (e *Estimate) String() string {
	if e.Orders >= countless/100 {
		return "more than 1e148"
	}
	if e.Orders < 1e6 {
		return "≈" + words.Thousands(int(math.Round(e.Orders)))
	}
	return "≈" + strconv.FormatFloat(e.Orders, 'g', 2, 64)
}

// countless is how many orders a descent shows at most: so few that squares of it
// are still numbers, and that files can hold what comes of them.
const countless = 1e150

// Probes is how many random descents an estimate takes.
const Probes = 64

// EstimateOnce returns the estimate of the tree's size, which it makes when it is first
// asked for, or if the last one is from before there were so many runs: no more descents
// than half of them, or the estimate would take longer than what it is about.
func (x *Exploration) EstimateOnce() *Estimate {
	probes := Probes
	made := x.Tally.Made()
	if !x.Shard.Whole() || x.Unit {
		made = x.Runs // of all parts
	}
	if made > 0 {
		probes = min(probes, (made+1)/2)
	}
	if x.Size == nil || x.Size.Probes < probes && !x.probedLess {
		x.Estimate(probes)
	}
	return x.Size
}

// Estimate estimates the tree's size anew, with so many descents. They are no part of
// what is counted, but failures that they meet are kept, and the first descent and those
// that fail are made again: a program that fails only at its first run is to be caught at
// it.
func (x *Exploration) Estimate(probes int) {
	if x.Probed == nil {
		x.Probed = NewTally(false)
	}
	first := x.Tally.Runs == 0 && x.Size == nil
	var stuck atomic.Bool
	jobs := make([]Job, (probes+probesOfJob-1)/probesOfJob)
	for i := range jobs {
		jobs[i] = &probing{from: i * probesOfJob, to: min(probes, (i+1)*probesOfJob), checkFirst: first, stuck: &stuck}
	}
	x.do(jobs[:1])
	if each := jobs[0].(*probing).steps; each > 0 {
		// Where runs are long, an estimate would take longer than the search.
		jobs = jobs[:min(len(jobs), max(1, probeSteps/each/probesOfJob))]
	}
	x.do(jobs[1:])
	e := &Estimate{}
	sum, squares := 0.0, 0.0
	x.probedLess, x.PerProbe = false, 0
	for _, j := range jobs {
		p := j.(*probing)
		if x.Probed.Merge(p.Found()); x.probedLess {
			continue
		}
		for _, size := range p.sizes {
			e.Probes++
			sum += size
			squares += size * size
		}
		x.probedLess = p.cut
		x.PerProbe += p.took
	}
	x.PerProbe /= time.Duration(max(1, e.Probes))
	n := float64(e.Probes)
	e.Orders = sum / n
	if variance := squares/n - e.Orders*e.Orders; variance > 0 {
		e.Error = math.Sqrt(variance / n)
	}
	x.Size = e
}

// Orders returns about how many orders there are, or 0 if nobody knows.
func (x *Exploration) Orders() float64 {
	if x.Size == nil {
		return 0
	}
	return x.Size.Orders
}

const (
	probesOfJob = 4         // how many descents one worker makes before it takes others
	probeSteps  = 1_000_000 // how many steps all of them take, about, at most
)

// probing is a job: some descents.
type probing struct {
	from, to   int
	checkFirst bool
	sizes      []float64
	cut        bool         // not all were made
	stuck      *atomic.Bool // a run had to be given up in real time, and so will others be
	took       time.Duration
	steps      int // of the longest one
	tally      *Tally
}

func (p *probing) Found() *Tally { return p.tally }

func (p *probing) Do(w *Worker) {
	p.tally = NewTally(false)
	began := time.Now()
	defer func() { p.took = time.Since(began) }()
	for i := p.from; i < p.to; i++ {
		if i > 0 && (w.late() || p.stuck.Load()) {
			p.cut = true
			return
		}
		check := p.checkFirst && i == 0
		strategy := evenly(SeedOf(w.Seed^0x5ee5, i))
		var r *order.Run
		if check && w.ReplayCheck {
			r = w.RunFor(strategy, order.WantsHash) // with which it needs to be made again only once
		} else {
			r = w.Run(strategy, trace.Off)
		}
		size := 1.0
		for k := range r.Decisions {
			size = min(countless, size*float64(r.Decisions[k].Of))
		}
		p.sizes = append(p.sizes, size)
		p.steps = max(p.steps, int(r.Steps))
		stuck := r.End == order.StuckEnd
		if check || r.Failed() {
			p.tally.add(r, w.Outcome)
			if w.ReplayCheck && p.tally.Unequal == nil && r.End != order.Mismatched {
				w.check(p.tally, r)
			}
		}
		if r.Failed() && w.StopAtFailure && w.Known == nil && r.Steps > probeSteps/100 {
			p.cut = true // what follows finds that at once, and takes long
			return
		}
		if stuck {
			p.cut = true
			p.stuck.Store(true)
			return
		}
	}
}

// late reports whether an estimate takes too much of an exploration's time: a quarter
// of it before the runs, and a tenth after them.
func (x *Exploration) late() bool {
	if x.Time <= 0 {
		return false
	}
	limit := x.Time / 4
	if x.Tally.Runs > 0 {
		limit = x.Time + x.Time/10
	}
	return x.Elapsed() >= limit
}

// evenly returns a strategy that draws all alternatives with equal probability,
// whatever weight they have.
func evenly(seed uint64) order.Strategy { return &evenStrategy{rand.NewPCG(seed, 0x9e3779b97f4a7c15)} }

type evenStrategy struct{ source *rand.PCG }

func (s *evenStrategy) Name() string { return "even" }

func (s *evenStrategy) Choose(d *order.Decision) int {
	n, _ := bits.Mul64(s.source.Uint64(), uint64(len(d.Alternatives)))
	return int(n)
}
