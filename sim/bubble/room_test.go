package bubble_test

import (
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/order"
)

// However many channels, locks and goroutines a program makes, all have names, and the
// same ones each time.
func TestNamesHaveRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
		last    string // an object that was made when much had been made
	}{
		{"channels", func() {
			out := make(chan chan int, 20_000)
			for range cap(out) {
				c := make(chan int, 1)
				c <- 1
				out <- c
			}
			go func() {
				for range cap(out) {
					<-<-out
				}
			}()
		}, "chan c#20000"},
		{"locks", func() {
			locks := make([]*sync.Mutex, 50_000)
			for i := range locks {
				locks[i] = new(sync.Mutex)
			}
			for _, l := range locks {
				l.Lock()
			}
			go locks[0].Unlock()
			locks[0].Lock()
		}, "mutex locks#50000"},
		{"locks in one step", func() {
			locks := make([]*sync.Mutex, 50_000)
			for i := range locks {
				locks[i] = new(sync.Mutex)
			}
			go locks[49_999].Lock()
			locks[49_998].Lock()
		}, "mutex locks#50000"},
		{"goroutines", func() {
			var wg sync.WaitGroup
			for range 3_000 {
				done := make(chan bool)
				wg.Go(func() {
					var lock sync.Mutex
					lock.Lock()
					go func() { lock.Unlock(); close(done) }()
					lock.Lock()
				})
				<-done
			}
			wg.Wait()
		}, "mutex TestNamesHaveRoom#3000/lock"},
	} {
		t.Run(c.name, func(t *testing.T) {
			engine := bubble.Engine(c.program, bubble.WithStepLimit(1_000_000))
			for _, strategy := range []func() order.Strategy{order.Default, func() order.Strategy { return order.Random(1) }} {
				first, second := order.RunOnce(engine, strategy()), order.RunOnce(engine, strategy())
				if first.Failed() || len(first.Untracked) > 0 {
					t.Errorf("%v, untracked %q", first.Err, first.Untracked)
				}
				if first.Hash != second.Hash || len(first.Footprints) != len(second.Footprints) {
					t.Errorf("hashes %x and %x, %d and %d steps", first.Hash, second.Hash, len(first.Footprints), len(second.Footprints))
				}
				seen := map[string]bool{}
				for _, s := range first.Footprints {
					for _, touch := range s.Touches {
						seen[touch.Object] = true
						if strings.Contains(touch.Object, "?") {
							t.Fatalf("%s has no name", touch.Object)
						}
					}
				}
				if !seen[c.last] {
					t.Errorf("none of %d objects is called %s", len(seen), c.last)
				}
			}
		})
	}
}
