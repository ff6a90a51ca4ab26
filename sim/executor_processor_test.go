package sim_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

// A great many computations of unequal length under one lock, begun at unequal
// times: together they take as long as all of their work, and the shorter of two
// that began together is over first.
func TestManyComputationsShareOneLock(t *testing.T) {
	const n = 1000
	o := observe(func(ctx context.Context) error {
		pool := sim.NewThreadPool(ctx, "pool", n, sim.GIL())
		var all []sim.Awaitable[int]
		for i := range n {
			all = append(all, sim.RunInExecutor(ctx, pool, fmt.Sprint(i), func(ctx context.Context) (int, error) {
				sim.Block(ctx, time.Duration(i%7)*time.Microsecond)
				sim.Compute(ctx, time.Duration(1+i)*time.Millisecond)
				sim.Print(ctx, i)
				return i, nil
			}))
		}
		_, err := sim.Gather(ctx, all...).Await(ctx)
		return err
	})
	mustEnd(t, o, order.Finished)
	// Each end is rounded up to a nanosecond.
	if want := n * (n + 1) / 2 * time.Millisecond; o.Elapsed < want || o.Elapsed > want+n {
		t.Errorf("it took %v, want %v", o.Elapsed, want)
	}
	if first, last := o.Output[0].Text, o.Output[n-1].Text; first != "0" || last != fmt.Sprint(n-1) {
		t.Errorf("%s was over first and %s last", first, last)
	}
}
