package conc_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/pool"
	"github.com/sourcegraph/conc/stream"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// TestPanic: a panic of a child comes out of Wait, after all children have ended, and a
// second one does not get in its way.
func TestPanic(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var wg conc.WaitGroup
		var ended atomic.Int64
		for n := range 3 {
			wg.Go(func() {
				defer ended.Add(1)
				if n != 1 {
					panic(n)
				}
				time.Sleep(time.Second)
			})
		}
		r := wg.WaitAndRecover()
		if ended.Load() != 3 {
			t.Errorf("%d of 3 have ended", ended.Load())
		}
		if r == nil || r.Value != 0 && r.Value != 2 {
			t.Fatalf("recovered %v", r)
		}
		t.Sometimes("the first one", r.Value == 0)
		t.Sometimes("the last one", r.Value == 2)
	}, explore.WithRuns(2000))
}

// TestFirstError: of a pool with a context, Wait returns the error for which the others
// were cancelled, not what the cancelling made of them.
func TestFirstError(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		missing := errors.New("missing")
		p := pool.New().WithMaxGoroutines(2).WithContext(t.Context()).WithCancelOnError().WithFirstError()
		for n := range 4 {
			p.Go(func(ctx context.Context) error {
				if n == 2 {
					return missing
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Minute):
					return nil
				}
			})
		}
		if err := p.Wait(); err != missing {
			t.Errorf("Wait returned %v", err)
		}
	}, explore.WithRuns(2000))
}

// TestStream: callbacks come in the order of the tasks, one at a time, however the
// tasks overtake each other.
func TestStream(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		s := stream.New().WithMaxGoroutines(2)
		var got []int // callbacks do not overlap
		for n := range 3 {
			s.Go(func() stream.Callback {
				time.Sleep(time.Duration(3-n) * time.Second)
				return func() { got = append(got, n) }
			})
		}
		s.Wait()
		for n, g := range got {
			if n != g {
				t.Errorf("callbacks in order %v", got)
			}
		}
		if len(got) != 3 {
			t.Errorf("%d callbacks", len(got))
		}
	}, explore.WithRuns(2000))
}
