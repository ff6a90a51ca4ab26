package soak

import (
	"errors"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// Subject is a program whose runs are compared.
type Subject struct {
	Name string
	// Run makes the run of a seed.
	Run func(seed uint64) Result
}

// Result is what is compared of a run.
type Result struct {
	Hash trace.Hash // of its events
	End  order.End
	Said trace.Hash // of its output and its error
	// Steps is how long it was. Long ones are made less often.
	Steps int
}

// Of returns the subject that runs a program on an engine. The engine is made when it is
// first needed: a process that makes one run has no need of the others.
func Of(name string, engine func() order.Engine) Subject {
	var runner order.Runner
	return Subject{name, func(seed uint64) Result {
		if runner == nil {
			runner = engine().Runner()
		}
		return ResultOf(runner.Run(order.Random(seed), trace.Order))
	}}
}

// ResultOf returns what is compared of a run that was recorded. A data race is one in
// whatever words it is told, those of the engine or of the race detector.
func ResultOf(r *order.Run) Result {
	end, summary := r.End, r.Summary
	if _, detected := errors.AsType[*bubble.RaceError](r.Err); detected || end == order.Raced {
		end, summary = order.Raced, ""
	}
	said := trace.Hash(0).Text(summary).Word(uint64(r.Elapsed)).Word(uint64(len(r.Decisions)))
	for _, line := range r.Output {
		said = said.Word(uint64(line.At)).Text(line.Text)
	}
	return Result{r.Hash, end, said, len(r.Footprints)}
}
