package bubble_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

// stallOf returns the error of a run that must end since only timers go on.
func stallOf(t *testing.T, program func(), options ...bubble.Option) *bubble.StallError {
	t.Helper()
	run := order.RunOnce(bubble.Engine(program, options...), order.Default())
	var stall *bubble.StallError
	if run.End != order.Stalled || !errors.As(run.Err, &stall) {
		t.Fatalf("it ended %s: %v; want that only timers go on", run.End, run.Err)
	}
	return stall
}

// tickers go on for ever, and do nothing.
var tickers = []struct {
	name    string
	tick    func()
	on      string // what their goroutine waits for, or "" if there is none
	isTimer bool   // it is woken by a timer that was made
}{
	{"Ticker", func() {
		tick := time.NewTicker(time.Second) // tick: Ticker made
		for {
			<-tick.C // tick: Ticker
		}
	}, "chan ticker/tick.C", true},
	{"select", func() {
		tick, never := time.Tick(time.Second), make(chan int) // tick: select made
		for {
			select { // tick: select
			case <-tick:
			case <-never:
			}
		}
	}, "select", true},
	{"Sleep", func() {
		for {
			time.Sleep(time.Second) // tick: Sleep
		}
	}, "sleep", false},
	{"After", func() {
		for {
			<-time.After(time.Second) // tick: After
		}
	}, "chan ticker/time.After (stall_test.go:60)", true},
	{"locks", func() {
		var mu sync.Mutex
		for {
			time.Sleep(time.Second) // tick: locks
			mu.Lock()
			mu.Unlock()
		}
	}, "sleep", false},
	{"AfterFunc", func() {
		var again func()
		again = func() {
			time.AfterFunc(time.Second, again) // tick: AfterFunc made
		}
		again()
	}, "", true},
	{"Reset", func() {
		var timer atomic.Pointer[time.Timer]
		timer.Store(time.AfterFunc(time.Second, func() { // tick: Reset made
			timer.Load().Reset(time.Second)
		}))
	}, "", true},
}

// A run in which only timers go on ends as that: who waits, since when and where, and what
// it is that ticks.
func TestStallError(t *testing.T) {
	controlled(t)
	for _, c := range tickers {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady} {
				e := stallOf(t, func() {
					go func() {
						bubble.Name("ticker")
						c.tick()
					}()
					time.Sleep(time.Minute)
					<-make(chan int) // stall: main waits
				}, bubble.WithPolicy(p), bubble.WithTickLimit(500))
				if e.Ticks < 500 || e.Ticks > 600 || e.Since < time.Minute || e.At < e.Since+time.Duration(e.Ticks-1)*time.Second {
					t.Errorf("%s: for %d ticks, from %v to %v", p, e.Ticks, e.Since, e.At)
				}
				if want := placeOf(t, "stall_test.go", "stall: main waits"); len(e.Waiting) != 1 || e.Waiting[0].Pos != want || e.Waiting[0].Since != time.Minute {
					t.Errorf("%s: these wait: %+v; want main at %s since 1m0s", p, e.Waiting, want)
				}
				if len(e.Ticking) != 1 {
					t.Fatalf("%s: these tick: %v", p, e.Ticking)
				}
				tick := e.Ticking[0]
				if c.on == "" && tick.Task != "" || c.on != "" && (tick.Task != "ticker" || !strings.HasPrefix(tick.On, c.on) || tick.Pos != placeOf(t, "stall_test.go", "tick: "+c.name)) {
					t.Errorf("%s: it says %+v", p, tick)
				}
				made := ""
				if c.isTimer && c.name != "After" {
					made = placeOf(t, "stall_test.go", "tick: "+c.name+" made")
				}
				if c.name == "After" {
					made = tick.Pos
				}
				if tick.Timer != made {
					t.Errorf("%s: the timer was made at %q, want %q", p, tick.Timer, made)
				}
			}
		})
	}
}

// The whole text, as a reader gets it.
func TestStallErrorText(t *testing.T) {
	e := &bubble.StallError{
		At: 3 * time.Hour, Ticks: 10_000, Since: time.Second,
		Waiting: []order.Waiting{{Task: "main", On: "chan jobs", To: "to receive from jobs", Lacks: "nobody sends to it", Pos: "a/b.go:1"}},
		Ticking: []bubble.Ticker{{Task: "f", On: "select", Pos: "a/b.go:2", Timer: "a/b.go:3"}, {Task: "g", On: "sleep"}, {Timer: "a/b.go:4"}, {}},
	}
	want := `stall: main has waited since 0s at a/b.go:1 to receive from jobs, and nobody sends to it
Only timers go on: for 10,000 ticks, from 1s to 3h0m0s, nothing else has happened
  main waits for chan jobs since 0s (a/b.go:1)
  f comes back to select (a/b.go:2), woken by the timer made at a/b.go:3
  g comes back to sleep
  a timer calls its function (set at a/b.go:4)
  a timer calls its function
If something is to come of more ticks than that, WithTickLimit sets another number of them.`
	if e.Error() != want {
		t.Errorf("it says\n%s\nwant\n%s", e, want)
	}
	want = `main has waited since 0s to receive from jobs, and nobody sends to it
Only timers go on: for 10,000 ticks, from 1s to 3h0m0s, nothing else has happened
  main waits for chan jobs since 0s
  f comes back to select
  g comes back to sleep
  a timer calls its function
  a timer calls its function`
	if e.Text(false) != want {
		t.Errorf("without places, it says\n%s\nwant\n%s", e.Text(false), want)
	}
	if text := e.Ticking[0].String(); text != "f comes back to select (a/b.go:2), woken by the timer made at a/b.go:3" {
		t.Error(text)
	}
	e.Ticking = make([]bubble.Ticker, 30)
	if !strings.Contains(e.Error(), "\n  ... and 10 more\n") {
		t.Errorf("of 30, it says\n%s", e)
	}
}

// That a select statement leaves something else on the stack, by the addresses of its
// channels, does not hide that a goroutine only ticks.
func TestTicksWhateverTheAddresses(t *testing.T) {
	controlled(t)
	const stretch, limit = 500, 10*500 + 250 // in the middle of a stretch
	e := stallOf(t, func() {
		rounds := 0 // in the heap: who counts on its stack does not only tick
		go func() {
			chans := make([]chan int, 64)
			for i := range chans {
				chans[i] = make(chan int)
			}
			slices.SortFunc(chans, func(a, b chan int) int { return cmp.Compare(address(a), address(b)) })
			tick, middle := time.Tick(time.Second), chans[len(chans)/2]
			for {
				select {
				case <-tick:
				case <-middle:
				case <-sides(chans, &rounds, stretch):
				}
			}
		}()
		<-make(chan int)
	}, bubble.WithTickLimit(limit))
	if e.Ticks > limit+10 {
		t.Errorf("it ended after %d ticks, want %d", e.Ticks, limit)
	}
}

func address(c chan int) uintptr { return reflect.ValueOf(c).Pointer() }

// sides returns the first of some channels for so many calls, and then the last one, and
// so on.
//
//go:noinline
func sides(chans []chan int, rounds *int, stretch int) chan int {
	if *rounds++; *rounds/stretch%2 == 0 {
		return chans[0]
	}
	return chans[len(chans)-1]
}

// What comes to its end is let go on, however long it ticks.
func TestTicksThatEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	controlled(t)
	const ticks = 3 * bubble.TickLimit
	for name, program := range map[string]func(){
		"a poll that succeeds after 500 ticks": func() {
			polls, done := 0, make(chan int)
			go func() {
				for range time.Tick(time.Second) {
					if polls++; polls == 500 {
						close(done)
						return
					}
				}
			}()
			<-done
		},
		"a poll that succeeds just below the limit": func() {
			polls, done := new(int), make(chan int)
			go func() {
				for range time.Tick(time.Second) {
					if *polls++; *polls == bubble.TickLimit-1 {
						close(done)
						return
					}
				}
			}()
			<-done
		},
		"a loop that counts": func() {
			var group sync.WaitGroup
			group.Go(func() {
				for range ticks {
					time.Sleep(time.Second)
				}
			})
			group.Wait()
		},
		"a timeout that comes late": func() {
			ctx, cancel := context.WithTimeout(context.Background(), ticks*time.Second)
			defer cancel()
			go func() {
				for ctx.Err() == nil {
					time.Sleep(time.Second)
				}
			}()
			<-ctx.Done()
		},
		"workers that end one after another": func() {
			var group sync.WaitGroup
			stop := make(chan int)
			defer close(stop)
			go func() {
				for {
					select {
					case <-time.After(time.Second):
					case <-stop:
						return
					}
				}
			}()
			var turn atomic.Int64
			for i := range 4 {
				group.Go(func() {
					for turn.Load() < int64(i*bubble.TickLimit*3/4) {
						time.Sleep(time.Second)
						if i == 3 {
							turn.Add(1)
						}
					}
				})
			}
			group.Wait()
		},
		"nobody waits": func() {
			var polls atomic.Int64
			for polls.Add(1) < ticks {
				time.Sleep(time.Second)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := order.RunOnce(bubble.Engine(program, bubble.WithStepLimit(100*ticks)), order.Default())
			if run.Failed() {
				t.Errorf("it ended %s: %v", run.End, run.Err)
			}
		})
	}
}

// WithTickLimit says when. 0 leaves it to the step limit, where it is said as well, if
// the step limit is what is lower.
func TestWithTickLimit(t *testing.T) {
	controlled(t)
	program := func() {
		go tickers[0].tick()
		<-make(chan int)
	}
	if e := stallOf(t, program, bubble.WithTickLimit(200)); e.Ticks < 200 || e.Ticks > 210 {
		t.Errorf("it ended after %d ticks, want 200", e.Ticks)
	}
	if e := stallOf(t, program, bubble.WithStepLimit(1000)); e.Ticks < 900 {
		t.Errorf("at the step limit, it had ticked %d times", e.Ticks)
	}
	limited(t, program, bubble.WithTickLimit(0), bubble.WithStepLimit(1000))
	panics(t, "bubble: WithTickLimit was given -1; it must not be negative", func() { bubble.WithTickLimit(-1) })
}

// What goes on by itself when the program has returned does not cost an hour.
func TestDrainEndsEarly(t *testing.T) {
	controlled(t)
	for _, c := range tickers {
		t.Run(c.name, func(t *testing.T) {
			run := order.RunOnce(bubble.Engine(func() {
				if c.on == "" {
					go func() { <-make(chan int) }()
				}
				go c.tick()
			}), order.Default())
			var leak *bubble.LeakError
			if run.End != order.Leaked || !errors.As(run.Err, &leak) || len(leak.Goroutines) != 1 {
				t.Fatalf("it ended %s: %v", run.End, run.Err)
			}
			if run.Elapsed < bubble.TickLimit/10*time.Second || run.Elapsed > bubble.TickLimit/10*time.Second+time.Minute {
				t.Errorf("it ended at %v", run.Elapsed)
			}
			if c.on == "sleep" && !strings.Contains(leak.Error(), fmt.Sprintf("in %v of virtual time, in which only timers went on", leak.After)) {
				t.Errorf("it says %v", leak)
			}
		})
	}
	for name, program := range map[string]func(){
		"one that sleeps for long beside a ticker": func() {
			go func() {
				defer bubble.Println("awake")
				time.Sleep(50 * time.Minute)
			}()
		},
		"one that counts": func() {
			go func() {
				defer bubble.Println("awake")
				for range 50 * 60 {
					time.Sleep(time.Second)
				}
			}()
		},
	} {
		run := order.RunOnce(bubble.Engine(func() {
			program()
			go tickers[0].tick()
		}), order.Default())
		if run.End != order.Leaked || len(run.Output) != 1 {
			t.Errorf("%s: it ended %s at %v with %v: %v", name, run.End, run.Elapsed, run.Output, run.Err)
		}
	}
}
