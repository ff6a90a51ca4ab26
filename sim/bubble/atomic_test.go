package bubble_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// threads starts goroutines and waits for them in a way that touches nothing: its sleep
// is over when nothing else can go on.
func threads(bodies ...func()) {
	for _, body := range bodies {
		go body()
	}
	time.Sleep(time.Second)
}

type atomicInteger[T any] interface {
	Load() T
	Store(T)
	Swap(T) T
	CompareAndSwap(T, T) bool
	Add(T) T
	And(T) T
	Or(T) T
}

func useInteger[T any](x atomicInteger[T], v T) {
	x.Load()
	x.Store(v)
	x.Swap(v)
	x.CompareAndSwap(v, v)
	x.Add(v)
	x.And(v)
	x.Or(v)
}

// Each method of package sync/atomic is a point, and the trace says whether it reads or
// writes.
func TestAtomicsArePoints(t *testing.T) {
	controlled(t)
	const integer = "read write write write write write write"
	for name, c := range map[string]struct {
		use  func()
		want string
	}{
		"Int32":   {func() { useInteger(new(atomic.Int32), 1) }, integer},
		"Int64":   {func() { useInteger(new(atomic.Int64), 1) }, integer},
		"Uint32":  {func() { useInteger(new(atomic.Uint32), 1) }, integer},
		"Uint64":  {func() { useInteger(new(atomic.Uint64), 1) }, integer},
		"Uintptr": {func() { useInteger(new(atomic.Uintptr), 1) }, integer},
		"Bool": {func() {
			x := new(atomic.Bool)
			escape = x
			x.Load()
			x.Store(true)
			x.Swap(true)
			x.CompareAndSwap(true, false)
		}, "read write write write"},
		"Pointer": {func() {
			x := new(atomic.Pointer[int])
			escape = x
			x.Load()
			x.Store(nil)
			x.Swap(nil)
			x.CompareAndSwap(nil, nil)
		}, "read write write write"},
		"Value": {func() {
			x := new(atomic.Value)
			escape = x
			x.Load()
			x.Store(1)
			x.Swap(1)
			x.CompareAndSwap(1, 2)
		}, "read write write write"},
	} {
		run := order.RunOnce(bubble.Engine(c.use), order.Default())
		var kinds []string
		for _, e := range run.Trace().Events {
			if strings.HasPrefix(e.Object, "atomic ") {
				kinds = append(kinds, e.Kind.String())
				if !strings.Contains(e.Pos, "atomic_test.go:") {
					t.Errorf("%s: %v stands at %q", name, e, e.Pos)
				}
			}
		}
		if got := strings.Join(kinds, " "); got != c.want || run.Err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, run.Err, c.want)
		}
		for _, s := range run.Footprints {
			for _, touch := range s.Touches {
				if strings.HasPrefix(touch.Object, "atomic ") && (touch.Access == order.Reads) != (kinds[0] == "read") {
					t.Errorf("%s: step %s touches %v, want a %s", name, s.Name, touch, kinds[0])
				} else if strings.HasPrefix(touch.Object, "atomic ") {
					kinds = kinds[1:]
				}
			}
		}
		if len(kinds) > 0 {
			t.Errorf("%s: steps touch nothing of %v", name, kinds)
		}
	}
}

// escape keeps what is stored in it in the heap.
var escape any

// What package sync does by atomics is no point of its own.
func TestAtomicsOfTheLibraryAreNoPoints(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		timer := time.AfterFunc(time.Hour, func() {})
		timer.Stop()
		bubble.Println(fmt.Sprint(time.Now().Year()))
		hello()
	}), order.Default())
	for _, e := range run.Trace().Events {
		if e.Kind == trace.Read || e.Kind == trace.Write {
			t.Errorf("%v", e)
		}
	}
}

// The yardsticks of reduction, with goroutines: for each there is a formula that says
// how many traces it has, whatever the tool (Abdulla, Aronis, Jonsson and Sagonas,
// "Optimal dynamic partial order reduction", POPL'14).
func TestYardsticks(t *testing.T) {
	controlled(t)
	readers := func(n int) func() {
		return func() {
			var x atomic.Int64
			bodies := []func(){func() { x.Store(1) }}
			for range n {
				bodies = append(bodies, func() { x.Load() })
			}
			threads(bodies...)
		}
	}
	inc := func(n int) func() {
		return func() {
			var x atomic.Int64
			bodies := make([]func(), n)
			for i := range bodies {
				bodies[i] = func() { x.Store(x.Load() + 1) }
			}
			threads(bodies...)
		}
	}
	lastzero := func(n int) func() {
		return func() {
			a := make([]atomic.Int64, n+1)
			bodies := []func(){func() {
				for i := n; a[i].Load() != 0; i-- {
				}
			}}
			for j := 1; j <= n; j++ {
				bodies = append(bodies, func() { a[j].Store(a[j-1].Load() + 1) })
			}
			threads(bodies...)
		}
	}
	for _, c := range []struct {
		name    string
		program func()
		want    int
	}{
		{"readers(2)", readers(2), 4}, {"readers(5)", readers(5), 32}, {"readers(8)", readers(8), 256},
		{"inc(2)", inc(2), 4}, {"inc(3)", inc(3), 36}, {"inc(4)", inc(4), 576},
		{"lastzero(2)", lastzero(2), 5}, {"lastzero(3)", lastzero(3), 12}, {"lastzero(5)", lastzero(5), 64}, {"lastzero(7)", lastzero(7), 320},
	} {
		if testing.Short() && c.want > 100 {
			continue
		}
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal()} {
			r := explored(t, c.program, explore.WithStrategy(s), explore.WithRuns(100_000))
			if r.Coverage.Kind != search.AllTraces || r.Traces != c.want || len(r.Untracked) > 0 {
				t.Errorf("%s, %s: %s, %d traces, want %d; untracked %q", c.name, s, r.Verdict(), r.Traces, c.want, r.Untracked)
			}
		}
	}
}

// A lost update that is no data race.
func TestAtomicLostUpdate(t *testing.T) {
	controlled(t)
	program := func(add func(x *atomic.Int64)) func() {
		return func() {
			var x atomic.Int64
			threads(func() { add(&x) }, func() { add(&x) })
			bubble.Println(x.Load())
		}
	}
	lost := explored(t, program(func(x *atomic.Int64) { x.Store(x.Load() + 1) }))
	if got := outcomes(lost); !slices.Equal(got, []string{"finished 1\n", "finished 2\n"}) {
		t.Errorf("%s: outcomes %q, want 1 and 2", lost.Verdict(), got)
	}
	kept := explored(t, program(func(x *atomic.Int64) {
		for v := x.Load(); !x.CompareAndSwap(v, v+1); v = x.Load() {
		}
	}))
	if got := outcomes(kept); !slices.Equal(got, []string{"finished 2\n"}) || kept.Coverage.Kind != search.AllOrders {
		t.Errorf("%s: outcomes %q, want only 2", kept.Verdict(), got)
	}
}
