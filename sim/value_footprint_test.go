package sim_test

import (
	"context"
	"slices"
	"testing"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// TestFootprintsDoNotDependOnWhoLooksOn: the text of a future in a queue or in a variable is
// made for an event, and only where events are taken down. It reads the future's state.
func TestFootprintsDoNotDependOnWhoLooksOn(t *testing.T) {
	runner := sim.Engine(sim.Main(func(ctx context.Context) error {
		f := sim.NewFuture[int](ctx, "f")
		q := sim.NewQueue[*sim.Future[int]](ctx, "q", 0)
		v := sim.NewVar(ctx, "v", f)
		asks := sim.Go(ctx, "asks", func(ctx context.Context) error {
			v.Set(f)
			return q.Put(ctx, f)
		})
		answers := sim.Go(ctx, "answers", func(ctx context.Context) error {
			_, err := q.Get(ctx)
			return err
		})
		_, err := sim.Gather(ctx, asks, answers).Await(ctx)
		return err
	})).Runner()
	defer runner.Close()
	touches := func(r *order.Run) (all [][]order.Touch) {
		for _, step := range r.Footprints {
			all = append(all, slices.Clone(step.Touches))
		}
		return all
	}
	recorded := touches(runner.Run(order.Default(), trace.Order))
	bare := touches(runner.(order.Selective).RunFor(order.Default(), order.WantsSteps))
	if len(bare) == 0 || !slices.EqualFunc(recorded, bare, slices.Equal) {
		t.Errorf("with events, the steps touch\n%v\nwithout\n%v", recorded, bare)
	}
}
