package lru_test

import (
	"sync"
	"testing"

	lru "github.com/hashicorp/golang-lru/v2"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// TestEvicted: a cache of open files. Each one that was put in is either still there or
// was handed to the callback, once; so none is leaked, and none is closed twice.
func TestEvicted(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var mu sync.Mutex
		closed := map[int]int{}
		cache, err := lru.NewWithEvict(2, func(_, file int) {
			mu.Lock()
			defer mu.Unlock()
			closed[file]++
		})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		opened := map[int]bool{}
		open := func(name, file int) {
			if _, found, _ := cache.PeekOrAdd(name, file); found {
				return // the other one's file serves, and this one is not kept
			}
			mu.Lock()
			defer mu.Unlock()
			opened[file] = true
		}
		wg.Go(func() { open(1, 10); open(2, 20); cache.Remove(1) })
		wg.Go(func() { open(1, 11); open(3, 30); cache.Get(2) })
		wg.Go(func() { open(4, 40); cache.Resize(1) })
		wg.Wait()
		kept := map[int]bool{}
		for _, file := range cache.Values() {
			kept[file] = true
		}
		if len(kept) > 1 {
			t.Errorf("%d files are kept after Resize(1)", len(kept))
		}
		for file := range opened {
			want := 1
			if kept[file] {
				want = 0
			}
			if closed[file] != want {
				t.Errorf("file %d was closed %d times, want %d", file, closed[file], want)
			}
		}
	}, explore.WithRuns(3000))
}

// TestCallback: a callback may use the cache, since it is called outside of its lock.
func TestCallback(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		var cache *lru.Cache[string, int]
		var mu sync.Mutex
		seen := 0
		cache, err := lru.NewWithEvict(1, func(key string, _ int) {
			if cache.Contains(key) {
				// Somebody may have put it in again in the meantime.
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen++
		})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, key := range []string{"a", "b", "c"} {
			wg.Go(func() { cache.Add(key, 1) })
		}
		wg.Wait()
		if seen != 2 || cache.Len() != 1 {
			t.Errorf("%d were evicted, %d are left", seen, cache.Len())
		}
	}, explore.WithRuns(3000))
}
