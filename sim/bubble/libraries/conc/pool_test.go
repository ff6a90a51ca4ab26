package conc_test

import (
	"testing"

	"github.com/sourcegraph/conc/pool"

	"weft/sim/bubble/libraries/internal/bug"
	"weft/sim/explore"
	"weft/sim/order"
)

// TestPoolPanic shows a bug of conc v0.3.0. Two goroutines hand a task each to a pool of
// one worker. The first one starts the worker; the task of the second one gets to it
// earlier, and its panic takes the worker away. Go of the first one waits for a worker
// for ever.
func TestPoolPanic(t *testing.T) {
	bug.Find(t, order.Deadlocked, "", func() {
		p := pool.New().WithMaxGoroutines(1)
		done := make(chan struct{})
		go func() {
			defer close(done)
			p.Go(func() { panic("a task fails") })
		}()
		p.Go(func() {})
		<-done
		defer func() { recover() }()
		p.Wait()
	}, explore.WithRuns(5000))
}
