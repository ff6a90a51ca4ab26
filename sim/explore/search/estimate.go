package search

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"strconv"

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

// EstimateOnce returns the estimate of the tree's size, which it makes when it is
// first asked for.
func (x *Exploration) EstimateOnce() *Estimate {
	if x.Size == nil {
		x.Estimate(Probes)
	}
	return x.Size
}

// Estimate estimates the tree's size anew, with so many descents.
func (x *Exploration) Estimate(probes int) {
	w := x.worker()
	x.Size = w.estimate(probes)
	x.runners <- w.runner
}

// Orders returns about how many orders there are, or 0 if nobody knows.
func (x *Exploration) Orders() float64 {
	if x.Size == nil {
		return 0
	}
	return x.Size.Orders
}

// estimate probes the tree so many times. Probes are no part of what is counted,
// but failures that they meet are kept, and the first probe and those that fail are
// made again: a program that fails only at its first run is to be caught at it.
func (w *Worker) estimate(probes int) *Estimate {
	if w.Probed == nil {
		w.Probed = NewTally(false)
	}
	first := w.Tally.Runs == 0 && w.Size == nil
	e := &Estimate{Probes: probes}
	sum, squares := 0.0, 0.0
	for i := range probes {
		if i > 0 && w.late() {
			e.Probes = i
			break
		}
		r := w.Run(evenly(SeedOf(w.Seed^0x5ee5, i)), trace.Off)
		size := 1.0
		for k := range r.Decisions {
			size = min(countless, size*float64(r.Decisions[k].Of))
		}
		if first && i == 0 || r.Failed() {
			w.Probed.add(r, w.Outcome)
			if w.ReplayCheck && w.Probed.Unequal == nil && r.End != order.Mismatched {
				w.check(w.Probed, r)
			}
		}
		sum += size
		squares += size * size
		if r.End == order.StuckEnd { // in real time, and so will others be
			e.Probes = i + 1
			break
		}
	}
	n := float64(e.Probes)
	e.Orders = sum / n
	if variance := squares/n - e.Orders*e.Orders; variance > 0 {
		e.Error = math.Sqrt(variance / n)
	}
	return e
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
