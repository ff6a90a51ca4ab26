package bubble_test

import (
	"context"
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

// workers is a library, as libraries are.
type workers struct {
	tasks    chan int
	stopLock sync.Mutex
	inside   struct{ rw sync.RWMutex }
	served   atomic.Int64
	idle     *sync.Cond
	wg       sync.WaitGroup
}

func (w *workers) worker(int) {
	defer w.wg.Done()
	for range w.tasks {
		w.served.Add(1)
	}
	w.inside.rw.RLock()
	w.inside.rw.RUnlock()
	w.stopLock.Lock()
	w.stopLock.Unlock()
}

func (w *workers) stop() {
	w.idle.Signal()
	close(w.tasks)
}

func (w *workers) start(n int) {
	for i := range n {
		w.wg.Add(1)
		go w.worker(i)
	}
	quit := make(chan bool)
	w.wg.Go(func() { <-quit })
	w.wg.Go(w.stop)
	close(quit)
}

var registryLock sync.Mutex

// objectsOf returns what the events of a run in the default order are about, without what
// waits are for, and the goroutines that are started.
func objectsOf(t *testing.T, program func()) (objects, goroutines []string) {
	t.Helper()
	run := order.RunOnce(bubble.Engine(program), order.Default())
	if run.Err != nil || len(run.Untracked) > 0 {
		t.Errorf("%v, untracked %q", run.Err, run.Untracked)
	}
	for _, e := range run.Trace().Events {
		switch {
		case e.Kind == trace.Spawn:
			goroutines = append(goroutines, e.Object)
		case e.Kind != trace.Wait && e.Kind.Access() != trace.NoAccess && !slices.Contains(objects, e.Object):
			objects = append(objects, e.Object)
		}
	}
	slices.Sort(objects)
	return objects, goroutines
}

// Things are called as the source calls them, and goroutines after what they run.
func TestThingsAreCalledAsTheSourceCallsThem(t *testing.T) {
	controlled(t)
	at := func(comment string) string {
		return strings.TrimPrefix(placeOf(t, "called_test.go", "called: "+comment), "bubble/")
	}
	for _, c := range []struct {
		name                string
		program             func()
		objects, goroutines []string
	}{
		{"fields, and what a method starts", func() {
			w := &workers{tasks: make(chan int)}
			w.idle = sync.NewCond(&w.stopLock)
			w.start(2)
			w.wg.Wait()
		}, []string{
			"chan start.quit", "chan workers.tasks", "cond w.idle", "mutex workers.inside.rw", "mutex workers.stopLock", "wait group workers.wg",
		}, []string{"main", "worker", "worker#2", "workers.start", "stop"}},
		{"several of one name", func() {
			a, b := &workers{}, &workers{}
			a.stopLock.Lock()
			b.stopLock.Lock()
			many := make([]workers, 3)
			many[2].served.Add(1)
			var locks [2]sync.Mutex
			locks[1].Lock()
			go func() { locks[1].Unlock() }()
			for range 2 {
				done := make(chan bool, 1)
				done <- true
			}
		}, []string{"atomic workers#3[2].served", "chan done", "chan done#2", "mutex locks[1]", "mutex workers#2.stopLock", "mutex workers.stopLock"},
			[]string{"main", "TestThingsAreCalledAsTheSourceCallsThem"}},
		{"variables that share memory", func() {
			var mu sync.Mutex
			balance := 0
			var a, b atomic.Bool
			go func() {
				mu.Lock()
				balance++
				mu.Unlock()
				a.Store(true)
			}()
			time.Sleep(1)
			mu.Lock()
			b.Store(balance == 1)
			mu.Unlock()
		}, []string{"atomic a", "atomic b", "mutex mu"}, []string{"main", "TestThingsAreCalledAsTheSourceCallsThem"}},
		{"channels on one line, in a slice, and of the library", func() {
			first, second := make(chan int, 1), make(chan int, 1)
			second <- 1
			first <- 1
			var all []chan int
			for range 2 {
				all = append(all, make(chan int, 1))
			}
			all[1] <- 1
			timer := time.NewTimer(time.Second)
			<-timer.C
			<-time.After(time.Second) // called: timer
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			<-ctx.Done()
			close(make(chan int)) // called: nameless
		}, []string{
			"chan all#2", "chan ctx.Done", "chan first", "chan made at " + at("nameless"), "chan second", "chan time.After (" + at("timer") + ")", "chan timer.C", "context ctx",
		}, []string{"main"}},
		{"two of one name in a function, and one of the package", func() {
			{
				c := make(chan int, 1) // called: inner
				c <- 1
			}
			c := make(chan int, 1) // called: outer
			c <- 1
			registryLock.Lock()
			registryLock.Unlock()
		}, []string{"chan c (" + at("inner") + ")", "chan c (" + at("outer") + ")", "mutex registryLock"}, []string{"main"}},
		{"what others make, and start", func() {
			for range 2 {
				go func() {
					c := make(chan int)
					go func() { c <- 1 }()
					<-c
				}()
			}
			go new(workers).rest()
			go new(other).rest()
		}, []string{"chan TestThingsAreCalledAsTheSourceCallsThem#2/c", "chan TestThingsAreCalledAsTheSourceCallsThem/c"}, []string{
			"main", "TestThingsAreCalledAsTheSourceCallsThem", "TestThingsAreCalledAsTheSourceCallsThem#2", "rest", "other.rest",
			"TestThingsAreCalledAsTheSourceCallsThem/TestThingsAreCalledAsTheSourceCallsThem", "TestThingsAreCalledAsTheSourceCallsThem#2/TestThingsAreCalledAsTheSourceCallsThem",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			objects, goroutines := objectsOf(t, c.program)
			if !slices.Equal(objects, c.objects) {
				t.Errorf("objects\n%q, want\n%q", objects, c.objects)
			}
			slices.Sort(goroutines)
			slices.Sort(c.goroutines)
			if !slices.Equal(goroutines, c.goroutines) {
				t.Errorf("goroutines\n%q, want\n%q", goroutines, c.goroutines)
			}
		})
	}
}

func (w *workers) rest() { time.Sleep(1) }

type other struct{}

func (o *other) rest() { time.Sleep(1) }

// Whoever comes first, each goroutine and each object has the same name: which one it is can
// be told from where it was made.
func TestNamesDoNotDependOnTheOrder(t *testing.T) {
	controlled(t)
	program := func() {
		var wg sync.WaitGroup
		for i := range 2 {
			wg.Go(func() {
				w := &workers{tasks: make(chan int, i)}
				wg.Go(func() { w.stopLock.Lock(); w.stopLock.Unlock(); w.tasks = nil })
				w.served.Add(1)
			})
		}
		wg.Wait()
	}
	engine := bubble.Engine(program)
	names := map[string]bool{}
	for seed := range uint64(50) {
		for _, s := range order.RunOnce(engine, order.Random(seed)).Footprints {
			names[s.Task] = true
			for _, touch := range s.Touches {
				names[touch.Object] = true
			}
		}
	}
	var made []string
	for name := range names {
		if strings.Contains(name, "stopLock") {
			made = append(made, name)
		}
	}
	slices.Sort(made)
	const who = "TestNamesDoNotDependOnTheOrder"
	if want := []string{"mutex " + who + "#2/workers.stopLock", "mutex " + who + "/workers.stopLock"}; !slices.Equal(made, want) {
		t.Errorf("in 50 orders the locks are called %q, want %q", made, want)
	}
}

// The table of goroutines is in the trace: full names, and who has started them where.
func TestFullNamesAreInTheTrace(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		go new(workers).rest() // called: started
	}), order.Default())
	for _, e := range run.Trace().Events {
		if e.Kind == trace.Spawn && e.Object == "rest" {
			if e.Detail != "bubble_test.(*workers).rest" || e.Task != "main" || e.Pos != placeOf(t, "called_test.go", "called: started") {
				t.Errorf("it says %+v", e)
			}
			return
		}
	}
	t.Error("it is not started")
}
