package bubble_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/order"
)

// stream is locked in two orders, as by its reader and by whoever stops it.
type stream struct{ recvLock, stateLock sync.Mutex }

func (s *stream) recv() {
	s.recvLock.Lock()
	s.stateLock.Lock()
	s.stateLock.Unlock()
	s.recvLock.Unlock()
}

func (s *stream) stop() {
	s.stateLock.Lock()
	s.recvLock.Lock()
	s.recvLock.Unlock()
	s.stateLock.Unlock()
}

type roster struct{ names map[string]int }

func (r *roster) add(name string) { r.names[name]++ } // blame: panics

//go:noinline
func deeper(r *roster, n int) {
	if n == 0 {
		r.add("x")
		return
	}
	deeper(r, n-1)
}

// blamed are programs that hang or panic in some order, with the sentence that says what is
// wrong: without places, and what the whole report says besides.
var blamed = []struct {
	name     string
	program  func()
	end      order.End
	sentence string
	says     []string
}{
	{"locks in two orders", func() {
		var s stream
		var wg sync.WaitGroup
		wg.Go(s.recv)
		wg.Go(s.stop)
		wg.Wait()
	}, order.Deadlocked, "recv holds stream.recvLock and waits for stream.stateLock; stop the other way round",
		[]string{"; runs bubble_test.(*stream).recv; started by main at bubble/blame_test.go:", "main waits for wait group wg since 0s", "holds stream.recvLock (bubble/blame_test.go:"}},
	{"the same beside a ticker", func() {
		var s stream
		go func() {
			bubble.Name("ticker")
			for {
				time.Sleep(time.Second)
			}
		}()
		var wg sync.WaitGroup
		wg.Go(s.recv)
		wg.Go(s.stop)
		wg.Wait()
	}, order.Deadlocked, "recv holds stream.recvLock and waits for stream.stateLock; stop the other way round",
		[]string{"nothing is ready, and timers go on without changing anything:"}},
	{"an attempt to lock, by one that has returned", func() {
		var mu sync.Mutex
		go func() {
			bubble.Name("holder")
			mu.TryLock()
		}()
		time.Sleep(time.Second)
		mu.Lock()
	}, order.Deadlocked, "main has waited since 1s to lock mu, held by holder, which has ended", nil},
	{"a holder that waits elsewhere", func() {
		var mu sync.Mutex
		go func() {
			bubble.Name("holder")
			mu.Lock()
			select {}
		}()
		time.Sleep(time.Second)
		mu.Lock()
	}, order.Deadlocked, "holder has waited since 0s for a select without cases; it holds mu, for which main waits", nil},
	{"a function that is to be called once", func() {
		var once sync.Once
		never := make(chan int)
		go func() {
			bubble.Name("first")
			once.Do(func() { <-never })
		}()
		time.Sleep(time.Second)
		once.Do(func() {})
	}, order.Deadlocked, "first has waited since 0s to receive from never, and nobody sends to it; it holds once, for which main waits",
		[]string{"main waits for once once since 1s, held by first (who took it at bubble/blame_test.go:"}},
	{"a reader who reads again behind a writer", func() {
		var rw sync.RWMutex
		rw.RLock()
		go func() {
			bubble.Name("writer")
			rw.Lock()
			rw.Unlock()
		}()
		time.Sleep(time.Second)
		rw.RLock()
	}, order.Deadlocked, "main waits to lock rw for reading, behind writer; writer waits to lock rw, held by main", nil},
	{"a lock that is locked again", func() {
		var mu sync.Mutex
		mu.Lock()
		mu.Lock()
	}, order.Deadlocked, "main waits for mu, which it holds itself", nil},
	{"readers, by name", func() {
		var rw sync.RWMutex
		var wg sync.WaitGroup
		for _, name := range []string{"c", "a", "b"} {
			wg.Go(func() {
				bubble.Name(name)
				rw.RLock()
			})
		}
		wg.Wait()
		rw.Lock()
	}, order.Deadlocked, "main has waited since 0s to lock rw, held by a, which has ended, b, which has ended, c, which has ended", nil},
	{"a send that nobody receives", func() {
		var wg sync.WaitGroup
		c := make(chan int)
		wg.Go(func() {
			bubble.Name("sender")
			c <- 1
		})
		wg.Wait()
	}, order.Deadlocked, "sender has waited since 0s to send to c, and nobody receives from it", []string{" to send to c (blame_test.go:"}},
	{"a select", func() {
		c, d := make(chan int), make(chan int)
		select {
		case <-c:
		case d <- 1:
		}
	}, order.Deadlocked, "main has waited since 0s in a select on c, d, and none of its cases comes", nil},
	{"a receiver that is left", func() {
		c := make(chan int)
		go func() {
			bubble.Name("receiver")
			<-c
		}()
		time.AfterFunc(2*time.Hour, func() {})
		time.Sleep(time.Minute)
	}, order.Leaked, "receiver has waited since 0s to receive from c, and nobody sends to it", []string{"a goroutine is left that never ends\n  receiver waits for chan c since 0s"}},
	{"a send on a closed channel", func() {
		w := &workers{tasks: make(chan int, 1)}
		go func() {
			bubble.Name("submit")
			w.tasks <- 1
		}()
		close(w.tasks)
		time.Sleep(1)
	}, order.Panicked, "panic in submit: send on closed channel workers.tasks; closed by main", []string{" workers.tasks at bubble/blame_test.go:", "; closed by main at bubble/blame_test.go:"}},
	{"a channel that is closed twice", func() {
		quit := make(chan int)
		close(quit)
		close(quit)
	}, order.Panicked, "panic in main: close of closed channel quit; closed by main", nil},
	{"a channel that is closed twice, and a deferred function on the same line", func() {
		quit := make(chan int)
		close(quit)
		func() { defer func() { bubble.Println("bye") }(); close(quit) }()
	}, order.Panicked, "panic in main: close of closed channel", nil},
	{"a wait group", func() {
		var wg sync.WaitGroup
		wg.Done()
	}, order.Panicked, "panic in main: sync: negative WaitGroup counter wg", nil},
	{"a lock that nobody has locked", func() {
		var mu sync.Mutex
		mu.Unlock()
	}, order.Panicked, "panic in main: fatal error: sync: unlock of unlocked mutex mu", nil},
	{"a panic below", func() {
		var wg sync.WaitGroup
		r := &roster{}
		wg.Go(func() { deeper(r, 1) })
		wg.Wait()
	}, order.Panicked, "panic in init: assignment to entry in nil map", []string{
		"\n\ngoroutine init [running]:\nweft/sim/bubble_test.(*roster).add(...)\n",
		"\nweft/sim/bubble_test.deeper(...)\n", "\nsync.(*WaitGroup).Go.func1(...)\n", "\ncreated by weft/sim/bubble_test.", " in goroutine main\n",
	}},
}

// The first sentence of a run that hangs or panics names the bug, and the rest says who
// waits for what, who holds that, and who has started whom.
func TestRunsSayWhatIsWrong(t *testing.T) {
	controlled(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race, and says nothing else otherwise")
	}
	for _, c := range blamed {
		t.Run(c.name, func(t *testing.T) {
			r := explored(t, c.program, explore.WithRuns(200))
			for _, o := range r.Outcomes {
				if o.End != c.end {
					continue
				}
				run := order.RunOnce(bubble.Engine(c.program, bubble.WithTickLimit(1000)), order.Replay(o.Witness))
				if first, _, _ := strings.Cut(run.Summary, "\n"); first != c.sentence {
					t.Errorf("it says %q, want %q", first, c.sentence)
				}
				for _, want := range c.says {
					if !strings.Contains(run.Err.Error(), want) {
						t.Errorf("no %q in\n%v", want, run.Err)
					}
				}
				if strings.Contains(run.Summary, ".go:") || strings.Contains(run.Err.Error(), "weft/sim/bubble.(") {
					t.Errorf("in short it says\n%s\nand in full\n%v", run.Summary, run.Err)
				}
				return
			}
			t.Errorf("no order ends as %s", c.end)
		})
	}
}
