package bubble_test

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"weft/sim/bubble"
	"weft/sim/order"
)

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
