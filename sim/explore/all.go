package explore

import (
	"context"
	"iter"

	"weft/sim/order"
)

// All returns the runs of an exploration one by one, in the order in which a
// strategy makes them, as long as the loop over it goes on:
//
//	for run := range explore.All(engine, explore.WithStrategy(walk.Exhaustive())) {
//		fmt.Println(run.Schedule(), run.End)
//	}
//
// The runs are the caller's to keep. They are made by one worker, with whatever
// the options say of a limit; [WithRecorded] says how much is recorded of them.
// It panics if a run is not like its repetition, with a [*search.NondeterminismError].
func All(engine order.Engine, options ...Option) iter.Seq[*order.Run] {
	return func(yield func(*order.Run) bool) {
		x := newExploration(engine, options)
		x.Workers, x.Resumable, x.checkpoint, x.progress = 1, false, "", nil
		defer x.Close()
		ended := false
		x.Watch = func(r *order.Run) bool {
			if !ended {
				ended = !yield(r.Clone())
			}
			return !ended
		}
		x.Explore(context.Background())
		if x.Tally.Unequal != nil && !ended {
			panic(x.Tally.Unequal)
		}
	}
}
