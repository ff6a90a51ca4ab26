package bubble_test

import (
	"context"
	cryptorand "crypto/rand"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unique"
	"unsafe"
	"weak"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// complete are the strategies that say "all".
var complete = []search.Strategy{walk.Exhaustive(), dpor.SleepSets(), dpor.Reduced(), dpor.Optimal(), explore.Auto()}

// hub is closed in the step in which the goroutine that fills it is started: no point lies
// between the two, and so it is the data race that says what is wrong.
type hub struct {
	readers map[int]chan bool
}

func (h *hub) close() {
	for k, c := range h.readers {
		close(c)
		delete(h.readers, k)
	}
}

func TestEntryComesLate(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	for _, s := range complete {
		r := explored(t, func() {
			h := &hub{readers: map[int]chan bool{}}
			var wg sync.WaitGroup
			closed := make(chan bool)
			wg.Add(1)
			go func() {
				defer wg.Done()
				h.readers[1] = closed
			}()
			h.close()
			wg.Wait()
			select {
			case <-closed:
				panic("the reader was told")
			default:
			}
		}, explore.WithStrategy(s))
		if f := r.Failure(); f == nil || f.End != order.Raced || !strings.Contains(f.Text, "data race on h.readers: ") ||
			strings.Count(f.Text, "bubble/cases_memory_test.go:") != 2 {
			t.Errorf("%s: %s: %+v", s, r.Verdict(), r.Outcomes)
		}
	}
}

// TestAtomicFunctionsLoseAnUpdate: between a load and a store by functions of package
// sync/atomic, another goroutine may come, as between methods.
func TestAtomicFunctionsLoseAnUpdate(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("with the race detector, the functions are its own")
	}
	for _, s := range complete {
		r := explored(t, func() {
			n := new(int64)
			both(func() { atomic.StoreInt64(n, atomic.LoadInt64(n)+1) }, func() { atomic.StoreInt64(n, atomic.LoadInt64(n)+1) })
			bubble.Println(atomic.LoadInt64(n))
		}, explore.WithStrategy(s))
		if got := outcomes(r); !r.Coverage.Complete() || strings.Join(got, " ") != "finished 1\n finished 2\n" {
			t.Errorf("%s: %s: %q", s, r.Verdict(), got)
		}
	}
}

// TestEveryAtomicFunctionIsAPoint: each of them is, and does what it is for.
func TestEveryAtomicFunctionIsAPoint(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("with the race detector, the functions are its own")
	}
	n32, n64, u32, u64, up := new(int32), new(int64), new(uint32), new(uint64), new(uintptr)
	p := new(unsafe.Pointer)
	a, b := unsafe.Pointer(n32), unsafe.Pointer(n64)
	right := func(ok bool) {
		if !ok {
			panic("a function of sync/atomic does something else")
		}
	}
	run := order.RunOnce(bubble.Engine(func() {
		*n32, *n64, *u32, *u64, *up, *p = 0, 0, 0, 0, 0, nil
		atomic.StoreInt32(n32, 6)
		right(atomic.LoadInt32(n32) == 6 && atomic.AddInt32(n32, 1) == 7 && atomic.SwapInt32(n32, 12) == 7)
		right(atomic.AndInt32(n32, 8) == 12 && atomic.OrInt32(n32, 1) == 8 && atomic.CompareAndSwapInt32(n32, 9, 1) && *n32 == 1)
		atomic.StoreInt64(n64, 6)
		right(atomic.LoadInt64(n64) == 6 && atomic.AddInt64(n64, 1) == 7 && atomic.SwapInt64(n64, 12) == 7)
		right(atomic.AndInt64(n64, 8) == 12 && atomic.OrInt64(n64, 1) == 8 && !atomic.CompareAndSwapInt64(n64, 8, 1) && *n64 == 9)
		atomic.StoreUint32(u32, 6)
		right(atomic.LoadUint32(u32) == 6 && atomic.AddUint32(u32, 1) == 7 && atomic.SwapUint32(u32, 12) == 7)
		right(atomic.AndUint32(u32, 8) == 12 && atomic.OrUint32(u32, 1) == 8 && atomic.CompareAndSwapUint32(u32, 9, 1) && *u32 == 1)
		atomic.StoreUint64(u64, 6)
		right(atomic.LoadUint64(u64) == 6 && atomic.AddUint64(u64, 1) == 7 && atomic.SwapUint64(u64, 12) == 7)
		right(atomic.AndUint64(u64, 8) == 12 && atomic.OrUint64(u64, 1) == 8 && atomic.CompareAndSwapUint64(u64, 9, 1) && *u64 == 1)
		atomic.StoreUintptr(up, 6)
		right(atomic.LoadUintptr(up) == 6 && atomic.AddUintptr(up, 1) == 7 && atomic.SwapUintptr(up, 12) == 7)
		right(atomic.AndUintptr(up, 8) == 12 && atomic.OrUintptr(up, 1) == 8 && atomic.CompareAndSwapUintptr(up, 9, 1) && *up == 1)
		atomic.StorePointer(p, a)
		right(atomic.LoadPointer(p) == a && atomic.SwapPointer(p, b) == a && !atomic.CompareAndSwapPointer(p, a, b) && atomic.CompareAndSwapPointer(p, b, a) && *p == a)
	}), order.Default())
	accesses := 0
	for _, e := range run.Trace().Events {
		if strings.HasPrefix(e.Object, "atomic ") {
			accesses++
			if !strings.Contains(e.Pos, "cases_memory_test.go:") {
				t.Errorf("%v stands at %q", e, e.Pos)
			}
		}
	}
	if want := 5*7 + 5; run.Err != nil || accesses != want {
		t.Errorf("%d accesses, want %d; %v", accesses, want, run.Err)
	}
}

// TestLenIsAPoint: what the length of a channel is depends on who comes first.
func TestLenIsAPoint(t *testing.T) {
	controlled(t)
	for _, s := range complete {
		r := explored(t, func() {
			c := make(chan int, 2)
			done := make(chan bool)
			go func() {
				c <- 1
				close(done)
			}()
			n := len(c)
			<-done
			bubble.Println(n)
		}, explore.WithStrategy(s))
		if got := outcomes(r); !r.Coverage.Complete() || strings.Join(got, " ") != "finished 0\n finished 1\n" {
			t.Errorf("%s: %s: %q", s, r.Verdict(), got)
		}
	}
}

// TestClaim: a complete walk without a data race says so, and what it leaves out.
func TestClaim(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector claims nothing")
	}
	t.Setenv("WEFT_MEMORY", "all")
	counted := func() {
		n, mu := new(int), new(sync.Mutex)
		both(func() { mu.Lock(); *n++; mu.Unlock() }, func() { mu.Lock(); *n++; mu.Unlock() })
	}
	const claim = ", no data race in any: the program has no other behaviour"
	r := explored(t, counted)
	if v := r.Verdict(); !strings.HasPrefix(v, "all ") || !strings.HasSuffix(v, " explored"+claim) {
		t.Error(v)
	}
	if v := explored(t, func() { time.Sleep(1) }).Verdict(); !strings.HasSuffix(v, claim+", but for time that passes while a goroutine is ready") {
		t.Error(v)
	}
	if v := explored(t, func() { rand.Int() }).Verdict(); !strings.HasSuffix(v, claim+", but for other random numbers") {
		t.Error(v)
	}
	maps := func(n int) func() {
		return func() {
			m := map[int]bool{}
			for k := range n {
				m[k] = true
			}
			for range m {
				counted()
			}
			for range m {
				rand.IntN(10)
			}
		}
	}
	if v := explored(t, maps(1)).Verdict(); !strings.HasSuffix(v, claim+", but for other random numbers") {
		t.Error(v) // a map with one entry has one order
	}
	if v := explored(t, maps(2), explore.WithRuns(100_000)).Verdict(); !strings.HasSuffix(v, claim+", but for other random numbers and other orders of maps") {
		t.Error(v)
	}
	ranged := func(n int) func() {
		return func() {
			var m sync.Map
			for k := range n {
				m.Store(k, true)
			}
			for range m.Range {
				counted()
			}
		}
	}
	if v := explored(t, ranged(1), explore.WithRuns(100_000)).Verdict(); !strings.HasSuffix(v, claim) {
		t.Error(v)
	}
	if v := explored(t, ranged(2), explore.WithRuns(100_000)).Verdict(); !strings.HasSuffix(v, claim+", but for other orders of maps") {
		t.Error(v)
	}
	pool := sync.Pool{New: func() any { return 1 }}
	if v := explored(t, func() { pool.Get() }).Verdict(); !strings.HasSuffix(v, claim+", but for what a sync.Pool gives back") {
		t.Error(v)
	}
	seen := []*[64]int{new([64]int)}
	for _, test := range []struct {
		name string
		does func()
		but  string
	}{
		{"date", func() { time.Now() }, ", but for time that passes while a goroutine is ready and other dates"},
		{"time that has passed", func() { time.Since(time.Time{}) }, ", but for time that passes while a goroutine is ready and other dates"},
		{"deadline", func() {
			_, cancel := context.WithTimeout(context.Background(), time.Second)
			cancel()
		}, ", but for time that passes while a goroutine is ready"},
		{"cryptography", func() { cryptorand.Read(make([]byte, 3)) }, ", but for other random numbers"},
		{"hash", func() { maphash.MakeSeed() }, ", but for other random numbers"},
		{"file", func() { os.Stat("nowhere") }, ", but for other orders and results of real input and output"},
		{"signal", func() {
			c := make(chan os.Signal, 1)
			signal.Notify(c, os.Interrupt)
			signal.Stop(c)
		}, ", but for signals that come"},
		{"finalizer", func() { runtime.SetFinalizer(new([64]int), nil) }, ", but for when memory is collected"},
		{"cleanup", func() { runtime.AddCleanup(seen[0], func(int) {}, 0).Stop() }, ", but for when memory is collected"},
		{"weak pointer", func() { weak.Make(seen[0]) }, ", but for when memory is collected"},
		{"unique value", func() { unique.Make(1) }, ""},
		// Package os tells the test's log, which now and then writes to a file.
		{"environment of one goroutine", func() { syscall.Getenv("HOME"); counted() }, ""},
		{"environment", func() { both(func() { syscall.Getenv("HOME") }, func() { syscall.Getenv("HOME") }) }, ", but for what comes between calls of the standard library that share something"},
		{"locks, waits and contexts", func() {
			ctx, cancel := context.WithCancel(context.Background())
			both(func() { counted(); cancel() }, func() { counted(); ctx.Err() })
		}, ""},
	} {
		if v := explored(t, test.does, explore.WithRuns(100_000), explore.WithStrategy(dpor.Reduced())).Verdict(); !strings.HasSuffix(v, claim+test.but) {
			t.Errorf("%s: %s", test.name, v)
		}
	}
	t.Setenv("WEFT_MEMORY", "module")
	if v := explored(t, counted).Verdict(); !strings.HasSuffix(v, claim+", but for what packages outside of the main module read and write") {
		t.Error(v)
	}
	merged := &explore.Parts{}
	for i, setting := range []string{"all", "module"} {
		t.Setenv("WEFT_MEMORY", setting)
		part, err := explore.SearchPart(t.Context(), bubble.Engine(counted, bubble.WithProgram("counted")), explore.WithStrategy(walk.Exhaustive()), explore.WithShard(i+1, 2))
		if err == nil {
			err = merged.Add(part)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if v := merged.Report().Verdict(); !strings.HasSuffix(v, claim+", but for what packages outside of the main module read and write") {
		t.Errorf("one part in which all packages were watched, and one in which those of the module were: %s", v)
	}
	racy := func() {
		n := new(int)
		both(func() { *n++ }, func() { *n++ })
	}
	if v := explored(t, racy).Verdict(); strings.Contains(v, "no other behaviour") {
		t.Error(v)
	}
	accepted, err := explore.Search(t.Context(), bubble.Engine(racy, bubble.WithAcceptedRace("n")))
	if err != nil || accepted.Failed() || strings.Contains(accepted.Verdict(), "no other behaviour") {
		t.Errorf("%s, %v", accepted.Verdict(), err)
	}
	fifo, err := explore.Search(t.Context(), bubble.Engine(counted, bubble.WithPolicy(order.FIFO)))
	if err != nil || strings.Contains(fifo.Verdict(), "no other behaviour") {
		t.Errorf("%s, %v", fifo.Verdict(), err)
	}
}

// TestMemoryPoints: the reads and writes of a variable that races are points, and an update
// is lost in some order; the schedule that shows it fits again.
func TestMemoryPoints(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	type account struct{ balance int }
	program := func() {
		a := &account{}
		deposit := func() { a.balance += 100 }
		both(deposit, deposit)
		bubble.Println(a.balance)
	}
	for _, s := range complete {
		e := bubble.Engine(program, bubble.WithMemoryPoints())
		r, err := explore.Search(t.Context(), e, explore.WithStrategy(s))
		if got := outcomes(r); err != nil || !r.Coverage.Complete() || strings.Join(got, " ") != "finished 100\n finished 200\n" {
			t.Fatalf("%s: %s: %q, %v", s, r.Verdict(), got, err)
		}
		for _, o := range r.Outcomes {
			schedule, err := order.ParseSchedule(o.Witness.String())
			if err != nil {
				t.Fatal(err)
			}
			again := order.RunOnce(bubble.Engine(program, bubble.WithMemoryPoints()), order.Replay(schedule))
			if again.Failed() || len(again.Output) != 1 || again.Output[0].Text+"\n" != o.Text {
				t.Errorf("%s: with %s: %v, %v; want %s", s, schedule, again.Output, again.Err, o.Text)
			}
		}
		if strings.Contains(r.Verdict(), "no other behaviour") {
			t.Errorf("%s: %s", s, r.Verdict())
		}
	}
	touched := order.RunOnce(bubble.Engine(program, bubble.WithMemoryPoints()), order.Default())
	seen := 0
	for _, step := range touched.Footprints {
		for _, touch := range step.Touches {
			if touch.Object == "variable a.balance" {
				seen++
			}
		}
	}
	if seen < 2 {
		t.Errorf("%d steps touch the variable: %+v", seen, touched.Footprints)
	}
}

// TestMixedMemoryPoints: where an atomic operation races with an access that is none, no
// reduction says that it has seen all, and what says so has.
func TestMixedMemoryPoints(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	for _, s := range complete {
		r, err := explore.Search(t.Context(), bubble.Engine(func() {
			n := new(int64)
			both(func() { atomic.AddInt64(n, 1) }, func() { *n = *n + 1 })
			bubble.Println(*n)
		}, bubble.WithMemoryPoints()), explore.WithStrategy(s))
		if got := outcomes(r); err != nil || r.Coverage.Complete() && strings.Join(got, " ") != "finished 1\n finished 2\n" {
			t.Errorf("%s: %s: %q, %v", s, r.Verdict(), got, err)
		}
	}
}
