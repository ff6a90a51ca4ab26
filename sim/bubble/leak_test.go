package bubble_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// leakOf runs a program that leaves goroutines behind, once.
func leakOf(t *testing.T, program func(), options ...bubble.Option) (*bubble.LeakError, *order.Run) {
	t.Helper()
	run := order.RunOnce(bubble.Engine(program, options...), order.Default())
	var leak *bubble.LeakError
	if run.End != order.Leaked || !errors.As(run.Err, &leak) {
		t.Fatalf("it ended %s: %v; want a leak", run.End, run.Err)
	}
	return leak, run
}

func leaks() {
	c := make(chan int) // leak: made
	go func() {
		time.Sleep(time.Second)
		c <- 1
	}()
	var wg sync.WaitGroup
	wg.Go(func() { bubble.Println("this one ends") })
	wg.Go(func() { // leak: started by Go
		<-c
		<-c // leak: waits again
	})
}

// Who is left, what it waits for, since when and where, and where it was started.
func TestLeakError(t *testing.T) {
	controlled(t)
	leak, run := leakOf(t, leaks)
	place := func(comment string) string { return placeOf(t, "leak_test.go", "leak: "+comment) }
	want := bubble.Leaked{
		Waiting: order.Waiting{
			Task: "leaks.func3", On: "chan c", Since: time.Second, Pos: place("waits again"),
			To: "to receive from c", Origin: strings.TrimPrefix(place("made"), "bubble/"), Lacks: "nobody sends to it",
			Runs: "bubble_test.leaks.func3", By: "main", Made: place("started by Go"),
		},
		Started: place("started by Go"),
	}
	if len(leak.Goroutines) != 1 || fmt.Sprintf("%#v", leak.Goroutines[0]) != fmt.Sprintf("%#v", want) {
		t.Errorf("%#v, want %#v", leak.Goroutines, want)
	}
	text := "leaks.func3 has waited since 1s to receive from c, and nobody sends to it\na goroutine is left that never ends\n  leaks.func3 waits for chan c since 1s"
	if run.Summary != text {
		t.Errorf("summary %q, want %q, without places", run.Summary, text)
	}
	text = "leak: leaks.func3 has waited since 1s at " + want.Pos + " to receive from c (" + want.Origin + "), and nobody sends to it\na goroutine is left that never ends\n" +
		"  leaks.func3 waits for chan c since 1s (" + want.Pos + "); runs bubble_test.leaks.func3; started by main at " + want.Started
	if leak.Error() != text {
		t.Errorf("it says\n%s\nwant\n%s", leak, text)
	}
	if run.Elapsed != time.Second || len(run.Output) != 1 {
		t.Errorf("it ended at %v with %v", run.Elapsed, run.Output)
	}
}

// All are named, in the order in which they were started.
func TestSeveralLeaks(t *testing.T) {
	controlled(t)
	leak, _ := leakOf(t, func() {
		c, lock := make(chan int), new(sync.Mutex)
		lock.Lock() // leak: taken
		go func() { // leak: first started
			go func() { // leak: child started
				c <- 1 // leak: child
			}()
			<-make(chan int) // leak: first
		}()
		go func() { // leak: second started
			lock.Lock() // leak: second
		}()
	})
	lines := strings.Split(leak.Error(), "\n")
	if len(leak.Goroutines) != 3 || len(lines) != 5 || lines[1] != "3 goroutines are left that never end" {
		t.Fatal(leak)
	}
	for i, want := range []struct{ comment, text string }{
		{"first", "TestSeveralLeaks waits for chan made by TestSeveralLeaks at leak_test.go:%d since 0s"},
		{"second", "TestSeveralLeaks.func1.2 waits for mutex lock since 0s, held by main (who took it at " + placeOf(t, "leak_test.go", "leak: taken") + "), which has ended"},
		{"child", "TestSeveralLeaks/TestSeveralLeaks waits for a receiver of chan c since 0s"},
	} {
		at, started := placeOf(t, "leak_test.go", "leak: "+want.comment), placeOf(t, "leak_test.go", "leak: "+want.comment+" started")
		text := strings.ReplaceAll(want.text, "leak_test.go:%d", strings.TrimPrefix(at, "bubble/"))
		if line := lines[i+2]; !strings.HasPrefix(line, "  "+text+" ("+at+"); runs bubble_test.TestSeveralLeaks.func1.") || !strings.HasSuffix(line, " at "+started) {
			t.Errorf("line %d is %q, want %q, at %s, started at %s", i+2, line, text, at, started)
		}
	}
}

// Who goes on after the program until the limit of steps has leaked: that is what is wrong.
func TestLeakGoesOn(t *testing.T) {
	controlled(t)
	leak, run := leakOf(t, func() {
		c := make(chan int)
		go func() {
			for {
				c <- 1 // nobody else ever comes
			}
		}()
		go func() {
			for n := 0; ; n += <-c {
			}
		}()
	}, bubble.WithStepLimit(1000))
	if len(leak.Goroutines) != 2 || leak.Steps != 1000 || leak.After != 0 {
		t.Errorf("%#v", leak)
	}
	if want := "2 goroutines are left that did not end in 0s of virtual time, when the run was stopped after 1,000 steps"; !strings.HasPrefix(run.Summary, want) {
		t.Errorf("summary %q", run.Summary)
	}
}

// Of many, the first twenty are shown.
func TestManyLeaks(t *testing.T) {
	controlled(t)
	for _, n := range []int{2, 25, 26, 40} {
		leak, _ := leakOf(t, func() {
			c := make(chan int)
			for range n {
				go func() { <-c }()
			}
		})
		lines := strings.Split(leak.Error(), "\n")
		shown, more := n, ""
		if n > 25 {
			shown, more = 20, fmt.Sprintf("  ... and %d more", n-20)
		}
		if len(leak.Goroutines) != n || lines[1] != fmt.Sprintf("%d goroutines are left that never end", n) {
			t.Errorf("%d left: %d in the error, %q", n, len(leak.Goroutines), lines[1])
		}
		if last := lines[len(lines)-1]; more != "" {
			lines = lines[:len(lines)-1]
			if last != more {
				t.Errorf("%d left: the last line is %q, want %q", n, last, more)
			}
		}
		if len(lines) != shown+2 || !strings.HasPrefix(lines[shown+1], fmt.Sprintf("  TestManyLeaks#%d waits for chan c ", shown)) {
			t.Errorf("%d left: %d lines, the last one %q", n, len(lines), lines[len(lines)-1])
		}
	}
}

// What is left waits for what it waits for, there, whatever it did before.
func TestWhatLeaksWaitFor(t *testing.T) {
	controlled(t)
	var none chan int
	for _, c := range []struct {
		name, on string
		wait     func(s *tools)
	}{
		{"receive", "chan tools.c", func(s *tools) {
			<-s.c // leak: receive
		}},
		{"send", "a receiver of chan tools.c", func(s *tools) {
			s.c <- 1 // leak: send
		}},
		{"range", "chan tools.c", func(s *tools) {
			for range s.c { // leak: range
			}
		}},
		{"select", "select", func(s *tools) {
			select { // leak: select
			case <-s.c:
			case none <- 1:
			}
		}},
		{"Lock", "mutex tools.rw", func(s *tools) {
			s.rw.Lock() // leak: Lock
		}},
		{"RLock", "mutex tools.rw", func(s *tools) {
			s.rw.RLock() // leak: RLock
		}},
		{"Wait", "wait group tools.group", func(s *tools) {
			s.group.Wait() // leak: Wait
		}},
		{"Cond.Wait", "cond s.cond", func(s *tools) {
			s.Lock()
			s.cond.Wait() // leak: Cond.Wait
		}},
		{"Sleep", "sleep", func(s *tools) {
			time.Sleep(24 * time.Hour) // leak: Sleep
		}},
		{"Once", "once tools.once", func(s *tools) {
			s.once.Do(func() {}) // leak: Once
		}},
		{"nil channel", "a nil channel", func(s *tools) {
			<-none // leak: nil channel
		}},
		{"send to nil channel", "a receiver of a nil channel", func(s *tools) {
			none <- 1 // leak: send to nil channel
		}},
		{"empty select", "a select without cases", func(s *tools) {
			select {} // leak: empty select
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			leak, _ := leakOf(t, func() {
				s, before := newTools(0), make(chan int, 1)
				s.rw.Lock()
				s.group.Add(1)
				go s.once.Do(func() { time.Sleep(24 * time.Hour) })
				go func() {
					bubble.Name("left")
					before <- 1 // which it does not wait for
					c.wait(s)
				}()
			})
			left := leak.Goroutines[len(leak.Goroutines)-1]
			if want := placeOf(t, "leak_test.go", "leak: "+c.name); left.Task != "left" || left.On != c.on || left.Pos != want {
				t.Errorf("it says %v; want that it waits for %s at %s", left, c.on, want)
			}
		})
	}
}

// Who took a lock and then waits for something else holds it.
func TestLeakHoldsALock(t *testing.T) {
	controlled(t)
	for name, wait := range map[string]func(){
		"sleep":        func() { time.Sleep(24 * time.Hour) },
		"empty select": func() { select {} },
	} {
		t.Run(name, func(t *testing.T) {
			leak, _ := leakOf(t, func() {
				lock := new(sync.Mutex)
				go func() {
					bubble.Name("holder")
					lock.Lock()
					wait()
				}()
				go func() {
					time.Sleep(time.Second)
					lock.Lock()
				}()
			})
			holder, waiter := leak.Goroutines[0], leak.Goroutines[1]
			if strings.HasPrefix(holder.On, "mutex") || !slices.Equal(waiter.Holders, []string{"holder"}) {
				t.Error(leak)
			}
		})
	}
}

// What time it has decides who is left: an hour, unless WithDrain says otherwise.
func TestDrain(t *testing.T) {
	controlled(t)
	sleeps := func(d ...time.Duration) func() {
		return func() {
			go func() {
				for _, d := range d {
					time.Sleep(d)
				}
				bubble.Println("awake")
			}()
		}
	}
	const year = 365 * 24 * time.Hour
	for _, c := range []struct {
		name    string
		program func()
		options []bubble.Option
		end     order.End
		elapsed time.Duration
		output  int
	}{
		{"an hour", sleeps(time.Hour), nil, order.Finished, time.Hour, 1},
		{"more than an hour", sleeps(time.Hour + 1), nil, order.Leaked, 0, 0},
		{"an hour twice", sleeps(time.Hour, time.Hour), nil, order.Leaked, time.Hour, 0},
		{"two hours of one", sleeps(2 * time.Hour), nil, order.Leaked, 0, 0},
		{"two hours of three", sleeps(2 * time.Hour), drain(3 * time.Hour), order.Finished, 2 * time.Hour, 1},
		{"two hours of two", sleeps(time.Hour, time.Hour), drain(2 * time.Hour), order.Finished, 2 * time.Hour, 1},
		{"no time", sleeps(1), drain(0), order.Leaked, 0, 0},
		{"no time needed", sleeps(), drain(0), order.Finished, 0, 1},
		{"all time", sleeps(year, year), drain(math.MaxInt64), order.Finished, 2 * year, 1},
		{"120 years", sleeps(year, year), drain(120 * year), order.Finished, 2 * year, 1},
		{"150 years", sleeps(year, year), drain(150 * year), order.Finished, 2 * year, 1},
		{"a timer is no goroutine", func() { time.AfterFunc(2*time.Hour, func() {}) }, nil, order.Finished, 0, 0},
		{"a ticker", func() {
			go func() {
				for range time.Tick(time.Minute) {
				}
			}()
		}, nil, order.Leaked, time.Hour, 0},
		{"it is counted from the program's end", func() {
			sleeps(2*time.Hour + time.Minute)()
			time.Sleep(2 * time.Hour)
		}, drain(time.Minute), order.Finished, 2*time.Hour + time.Minute, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := order.RunOnce(bubble.Engine(c.program, c.options...), order.Default())
			if run.End != c.end || run.Elapsed != c.elapsed || len(run.Output) != c.output {
				t.Errorf("it ended %s at %v with %v: %v; want %s at %v with %d lines", run.End, run.Elapsed, run.Output, run.Err, c.end, c.elapsed, c.output)
			}
		})
	}
}

func drain(d time.Duration) []bubble.Option { return []bubble.Option{bubble.WithDrain(d)} }

// A function that a timer calls was started by the program, too.
func TestLeakOfAfterFunc(t *testing.T) {
	controlled(t)
	leak, _ := leakOf(t, func() {
		c := make(chan int)
		time.AfterFunc(time.Second, func() { // leak: AfterFunc
			<-c
		})
	})
	if want := placeOf(t, "leak_test.go", "leak: AfterFunc"); len(leak.Goroutines) != 1 || leak.Goroutines[0].Started != want {
		t.Errorf("it says %v; want that it was started at %s", leak, want)
	}
}

// An answer that nobody waits for any more: whether it leaks depends on the order, and
// its schedule repeats it.
func TestLeakInSomeOrders(t *testing.T) {
	controlled(t)
	engine := bubble.Engine(func() {
		c := make(chan int)
		go func() {
			time.Sleep(time.Second)
			c <- 1
		}()
		select {
		case <-c:
		case <-time.After(time.Second):
		}
	})
	r := exploretest.Repeatable(t, engine, explore.WithStrategy(walk.Exhaustive()))
	if got := ends(r); len(got) != 2 || !slices.Contains(got, order.Finished) || !slices.Contains(got, order.Leaked) {
		t.Errorf("%s: ends %q", r.Verdict(), got)
	}
	for _, o := range r.Outcomes {
		if run := order.RunOnce(engine, order.Replay(o.Witness)); run.End != o.End {
			t.Errorf("schedule %s ends %s and then %s", o.Witness, o.End, run.End)
		}
	}
}
