package rate_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// events are times at which something was done that a limiter permitted.
type events struct {
	mu    sync.Mutex
	times []time.Time
}

func (e *events) now() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.times = append(e.times, time.Now())
}

// check says whether any span of time has more events than the burst and what the rate
// adds in it.
func (e *events) check(t *bubble.T, every time.Duration, burst int) {
	t.Helper()
	slices.SortFunc(e.times, time.Time.Compare)
	for i := range e.times {
		for j := i; j < len(e.times); j++ {
			span := e.times[j].Sub(e.times[i])
			if got, permitted := j-i+1, burst+int(span/every); got > permitted {
				t.Errorf("%d events in %v, where %d are permitted", got, span, permitted)
			}
		}
	}
}

// TestWait: the rate holds while some give up in the middle of a wait.
func TestWait(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		lim := rate.NewLimiter(rate.Every(time.Second), 1)
		var done events
		var wg sync.WaitGroup
		for n := range 4 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if n%2 == 1 {
					time.AfterFunc(1500*time.Millisecond, cancel)
				}
				switch err := lim.Wait(ctx); {
				case err == nil:
					done.now()
				case n%2 == 0 || !errors.Is(err, context.Canceled):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		done.check(t, time.Second, 1)
		t.Sometimes("somebody gives up", len(done.times) < 4)
	}, explore.WithRuns(3000))
}

// TestReservations: a reservation that is cancelled gives back what nobody else has
// built upon, never more: the rate holds, and who did not cancel gets its turn.
func TestReservations(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		lim := rate.NewLimiter(rate.Every(time.Second), 2)
		var done events
		var wg sync.WaitGroup
		for n := range 3 {
			wg.Go(func() {
				for k := range 2 {
					r := lim.Reserve()
					if !r.OK() {
						t.Error("refused")
						return
					}
					if n == 1 && k == 1 {
						r.Cancel()
						continue
					}
					time.Sleep(r.Delay())
					done.now()
				}
			})
		}
		wg.Wait()
		if len(done.times) != 5 {
			t.Errorf("%d events", len(done.times))
		}
		done.check(t, time.Second, 2)
	}, explore.WithRuns(3000))
}
