package bubble_test

import (
	"context"
	"reflect"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// A goroutine goes by its own labels, the first that it sets, or by the name that it asks for.
func TestLabelsNameGoroutines(t *testing.T) {
	controlled(t)
	var wg sync.WaitGroup
	with := func(labels pprof.LabelSet, f func()) func() {
		return func() { pprof.Do(context.Background(), labels, func(context.Context) { f() }) }
	}
	run := order.RunOnce(bubble.Engine(func() {
		wg = sync.WaitGroup{}
		with(pprof.Labels("phase", "start"), func() {
			wg.Go(with(pprof.Labels("shard", "3"), func() { time.Sleep(1) }))
			wg.Go(with(pprof.Labels("name", "clock"), func() { time.Sleep(1) }))
			wg.Go(with(pprof.Labels("name", "clock"), with(pprof.Labels("name", "later"), func() { time.Sleep(1) })))
			wg.Go(with(pprof.Labels("name", "other"), func() { bubble.Name("asked"); time.Sleep(1) }))
			wg.Wait()
		})()
	}), order.Default())
	var names []string
	for _, e := range run.Trace().Events {
		if e.Kind == trace.Finish {
			names = append(names, e.Task)
		}
	}
	slices.Sort(names)
	if want := []string{"asked", "clock", "clock#2", "main", "shard-3"}; !slices.Equal(names, want) || run.Err != nil {
		t.Errorf("they are called %q, want %q: %v", names, want, run.Err)
	}
}

// Whoever made a lock is known, in whatever way the runtime made its memory, and so the
// lock has a name that is the same in every order.
func TestLocksOfAllSizesHaveNames(t *testing.T) {
	controlled(t)
	type small struct {
		n    int32
		lock sync.Mutex
	}
	type pointers struct {
		next *int
		lock sync.Mutex
	}
	type medium struct {
		next [6]*int
		lock sync.Mutex
	}
	type large struct { // its type stands in a header before it
		next [100]*int
		lock sync.Mutex
	}
	type huge struct {
		next [10_000]*int
		lock sync.Mutex
	}
	for name, lock := range map[string]func() sync.Locker{
		"alone":       func() sync.Locker { return new(sync.Mutex) },
		"small":       func() sync.Locker { return &new(small).lock },
		"pointers":    func() sync.Locker { return &new(pointers).lock },
		"medium":      func() sync.Locker { return &new(medium).lock },
		"large":       func() sync.Locker { return &new(large).lock },
		"huge":        func() sync.Locker { return &new(huge).lock },
		"slice":       func() sync.Locker { return &make([]large, 3)[1].lock },
		"grown slice": func() sync.Locker { return &append(make([]large, 1), large{})[1].lock },
		"reflect":     func() sync.Locker { return &reflect.New(reflect.TypeFor[large]()).Interface().(*large).lock },
		"no pointers": func() sync.Locker { return &new([3]sync.Mutex)[2] },
		"read-write":  func() sync.Locker { return new(sync.RWMutex).RLocker() },
	} {
		t.Run(name, func(t *testing.T) {
			program := func() {
				l := lock()
				var n atomic.Int64
				done := make(chan bool)
				go func() { l.Lock(); n.Add(1); l.Unlock(); close(done) }()
				l.Lock()
				n.Add(1)
				l.Unlock()
				<-done
			}
			run := order.RunOnce(bubble.Engine(program), order.Default())
			if run.Err != nil || len(run.Untracked) > 0 {
				t.Errorf("%v, untracked %q", run.Err, run.Untracked)
			}
			seen := map[string]bool{}
			for _, s := range run.Footprints {
				for _, touch := range s.Touches {
					seen[touch.Object] = true
				}
			}
			for object := range seen {
				if strings.Contains(object, "?") {
					t.Errorf("%s has no name", object)
				}
			}
			if len(seen) < 3 {
				t.Errorf("objects %v; want a lock, an atomic and a channel", seen)
			}
		})
	}
}
