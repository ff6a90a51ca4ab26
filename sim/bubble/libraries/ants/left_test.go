package ants_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/panjf2000/ants/v2"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/order"
)

// What a pool that nobody releases leaves on purpose: its clock, and, with
// WithDisablePurge, its workers.
const (
	clock  = "github.com/panjf2000/ants/v2.(*poolCommon).ticktock"
	worker = "github.com/panjf2000/ants/v2.(*goWorker).run.func1"
)

// TestNeverReleased: a pool is kept for as long as the process lives, as that of the
// package itself is. What it leaves is no leak once it is named.
func TestNeverReleased(t *testing.T) {
	bubble.CheckWith(t, []bubble.Option{bubble.WithExpected(clock, worker)}, func(t *bubble.T) {
		ran, err := neverReleased()
		if err != nil {
			t.Fatal(err)
		}
		if ran != 3 {
			t.Errorf("%d tasks have run", ran)
		}
	}, explore.WithRuns(2000))
}

// TestNeverReleasedIsALeak: what is not named is reported, and nothing else.
func TestNeverReleasedIsALeak(t *testing.T) {
	if !bubble.Controlled() {
		t.Skip("the order of goroutines is not controlled")
	}
	for _, c := range []struct {
		name     string
		expected []string
		left     []string
	}{
		{"none is named", nil, []string{"ticktock", "goWorker.run"}},
		{"the clock is named", []string{clock}, []string{"goWorker.run"}},
		{"the worker is named", []string{worker}, []string{"ticktock"}},
		{"both are named", []string{clock, worker}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var options []bubble.Option
			for _, f := range c.expected {
				options = append(options, bubble.WithExpected(f))
			}
			run := order.RunOnce(bubble.Engine(func() { neverReleased() }, options...), order.Default())
			var left []string
			var leak *bubble.LeakError
			if errors.As(run.Err, &leak) {
				for _, g := range leak.Goroutines {
					left = append(left, g.Task)
				}
			}
			if !slices.Equal(left, c.left) || run.Failed() != (c.left != nil) {
				t.Errorf("it ended as %s, and %q are left, want %q: %v", run.End, left, c.left, run.Err)
			}
		})
	}
}

// neverReleased has a pool of one worker run three tasks, and returns how many have run.
func neverReleased() (ran int, err error) {
	pool, err := ants.NewPool(1, ants.WithDisablePurge(true))
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		if err := pool.Submit(func() {
			defer wg.Done()
			ran++
		}); err != nil {
			return 0, err
		}
	}
	wg.Wait()
	return ran, nil
}
