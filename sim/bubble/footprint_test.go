package bubble_test

import (
	"context"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Whoever polls a context for the first time makes no difference to what a cancel touches:
// each of these has both outcomes, by every strategy that says "all". Reductions said that
// there was one.
func TestContextPoll(t *testing.T) {
	controlled(t)
	look := func(ctx context.Context) string {
		select {
		case <-ctx.Done():
			return "cancelled"
		default:
			return "live"
		}
	}
	for _, c := range []struct {
		name    string
		program func()
		want    []string
	}{
		{"a worker looks", func() {
			ctx, cancel := context.WithCancel(context.Background())
			seen := make(chan string)
			go func() { seen <- look(ctx) }()
			cancel()
			bubble.Println(<-seen)
		}, []string{"finished cancelled\n", "finished live\n"}},
		{"a group", func() {
			ctx, cancel := context.WithCancel(context.Background())
			seen := ""
			var wg sync.WaitGroup
			wg.Go(func() { defer cancel() })
			wg.Go(func() { seen = look(ctx) })
			wg.Wait()
			bubble.Println(seen)
		}, []string{"finished cancelled\n", "finished live\n"}},
		{"stop of AfterFunc", func() {
			ctx, cancel := context.WithCancel(context.Background())
			stop := context.AfterFunc(ctx, func() {})
			go cancel()
			s := stop()
			time.Sleep(time.Second)
			bubble.Println(s)
		}, []string{"finished false\n", "finished true\n"}},
		{"a child is told after its parent", func() {
			above, cancel := context.WithCancel(context.Background())
			ctx, release := context.WithCancel(above)
			defer release()
			seen := make(chan string)
			go func() { seen <- look(above) + " above, " + look(ctx) + " below" }()
			cancel()
			bubble.Println(<-seen)
		}, []string{
			"finished cancelled above, cancelled below\n", "finished cancelled above, live below\n", "finished live above, cancelled below\n",
			"finished live above, live below\n",
		}},
	} {
		for _, s := range complete {
			r := explored(t, c.program, explore.WithStrategy(s))
			if got := outcomes(r); !r.Coverage.Complete() || !slices.Equal(got, c.want) {
				t.Errorf("%s: %s: %s: %q, want %q", c.name, s, r.Verdict(), got, c.want)
			}
		}
	}
}

// How many goroutines there are is nothing that steps are taken to touch: no reduction says
// "all" of a program that asks, and what says it has seen both outcomes.
func TestNumberOfGoroutines(t *testing.T) {
	controlled(t)
	program := func() {
		before := runtime.NumGoroutine()
		go func() {}()
		runtime.Gosched()
		bubble.Println(runtime.NumGoroutine()-before, "more than", before)
	}
	for _, s := range complete {
		r := explored(t, program, explore.WithStrategy(s))
		if r.Coverage.Complete() {
			if got := outcomes(r); strings.Join(got, "") != "finished 0 more than 2\nfinished 1 more than 2\n" {
				t.Errorf("%s: %s: %q", s, r.Verdict(), got)
			}
		} else if s == explore.Auto() {
			t.Errorf("%s: %s", s, r.Verdict())
		}
	}
}

// What else asks for all goroutines is named as not tracked as well.
func TestAsksForAllGoroutines(t *testing.T) {
	controlled(t)
	for name, ask := range map[string]func(){
		"runtime.NumGoroutine":            func() { runtime.NumGoroutine() },
		"runtime.Stack of all goroutines": func() { runtime.Stack(make([]byte, 1<<10), true) },
		"runtime.GoroutineProfile":        func() { runtime.GoroutineProfile(nil) },
		"runtime.NumGoroutine ":           func() { pprof.Lookup("goroutine").Count() },
	} {
		name = strings.TrimSpace(name)
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal(), dpor.SleepSets()} {
			r := explored(t, ask, explore.WithStrategy(s))
			if len(r.Untracked) != 1 || !strings.HasPrefix(r.Untracked[0], name+", at bubble/footprint_test.go:") || r.Coverage.Complete() {
				t.Errorf("%s: %s: %s, untracked %q", name, s, r.Verdict(), r.Untracked)
			}
		}
	}
	r := order.RunOnce(bubble.Engine(func() { runtime.Stack(make([]byte, 1<<10), false) }), order.Default())
	if len(r.Untracked) > 0 {
		t.Errorf("one's own stack is nobody else's, and untracked is %q", r.Untracked)
	}
}

// Of a mutex that two give back and one has taken, either of the two gives back too much;
// so it is of an RWMutex that one reads.
func TestUnlockTooMany(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name   string
		unlock func() func()
		what   string
	}{
		{"Mutex", func() func() { mu := new(sync.Mutex); mu.Lock(); return mu.Unlock }, "unlock of unlocked mutex"},
		{"RWMutex", func() func() { mu := new(sync.RWMutex); mu.RLock(); return mu.RUnlock }, "RUnlock of unlocked RWMutex"},
	} {
		for _, s := range complete {
			r := explored(t, func() {
				unlock := c.unlock()
				go func() { unlock() }()
				unlock()
				time.Sleep(time.Second)
			}, explore.WithStrategy(s))
			got := outcomes(r)
			if !r.Coverage.Complete() || len(got) != 2 || !strings.Contains(got[0], "panic in TestUnlockTooMany") ||
				!strings.Contains(got[1], "panic in main: fatal error: sync: "+c.what) {
				t.Errorf("%s: %s: %s: %q", c.name, s, r.Verdict(), got)
			}
		}
	}
}

// An attempt that fails only reads: three of them have one trace, and beside one that
// succeeds there is another one.
func TestAttemptsThatFail(t *testing.T) {
	controlled(t)
	for name, attempt := range map[string]func() (fails, succeeds func() bool){
		"Mutex.TryLock": func() (_, _ func() bool) {
			mu := new(sync.Mutex)
			mu.Lock()
			return mu.TryLock, func() bool { mu.Unlock(); return true }
		},
		"RWMutex.TryLock": func() (_, _ func() bool) {
			mu := new(sync.RWMutex)
			mu.RLock()
			return mu.TryLock, func() bool { mu.RUnlock(); return true }
		},
		"RWMutex.TryRLock": func() (_, _ func() bool) {
			mu := new(sync.RWMutex)
			mu.Lock()
			return mu.TryRLock, func() bool { mu.Unlock(); return true }
		},
		"Int64.CompareAndSwap": func() (_, _ func() bool) {
			x := new(atomic.Int64)
			return func() bool { return x.CompareAndSwap(1, 2) }, func() bool { return x.CompareAndSwap(0, 1) }
		},
		"Pointer.CompareAndSwap": func() (_, _ func() bool) {
			x, one := new(atomic.Pointer[int]), new(int)
			return func() bool { return x.CompareAndSwap(one, nil) }, func() bool { return x.CompareAndSwap(nil, one) }
		},
		"Value.CompareAndSwap": func() (_, _ func() bool) {
			x := new(atomic.Value)
			x.Store(0)
			return func() bool { return x.CompareAndSwap(1, 2) }, func() bool { return x.CompareAndSwap(0, 1) }
		},
		"CompareAndSwapInt32": func() (_, _ func() bool) {
			x := new(int32)
			return func() bool { return atomic.CompareAndSwapInt32(x, 1, 2) }, func() bool { return atomic.CompareAndSwapInt32(x, 0, 1) }
		},
		"CompareAndSwapPointer": func() (_, _ func() bool) {
			x, one := new(unsafe.Pointer), unsafe.Pointer(new(int))
			return func() bool { return atomic.CompareAndSwapPointer(x, one, nil) }, func() bool { return atomic.CompareAndSwapPointer(x, nil, one) }
		},
		"Map.CompareAndSwap": func() (_, _ func() bool) {
			m := new(sync.Map)
			m.Store("a", 0)
			return func() bool { return m.CompareAndSwap("a", 1, 2) }, func() bool { return m.CompareAndSwap("a", 0, 1) }
		},
		"Map.CompareAndDelete": func() (_, _ func() bool) {
			m := new(sync.Map)
			m.Store("a", 0)
			return func() bool { return m.CompareAndDelete("a", 1) }, func() bool { return m.CompareAndSwap("a", 0, 1) }
		},
		"Map.LoadOrStore": func() (_, _ func() bool) {
			m := new(sync.Map)
			m.Store("a", 0)
			return func() bool { _, loaded := m.LoadOrStore("a", 1); return !loaded }, func() bool { m.Delete("a"); return true }
		},
		"Map.LoadAndDelete": func() (_, _ func() bool) {
			m := new(sync.Map)
			return func() bool { _, loaded := m.LoadAndDelete("a"); return loaded }, func() bool { m.Store("a", 0); return true }
		},
	} {
		if strings.HasPrefix(name, "CompareAndSwap") && !bubble.WatchesMemory() {
			continue // functions are no points
		}
		alone := func() {
			fails, _ := attempt()
			threads(func() { fails() }, func() { fails() }, func() { fails() })
		}
		beside := func() {
			fails, succeeds := attempt()
			threads(func() { fails() }, func() { succeeds() })
		}
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal(), dpor.SleepSets()} {
			r := explored(t, alone, explore.WithStrategy(s))
			if r.Coverage.Kind != search.AllTraces || r.Traces != 1 {
				t.Errorf("%s: %s: %s, want one trace", name, s, r.Verdict())
			}
			r = explored(t, beside, explore.WithStrategy(s))
			if r.Coverage.Kind != search.AllTraces || r.Traces != 2 {
				t.Errorf("%s beside one that changes something: %s: %s, want two traces", name, s, r.Verdict())
			}
		}
	}
}
