package bubble_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

// placeOf returns where a line of a test file stands that ends with a comment, as
// reports spell places.
func placeOf(t *testing.T, file, comment string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(line, "// "+comment) {
			return fmt.Sprintf("bubble/%s:%d", file, i+1)
		}
	}
	t.Fatalf("no line of %s ends with // %s", file, comment)
	return ""
}

// tools are what goroutines synchronise by.
type tools struct {
	sync.Mutex
	rw    sync.RWMutex
	group sync.WaitGroup
	once  sync.Once
	cond  *sync.Cond
	flag  atomic.Bool
	c     chan int
}

// newTools returns new tools, with a channel that has this much room.
func newTools(room int) *tools {
	s := &tools{c: make(chan int, room)}
	s.cond = sync.NewCond(s)
	return s
}

// An event stands at the line of the operation, and not at that of a call further up.
func TestPlaces(t *testing.T) {
	controlled(t)
	operations := map[string]func(s *tools){
		"send": func(s *tools) {
			s.c <- 1 // place: send
		},
		"receive": func(s *tools) {
			s.c <- 1
			<-s.c // place: receive
		},
		"close": func(s *tools) {
			close(s.c) // place: close
		},
		"Lock": func(s *tools) {
			s.Lock() // place: Lock
		},
		"Unlock": func(s *tools) {
			s.Lock()
			s.Unlock() // place: Unlock
		},
		"TryLock": func(s *tools) {
			s.TryLock() // place: TryLock
		},
		"RLock": func(s *tools) {
			s.rw.RLock() // place: RLock
		},
		"RUnlock": func(s *tools) {
			s.rw.RLock()
			s.rw.RUnlock() // place: RUnlock
		},
		"RWMutex.Unlock": func(s *tools) {
			s.rw.Lock()
			s.rw.Unlock() // place: RWMutex.Unlock
		},
		"Add": func(s *tools) {
			s.group.Add(1) // place: Add
		},
		"Done": func(s *tools) {
			s.group.Add(1)
			s.group.Done() // place: Done
		},
		"Wait": func(s *tools) {
			s.group.Wait() // place: Wait
		},
		"Signal": func(s *tools) {
			s.cond.Signal() // place: Signal
		},
		"Broadcast": func(s *tools) {
			s.cond.Broadcast() // place: Broadcast
		},
		"Do": func(s *tools) {
			s.once.Do(func() {}) // place: Do
		},
		"Load": func(s *tools) {
			s.flag.Load() // place: Load
		},
		"Sleep": func(s *tools) {
			time.Sleep(time.Second) // place: Sleep
		},
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			run := order.RunOnce(bubble.Engine(func() {
				operation(newTools(1))
			}), order.Default())
			if run.Err != nil {
				t.Fatal(run.Err)
			}
			var places []string
			for _, e := range run.Trace().Events {
				places = append(places, e.Pos)
			}
			if want := placeOf(t, "place_test.go", "place: "+name); !slices.Contains(places, want) {
				t.Errorf("no event stands at %s: %q", want, places)
			}
		})
	}
}
