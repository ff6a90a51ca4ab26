package race

import (
	"context"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// The options of scenarios that are explored say which orders are permitted.
var (
	anyReady    = []sim.Option{sim.WithPolicy(order.AnyReady)}
	sameInstant = []sim.Option{sim.WithPolicy(order.SameInstant)}
)

// comesAfter makes a task that sleeps first.
func comesAfter(ctx context.Context, delay time.Duration, name string, fn func(ctx context.Context) error) *sim.Task[sim.None] {
	return sim.Go(ctx, name, func(ctx context.Context) error {
		if err := sim.Sleep(ctx, delay); err != nil {
			return err
		}
		return fn(ctx)
	})
}
