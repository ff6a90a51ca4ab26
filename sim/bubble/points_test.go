package bubble_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// What the library does under locks or atomics of its own is seen all the same, where
// the program asks for it: both orders are found, and reduction keeps them.
func TestPoints(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
		want    []string
	}{
		{"context", func() {
			ctx, cancel := context.WithCancel(context.Background())
			meet := make(chan int)
			go func() { <-meet; cancel() }()
			meet <- 1
			bubble.Println(ctx.Err())
		}, []string{"finished <nil>\n", "finished context canceled\n"}},
		{"context below another", func() {
			above, cancel := context.WithCancel(context.Background())
			ctx, release := context.WithTimeout(above, 1e9)
			defer release()
			meet := make(chan int)
			go func() { <-meet; cancel() }()
			meet <- 1
			bubble.Println(context.Cause(ctx))
		}, []string{"finished <nil>\n", "finished context canceled\n"}},
		{"sync.Map", func() {
			var m sync.Map
			meet := make(chan int)
			go func() { <-meet; m.Store("a", 1) }()
			meet <- 1
			_, ok := m.Load("a")
			bubble.Println(ok)
		}, []string{"finished false\n", "finished true\n"}},
		{"RWMutex.TryRLock", func() {
			var mu sync.RWMutex
			meet := make(chan int)
			go func() { <-meet; mu.Lock(); mu.Unlock() }()
			meet <- 1
			ok := mu.TryRLock()
			bubble.Println(ok)
			if ok {
				mu.RUnlock()
			}
		}, []string{"finished false\n", "finished true\n"}},
		{"RWMutex.TryLock", func() {
			var mu sync.RWMutex
			meet := make(chan int)
			go func() { <-meet; mu.RLock(); mu.RUnlock() }()
			meet <- 1
			ok := mu.TryLock()
			bubble.Println(ok)
			if ok {
				mu.Unlock()
			}
		}, []string{"finished false\n", "finished true\n"}},
		{"an unlock too many", func() {
			var mu sync.Mutex
			meet := make(chan int)
			go func() { <-meet; mu.Lock(); mu.Unlock() }()
			meet <- 1
			if mu.TryLock() {
				mu.Unlock()
				return
			}
			mu.Unlock() // it is the other one's
			meet <- 2
		}, []string{
			"finished ",
			"panic panic: panic in TestPoints.func6.1: fatal error: sync: unlock of unlocked mutex\n",
			"panic panic: panic in main: fatal error: sync: unlock of unlocked mutex\n",
		}},
	} {
		for _, s := range []explore.Strategy{explore.Exhaustive(), explore.Reduced()} {
			r := search(t, c.program, explore.WithStrategy(s))
			if got := outcomes(r); !slices.Equal(got, c.want) || len(r.Untracked) > 0 {
				t.Errorf("%s: %s: %q, want %q; untracked %q", c.name, r.Verdict(), got, c.want, r.Untracked)
			}
		}
	}
}
