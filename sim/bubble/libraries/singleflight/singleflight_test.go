package singleflight_test

import (
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/singleflight"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// table is a table of a database: one value, which takes a second to read.
type table struct {
	mu      sync.Mutex
	value   int
	readers int // now
	most    int // at once
}

func (d *table) read() (any, error) {
	d.mu.Lock()
	d.readers++
	d.most = max(d.most, d.readers)
	v := d.value
	d.mu.Unlock()
	time.Sleep(time.Second)
	d.mu.Lock()
	d.readers--
	d.mu.Unlock()
	return v, nil
}

func (d *table) write(v int) {
	d.mu.Lock()
	d.value = v
	d.mu.Unlock()
}

// TestForget: who asks after a write and a Forget gets what was written, whoever else
// is still waiting for what was read before, and the table is not read more often at
// once than there were writes.
func TestForget(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var g singleflight.Group
		d := &table{value: 1}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if v, _, _ := g.Do("row", d.read); v != 1 && v != 2 {
					t.Errorf("a reader got %v", v)
				}
			})
		}
		wg.Go(func() {
			d.write(2)
			g.Forget("row")
			v, _, shared := g.Do("row", d.read)
			if v != 2 {
				t.Errorf("after the write, the writer got %v", v)
			}
			t.Sometimes("the writer shares", shared)
		})
		wg.Wait()
		if d.most > 2 {
			t.Errorf("%d readers at once", d.most)
		}
	}, explore.WithRuns(3000))
}

// TestWithoutForget: the same without Forget gives the writer an old value in some
// order. It is what Forget is for, and shows that [TestForget] can fail.
func TestWithoutForget(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var g singleflight.Group
		d := &table{value: 1}
		var wg sync.WaitGroup
		wg.Go(func() { g.Do("row", d.read) })
		wg.Go(func() {
			d.write(2)
			v, _, _ := g.Do("row", d.read)
			t.Sometimes("the writer reads what was there before", v == 1)
		})
		wg.Wait()
	}, explore.WithRuns(1000))
}

// TestDoChan: who gives up waiting takes nothing from the others.
func TestDoChan(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var g singleflight.Group
		d := &table{value: 1}
		var wg sync.WaitGroup
		wg.Go(func() {
			select {
			case r := <-g.DoChan("row", d.read):
				t.Errorf("%v came too early", r.Val)
			case <-time.After(time.Second / 2):
			}
		})
		wg.Go(func() {
			start := time.Now()
			v, err, _ := g.Do("row", d.read)
			if v != 1 || err != nil || time.Since(start) != time.Second {
				t.Errorf("got %v, %v after %v", v, err, time.Since(start))
			}
		})
		wg.Wait()
		time.Sleep(time.Second) // the one that nobody may wait for any more
		if d.most != 1 {
			t.Errorf("%d readers at once", d.most)
		}
	}, explore.WithRuns(2000))
}
