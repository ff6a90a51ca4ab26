package bubble_test

import (
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"weft/sim/bubble"
	"weft/sim/order"
)

// deposits returns a program in which goroutines add to a balance. It panics if the
// balance is not what it must be.
func deposits(amounts []int, atomically bool) func() {
	return func() {
		var mu sync.Mutex
		var wg sync.WaitGroup
		balance, want := 0, 0
		for _, amount := range amounts {
			want += amount
			wg.Go(func() {
				mu.Lock()
				seen := balance
				if !atomically {
					mu.Unlock()
					mu.Lock()
				}
				balance = seen + amount
				mu.Unlock()
			})
		}
		wg.Wait()
		if balance != want {
			panic(fmt.Sprintf("balance %d, want %d", balance, want))
		}
	}
}

func drawnRun(t *rapid.T, atomically bool) (amounts []int, run *order.Run) {
	amounts = rapid.SliceOfN(rapid.IntRange(0, 1000), 2, 3).Draw(t, "amounts")
	engine := bubble.Engine(deposits(amounts, atomically))
	return amounts, order.RunOnce(engine, order.Asking(func(label string, n int) int {
		return rapid.IntRange(0, n-1).Draw(t, label)
	}))
}

// Data and decisions come from one stream.
func TestRapid(t *testing.T) {
	controlled(t)
	rapid.Check(t, func(t *rapid.T) {
		if amounts, run := drawnRun(t, true); run.Failed() {
			t.Fatalf("%v: %s", amounts, run.Summary)
		}
	})
}

// The lost update is among the runs that are drawn. Each failure replays by the same
// bits.
func TestRapidFinds(t *testing.T) {
	controlled(t)
	type drawn struct {
		amounts string
		run     *order.Run
	}
	property := rapid.Custom(func(t *rapid.T) drawn {
		amounts, run := drawnRun(t, false)
		return drawn{fmt.Sprint(amounts), run}
	})
	failed := 0
	for seed := range 100 {
		a, b := property.Example(seed), property.Example(seed)
		if a.amounts != b.amounts || a.run.Hash != b.run.Hash {
			t.Fatalf("seed %d gives %s %v, and %s %v", seed, a.amounts, a.run.Hash, b.amounts, b.run.Hash)
		}
		if a.run.Failed() {
			failed++
		}
	}
	if failed == 0 || failed == 100 {
		t.Errorf("%d of 100 runs failed; want some", failed)
	}
}
