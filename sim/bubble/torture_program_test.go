package bubble_test

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"math/rand"
	randv2 "math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"weft/sim/bubble"
)

// torture is a program that uses everything by which goroutines synchronise, and
// every source of random numbers that a program can see. Its parts run beside one
// another, and print what they saw in the order in which they saw it.
func torture() {
	var wg sync.WaitGroup
	for _, part := range torments {
		wg.Go(part)
	}
	wg.Wait()
	bubble.Println("over at", time.Since(epoch))
}

var torments = []func(){
	pipeline, contended, readers, conditions, once, deadlines, ticking, maps,
	numbers, pools, syncMap, group, recovered, yielding, pulled, afterFunc,
}

var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// pipeline has several ready cases, a full buffer, a default and a close.
func pipeline() {
	in, buffered, quit := make(chan int), make(chan int, 2), make(chan struct{})
	for n := range 3 {
		go func() {
			select {
			case in <- n:
			case buffered <- 10 + n:
			}
		}()
	}
	got := 0
	for got < 3 {
		select {
		case v := <-in:
			bubble.Println("pipeline", v)
			got++
		case v := <-buffered:
			bubble.Println("pipeline", v)
			got++
		}
	}
	go close(quit)
	select {
	case <-quit:
		bubble.Println("pipeline closed")
	default:
		bubble.Println("pipeline open")
	}
	<-quit
}

func contended() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	total := 0
	for n := range 3 {
		wg.Go(func() {
			mu.Lock()
			seen := total
			mu.Unlock()
			if n == 1 {
				time.Sleep(time.Millisecond)
			}
			if mu.TryLock() {
				total = seen + 1
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	bubble.Println("contended", total)
}

func readers() {
	var rw sync.RWMutex
	var wg sync.WaitGroup
	v := 0
	for n := range 2 {
		wg.Go(func() {
			rw.RLock()
			defer rw.RUnlock()
			bubble.Println("read", n, v)
		})
		wg.Go(func() {
			rw.Lock()
			defer rw.Unlock()
			time.Sleep(time.Millisecond)
			v++
		})
	}
	wg.Wait()
}

func conditions() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	ready := 0
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			for ready == 0 {
				c.Wait()
			}
			ready--
			bubble.Println("condition", n)
		})
	}
	for range 3 {
		mu.Lock()
		ready++
		mu.Unlock()
		c.Signal()
	}
	c.Broadcast()
	wg.Wait()
}

func once() {
	var o sync.Once
	var wg sync.WaitGroup
	value := sync.OnceValue(func() int { time.Sleep(time.Millisecond); return 7 })
	for n := range 3 {
		wg.Go(func() {
			o.Do(func() { bubble.Println("once", n) })
			value()
		})
	}
	wg.Wait()
}

func deadlines() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), 5*time.Millisecond, errors.New("too slow"))
	defer cancel()
	inner, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { time.Sleep(5 * time.Millisecond); stop() })
	for n := range 2 {
		wg.Go(func() {
			select {
			case <-inner.Done():
				bubble.Println("deadline", n, context.Cause(inner))
			case <-time.After(5 * time.Millisecond):
				bubble.Println("deadline", n, "timer")
			}
		})
	}
	wg.Wait()
}

func ticking() {
	t, late := time.NewTicker(2*time.Millisecond), time.NewTimer(4*time.Millisecond)
	defer t.Stop()
	for {
		select {
		case at := <-t.C:
			bubble.Println("tick", at.Sub(epoch))
			continue
		case <-late.C:
		}
		break
	}
	late.Reset(time.Millisecond)
	bubble.Println("stopped", late.Stop())
}

// maps are small, and large ones whose order hangs on what keys hash to.
func maps() {
	for _, size := range []int{5, 100} {
		m, words := map[int]bool{}, map[string]int{}
		for n := range size {
			m[n], words[fmt.Sprint("word ", n)] = true, n
		}
		var seen []int
		for n := range m {
			seen = append(seen, n)
		}
		for _, n := range words {
			seen = append(seen, n)
		}
		bubble.Println("map", seen[:10])
	}
}

func numbers() {
	var wg sync.WaitGroup
	for n := range 2 {
		wg.Go(func() {
			bubble.Println("numbers", n, rand.Intn(1000), randv2.IntN(1000), rand.Perm(4))
			randv2.Shuffle(3, func(i, j int) { bubble.Println("swap", n, i, j) })
		})
	}
	wg.Wait()
	var h maphash.Hash
	h.WriteString("weft")
	bubble.Println("hash", h.Sum64()%1000, maphash.Comparable(maphash.MakeSeed(), 17)%1000)
}

// pools hang on which processor a goroutine runs on, and on the collector.
func pools() {
	made := 0
	p := sync.Pool{New: func() any { made++; return new([64]byte) }}
	for range 3 {
		a, b := p.Get(), p.Get()
		p.Put(a)
		runtime.Gosched()
		p.Put(b)
	}
	bubble.Println("made", made)
}

func syncMap() {
	var m sync.Map
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Go(func() {
			was, there := m.LoadOrStore("key", n)
			bubble.Println("sync.Map", n, was, there)
			m.Store(n, true)
		})
	}
	wg.Wait()
	m.Range(func(k, v any) bool { bubble.Println("range", k, v); return true })
}

// group is the shape of golang.org/x/sync/errgroup.
func group() {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var wg sync.WaitGroup
	var first sync.Once
	seats := make(chan struct{}, 2)
	for n := range 4 {
		seats <- struct{}{}
		wg.Go(func() {
			defer func() { <-seats }()
			select {
			case <-ctx.Done():
			case <-time.After(time.Duration(n%2) * time.Millisecond):
				first.Do(func() { cancel(fmt.Errorf("worker %d", n)) })
			}
		})
	}
	wg.Wait()
	bubble.Println("group", context.Cause(ctx))
}

func recovered() {
	c := make(chan any)
	for n := range 2 {
		go func() {
			defer func() { c <- recover() }()
			if n == 1 {
				var none map[string]int
				none["x"] = 1
			}
			panic(n)
		}()
	}
	go func() {
		defer func() { c <- "left" }()
		runtime.Goexit()
	}()
	for range 3 {
		bubble.Println("recovered", <-c)
	}
}

func yielding() {
	var flag atomic.Bool
	go func() {
		runtime.Gosched()
		flag.Store(true)
	}()
	turns := 0
	for !flag.Load() {
		runtime.Gosched()
		turns++
	}
	bubble.Println("yields", turns)
}

func pulled() {
	c := make(chan int, 1)
	next, stop := iter.Pull(func(yield func(int) bool) {
		for n := range 3 {
			c <- n
			time.Sleep(time.Millisecond)
			if !yield(<-c) {
				return
			}
		}
	})
	defer stop()
	for range 2 {
		v, _ := next()
		bubble.Println("pulled", v)
	}
}

func afterFunc() {
	var mu sync.Mutex
	var order []int
	done := make(chan bool)
	for n := range 3 {
		time.AfterFunc(3*time.Millisecond, func() {
			mu.Lock()
			order = append(order, n)
			over := len(order) == 3
			mu.Unlock()
			if over {
				close(done)
			}
		})
	}
	<-done
	bubble.Println("after", order, slices.Max(order))
}
