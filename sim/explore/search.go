package explore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// exploration is one call of [Search].
type exploration struct {
	*search.Exploration
	strategy    search.Strategy
	checkpoint  string
	progress    func(Progress)
	interrupted []byte    // the checkpoint from before the round that was interrupted
	kept        time.Time // when the last checkpoint was written
	between     time.Duration
	defaultRun  trace.Hash
}

// Search explores a program: it makes many runs and says what they show. Its
// error says that the exploration itself could not be done; what is wrong with
// the program stands in the report. When ctx is cancelled, the report covers what
// was done until then.
//
// With [WithShard], it does one part of the exploration, and the report says so.
func Search(ctx context.Context, engine order.Engine, options ...Option) (*Report, error) {
	part, err := SearchPart(ctx, engine, options...)
	if part == nil {
		return nil, err
	}
	return part.report, err
}

// SearchPart is [Search] for what is to be merged with other parts, or kept.
func SearchPart(ctx context.Context, engine order.Engine, options ...Option) (*Part, error) {
	x := newExploration(engine, options)
	defer x.Close()
	if err := x.canShard(); err != nil {
		return nil, err
	}
	if err := x.resume(); err != nil {
		return nil, err
	}
	x.Explore(ctx)
	return x.part(), x.keep()
}

// canShard says why there can be no part of the exploration.
func (x *exploration) canShard() error {
	if x.Shard.Whole() {
		return nil
	}
	if x.checkpoint != "" {
		return errors.New("explore: a part of an exploration cannot go on from a checkpoint; cut it into more parts, so that each is soon done")
	}
	if _, ok := x.Planner.(search.Sharded); !ok {
		return fmt.Errorf("explore: strategy %s makes one run, and cannot be done in parts; take auto, reduced, exhaustive, bounded, or one that draws, such as random", x.strategy)
	}
	return nil
}

func newExploration(engine order.Engine, options []Option) *exploration {
	if engine == nil {
		panic("explore: Search was given a nil engine; make one with sim.Engine")
	}
	s := settled(defaults(), options)
	x := &exploration{
		Exploration: search.New(engine, s.strategy, s.Settings),
		strategy:    s.strategy, checkpoint: s.checkpoint, progress: s.progress, kept: time.Now(), between: betweenLeast,
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
