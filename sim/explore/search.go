package explore

import (
	"context"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// exploration is one call of [Search].
type exploration struct {
	*search.Exploration
	strategy    search.Strategy
	checkpoint  string
	progress    func(Progress)
	interrupted []byte    // the checkpoint from before the round that was interrupted
	kept        time.Time // when the last checkpoint was written
}

// Search explores a program: it makes many runs and says what they show. Its
// error says that the exploration itself could not be done; what is wrong with
// the program stands in the report. When ctx is cancelled, the report covers what
// was done until then.
func Search(ctx context.Context, engine order.Engine, options ...Option) (*Report, error) {
	x := newExploration(engine, options)
	defer x.Close()
	if err := x.resume(); err != nil {
		return nil, err
	}
	x.Explore(ctx)
	return x.report(), x.keep()
}

func newExploration(engine order.Engine, options []Option) *exploration {
	if engine == nil {
		panic("explore: Search was given a nil engine; make one with sim.Engine")
	}
	s := settled(defaults(), options)
	x := &exploration{
		Exploration: search.New(engine, s.strategy, s.Settings),
		strategy:    s.strategy, checkpoint: s.checkpoint, progress: s.progress, kept: time.Now(),
	}
	x.AfterRound = x.afterRound
	x.OnInterrupt = func() {
		if x.checkpoint != "" {
			x.interrupted, _ = x.snapshot()
		}
	}
	return x
}

func (x *exploration) afterRound() {
	x.keepNow()
	if x.progress != nil {
		x.progress(Progress{x.Tally.Runs, x.Planner.Total(), len(x.Tally.Outcomes), x.Tally.Failed(), x.Elapsed()})
	}
}
