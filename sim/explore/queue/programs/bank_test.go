package programs_test

import (
	"flag"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/simtest"
)

var (
	tellers  = flag.Int("tellers", 2, "how many goroutines pay in")
	deposits = flag.Int("deposits", 1, "how often each does")
	careless = flag.Bool("careless", false, "between reading the balance and writing it, a teller lets go of the lock")
)

// TestBank: nothing of what goroutines pay in is lost.
func TestBank(t *testing.T) {
	bubble.Check(t, func(t *simtest.T) {
		var mu sync.Mutex
		balance := 0
		read := func() int {
			mu.Lock()
			defer mu.Unlock()
			return balance
		}
		write := func(to int) {
			mu.Lock()
			defer mu.Unlock()
			balance = to
		}
		var wait sync.WaitGroup
		for range *tellers {
			wait.Go(func() {
				for range *deposits {
					if *careless {
						write(read() + 1)
						continue
					}
					mu.Lock()
					balance++
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if got, want := read(), *tellers**deposits; got != want {
			t.Errorf("the balance is %d, want %d", got, want)
		}
	})
}
