package bubble_test

import (
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// spins are loops that end when somebody says so. In a bubble they can be stopped, since
// each round has a point.
var spins = []struct {
	name string
	spin func(over *atomic.Bool, never chan int)
}{
	{"Gosched", func(*atomic.Bool, chan int) {
		for {
			runtime.Gosched() // spin: Gosched
		}
	}},
	{"atomic.Bool", func(over *atomic.Bool, _ chan int) {
		for !over.Load() { // spin: atomic.Bool
		}
	}},
	{"select with default", func(_ *atomic.Bool, never chan int) {
		for {
			select {
			case <-never: // spin: select with default
				return
			default:
			}
		}
	}},
	{"select of two with default", func(_ *atomic.Bool, never chan int) {
		for {
			select { // spin: select of two with default
			case <-never:
				return
			case never <- 1:
				return
			default:
			}
		}
	}},
	{"TryLock", func(*atomic.Bool, chan int) {
		s := newTools(0)
		s.Lock()
		for !s.TryLock() { // spin: TryLock
		}
	}},
}

// limited returns the error of a run that must end at its step limit.
func limited(t *testing.T, program func(), options ...bubble.Option) *order.StepLimitError {
	t.Helper()
	run := order.RunOnce(bubble.Engine(program, options...), order.Default())
	var limit *order.StepLimitError
	if run.End != order.OutOfSteps || !errors.As(run.Err, &limit) || len(limit.Busiest) == 0 {
		t.Fatalf("it ended %s: %v; want the step limit", run.End, run.Err)
	}
	return limit
}

// A loop that spins ends at a step limit that is too low to call it that, under each policy, wherever it runs, and the
// error says where the loop is.
func TestSpinsAreNamed(t *testing.T) {
	controlled(t)
	for _, c := range spins {
		t.Run(c.name, func(t *testing.T) {
			want := " (" + placeOf(t, "gosched_test.go", "spin: "+c.name) + ")"
			for _, p := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady} {
				alone := limited(t, func() { c.spin(new(atomic.Bool), make(chan int)) }, bubble.WithPolicy(p), bubble.WithStepLimit(500))
				if len(alone.Busiest) != 1 || alone.Busiest[0].Task != "main"+want {
					t.Fatalf("%s, in main: it names %v, want main%s", p, alone.Busiest, want)
				}
				beside := limited(t, func() {
					go func() {
						c.spin(new(atomic.Bool), make(chan int))
					}()
					<-make(chan int)
				}, bubble.WithPolicy(p), bubble.WithStepLimit(500))
				if busiest := beside.Busiest[0].Task; !strings.HasPrefix(busiest, "TestSpinsAreNamed ") || !strings.HasSuffix(busiest, want) {
					t.Fatalf("%s, beside main: it names %v first, want %s", p, beside.Busiest, want)
				}
			}
		})
	}
}

// However long it spins, all its steps are counted, and no more than that.
func TestSpinsAreCounted(t *testing.T) {
	controlled(t)
	const limit = 20_000
	for _, c := range spins {
		t.Run(c.name, func(t *testing.T) {
			err := limited(t, func() { c.spin(new(atomic.Bool), make(chan int)) }, bubble.WithPolicy(order.FIFO), bubble.WithStepLimit(limit), bubble.WithSpinLimit(0))
			if steps := err.Busiest[0].Steps; steps < limit || steps > limit+1 {
				t.Errorf("%d steps of %d are main's", steps, limit)
			}
			if err.Stalled < limit-1 {
				t.Errorf("time stood still for %d of %d steps", err.Stalled, limit)
			}
		})
	}
}

// No more steps are counted than the limit says.
func TestStepsBelowTheLimit(t *testing.T) {
	controlled(t)
	err := limited(t, func() { spins[1].spin(new(atomic.Bool), nil) }, bubble.WithStepLimit(100))
	if err.Limit != 100 || err.Stalled > 100 || err.Busiest[0].Steps > 100 {
		t.Errorf("of 100 steps, %d were main's, and time stood still for %d: %v", err.Busiest[0].Steps, err.Stalled, err)
	}
}

// A loop that waits for another goroutine ends when that one has had its turn.
func TestSpinsWaitForOthers(t *testing.T) {
	controlled(t)
	r := exploretest.Repeatable(t, bubble.Engine(func() {
		var over atomic.Bool
		go over.Store(true)
		for !over.Load() {
			runtime.Gosched()
		}
		bubble.Println("over")
	}, bubble.WithStepLimit(500)), explore.WithStrategy(sample.Random()), explore.WithRuns(200))
	if len(r.Outcomes) != 1 || r.Outcomes[0].Text != "over\n" {
		t.Errorf("%s: %+v", r.Verdict(), r.Outcomes)
	}
}
