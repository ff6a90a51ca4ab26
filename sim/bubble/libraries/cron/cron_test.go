package cron_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// TestStop: when the context that Stop returns is done, the job that was running has
// ended, and none starts any more, although Stop comes at the very second at which the
// next one is due.
func TestStop(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		c := cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger))
		var running, started atomic.Int64
		if _, err := c.AddFunc("*/1 * * * * *", func() {
			started.Add(1)
			running.Add(1)
			defer running.Add(-1)
			time.Sleep(2500 * time.Millisecond)
		}); err != nil {
			t.Fatal(err)
		}
		c.Start()
		time.Sleep(3 * time.Second)
		<-c.Stop().Done()
		if n := running.Load(); n != 0 {
			t.Errorf("%d jobs run after the stop", n)
		}
		n := started.Load()
		time.Sleep(time.Minute)
		if started.Load() != n {
			t.Error("a job was started after the stop")
		}
		t.Sometimes("the stop comes first", n == 2)
		t.Sometimes("the job comes first", n == 3)
	}, explore.WithRuns(2000))
}

// TestSkip: with SkipIfStillRunning, a job is never there twice, and is not forgotten
// after it was skipped; an entry that is removed while its job runs does not come back.
func TestSkip(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		c := cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger),
			cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
		var running, started atomic.Int64
		id, err := c.AddFunc("*/1 * * * * *", func() {
			started.Add(1)
			if running.Add(1) > 1 {
				t.Error("the job is there twice")
			}
			defer running.Add(-1)
			time.Sleep(time.Second) // until the next one is due
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Start()
		time.Sleep(4500 * time.Millisecond)
		c.Remove(id)
		n := started.Load()
		if n < 2 || n > 4 {
			t.Errorf("the job was started %d times", n)
		}
		t.Sometimes("every other one is skipped", n == 2)
		t.Sometimes("none is skipped", n == 4)
		time.Sleep(10 * time.Second)
		if started.Load() != n {
			t.Error("a job was started after its entry was removed")
		}
		<-c.Stop().Done()
	}, explore.WithRuns(2000))
}
