package explore

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"strconv"

	"weft/sim/order"
	"weft/trace"
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
		return "≈" + thousands(int(math.Round(e.Orders)))
	}
	return "≈" + strconv.FormatFloat(e.Orders, 'g', 2, 64)
}

// countless is how many orders a descent shows at most: so few that squares of it
// are still numbers, and that files can hold what comes of them.
const countless = 1e150

// probes is how many random descents an estimate takes.
const probes = 64

// estimateOnce returns the estimate of the tree's size, which it makes when it is
// first asked for.
func (x *exploration) estimateOnce() *Estimate {
	if x.size == nil {
		w := &worker{x: x, runner: x.runner()}
		x.size = w.estimate(probes)
		x.runners <- w.runner
	}
	return x.size
}

// estimate probes the tree so many times. Probes are no part of what is counted,
// but failures that they meet are kept, and the first probe and those that fail are
// made again: a program that fails only at its first run is to be caught at it.
func (w *worker) estimate(probes int) *Estimate {
	if w.x.probed == nil {
		w.x.probed = newTally(false)
	}
	first := w.x.tally.runs == 0 && w.x.size == nil
	e := &Estimate{Probes: probes}
	sum, squares := 0.0, 0.0
	for i := range probes {
		if i > 0 && w.x.late() {
			e.Probes = i
			break
		}
		r := w.run(evenly(seedOf(w.x.seed^0x5ee5, i)), trace.Off)
		size := 1.0
		for k := range r.Decisions {
			size = min(countless, size*float64(r.Decisions[k].Of))
		}
		if first && i == 0 || r.Failed() {
			w.x.probed.add(r, w.x.outcome)
			if w.x.twice && w.x.probed.unequal == nil && r.End != order.Mismatched {
				w.again(w.x.probed, r)
			}
		}
		sum += size
		squares += size * size
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
func (x *exploration) late() bool {
	if x.time <= 0 {
		return false
	}
	limit := x.time / 4
	if x.tally.runs > 0 {
		limit = x.time + x.time/10
	}
	return x.elapsed() >= limit
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
