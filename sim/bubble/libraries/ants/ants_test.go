package ants_test

import (
	"errors"
	"io"
	"log"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/panjf2000/ants/v2"

	"weft/sim/bubble"
	"weft/sim/bubble/libraries/internal/bug"
	"weft/sim/explore"
	"weft/sim/order"
)

// TestRelease: the pool is released while others submit. What Submit accepted is run,
// what it refused is not, nobody is left waiting, and no more than the pool's size run at
// once.
func TestRelease(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		pool, err := ants.NewPool(1)
		if err != nil {
			t.Fatal(err)
		}
		var accepted, ran, active atomic.Int64
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				err := pool.Submit(func() {
					if active.Add(1) > 1 {
						t.Error("two tasks at once")
					}
					time.Sleep(time.Millisecond)
					active.Add(-1)
					ran.Add(1)
				})
				switch {
				case err == nil:
					accepted.Add(1)
				case !errors.Is(err, ants.ErrPoolClosed):
					t.Error(err)
				}
			})
		}
		pool.Release()
		wg.Wait()
		time.Sleep(time.Minute)
		if accepted.Load() != ran.Load() {
			t.Errorf("%d tasks were accepted, %d have run", accepted.Load(), ran.Load())
		}
		t.Sometimes("one is refused", accepted.Load() < 2)
	}, explore.WithRuns(2000))
}

// TestReleaseTimeout: when ReleaseTimeout has returned without an error, no task runs.
func TestReleaseTimeout(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		pool, err := ants.NewPool(2)
		if err != nil {
			t.Fatal(err)
		}
		var active atomic.Int64
		for range 2 {
			if err := pool.Submit(func() {
				active.Add(1)
				time.Sleep(time.Second)
				active.Add(-1)
			}); err != nil {
				t.Fatal(err)
			}
		}
		if err := pool.ReleaseTimeout(time.Minute); err != nil {
			t.Error(err)
		}
		if n := active.Load(); n != 0 {
			t.Errorf("%d tasks run on", n)
		}
	}, explore.WithRuns(2000))
}

// TestLostWakeup shows a bug of ants v2.12.1. A worker whose task panics wakes who waits
// for a worker without the lock under which that one has found the pool full: if it does
// so just before the other one begins to wait, nobody wakes it any more. It waits until
// the next purge.
func TestLostWakeup(t *testing.T) {
	bug.Find(t, order.Finished, "waited 1s", panicAndSubmit(), explore.WithRuns(3000))
}

// TestLostWakeupWithoutPurge: with WithDisablePurge, it waits for ever, while the pool's
// clock ticks.
func TestLostWakeupWithoutPurge(t *testing.T) {
	bug.Find(t, order.Stalled, "Only timers go on", panicAndSubmit(ants.WithDisablePurge(true)), explore.WithRuns(200))
}

func panicAndSubmit(options ...ants.Option) func() {
	return func() {
		pool, err := ants.NewPool(1, append(options, ants.WithLogger(log.New(io.Discard, "", 0)))...)
		if err != nil {
			panic(err)
		}
		start := time.Now()
		pool.Submit(func() { panic("a task fails") })
		pool.Submit(func() {})
		bubble.Println("waited", time.Since(start))
		pool.Release()
	}
}
