package bubble_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/simtest"
)

// reported are tests whose whole reports are goldens. They stand in a file of their own,
// since places in it are part of these; and they have names, since the compiler counts the
// functions that have none.
var reported = map[string]func(t *bubble.T){
	"close-wakes-nobody":        closeWakesNobody,
	"panic-far-below":           panicFarBelow,
	"fails-always":              failsAlways,
	"fails-always-and-leaks":    failsAlwaysAndLeaks,
	"leaked-receiver":           leakedReceiver,
	"lock-order-far-inside":     lockOrderFarInside,
	"last-waits":                lastWaits,
	"send-that-nobody-receives": sendThatNobodyReceives,
}

// closeWakesNobody is a pool whose lock spins, and whose close wakes nobody.
func closeWakesNobody(t *bubble.T) {
	p := &tickets{}
	p.cond = sync.NewCond(&p.lock)
	var wg sync.WaitGroup
	wg.Go(func() { p.take() })
	wg.Go(p.close)
	wg.Wait()
}

func panicFarBelow(t *bubble.T) {
	var wg sync.WaitGroup
	r := &visitors{}
	wg.Go(func() { further(r, 3) })
	wg.Wait()
}

func failsAlways(t *bubble.T) {
	var wg sync.WaitGroup
	wg.Go(func() {})
	wg.Go(func() {})
	wg.Wait()
	t.Errorf("ran 1 and 2 times, want once each")
}

func failsAlwaysAndLeaks(t *bubble.T) {
	go func() { select {} }()
	go func() {}()
	t.Errorf("fired again")
}

func leakedReceiver(t *bubble.T) {
	c := make(chan int)
	go func() { <-c }()
	time.AfterFunc(2*time.Hour, func() {})
	time.Sleep(time.Minute)
}

func lockOrderFarInside(t *bubble.T) {
	var x struct{ mu, other sync.Mutex }
	var wg sync.WaitGroup
	wg.Go(func() {
		var inner sync.WaitGroup
		for i := range 2 {
			inner.Go(func() {
				if i == 0 {
					x.mu.Lock()
					x.other.Lock()
					x.other.Unlock()
					x.mu.Unlock()
				} else {
					x.other.Lock()
					x.mu.Lock()
					x.mu.Unlock()
					x.other.Unlock()
				}
			})
		}
		inner.Wait()
	})
	wg.Wait()
}

func lastWaits(t *bubble.T) {
	var n atomic.Int32
	never := make(chan bool)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			bubble.Name(fmt.Sprint("g", i))
			if n.Add(1) == 5 {
				<-never
			}
		}()
	}
	wg.Wait()
}

func sendThatNobodyReceives(t *bubble.T) {
	var wg sync.WaitGroup
	c := make(chan int)
	wg.Go(func() { c <- 1 })
	wg.Wait()
}

// turnstile is what many fast libraries have for a lock.
type turnstile struct{ held int32 }

func (s *turnstile) Lock() {
	for !atomic.CompareAndSwapInt32(&s.held, 0, 1) {
		runtime.Gosched()
	}
}

func (s *turnstile) Unlock() { atomic.StoreInt32(&s.held, 0) }

type tickets struct {
	lock   turnstile
	cond   *sync.Cond
	free   int
	closed bool
}

func (p *tickets) take() bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	for p.free == 0 {
		if p.closed {
			return false
		}
		p.cond.Wait()
	}
	p.free--
	return true
}

func (p *tickets) close() {
	p.lock.Lock()
	p.closed = true
	p.lock.Unlock()
}

type visitors struct{ names map[string]int }

func (r *visitors) add(name string) { r.names[name]++ }

func further(r *visitors, n int) {
	if n == 0 {
		r.add("x")
		return
	}
	further(r, n-1)
}

// TestReported fails on purpose, for TestReports, which runs it.
func TestReported(t *testing.T) {
	reportedCase(t, func(program func(t *bubble.T)) {
		bubble.Check(t, program, simtest.WithoutFailFiles())
	})
}
