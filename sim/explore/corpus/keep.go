package corpus

import (
	"cmp"
	"errors"
	"slices"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

const (
	failuresOfOne = 8  // that are kept of one report
	raresOfOne    = 16 // so of passing outcomes
	// rareShare is what part of the runs had an outcome that is rare, at most.
	rareShare = 16
)

// Keep keeps the failures of a report, and, unless all orders were walked, the outcomes that
// few runs had. What it knows of others that are kept is written anew. fresh says that runs
// were made in processes of their own.
func (c *Corpus) Keep(r *explore.Report, fresh bool) error {
	known := map[string]bool{}
	names, _ := c.names()
	for _, name := range names {
		known[name] = true
	}
	var failures, rare, others []Order
	for _, o := range r.Outcomes {
		if o.End == order.Mismatched {
			continue // it is of a schedule that was asked for
		}
		kept := OrderOf(o, r, fresh)
		switch {
		case o.Failed && len(failures) < failuresOfOne:
			failures = append(failures, kept)
		case !o.Failed && !r.Coverage.Complete() && o.Runs*rareShare <= r.Runs:
			rare = append(rare, kept)
		case known[kept.fileName(c.program)]:
			others = append(others, kept)
		}
	}
	slices.SortStableFunc(rare, func(a, b Order) int { return cmp.Compare(a.Runs, b.Runs) })
	var problems []error
	for _, o := range slices.Concat(failures, rare[:min(len(rare), raresOfOne)], others) {
		problems = append(problems, c.Put(o))
	}
	return errors.Join(append(problems, c.prune())...)
}

// OrderOf is the witness of an outcome of a report.
func OrderOf(o search.Outcome, r *explore.Report, fresh bool) Order {
	return Order{
		Policy: r.Policy, Schedule: o.Witness, Fresh: fresh, Failed: o.Failed,
		Outcome: trace.Hash(o.Key), Runs: o.Runs, Of: r.Runs, Text: o.Text,
	}
}

// FailsNow returns an order that is kept as it fails now, in the run of a schedule: its own,
// or one near it.
func (o Order) FailsNow(run *order.Run, schedule order.Schedule) Order {
	o.Schedule, o.Failed = schedule, true
	o.Outcome, o.Text = trace.Hash(search.OutcomeKey(run)), search.OutcomeText(run)
	return o
}
