package bubble_test

import (
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
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
)

// claims are the strategies that say "all".
func claims() []search.Strategy {
	return []search.Strategy{walk.Exhaustive(), dpor.Reduced(), dpor.Optimal(), dpor.SleepSets()}
}

// That a goroutine waits for a lock is no step, whichever lock it is.
func TestWaitingForALockIsNoStep(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("where memory is not watched, it is a step")
	}
	for _, c := range []struct {
		name    string
		program func()
		orders  int
	}{
		{"a mutex", func() {
			var mu sync.Mutex
			threads(func() { mu.Lock(); mu.Unlock() }, func() { mu.Lock(); mu.Unlock() })
		}, 2},
		{"a mutex, for three", func() {
			var mu sync.Mutex
			critical := func() { mu.Lock(); mu.Unlock() }
			threads(critical, critical, critical)
		}, 6},
		{"for a writer and a reader", func() {
			var rw sync.RWMutex
			threads(func() { rw.Lock(); rw.Unlock() }, func() { rw.RLock(); rw.RUnlock() })
		}, 3}, // the writer waits for the reader, which is a step: from then on nobody else may read
	} {
		r := explored(t, c.program, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1000))
		if r.Coverage.Kind != search.AllOrders || r.Runs != c.orders {
			t.Errorf("%s: %d orders, %v; want %d", c.name, r.Runs, r.Coverage, c.orders)
		}
	}
}

// A lock may be held while time moves. Whoever waits for it could have had it before.
func TestLocksAcrossInstants(t *testing.T) {
	controlled(t)
	for name, program := range map[string]func(){
		"mutex": func() {
			var mu sync.Mutex
			log := ""
			says := func(s string) { log += s }
			var wg sync.WaitGroup
			wg.Go(func() { mu.Lock(); says("a"); time.Sleep(time.Second); says("A"); mu.Unlock() })
			wg.Go(func() { mu.Lock(); says("b"); mu.Unlock() })
			wg.Go(func() { runtime.Gosched(); mu.Lock(); says("c"); mu.Unlock() })
			wg.Wait()
			bubble.Println(log)
		},
		"readers": func() { // a reduced walk had not come to its end
			var rw sync.RWMutex
			n := 0
			var wg sync.WaitGroup
			var seen [3]int
			wg.Go(func() { rw.RLock(); time.Sleep(time.Second); seen[0] += n; rw.RUnlock() })
			wg.Go(func() { rw.Lock(); n++; rw.Unlock() })
			wg.Go(func() { rw.RLock(); seen[2] += n; rw.RUnlock() })
			wg.Wait()
			bubble.Println(seen)
		},
		"read": func() {
			var rw sync.RWMutex
			log := ""
			var wg sync.WaitGroup
			wg.Go(func() { rw.Lock(); log += "a"; time.Sleep(time.Second); log += "A"; rw.Unlock() })
			wg.Go(func() { rw.RLock(); seen := log; rw.RUnlock(); bubble.Println(seen) })
			wg.Go(func() { runtime.Gosched(); rw.Lock(); log += "c"; rw.Unlock() })
			wg.Wait()
		},
	} {
		var want []string
		for _, s := range claims() {
			r := explored(t, program, explore.WithStrategy(s), explore.WithRuns(100_000))
			if !r.Coverage.Complete() {
				t.Errorf("%s: %v: %v", name, s, r.Coverage)
			}
			if want == nil {
				want = outcomes(r)
			}
			if got := outcomes(r); !slices.Equal(got, want) || len(got) < 4 {
				t.Errorf("%s: %v: %q, want %q", name, s, got, want)
			}
		}
	}
}

// What a goroutine comes to first is looked at when it is started. Nothing of that may be
// seen by others before it has been picked.
func TestLooksAtWhatAGoroutineComesToFirst(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
		want    []string
	}{
		{"prints", func() {
			go bubble.Println("child")
			runtime.Gosched()
			bubble.Println("main")
		}, []string{"child\nmain\n", "main\nchild\n"}},
		{"panics", func() {
			go func() { panic("child") }()
			runtime.Gosched()
			bubble.Println("main")
		}, []string{"main\n", "panic in TestLooks", "main\npanic in TestLooks"}},
		{"starts another one", func() {
			go func() { go bubble.Println("grandchild") }()
			runtime.Gosched()
			bubble.Println("main")
		}, []string{"grandchild\nmain\n", "main\ngrandchild\n"}},
		{"sets a timer", func() {
			go func() { time.AfterFunc(time.Second, func() { bubble.Println("child") }) }()
			runtime.Gosched()
			time.AfterFunc(time.Second, func() { bubble.Println("main") })
			time.Sleep(2 * time.Second)
		}, []string{"child\nmain\n", "main\nchild\n"}},
		{"resumes a coroutine", func() {
			go func() {
				next, stop := iter.Pull(func(yield func(string) bool) {
					bubble.Println("child")
					yield("")
				})
				next()
				stop()
			}()
			runtime.Gosched()
			bubble.Println("main")
		}, []string{"child\nmain\n", "main\nchild\n"}},
		{"waits for nobody", func() {
			go func() { select {} }()
			runtime.Gosched()
			bubble.Println("main")
		}, []string{"main\nleak: "}},
		{"ends", func() {
			go func() {}()
			runtime.Gosched()
			bubble.Println("main")
		}, []string{"main\n"}},
	} {
		r := explored(t, c.program, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1000))
		for _, want := range c.want {
			if !slices.ContainsFunc(r.Outcomes, func(o search.Outcome) bool { return strings.HasPrefix(o.Text, want) }) {
				t.Errorf("%s: no outcome begins with %q: %q", c.name, want, outcomes(r))
			}
		}
		if !r.Coverage.Complete() || r.Nondeterminism != nil {
			t.Errorf("%s: %v, %v", c.name, r.Coverage, r.Nondeterminism)
		}
	}
}

// Whether somebody has a lock that nobody else wants makes no difference to what can
// happen.
func TestALockThatNobodyWants(t *testing.T) {
	controlled(t)
	file := func() string { return filepath.Join(t.TempDir(), "written") }
	for name, program := range map[string]func() func(){
		"file": func() func() {
			name := file()
			return func() {
				f, err := os.Create(name)
				if err != nil {
					panic(err)
				}
				threads(func() { f.WriteString("a") }, func() { f.WriteString("b") })
				text, err := os.ReadFile(name)
				bubble.Println(string(text), err)
				f.Close()
			}
		},
		"pipe": func() func() {
			return func() {
				r, w, err := os.Pipe()
				if err != nil {
					panic(err)
				}
				threads(func() { w.Write([]byte("a")) }, func() { w.Write([]byte("b")) })
				w.Close()
				text, err := io.ReadAll(r)
				bubble.Println(string(text), err)
			}
		},
	} {
		free := program()
		want := outcomes(explored(t, free, explore.WithStrategy(walk.Exhaustive())))
		held := outcomes(explored(t, func() {
			var mu sync.Mutex
			mu.Lock()
			free()
			mu.Unlock()
		}, explore.WithStrategy(walk.Exhaustive())))
		if len(want) != 2 || !slices.Equal(held, want) {
			t.Errorf("%s: %q, and with a lock held %q", name, want, held)
		}
	}
}

// The steps of coroutines are not known well enough to be reduced.
func TestCoroutinesAreNotReduced(t *testing.T) {
	controlled(t)
	program := func() {
		var n atomic.Int32
		next, stop := iter.Pull(func(yield func(int) bool) { n.Store(1); yield(0) })
		go func() { bubble.Println(n.Load()) }()
		next()
		stop()
		time.Sleep(1)
	}
	if all := explored(t, program, explore.WithStrategy(walk.Exhaustive())); len(all.Outcomes) != 2 {
		t.Errorf("%s: %q", all.Verdict(), outcomes(all))
	}
	for _, s := range claims()[1:] {
		if part := explored(t, program, explore.WithStrategy(s)); part.Coverage.Complete() || !strings.Contains(part.Verdict(), "iter.Pull, at bubble/lock_test.go:") {
			t.Errorf("%v: %s", s, part.Verdict())
		}
	}
}
