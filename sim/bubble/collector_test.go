package bubble_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// The collector stops goroutines wherever they are, to look at their stacks, and starts
// them again as it starts those that are ready: each must go on, also one that has no
// turn any more.
func TestCollectorStopsNobodyForGood(t *testing.T) {
	controlled(t)
	runs := 20_000
	if testing.Short() {
		runs = 2_000
	}
	var over atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !over.Load() {
			runtime.GC()
		}
	}()
	for name, program := range map[string]func(){"nothing": func() {}, "sleepers": quiet} {
		r := bubble.Engine(program).Runner()
		for range runs {
			if run := r.Run(order.Default(), trace.Off); run.Failed() {
				t.Errorf("%s: %v", name, run.Err)
			}
		}
		r.Close()
	}
	over.Store(true)
	<-done
}
