package bubble_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// watched skips a test in a program whose data races nobody sees.
func watched(t *testing.T) {
	t.Helper()
	if !bubble.Controlled() || !bubble.WatchesMemory() && !bubble.RaceDetector {
		t.Skip("built so that runs do not see memory")
	}
}

// raced runs a program once, in the default order, and reports whether it has a data race.
func raced(t *testing.T, program func(), options ...bubble.Option) (*order.Run, bool) {
	t.Helper()
	r := bubble.Engine(program, options...).Runner()
	defer r.Close()
	run := r.Run(order.Default(), trace.Order)
	var data *bubble.DataRaceError
	var detected *bubble.RaceError
	return run, errors.As(run.Err, &data) || errors.As(run.Err, &detected)
}

// both runs two functions, each in a goroutine of its own, and waits for both.
func both(f, g func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Go(g)
	wg.Wait()
}

// edges are programs with a variable that two goroutines touch, with what orders the two
// accesses, or does not. The race detector, if the tests are built with it, must say of
// each the same.
var edges = []struct {
	name    string
	races   bool
	program func()
}{
	{"nothing", true, func() {
		n := new(int)
		both(func() { *n++ }, func() { *n++ })
	}},
	{"read beside read", false, func() {
		n, sum := new(int), make([]int, 2)
		*n = 1
		both(func() { sum[0] = *n }, func() { sum[1] = *n })
	}},
	{"read beside write", true, func() {
		n, got := new(int), new(int)
		both(func() { *n = 1 }, func() { *got = *n })
	}},
	{"write beside shared read", true, func() {
		n := new(int)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if *n == 2 {
					panic(n)
				}
			})
		}
		wg.Go(func() { *n = 1 })
		wg.Wait()
	}},
	{"neighbours", false, func() {
		n := new([4]byte)
		both(func() { n[0] = 1 }, func() { n[1] = 1 })
	}},
	{"a whole beside a part", true, func() {
		type pair struct{ a, b int32 }
		p, q := new(pair), pair{1, 2}
		both(func() { *p = q }, func() { p.b = 1 })
	}},
	{"part of a whole, ordered", false, func() {
		type pair struct{ a, b int32 }
		p, q := new(pair), pair{1, 2}
		done := make(chan bool)
		go func() {
			*p = q
			p.b = 3
			close(done)
		}()
		<-done
		p.b++
		*p = q
	}},
	{"go statement", false, func() {
		n, done := new(int), make(chan bool)
		*n = 1
		go func() {
			*n++
			done <- true
		}()
		<-done
		*n++
	}},
	{"after the go statement", true, func() {
		n, done := new(int), make(chan bool)
		go func() {
			*n++
			done <- true
		}()
		*n++
		<-done
	}},
	{"unbuffered channel, back", false, func() {
		n, c := new(int), make(chan bool)
		go func() {
			*n = 1
			<-c
		}()
		c <- true
		*n = 2
	}},
	{"buffered channel, back", true, func() {
		n, c := new(int), make(chan bool, 1)
		both(func() {
			*n = 1
			<-c
		}, func() {
			c <- true
			*n = 2
		})
	}},
	{"capacity", false, func() {
		n, c, sum := new(int), make(chan int, 1), new(int)
		both(func() {
			*n++
			*sum += <-c
			<-c
		}, func() {
			c <- 1
			c <- 1
			*n++
		})
	}},
	{"close", false, func() {
		n, c := new(int), make(chan bool)
		both(func() {
			*n = 1
			close(c)
		}, func() {
			<-c
			*n = 2
		})
	}},
	{"select", false, func() {
		n, c, d := new(int), make(chan bool), make(chan bool, 1)
		both(func() {
			*n = 1
			select {
			case c <- true:
			}
		}, func() {
			select {
			case <-c:
				*n = 2
			case <-d:
			}
		})
	}},
	{"mutex", false, func() {
		var mu sync.Mutex
		n := new(int)
		add := func() {
			mu.Lock()
			defer mu.Unlock()
			*n++
		}
		both(add, add)
	}},
	{"another mutex", true, func() {
		var mu [2]sync.Mutex
		n := new(int)
		add := func(i int) func() {
			return func() {
				mu[i].Lock()
				defer mu[i].Unlock()
				*n++
			}
		}
		both(add(0), add(1))
	}},
	{"try lock", false, func() {
		var mu sync.Mutex
		n := new(int)
		add := func() {
			if mu.TryLock() {
				*n++
				mu.Unlock()
			}
		}
		both(add, add)
	}},
	{"write lock beside read lock", false, func() {
		var mu sync.RWMutex
		n, sum := new(int), new(int)
		both(func() {
			mu.Lock()
			*n++
			mu.Unlock()
		}, func() {
			mu.RLock()
			*sum = *n
			mu.RUnlock()
		})
	}},
	{"read lock beside read lock", true, func() {
		var mu sync.RWMutex
		n := new(int)
		add := func() {
			mu.RLock()
			*n++
			mu.RUnlock()
		}
		both(add, add)
	}},
	{"once", false, func() {
		var once sync.Once
		n, sum := new(int), make([]int, 2)
		get := func(i int) func() {
			return func() {
				once.Do(func() { *n = 1 })
				sum[i] = *n
			}
		}
		both(get(0), get(1))
	}},
	{"once value", false, func() {
		n, sum := new(int), make([]int, 2)
		once := sync.OnceValue(func() int {
			*n++
			return *n
		})
		both(func() { sum[0] = once() + *n }, func() { sum[1] = once() + *n })
	}},
	{"wait group", false, func() {
		var wg sync.WaitGroup
		n := new(int)
		wg.Add(1)
		go func() {
			*n++
			wg.Done()
		}()
		wg.Wait()
		*n++
	}},
	{"wait group, beside each other", true, func() {
		var wg sync.WaitGroup
		n := new(int)
		for range 2 {
			wg.Go(func() { *n++ })
		}
		wg.Wait()
	}},
	{"condition", false, func() {
		var mu sync.Mutex
		c := sync.NewCond(&mu)
		ready, n := false, new(int)
		both(func() {
			mu.Lock()
			for !ready {
				c.Wait()
			}
			mu.Unlock()
			*n++
		}, func() {
			*n++
			mu.Lock()
			ready = true
			mu.Unlock()
			c.Broadcast()
		})
	}},
	{"atomic store and load", false, func() {
		var flag atomic.Bool
		n := new(int)
		both(func() {
			*n = 1
			flag.Store(true)
		}, func() {
			for !flag.Load() {
				time.Sleep(1)
			}
			*n = 2
		})
	}},
	{"atomic loads", true, func() {
		var flag atomic.Bool
		n := new(int)
		both(func() {
			*n = 1
			flag.Load()
		}, func() {
			flag.Load()
			*n = 2
		})
	}},
	{"atomic add", false, func() {
		var tickets atomic.Int32
		n := new(int)
		add := func() {
			if tickets.Add(1) == 1 {
				*n++
				tickets.Add(1)
				return
			}
			for tickets.Load() < 3 {
				time.Sleep(1)
			}
			*n++
		}
		both(add, add)
	}},
	{"compare and swap that fails", true, func() {
		var state atomic.Int32
		n := new(int)
		both(func() {
			*n = 1
			state.CompareAndSwap(5, 6)
		}, func() {
			state.Load()
			*n = 2
		})
	}},
	{"compare and swap", false, func() {
		var state atomic.Int32
		n := new(int)
		both(func() {
			*n = 1
			state.CompareAndSwap(0, 1)
		}, func() {
			for state.Load() == 0 {
				time.Sleep(1)
			}
			*n = 2
		})
	}},
	{"atomic pointer and value", false, func() {
		var p atomic.Pointer[int]
		var v atomic.Value
		both(func() {
			n := new(int)
			*n = 1
			p.Store(n)
			m := new(int)
			*m = 1
			v.Store(m)
		}, func() {
			for p.Load() == nil {
				time.Sleep(1)
			}
			*p.Load()++
			for v.Load() == nil {
				time.Sleep(1)
			}
			*v.Load().(*int)++
		})
	}},
	{"functions of sync/atomic", false, func() {
		flag, n := new(int64), new(int)
		both(func() {
			*n = 1
			atomic.AddInt64(flag, 1)
		}, func() {
			for atomic.LoadInt64(flag) == 0 {
				time.Sleep(1)
			}
			*n = 2
		})
	}},
	{"a variable beside its atomic self", false, func() {
		flag := new(int64)
		*flag = 1
		both(func() { atomic.AddInt64(flag, 1) }, func() { atomic.AddInt64(flag, 1) })
	}},
	{"a read beside an atomic add", true, func() {
		flag := new(int64)
		both(func() { atomic.AddInt64(flag, 1) }, func() { n := *flag; sink(n) })
	}},
	{"a write beside an atomic load", true, func() {
		flag := new(int64)
		both(func() { atomic.LoadInt64(flag) }, func() { *flag = 1 })
	}},
	{"a read beside an atomic load", false, func() {
		flag := new(int64)
		both(func() { atomic.LoadInt64(flag) }, func() { n := *flag; sink(n) })
	}},
	{"a copy of a struct beside an atomic store", true, func() {
		s := &struct{ a, n, b int64 }{}
		both(func() { atomic.StoreInt64(&s.n, 1) }, func() { t := *s; sink(t.a + t.n + t.b) })
	}},
	{"a read after an atomic store that was seen", false, func() {
		flag, n := new(int64), new(int64)
		both(func() {
			*flag = 1
			atomic.StoreInt64(n, 1)
		}, func() {
			for atomic.LoadInt64(n) == 0 {
				time.Sleep(1)
			}
			*flag = 2
		})
	}},
	{"one atomic operation of two beside a write", true, func() {
		flag := new(int64)
		both(func() { atomic.AddInt64(flag, 1) }, func() {
			*flag = 1
			atomic.AddInt64(flag, 1)
		})
	}},
	{"sync.Map", false, func() {
		var m sync.Map
		both(func() {
			n := new(int)
			*n = 1
			m.Store("n", n)
		}, func() {
			for {
				if n, ok := m.Load("n"); ok {
					*n.(*int)++
					return
				}
				time.Sleep(1)
			}
		})
	}},
	{"timer that calls", false, func() {
		n, done := new(int), make(chan bool)
		*n = 1
		time.AfterFunc(time.Second, func() {
			*n++
			close(done)
		})
		<-done
		*n++
	}},
	{"timer that calls, beside the one that set it", true, func() {
		n := new(int)
		time.AfterFunc(time.Second, func() { *n++ })
		time.Sleep(2 * time.Second)
		*n++
	}},
	{"timer with a channel", false, func() {
		n, timer := new(int), make(chan *time.Timer, 1)
		both(func() {
			*n = 1
			timer <- time.NewTimer(time.Second)
		}, func() {
			<-(<-timer).C
			*n = 2
		})
	}},
	{"sleep orders nothing", true, func() {
		n := new(int)
		both(func() { *n = 1 }, func() {
			time.Sleep(time.Second)
			*n = 2
		})
	}},
	{"context", false, func() {
		n := new(int)
		ctx, cancel := context.WithCancel(context.Background())
		both(func() {
			*n = 1
			cancel()
		}, func() {
			<-ctx.Done()
			*n = 2
		})
	}},
	{"context asked for its error", false, func() {
		n := new(int)
		ctx, cancel := context.WithCancel(context.Background())
		both(func() {
			*n = 1
			cancel()
		}, func() {
			for ctx.Err() == nil {
				time.Sleep(1)
			}
			*n = 2
		})
	}},
	{"context.AfterFunc", false, func() {
		n, done := new(int), make(chan bool)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		*n = 1
		context.AfterFunc(ctx, func() {
			*n = 2
			close(done)
		})
		<-done
		*n = 3
	}},
	{"coroutine", false, func() {
		n := new(int)
		next, stop := iter.Pull(func(yield func(int) bool) {
			for {
				*n++
				if !yield(*n) {
					return
				}
			}
		})
		for range 3 {
			next()
			*n++
		}
		stop()
		*n++
	}},
	{"synctest.Wait", false, func() {
		n := new(int)
		go func() {
			*n++
			time.Sleep(time.Second)
		}()
		go func() {}()
		synctest.Wait()
		*n++
		time.Sleep(2 * time.Second)
	}},
	{"map", true, func() {
		m := map[string]int{}
		both(func() { m["a"] = 1 }, func() { m["b"] = 1 })
	}},
	{"map that is read", false, func() {
		m, sum := map[int]int{1: 2}, make([]int, 2)
		both(func() { sum[0] = m[1] }, func() {
			for range m {
				sum[1]++
			}
		})
	}},
	{"map that is deleted from beside a range", true, func() {
		m := map[int]*int{1: nil}
		both(func() { delete(m, 1) }, func() {
			for range m {
			}
		})
	}},
	{"append", true, func() {
		s := make([]int, 0, 4)
		both(func() { s = append(s, 1) }, func() { s = append(s, 1) })
	}},
	{"copy", true, func() {
		s, u := make([]int, 4), make([]int, 4)
		both(func() { copy(s, u) }, func() { s[3] = 1 })
	}},
	{"copy beside", false, func() {
		s, u := make([]int, 4), make([]int, 4)
		both(func() { copy(s[:3], u) }, func() { s[3] = 1 })
	}},
	{"string of bytes", true, func() {
		b, s := []byte("abcd"), new(string)
		both(func() { *s = string(b) }, func() { b[2] = 'x' })
	}},
	{"memory that is given out anew", false, func() {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 2000 {
					p := make([]int, 32)
					for i := range p {
						p[i] = i
					}
				}
			})
		}
		wg.Wait()
	}},
}

// edgesVariable tells this test's own program that it is run for what it says.
const edgesVariable = "WEFT_TEST_EDGES"

// sink uses what was read.
//
//go:noinline
func sink(int64) {}

// TestEdges: a data race is found where there is one, and nowhere else.
func TestEdges(t *testing.T) {
	watched(t)
	for _, e := range edges {
		t.Run(e.name, func(t *testing.T) {
			if e.races && bubble.RaceDetector && os.Getenv(edgesVariable) == "" {
				t.Skip("the race detector fails a test that has a data race; see TestEdgesAsTheRaceDetectorHasThem")
			}
			if run, races := raced(t, e.program); races != e.races {
				t.Errorf("there is a data race: %v, want %v: %v", races, e.races, run.Err)
			}
		})
	}
}

// TestEdgesAsTheRaceDetectorHasThem: it finds the same data races.
func TestEdgesAsTheRaceDetectorHasThem(t *testing.T) {
	if !bubble.RaceDetector || !bubble.Controlled() {
		t.Skip("built without the race detector")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestEdges$", "-test.v")
	cmd.Env = append(os.Environ(), edgesVariable+"=1", "GORACE=")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "WARNING: DATA RACE") || strings.Contains(string(out), "there is a data race:") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestDataRaceError: what it says of a race.
func TestDataRaceError(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector says it itself")
	}
	type account struct{ balance int }
	a := &account{}
	run, _ := raced(t, func() {
		both(func() { a.balance += 100 }, func() { a.balance = 0 })
	})
	var e *bubble.DataRaceError
	if !errors.As(run.Err, &e) || run.End != order.Raced || order.Classify(run.Err) != order.Raced {
		t.Fatalf("it ended as %s: %v", run.End, run.Err)
	}
	if len(e.Races) != 1 || e.Races[0].Variable != "a.balance" {
		t.Fatalf("%+v", e.Races)
	}
	first, second := e.Races[0].Accesses[0], e.Races[0].Accesses[1]
	if !first.Writes || first.Reads || !second.Writes || second.Reads || first.Task == second.Task || !strings.Contains(first.Func, "TestDataRaceError") {
		t.Errorf("%+v, %+v", first, second)
	}
	for _, part := range []string{"data race on a.balance: ", "memory_test.go:", " writes it at ", ", and nothing orders the two"} {
		if !strings.Contains(run.Summary, part) {
			t.Errorf("%q does not say %q", run.Summary, part)
		}
	}
}

// TestAcceptedRace: a data race is no failure if its variable, its function or its place
// is accepted.
func TestAcceptedRace(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("it is for GORACE")
	}
	hits := new(int)
	program := func() { both(func() { *hits++ }, func() { *hits++ }) }
	for name, accepted := range map[string]bool{"hits": true, "TestAcceptedRace.func1.1": true, "misses": false, "memory_test.go:1": false} {
		if _, races := raced(t, program, bubble.WithAcceptedRace(name)); races == accepted {
			t.Errorf("with %q accepted, there is a data race: %v", name, races)
		}
	}
}

// TestEveryOrderHasTheRace: a race is found also where the two accesses come the other way
// round, and one that another run has is not that of this one.
func TestEveryOrderHasTheRace(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("a race fails the test there")
	}
	n, flag := new(int), true
	r := bubble.Engine(func() {
		if flag = !flag; flag {
			both(func() { *n = 1 }, func() { *n = 2 })
		} else {
			*n = 3
		}
	}).Runner() // whose first run is not counted
	defer r.Close()
	for i := range 4 {
		run := r.Run(order.Random(uint64(i)), trace.Order)
		if want := i%2 == 0; run.Failed() != want {
			t.Errorf("run %d: %v", i, run.Err)
		}
	}
}

// TestNilMap: nothing is touched by what is done to a nil map.
func TestNilMap(t *testing.T) {
	watched(t)
	var m map[string]int
	if run, races := raced(t, func() {
		both(func() { delete(m, "a") }, func() { clear(m); _ = m["a"] })
	}); races || run.Failed() {
		t.Error(run.Err)
	}
}
