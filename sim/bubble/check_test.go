package bubble_test

import (
	"errors"
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
	"weft/trace"
)

// controlled skips a test in a program that was built without the overlay.
func controlled(t *testing.T) {
	t.Helper()
	if !bubble.Controlled() {
		t.Skip("built without the overlay; run it with weft test")
	}
}

func explored(t *testing.T, program func(), options ...explore.Option) *explore.Report {
	t.Helper()
	return exploretest.Repeatable(t, bubble.Engine(program), options...)
}

func ends(r *explore.Report) []order.End {
	var all []order.End
	for _, o := range r.Outcomes {
		if !slices.Contains(all, o.End) {
			all = append(all, o.End)
		}
	}
	return all
}

func hello() {
	var wg sync.WaitGroup
	for n := range 2 {
		wg.Go(func() {
			time.Sleep(time.Second)
			bubble.Printf("Hello %d!", n+1)
		})
	}
	wg.Wait()
}

// Two goroutines that sleep for a second may wake in either order, and nothing else
// is open.
func TestHelloHasTwoOrders(t *testing.T) {
	controlled(t)
	r := exploretest.Repeatable(t, bubble.Engine(hello, bubble.WithPolicy(order.SameInstant)), explore.WithStrategy(walk.Exhaustive()))
	if !strings.HasPrefix(r.Verdict(), "all 2 orders explored") || len(r.Outcomes) != 2 {
		t.Errorf("%s, %d outcomes", r.Verdict(), len(r.Outcomes))
	}
	if r.Outcomes[0].Text != "Hello 1!\nHello 2!\n" || r.Outcomes[1].Text != "Hello 2!\nHello 1!\n" {
		t.Errorf("outcomes %q and %q", r.Outcomes[0].Text, r.Outcomes[1].Text)
	}
}

// The trace says what it is of, as that of the event loop does, and the output who
// printed each line.
func TestTraceAndOutputSayWho(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(hello, bubble.WithProgram("hello"), bubble.WithPolicy(order.SameInstant)), order.Random(3))
	h := run.Trace().Header
	if h.Version != trace.Version || h.Program != "hello" || h.Policy != "same-instant" || h.Strategy != "random" ||
		h.Seed == nil || *h.Seed != 3 || h.Schedule != run.Schedule().String() || h.Hash != run.Hash {
		t.Errorf("the header is %+v", h)
	}
	for _, line := range run.Output {
		if want := map[string]string{"Hello 1!": "hello", "Hello 2!": "hello#2"}[line.Text]; line.Task != want {
			t.Errorf("%q was printed by %q, want %q", line.Text, line.Task, want)
		}
	}
}

func lostUpdate() {
	var mu sync.Mutex
	balance := 100
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			mu.Lock()
			seen := balance
			mu.Unlock()
			mu.Lock()
			balance = seen - 30
			mu.Unlock()
		})
	}
	wg.Wait()
	bubble.Println(balance)
}

func TestLostUpdate(t *testing.T) {
	controlled(t)
	r := explored(t, lostUpdate, explore.WithStrategy(walk.Bounded(1)))
	if len(r.Outcomes) != 2 || r.Outcomes[0].Text != "40\n" || r.Outcomes[1].Text != "70\n" {
		t.Errorf("%+v", r.Outcomes)
	}
}

func lockOrder() {
	var a, b sync.Mutex
	both := func(first, second *sync.Mutex) func() {
		return func() {
			first.Lock()
			second.Lock()
			second.Unlock()
			first.Unlock()
		}
	}
	var wg sync.WaitGroup
	wg.Go(both(&a, &b))
	wg.Go(both(&b, &a))
	wg.Wait()
}

func TestLockOrder(t *testing.T) {
	controlled(t)
	r := explored(t, lockOrder, explore.WithStrategy(walk.Bounded(2)))
	if got := ends(r); !slices.Equal(got, []order.End{order.Finished, order.Deadlocked}) {
		t.Errorf("ends %q", got)
	}
	for _, o := range r.Outcomes {
		if o.End != order.Deadlocked {
			continue
		}
		run := order.RunOnce(bubble.Engine(lockOrder), order.Replay(o.Witness))
		deadlock, ok := errors.AsType[*order.DeadlockError](run.Err)
		if !ok || len(deadlock.Cycle) != 2 || strings.Count(run.Err.Error(), "(who took it at bubble/check_test.go:") != 2 {
			t.Errorf("%v", run.Err)
		}
	}
}

func TestPanicInAGoroutine(t *testing.T) {
	controlled(t)
	r := explored(t, func() {
		c := make(chan int, 1)
		go func() {
			select {
			case c <- 1:
			default:
				panic("full")
			}
		}()
		select {
		case c <- 2:
		default:
		}
	})
	if !strings.HasPrefix(r.Verdict(), "all 2 orders explored") || !slices.Equal(ends(r), []order.End{order.Finished, order.Panicked}) {
		t.Errorf("%s, ends %q", r.Verdict(), ends(r))
	}
}

func TestLeak(t *testing.T) {
	controlled(t)
	r := explored(t, func() {
		c := make(chan int)
		go func() { c <- 1 }()
		go func() { time.Sleep(time.Minute) }() // which is over before long
	})
	if !slices.Equal(ends(r), []order.End{order.Leaked}) {
		t.Errorf("ends %q", ends(r))
	}
	if text := r.Outcomes[0].Text; !strings.Contains(text, "TestLeak has waited since 0s to send to c, and nobody receives from it") || strings.Contains(text, "func1.2") {
		t.Errorf("the leak is %q", text)
	}
}

func TestStepLimit(t *testing.T) {
	controlled(t)
	spin := bubble.Engine(func() {
		c := make(chan int)
		for {
			select {
			case <-c:
				return
			default:
			}
		}
	}, bubble.WithStepLimit(900))
	r := exploretest.Repeatable(t, spin)
	if !slices.Equal(ends(r), []order.End{order.OutOfSteps}) {
		t.Errorf("ends %q", ends(r))
	}
	for run := range explore.All(spin, explore.WithStrategy(explore.Default())) {
		if !strings.Contains(run.Err.Error(), "main (bubble/check_test.go:") {
			t.Errorf("the loop is not named: %v", run.Err)
		}
	}
}

func TestName(t *testing.T) {
	controlled(t)
	r := exploretest.Repeatable(t, bubble.Engine(func() {
		var wg sync.WaitGroup
		for _, name := range []string{"alice", "bob", "bob"} {
			wg.Go(func() {
				bubble.Name(name)
				time.Sleep(time.Second)
				bubble.Println(name)
			})
		}
		wg.Wait()
	}, bubble.WithPolicy(order.SameInstant)), explore.WithStrategy(walk.Exhaustive()))
	if !strings.HasPrefix(r.Verdict(), "all 6 orders explored") {
		t.Error(r.Verdict())
	}
	for _, o := range r.Outcomes {
		if o.Text == "bob\nalice\nbob\n" && o.Witness.String() != "w1,timer:alice.2=bob.2" {
			t.Errorf("%q has schedule %s", o.Text, o.Witness)
		}
	}
}

// Where there are more alternatives than there is room for, nothing is claimed of the
// orders that were left out.
func TestACrowdIsNoWalk(t *testing.T) {
	controlled(t)
	r := exploretest.Repeatable(t, bubble.Engine(hello, bubble.WithRoom(2)), explore.WithStrategy(walk.Bounded(0)))
	if !slices.Equal(ends(r), []order.End{order.Misused}) || !strings.Contains(r.Outcomes[0].Text, "more than 2 goroutines") {
		t.Errorf("%s: %+v", r.Verdict(), r.Outcomes)
	}
}
