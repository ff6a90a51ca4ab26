package bubble_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

// cleaner is what a library leaves: nothing can stop it.
func cleaner() {
	for range time.Tick(time.Minute) {
	}
}

// idle waits in a function of its own.
func idle(c chan int) { <-c }

type server struct{ c chan int }

func (s *server) serve() { idle(s.c) }

// A goroutine may be left if it was started with an expected function, or has one on its
// stack. All others are a leak, and the expected ones are no part of it.
func TestWithExpected(t *testing.T) {
	controlled(t)
	const pkg = "weft/sim/bubble_test."
	for _, c := range []struct {
		name     string
		expected []string
		left     []string
	}{
		{"none", nil, []string{"cleaner", "idle", "serve", "leaves"}},
		{"the one it was started with", []string{pkg + "cleaner"}, []string{"idle", "serve", "leaves"}},
		{"any on its stack", []string{pkg + "idle"}, []string{"cleaner", "leaves"}},
		{"a method", []string{pkg + "(*server).serve"}, []string{"cleaner", "idle", "leaves"}},
		{"a literal", []string{pkg + "leaves.func1"}, []string{"cleaner", "idle", "serve"}},
		{"several", []string{pkg + "cleaner", pkg + "idle"}, []string{"leaves"}},
		{"all", []string{pkg + "cleaner", pkg + "idle", pkg + "leaves.func1"}, nil},
		{"another one", []string{pkg + "idl", pkg + "idle.func1", pkg + "leaves"}, []string{"cleaner", "idle", "serve", "leaves"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var options []bubble.Option
			for _, f := range c.expected { // given one by one, all of them count
				options = append(options, bubble.WithExpected(f))
			}
			run := order.RunOnce(bubble.Engine(leaves, options...), order.Default())
			var left []string
			var leak *bubble.LeakError
			if errors.As(run.Err, &leak) {
				for _, g := range leak.Goroutines {
					left = append(left, g.Task)
				}
			}
			if !slices.Equal(left, c.left) || (len(left) == 0) != (run.End == order.Finished) {
				t.Errorf("it ended %s, and %q are left; want %q: %v", run.End, left, c.left, run.Err)
			}
		})
	}
}

func leaves() {
	go cleaner()
	go idle(make(chan int))
	s := &server{make(chan int)}
	go s.serve()
	go func() { select {} }()
}

// Time does not go on for those that may be left, and does for others.
func TestExpectedDoNotKeepTimeGoing(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		sleep   time.Duration
		elapsed time.Duration
	}{
		{"alone", 0, 0},
		{"beside one that ends", 5*time.Minute + time.Second, 5*time.Minute + time.Second},
	} {
		run := order.RunOnce(bubble.Engine(func() {
			go cleaner()
			if c.sleep > 0 {
				go time.Sleep(c.sleep)
			}
		}, bubble.WithExpected("weft/sim/bubble_test.cleaner")), order.Default())
		if run.Failed() || run.Elapsed != c.elapsed {
			t.Errorf("%s: it ended %s at %v, want %v: %v", c.name, run.End, run.Elapsed, c.elapsed, run.Err)
		}
	}
}

// What is no name of a function is refused.
func TestWithExpectedPanics(t *testing.T) {
	panics(t, "bubble: WithExpected was given no function; name those that goroutines may be left in", func() { bubble.WithExpected() })
	for _, f := range []string{"", "cleaner", "example.com/cache.", "example.com/cache.New()", "net/http .serve", "a/b.c/d"} {
		panics(t, "bubble: WithExpected was given \""+f+"\"; it must be the full name of a function, as in a stack trace, such as \"net/http.(*persistConn).writeLoop\"", func() { bubble.WithExpected(f) })
	}
}
