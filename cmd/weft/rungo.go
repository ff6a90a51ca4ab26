package main

import (
	"github.com/spf13/cobra"

	"weft/sim"
	"weft/sim/order"
)

// onceOnEngine runs a program that has an engine of its own: one in ordinary Go, or in a
// file. What comes of it has the form of a run on the event loop, so that it is told in the
// same way.
func (f *runFlags) onceOnEngine(cmd *cobra.Command, args []string, strategy order.Strategy) (subject, *sim.Outcome, error) {
	s, err := findSubject(cmd, args, f.policy)
	if err != nil {
		return s, nil, err
	}
	r := order.RunOnce(s.engine, strategy)
	return s, &sim.Outcome{
		End: r.End, Err: r.Err, Output: r.Output, Elapsed: r.Elapsed,
		Decisions: r.Decisions, Schedule: r.Schedule(), Trace: r.Trace(),
	}, nil
}
