package bubble_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// spinOf returns the error of a run that must end since all that go on spin.
func spinOf(t *testing.T, program func(), options ...bubble.Option) *bubble.SpinError {
	t.Helper()
	run := order.RunOnce(bubble.Engine(program, options...), order.Default())
	var spin *bubble.SpinError
	if run.End != order.Spinning || !errors.As(run.Err, &spin) || len(spin.Spinning) == 0 {
		t.Fatalf("it ended %s: %v; want that it spins", run.End, run.Err)
	}
	if order.Classify(spin) != order.Spinning {
		t.Errorf("it is classified as %s", order.Classify(spin))
	}
	return spin
}

// A loop that only spins is named, under each policy, wherever it runs: who spins, where
// and, if that can be told, on what; and who waits.
func TestSpinError(t *testing.T) {
	controlled(t)
	on := map[string]string{"atomic.Bool": "atomic over", "select with default": "chan never"}
	for _, c := range spins {
		t.Run(c.name, func(t *testing.T) {
			want := placeOf(t, "gosched_test.go", "spin: "+c.name)
			for _, p := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady} {
				e := spinOf(t, func() {
					over, never, wait := new(atomic.Bool), make(chan int), make(chan int)
					go func() {
						bubble.Name("spinner")
						c.spin(over, never)
					}()
					<-wait
				}, bubble.WithPolicy(p))
				s := e.Spinning[0]
				object := s.On
				if len(e.Spinning) != 1 || s.Task != "spinner" || s.Pos != want || c.name != "TryLock" && object != on[c.name] {
					t.Errorf("%s: %+v, want spinner at %s on %q", p, e.Spinning, want, on[c.name])
				}
				if len(e.Waiting) != 1 || e.Waiting[0].Task != "main" || e.Steps != bubble.SpinLimit {
					t.Errorf("%s: %d steps, and these wait: %v", p, e.Steps, e.Waiting)
				}
				text := fmt.Sprintf("spin: 1 goroutine spins, and nothing else can go on: nothing has changed for 10,000 steps, at 0s\n  spinner spins")
				if !strings.HasPrefix(e.Error(), text) || !strings.Contains(e.Error(), " ("+want+")\n  main waits for ") || strings.Contains(e.Text(false), ".go:") {
					t.Errorf("%s: it says %s", p, e)
				}
			}
		})
	}
}

// A loop that takes a case of a closed channel again and again spins as well.
func TestSpinsOnAClosedChannel(t *testing.T) {
	controlled(t)
	for name, receive := range map[string]func(c chan int){
		"receive":             func(c chan int) { <-c },
		"select":              func(c chan int) { selects(c, nil) },
		"select with default": func(c chan int) { polls(c) },
	} {
		t.Run(name, func(t *testing.T) {
			spinOf(t, func() {
				c := make(chan int)
				close(c)
				for {
					receive(c)
				}
			})
		})
	}
}

func selects(a, b chan int) {
	select {
	case <-a:
	case <-b:
	}
}

func polls(c chan int) {
	select {
	case <-c:
	default:
	}
}

// spinLock is a lock as fast libraries have it.
type spinLock struct {
	held   atomic.Bool
	yields bool
}

func (l *spinLock) Lock() {
	for !l.held.CompareAndSwap(false, true) {
		if l.yields {
			runtime.Gosched()
		}
	}
}

func (l *spinLock) Unlock() { l.held.Store(false) }

// Who spins, and sees nothing change, gets the turn no more until something has: a lock
// that spins works in every order, also in those that a strategy would never leave, and
// their number is finite.
func TestSpinnersAreFair(t *testing.T) {
	controlled(t)
	for _, yields := range []bool{false, true} {
		program := func() {
			l, n := spinLock{yields: yields}, new(int)
			var mu sync.Mutex
			work := func() {
				l.Lock()
				mu.Lock()
				*n++
				mu.Unlock()
				l.Unlock()
			}
			var group sync.WaitGroup
			group.Go(work)
			group.Go(work)
			group.Wait()
			bubble.Println(*n)
		}
		for _, p := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady} {
			for _, s := range []explore.Option{explore.WithStrategy(sample.Random()), explore.WithStrategy(sample.PCT(3)), explore.WithStrategy(walk.Bounded(2))} {
				r := exploretest.Repeatable(t, bubble.Engine(program, bubble.WithPolicy(p), bubble.WithStepLimit(2000)), s, explore.WithRuns(200))
				if len(r.Outcomes) != 1 || r.Outcomes[0].Text != "2\n" {
					t.Errorf("yields %v, %s, %s: %+v", yields, p, r.Strategy, r.Outcomes)
				}
			}
		}
	}
}

// A walk through all orders of a program that spins comes to its end.
func TestSpinnersHaveFinitelyManyOrders(t *testing.T) {
	controlled(t)
	r := exploretest.Repeatable(t, bubble.Engine(func() {
		var ready atomic.Bool
		go ready.Store(true)
		for !ready.Load() {
		}
	}), explore.WithStrategy(walk.Exhaustive()))
	if r.Stopped != search.Through || len(r.Outcomes) != 1 || r.Outcomes[0].Failed {
		t.Errorf("%s: %+v", r.Verdict(), r.Outcomes)
	}
}

// A reduction does not hold for a program with such a loop, since orders are left out.
func TestSpinnersAreUntracked(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		var ready atomic.Bool
		go ready.Store(true)
		for !ready.Load() { // spin: untracked
		}
	}), order.Default())
	if len(run.Untracked) != 1 || !strings.HasSuffix(run.Untracked[0], placeOf(t, "spin_test.go", "spin: untracked")) {
		t.Errorf("untracked: %q", run.Untracked)
	}
}

// What only a timer can change does: time moves on when all that are ready have spun for
// long.
func TestTimeMovesWhenAllSpin(t *testing.T) {
	controlled(t)
	for _, p := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady} {
		for _, yields := range []bool{false, true} {
			l := func() *spinLock { return &spinLock{yields: yields} }
			run := order.RunOnce(bubble.Engine(func() {
				l := l()
				l.Lock()
				go func() {
					time.Sleep(time.Second)
					l.Unlock()
				}()
				l.Lock()
				bubble.Println("locked")
			}, bubble.WithPolicy(p)), order.Default())
			if run.Failed() || run.Elapsed != time.Second || len(run.Output) != 1 {
				t.Errorf("%s, yields %v: it ended %s at %v: %v", p, yields, run.End, run.Elapsed, run.Err)
			}
		}
	}
}

// Several that spin are named together, each of them, and those that wait beside them.
func TestSeveralSpin(t *testing.T) {
	controlled(t)
	for _, p := range []order.Policy{order.FIFO, order.AnyReady} {
		e := spinOf(t, func() {
			var a, b atomic.Bool
			go func() {
				bubble.Name("one")
				for !a.Load() {
					runtime.Gosched()
				}
			}()
			go func() {
				bubble.Name("two")
				for !b.Load() {
				}
			}()
			<-make(chan int)
		}, bubble.WithPolicy(p))
		var names []string
		for _, s := range e.Spinning {
			names = append(names, s.Task+" on "+s.On)
		}
		if got := strings.Join(names, ", "); got != "one on atomic a, two on atomic b" || len(e.Waiting) != 1 {
			t.Errorf("%s: %s; %v", p, got, e)
		}
	}
}

// A loop that comes to its end is none that only spins, however long it takes: one that
// counts its rounds, and one that looks at something else in each.
func TestLoopsThatEnd(t *testing.T) {
	controlled(t)
	const rounds = 3 * bubble.SpinLimit
	for name, loop := range map[string]func(){
		"counts": func() {
			var never atomic.Bool
			for i := 0; i < rounds && !never.Load(); i++ {
				runtime.KeepAlive(i)
			}
		},
		"yields": func() {
			for i := range rounds {
				runtime.Gosched()
				runtime.KeepAlive(i)
			}
		},
		"adds": func() {
			var n atomic.Int64
			for n.Add(1) < rounds {
			}
		},
		"swaps": func() {
			var n atomic.Int64
			for n.Load() < rounds {
				n.CompareAndSwap(n.Load(), n.Load()+1)
			}
		},
		"drains": func() {
			c := make(chan int, rounds)
			for i := range rounds {
				c <- i
			}
			for range rounds {
				polls(c)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			run := order.RunOnce(bubble.Engine(loop, bubble.WithStepLimit(10*rounds)), order.Default())
			if run.Failed() {
				t.Errorf("it ended %s: %v", run.End, run.Err)
			}
		})
	}
}

// WithSpinLimit says when. 0 leaves it to the step limit.
func TestWithSpinLimit(t *testing.T) {
	controlled(t)
	loop := func() { spins[1].spin(new(atomic.Bool), nil) }
	if e := spinOf(t, loop, bubble.WithSpinLimit(50)); e.Steps != 50 {
		t.Errorf("it ended after %d steps, want 50", e.Steps)
	}
	if e := limited(t, loop, bubble.WithSpinLimit(0), bubble.WithStepLimit(20_000)); e.Limit != 20_000 {
		t.Errorf("it ended after %d steps", e.Limit)
	}
	if e := spinOf(t, loop, bubble.WithSpinLimit(30_000), bubble.WithStepLimit(20_000)); e.Steps < 19_000 {
		t.Errorf("at the step limit, it had spun for %d steps", e.Steps)
	}
	panics(t, "bubble: WithSpinLimit was given -1; it must not be negative", func() { bubble.WithSpinLimit(-1) })
}

// panics checks what a call panics with.
func panics(t *testing.T, want string, call func()) {
	t.Helper()
	defer func() {
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("it panics with %q, want %q", got, want)
		}
	}()
	call()
}

// A loop without a point is ended where it is, and named with its line. The goroutine
// uses up no more time then, and the next run is none the worse.
func TestSpinWithoutAPoint(t *testing.T) {
	controlled(t)
	var hang atomic.Bool
	r := bubble.Engine(func() {
		var free int32
		if !hang.Load() {
			return
		}
		go func() {
			bubble.Name("spinner")
			spinWithoutAPoint(&free)
		}()
		never := make(chan int)
		<-never
	}).Runner()
	defer r.Close()
	hang.Store(true)
	run := r.Run(order.Default(), 0)
	spin, ok := errors.AsType[*bubble.SpinError](run.Err)
	if !ok || run.End != order.Spinning || len(spin.Spinning) != 1 || spin.Steps != 0 {
		t.Fatalf("it ended %s: %v", run.End, run.Err)
	}
	if s, want := spin.Spinning[0], placeOf(t, "spin_test.go", "spin: without a point"); s.Task != "spinner" || s.Pos != want {
		t.Errorf("it says %+v; want spinner at %s", s, want)
	}
	if !strings.Contains(spin.Error(), "spinWithoutAPoint") || strings.Contains(run.Summary, ".go:") || !strings.Contains(run.Summary, "spinner spins") {
		t.Errorf("it says %v\nand in short %s", spin, run.Summary)
	}
	hang.Store(false)
	if again := r.Run(order.Default(), 0); again.Failed() {
		t.Errorf("the run behind it: %v", again.Err)
	}
}

// spinWithoutAPoint loops until it is free. Functions of sync/atomic are points where
// memory is watched.
//
//go:norace
//go:noinline
func spinWithoutAPoint(free *int32) {
	for *free == 0 { // spin: without a point
	}
}

// pool waits on a condition whose lock spins on the functions of sync/atomic.
type pool struct {
	held   int32
	cond   *sync.Cond
	closed bool
}

func (p *pool) Lock() {
	for !atomic.CompareAndSwapInt32(&p.held, 0, 1) {
		runtime.Gosched()
	}
}

func (p *pool) Unlock() { atomic.StoreInt32(&p.held, 0) }

func (p *pool) take() {
	p.Lock()
	defer p.Unlock()
	for !p.closed {
		p.cond.Wait() // spin: hangs
	}
}

func (p *pool) close() {
	p.Lock()
	p.closed = true // and wakes nobody
	p.Unlock()
}

// Behind a lock that spins, a deadlock is found as one, with who hangs, where.
func TestDeadlockBehindASpinLock(t *testing.T) {
	controlled(t)
	r := exploretest.Repeatable(t, bubble.Engine(func() {
		p := &pool{}
		p.cond = sync.NewCond(p)
		var group sync.WaitGroup
		group.Go(p.take)
		group.Go(p.close)
		group.Wait()
	}), explore.WithStrategy(walk.Exhaustive()))
	if got := ends(r); r.Stopped != search.Through && !bubble.WatchesMemory() || len(got) != 2 { // there, functions of sync/atomic are points
		t.Fatalf("%s: it ends %q", r.Verdict(), got)
	}
	run := order.RunOnce(bubble.Engine(func() {
		p := &pool{}
		p.cond = sync.NewCond(p)
		go p.close()
		p.take()
	}), order.Default())
	var deadlock *order.DeadlockError
	if !errors.As(run.Err, &deadlock) || len(deadlock.Waiting) != 1 || deadlock.Waiting[0].Pos != placeOf(t, "spin_test.go", "spin: hangs") {
		t.Errorf("it ended %s: %v", run.End, run.Err)
	}
}

// A loop that waits for somebody, and changes something on its way, so that it does not
// only look, lets the others go first after a while, also in an order in which it came
// first; the limit of steps is no verdict.
func TestLoopLetsOthersGo(t *testing.T) {
	controlled(t)
	program := func() {
		var mu sync.Mutex
		done := false
		go func() {
			mu.Lock()
			done = true
			mu.Unlock()
		}()
		rounds, over := 0, false
		for !over {
			mu.Lock()
			rounds, over = rounds+1, done
			mu.Unlock()
		}
	}
	if run := order.RunOnce(bubble.Engine(program), order.Default()); run.Failed() || run.Steps < 900 || run.Steps > 3000 {
		t.Errorf("%s after %d steps: %v", run.End, run.Steps, run.Err)
	}
}

// So does one that waits for somebody who sleeps, though time stands still while it goes
// on; a timer that only guards the test does not fire for that.
func TestLoopLetsTimePass(t *testing.T) {
	controlled(t)
	program := func() {
		var mu sync.Mutex
		done := make(chan bool)
		go func() {
			time.Sleep(300)
			close(done)
		}()
		begun := time.Now()
		guard := time.AfterFunc(time.Second, func() { panic("the guard fires") })
		defer guard.Stop()
		for rounds := 0; ; rounds++ {
			mu.Lock()
			mu.Unlock()
			select {
			case <-done:
				bubble.Println(time.Since(begun))
				return
			default:
			}
		}
	}
	run := order.RunOnce(bubble.Engine(program), order.Default())
	if run.Failed() || run.Steps > 20_000 || len(run.Output) != 1 || run.Output[0].Text != "300ns" {
		t.Errorf("%s after %d steps: %v, %v", run.End, run.Steps, run.Output, run.Err)
	}
	r, err := explore.Search(t.Context(), bubble.Engine(program), explore.WithRuns(20), explore.WithStrategy(sample.Random()))
	if err != nil || r.Failed() {
		t.Errorf("%v, %+v", err, r.Outcomes)
	}
}
