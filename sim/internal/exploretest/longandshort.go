package exploretest

import (
	"context"
	"fmt"

	"weft/sim"
)

// LongAndShort has a task of twelve steps, and one of a single step that does
// harm if it comes last. There are only 13 orders, but a random walk nearly always
// takes the single step early.
func LongAndShort() sim.Program {
	return sim.Main(func(ctx context.Context) error {
		ready := sim.NewVar(ctx, "ready", true)
		long := func(ctx context.Context) error {
			for range 11 {
				sim.Yield(ctx)
			}
			ready.Set(false)
			return nil
		}
		short := func(ctx context.Context) error {
			if !ready.Get() {
				return fmt.Errorf("too late")
			}
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "long", long), sim.Go(ctx, "short", short)).Await(ctx)
		return err
	})
}
