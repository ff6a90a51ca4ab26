package bubble_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
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
			"panic panic in TestPoints: fatal error: sync: unlock of unlocked mutex mu\n",
			"panic panic in main: fatal error: sync: unlock of unlocked mutex mu\n",
		}},
	} {
		for _, s := range []search.Strategy{walk.Exhaustive(), dpor.Reduced()} {
			r := explored(t, c.program, explore.WithStrategy(s))
			if got := outcomes(r); !slices.Equal(got, c.want) || len(r.Untracked) > 0 {
				t.Errorf("%s: %s: %q, want %q; untracked %q", c.name, r.Verdict(), got, c.want, r.Untracked)
			}
		}
	}
}

var outside = make(chan int, 1)

// The order of what happens at a channel from outside is not all the library's, which
// is said, and of which no reduction is claimed.
func TestChannelFromOutside(t *testing.T) {
	controlled(t)
	for name, program := range map[string]func(){
		"send": func() { outside <- 1; <-outside },
		"select": func() {
			select {
			case outside <- 1:
				<-outside
			case <-make(chan int):
			}
		},
	} {
		r := explored(t, program, explore.WithStrategy(explore.Default()), explore.WithRecorded(trace.Order))
		if len(r.Untracked) == 0 || !strings.Contains(r.Untracked[0], "made outside the run, at bubble/points_test.go:") {
			t.Errorf("%s: untracked %q", name, r.Untracked)
		}
	}
}

// However much is printed between two points, each line stands in the trace where it
// was printed.
func TestManyLines(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		for range 10_000 {
			bubble.Println("again")
		}
		bubble.Println("the end")
		c := make(chan int, 1)
		c <- 1
	}), order.Default())
	lines, last := 0, trace.Event{}
	for _, e := range run.Trace().Events {
		if e.Kind == trace.Print {
			lines, last = lines+1, e
		}
	}
	if lines != 10_001 || last.Detail != "the end" || len(run.Untracked) > 0 {
		t.Errorf("%d lines, the last one %v; untracked %q", lines, last, run.Untracked)
	}
}

// Many timers at one instant take no time of their own.
func TestManySleepers(t *testing.T) {
	controlled(t)
	n := 3000
	if testing.Short() {
		n = 300
	}
	run := order.RunOnce(bubble.Engine(func() {
		var sum atomic.Int64
		for range n {
			go func() { time.Sleep(time.Second); sum.Add(1) }()
		}
		time.Sleep(2 * time.Second)
		bubble.Println(sum.Load())
	}, bubble.WithPolicy(order.FIFO)), order.Default())
	if run.Err != nil || run.Output[0].Text != fmt.Sprint(n) {
		t.Errorf("%v, %v", run.Err, run.Output)
	}
}

// A step may end while its goroutine holds a lock of the standard library: a context
// with a deadline stops its timer under its own lock. Who waits for that is seen, and
// the reductions agree.
func TestLibraryLocksAreSeen(t *testing.T) {
	controlled(t)
	program := func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		time.Sleep(time.Millisecond)
		ctx.Err()
		cancel()
	}
	reduced := explored(t, program, explore.WithStrategy(dpor.Reduced()))
	slept := explored(t, program, explore.WithStrategy(dpor.SleepSets()))
	if !reduced.Coverage.Complete() || !slept.Coverage.Complete() || reduced.Traces != slept.Traces {
		t.Errorf("%s, %d traces; %s, %d", reduced.Verdict(), reduced.Traces, slept.Verdict(), slept.Traces)
	}
}

// Others may change a sync.Map between two entries that Range comes to.
func TestRangeIsNoSnapshot(t *testing.T) {
	controlled(t)
	program := func() {
		var m sync.Map
		m.Store("a", 0)
		m.Store("b", 0)
		done := make(chan bool)
		go func() {
			m.Store("a", 1)
			m.Store("b", 1)
			close(done)
		}()
		seen := map[any]any{}
		m.Range(func(k, v any) bool { seen[k] = v; return true })
		bubble.Println(seen["a"], seen["b"])
		<-done
	}
	for _, s := range claims() {
		r := explored(t, program, explore.WithStrategy(s))
		if want := []string{"finished 0 0\n", "finished 0 1\n", "finished 1 0\n", "finished 1 1\n"}; !slices.Equal(outcomes(r), want) || !r.Coverage.Complete() {
			t.Errorf("%v: %s, %q", s, r.Verdict(), outcomes(r))
		}
	}
}
