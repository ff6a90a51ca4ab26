//go:build go1.27

package bubble_test

import (
	"regexp"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/order"
)

// leakProfile returns how many goroutines Go's own profile of leaks has that wait at a
// place, such as "bubble/bank_test.go:12".
func leakProfile(t *testing.T, at string) int {
	t.Helper()
	var text strings.Builder
	if err := pprof.Lookup("goroutineleak").WriteTo(&text, 1); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, found := range regexp.MustCompile(`(?m)^(\d+) @ .*\n(?:#.*\n)*#.*/`+regexp.QuoteMeta(at)+"$").FindAllStringSubmatch(text.String(), -1) {
		n, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}

// What is left of a run is what the profile of leaks finds after it, if it waits for
// something that the profile sees: channels and wait groups of a bubble are none of it, nor
// is a lock that a goroutine has not begun to take. (Beside the race detector memory is not
// watched, and waiting for a lock is a step: it has begun.)
func TestLeakProfile(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
		profile bool
	}{
		{"lock", func() {
			var mu sync.Mutex
			mu.Lock()
			go func() { mu.Lock() }() // profile: lock
		}, bubble.RaceDetector}, // where memory is watched, it has not begun to take the lock
		{"condition", func() {
			var mu sync.Mutex
			c := sync.NewCond(&mu)
			go func() {
				mu.Lock()
				c.Wait() // profile: condition
			}()
		}, true},
		{"nil channel", func() {
			var c chan int
			go func() { <-c }() // profile: nil channel
		}, true},
		{"channel", func() {
			c := make(chan int)
			go func() { <-c }() // profile: channel
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			leak, _ := leakOf(t, c.program)
			if at := placeOf(t, "leak127_test.go", "profile: "+c.name); len(leak.Goroutines) != 1 || leak.Goroutines[0].Pos != at {
				t.Errorf("left: %v; want it at %s", leak, at)
			}
			// How many it has is not certain: what lies about on a stack may hold one.
			if n := leakProfile(t, leak.Goroutines[0].Pos); n > 0 != c.profile {
				t.Errorf("the profile has %d goroutines at %s; has it any? want %t", n, leak.Goroutines[0].Pos, c.profile)
			}
		})
	}
}

// The profile may be taken in a run. Who is found in it waits as before, and the run ends
// as it would have ended.
func TestLeakProfileInside(t *testing.T) {
	controlled(t)
	engine := bubble.Engine(func() {
		started := make(chan bool)
		go func() {
			var none chan int
			close(started)
			<-none // profile: inside
		}()
		<-started
		other := make(chan bool)
		go func() { close(other) }()
		<-other
		bubble.Println(leakProfile(t, placeOf(t, "leak127_test.go", "profile: inside")) > 0)
		done := make(chan bool)
		go func() { close(done) }()
		<-done
	})
	run := order.RunOnce(engine, order.Default())
	if run.End != order.Leaked || len(run.Output) != 1 || run.Output[0].Text != "true" {
		t.Errorf("it ended %s with %v: %v", run.End, run.Output, run.Err)
	}
}
