package bubble_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// One bug is one outcome, whomever it hits and whenever; two bugs are two.
func TestOutcomesAreBugs(t *testing.T) {
	controlled(t)
	three := func(f func(i int)) {
		for i := range 3 {
			go f(i)
		}
	}
	for _, c := range []struct {
		name     string
		program  func()
		outcomes int
	}{
		{"whoever comes last hangs", func() {
			var n atomic.Int32
			never := make(chan bool)
			three(func(int) {
				if n.Add(1) == 3 {
					<-never
				}
			})
		}, 1},
		{"one of two hangs, at two places", func() {
			var n atomic.Int32
			never := make(chan bool)
			go func() {
				if n.Add(1) == 2 {
					<-never
				}
			}()
			go func() {
				if n.Add(1) == 2 {
					<-never
				}
			}()
		}, 2},
		{"whoever comes first hangs, or all go on", func() {
			var mu sync.Mutex
			taken := false
			three(func(int) {
				mu.Lock()
				defer mu.Unlock()
				if !taken {
					taken = true
					select {}
				}
			})
		}, 1},
		{"whoever comes last panics", func() {
			var n atomic.Int32
			three(func(int) {
				if n.Add(1) == 3 {
					panic("last")
				}
			})
			time.Sleep(time.Second)
		}, 1},
		{"it panics with other values", func() {
			var n atomic.Int32
			three(func(i int) {
				if n.Add(1) == 3 {
					panic(i)
				}
			})
			time.Sleep(time.Second)
		}, 3},
		{"what is printed tells outcomes apart", func() {
			var n atomic.Int32
			done := make(chan bool)
			go func() { n.Add(1) }()
			bubble.Println(n.Load())
			<-done
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := explore.Search(t.Context(), bubble.Engine(c.program), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(100_000))
			if err != nil {
				t.Fatal(err)
			}
			if !r.Coverage.Complete() || len(r.Outcomes) != c.outcomes {
				t.Errorf("%s: %s; want %d", r.Verdict(), r.Summary(), c.outcomes)
				for _, o := range r.Outcomes {
					t.Log(o.Text)
				}
			}
		})
	}
}

// What deferred functions do while a goroutine panics is not what it panics about.
func TestPanicIsNotAboutWhatIsDeferred(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		jobs, done := make(chan int, 1), make(chan bool)
		close(jobs)
		defer close(done)
		jobs <- 1
	}), order.Default())
	if run.End != order.Panicked || !strings.Contains(run.Summary, "send on closed channel") || strings.Contains(run.Summary, "done") {
		t.Errorf("it ended %s: %s", run.End, run.Summary)
	}
}
