package bubble_test

import (
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/simtest"
)

// What any library has: a registry behind a lock of the package.
var (
	registryMu sync.Mutex
	registry   = map[int]int{}
)

func register(n int) {
	registryMu.Lock()
	defer registryMu.Unlock()
	for i := range 2000 { // long enough to be met
		registry[n] += i
	}
}

// Runs that go on side by side share nothing, whatever packages keep: no run waits for
// another one's lock.
func TestPackageLock(t *testing.T) {
	controlled(t)
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			r := explored(t, func() {
				var wg sync.WaitGroup
				for i := range 4 {
					wg.Go(func() { register(i) })
				}
				wg.Wait()
			}, explore.WithStrategy(sample.Random()), explore.WithRuns(300), explore.WithWorkers(4))
			if r.Failed() || len(r.Outcomes) != 1 {
				t.Errorf("%d outcomes: %+v", len(r.Outcomes), r.Outcomes)
			}
		})
	}
}

// A test that fails in every order keeps nothing from run to run, and is not said to.
func TestFailsAlways(t *testing.T) {
	controlled(t)
	for name, program := range map[string]func(*bubble.T){
		"returns": func(t *bubble.T) {
			var wg sync.WaitGroup
			wg.Go(func() {})
			wg.Go(func() {})
			wg.Wait()
			t.Errorf("ran 1 and 2 times, want once each")
		},
		"leaks": func(t *bubble.T) {
			go func() { select {} }()
			go func() {}()
			t.Errorf("fired again")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := spectate(t, func(t testing.TB) { bubble.Check(t, program, simtest.WithoutFailFiles()) })
			wants(t, s.text.String(), "orders explored: 1 outcome, which is a failure")
			if strings.Contains(s.text.String(), "kept from run to run") {
				t.Errorf("it is accused in\n%s", s.text.String())
			}
		})
	}
}

// Subtests run inside of the run, in the order of its decisions.
func TestSubtestsInside(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		for _, name := range []string{"one", "two"} {
			if !t.Run(name, func(t *bubble.T) {
				c := make(chan int, 1)
				go func() { c <- 1 }()
				if got := <-c; got != 1 {
					t.Fatalf("got %d", got)
				}
			}) {
				t.Errorf("%s failed", name)
			}
		}
	})
}
