package bubble_test

import (
	"runtime"
	"testing"

	"weft/sim/bubble"
	"weft/sim/order"
)

// A run sees the same number of processors on each machine. What it sets holds for it
// alone.
func TestProcessors(t *testing.T) {
	controlled(t)
	real := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(real)
	for _, procs := range []int{1, 3, 2} {
		runtime.GOMAXPROCS(procs)
		run := order.RunOnce(bubble.Engine(func() {
			bubble.Println(runtime.NumCPU(), runtime.GOMAXPROCS(0), runtime.GOMAXPROCS(5), runtime.GOMAXPROCS(-1))
			done := make(chan int)
			go func() { done <- runtime.GOMAXPROCS(0) }()
			n := <-done
			runtime.SetDefaultGOMAXPROCS()
			bubble.Println(n, runtime.GOMAXPROCS(0))
		}), order.Default())
		if len(run.Output) != 2 || run.Output[0].Text != "2 2 2 5" || run.Output[1].Text != "5 2" {
			t.Errorf("with %d processors: %v, %v", procs, run.Output, run.Err)
		}
		if now := runtime.GOMAXPROCS(0); now != procs {
			t.Errorf("the process has %d processors now, and had %d", now, procs)
		}
	}
}
