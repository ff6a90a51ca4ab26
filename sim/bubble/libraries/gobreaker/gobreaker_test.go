package gobreaker_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"

	"weft/sim/bubble"
	"weft/sim/explore"
)

var errDown = errors.New("down")

// TestHalfOpen: after the timeout, one probe alone reaches the service, however many
// come at once; its success lets the others in, and a request from before the breaker
// opened, which comes back late, has no say.
func TestHalfOpen(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var states []gobreaker.State
		cb := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{
			MaxRequests: 1,
			Timeout:     10 * time.Second,
			ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= 2 },
			OnStateChange: func(_ string, _, to gobreaker.State) {
				states = append(states, to) // under the lock of the breaker
			},
		})
		var wg sync.WaitGroup
		wg.Go(func() { // the late one: it returns while the probe is on its way
			cb.Execute(func() (int, error) { time.Sleep(12 * time.Second); return 0, errDown })
		})
		for range 2 {
			wg.Go(func() {
				cb.Execute(func() (int, error) { time.Sleep(time.Second); return 0, errDown })
			})
		}
		time.Sleep(2 * time.Second)
		if s := cb.State(); s != gobreaker.StateOpen {
			t.Fatalf("%v after two failures", s)
		}
		time.Sleep(9 * time.Second) // 11 s: just open for longer than 10 s, or not yet

		var mu sync.Mutex
		var inside, most, refused int
		for range 3 {
			wg.Go(func() {
				_, err := cb.Execute(func() (int, error) {
					mu.Lock()
					inside++
					most = max(most, inside)
					mu.Unlock()
					time.Sleep(2 * time.Second)
					mu.Lock()
					inside--
					mu.Unlock()
					return 1, nil
				})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, gobreaker.ErrTooManyRequests), errors.Is(err, gobreaker.ErrOpenState):
					refused++
				case err != nil:
					t.Error(err)
				}
			})
			time.Sleep(time.Second / 2)
		}
		wg.Wait()
		if most > 1 {
			t.Errorf("%d probes at once", most)
		}
		if refused == 3 {
			t.Error("no probe was let in")
		}
		if s := cb.State(); s != gobreaker.StateClosed {
			t.Errorf("%v after the probe's success: %v", s, states)
		}
		want := []gobreaker.State{gobreaker.StateOpen, gobreaker.StateHalfOpen, gobreaker.StateClosed}
		if len(states) != len(want) {
			t.Fatalf("states %v, want %v", states, want)
		}
		for i, s := range states {
			if s != want[i] {
				t.Fatalf("states %v, want %v", states, want)
			}
		}
	}, explore.WithRuns(3000))
}

// TestProbes: if one of two concurrent probes fails, the breaker is open, whichever of
// them comes back first.
func TestProbes(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		cb := gobreaker.NewCircuitBreaker[int](gobreaker.Settings{
			MaxRequests: 2,
			Timeout:     10 * time.Second,
			ReadyToTrip: func(c gobreaker.Counts) bool { return true },
		})
		cb.Execute(func() (int, error) { return 0, errDown })
		time.Sleep(11 * time.Second)
		var wg sync.WaitGroup
		for _, err := range []error{nil, errDown} {
			wg.Go(func() {
				cb.Execute(func() (int, error) { time.Sleep(time.Second); return 0, err })
			})
		}
		wg.Wait()
		if s := cb.State(); s != gobreaker.StateOpen {
			t.Errorf("%v after a probe failed", s)
		}
	}, explore.WithRuns(2000))
}
