package errgroup_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// TestFirstError: what Wait returns is what the context was cancelled for, no more
// functions than the limit run at once, and those that listen to the context end early.
func TestFirstError(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		const limit = 2
		g, ctx := errgroup.WithContext(t.Context())
		g.SetLimit(limit)
		start := time.Now()
		var active, most atomic.Int64
		for n := range 4 {
			g.Go(func() error {
				now := active.Add(1)
				defer active.Add(-1)
				for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
				}
				if n == 1 || n == 2 {
					return fmt.Errorf("part %d is missing", n)
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Hour):
					return errors.New("nobody stopped it")
				}
			})
		}
		err := g.Wait()
		if err == nil || err != context.Cause(ctx) {
			t.Errorf("Wait returned %v, and the context was cancelled for %v", err, context.Cause(ctx))
		}
		if errors.Is(err, context.Canceled) {
			t.Error("the error that came of the cancelling hides its reason")
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("the group took %v", took)
		}
		if most.Load() > limit {
			t.Errorf("%d functions ran at once", most.Load())
		}
	}, explore.WithRuns(2000))
}

// TestTryGo: TryGo and Go of several goroutines share the limit, and what TryGo refused
// is not run.
func TestTryGo(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var g errgroup.Group
		g.SetLimit(1)
		var ran, accepted atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 2 {
				if g.TryGo(func() error { ran.Add(1); return nil }) {
					accepted.Add(1)
				}
			}
		}()
		g.Go(func() error { ran.Add(1); time.Sleep(time.Second); return nil })
		<-done
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
		if ran.Load() != accepted.Load()+1 {
			t.Errorf("%d functions ran, %d were accepted", ran.Load(), accepted.Load()+1)
		}
		t.Sometimes("one is refused", accepted.Load() < 2)
		t.Sometimes("none is refused", accepted.Load() == 2)
	}, explore.WithRuns(2000))
}
