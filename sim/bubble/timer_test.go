package bubble_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// alarm is a timer that goroutines share, with what its function has done.
type alarm struct {
	timer  *time.Timer // sends to its channel
	calls  *time.Timer // calls a function
	called atomic.Int64
}

// newAlarm returns an alarm whose timers have fired, or will not fire for an hour.
func newAlarm(fired bool) *alarm {
	a := new(alarm)
	d := time.Hour
	if fired {
		d = time.Second
	}
	a.timer = time.NewTimer(d)
	a.calls = time.AfterFunc(d, func() { a.called.Add(1) })
	if fired {
		time.Sleep(time.Minute)
	}
	return a
}

var alarmOperations = []struct {
	name string
	do   func(a *alarm) bool
}{
	{"stop", func(a *alarm) bool { return a.timer.Stop() }},
	{"reset", func(a *alarm) bool { return a.timer.Reset(time.Second) }},
	{"reset to now", func(a *alarm) bool { return a.timer.Reset(0) }},
	{"poll", func(a *alarm) bool {
		select {
		case <-a.timer.C:
			return true
		default:
			return false
		}
	}},
	{"wait", func(a *alarm) bool {
		select {
		case <-a.timer.C:
			return true
		case <-time.After(time.Minute):
			return false
		}
	}},
	{"stop the call", func(a *alarm) bool { return a.calls.Stop() }},
	{"reset the call to now", func(a *alarm) bool { return a.calls.Reset(0) }},
	{"read", func(a *alarm) bool { return a.called.Load() > 0 }},
}

// Reduction finds all that two goroutines can do to one timer. Stop and Reset take out
// of its channel what is in it, and so does a receive.
func TestReductionsSeeTimers(t *testing.T) {
	controlled(t)
	for i, one := range alarmOperations {
		for _, other := range alarmOperations[i:] {
			for _, fired := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s|%s|fired is %v", one.name, other.name, fired), func(t *testing.T) {
					program := func() {
						a := newAlarm(fired)
						var did [2]uint32 // by functions of sync/atomic, which are no points
						for i, do := range []func(*alarm) bool{one.do, other.do} {
							go func() {
								if do(a) {
									atomic.StoreUint32(&did[i], 1)
								}
							}()
						}
						time.Sleep(10 * time.Minute)
						bubble.Println(atomic.LoadUint32(&did[0]), atomic.LoadUint32(&did[1]), a.called.Load(), a.timer.Stop(), a.calls.Stop())
					}
					all := explored(t, program, explore.WithStrategy(walk.Exhaustive()))
					if all.Coverage.Kind != search.AllOrders {
						t.Fatal(all.Verdict())
					}
					for _, s := range []search.Strategy{dpor.SleepSets(), dpor.Reduced(), dpor.Optimal()} {
						part := explored(t, program, explore.WithStrategy(s))
						if part.Coverage.Complete() && !slices.Equal(outcomes(part), outcomes(all)) {
							t.Errorf("%s: %s, with the outcomes %q; in %d orders there are %q", s, part.Verdict(), outcomes(part), all.Runs, outcomes(all))
						}
					}
				})
			}
		}
	}
}

// A function that a timer calls has a name of its own, in each order in which timers of
// one instant fire.
func TestNamesOfTimerFunctions(t *testing.T) {
	controlled(t)
	for name, program := range map[string]func(call func(i int) func()){
		"one goroutine sets them": func(call func(i int) func()) {
			for i := range 2 {
				time.AfterFunc(time.Second, call(i))
			}
		},
		"two goroutines set them": func(call func(i int) func()) {
			for i := range 2 {
				go time.AfterFunc(time.Second, call(i))
			}
		},
		"two goroutines set them to now": func(call func(i int) func()) {
			for i := range 2 {
				go time.AfterFunc(0, call(i))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			names := map[string][]string{} // by what the function prints
			for run := range explore.All(bubble.Engine(func() {
				program(func(i int) func() { return func() { bubble.Println("timer", i) } })
				time.Sleep(time.Minute)
			}), explore.WithStrategy(walk.Exhaustive()), explore.WithRecorded(trace.Full)) {
				for _, e := range run.Trace().Events {
					if e.Kind == trace.Print && !slices.Contains(names[e.Detail], e.Task) {
						names[e.Detail] = append(names[e.Detail], e.Task)
					}
				}
			}
			if len(names) != 2 {
				t.Errorf("they print %v", names)
			}
			for printed, called := range names {
				if len(called) != 1 {
					t.Errorf("the function that prints %s is called %s", printed, strings.Join(called, " and "))
				}
			}
		})
	}
}

// A function that a timer calls at once is started by who sets the timer.
func TestTimerThatIsDueAtOnce(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		go func() {
			bubble.Name("setter")
			time.AfterFunc(0, func() {})
		}()
	}), order.Default())
	spawns := 0
	for _, e := range run.Trace().Events {
		if e.Kind == trace.Spawn && strings.Contains(e.Object, "@timer.") {
			spawns++
			if e.Task != "setter" {
				t.Errorf("%s is started by %s, want setter", e.Object, e.Task)
			}
		}
	}
	if spawns != 1 {
		t.Errorf("%d of it are started", spawns)
	}
}

// A timer that is set again, to now and then away from it, may fire in between or not, and
// reductions know.
func TestResetIsReduced(t *testing.T) {
	controlled(t)
	program := func() {
		timer := time.AfterFunc(time.Millisecond, func() {})
		now := timer.Reset(0)
		bubble.Println(now, timer.Reset(time.Millisecond))
	}
	all := explored(t, program, explore.WithStrategy(walk.Exhaustive()))
	if got := outcomes(all); len(got) != 2 || all.Coverage.Kind != search.AllOrders {
		t.Errorf("%s: %q, want two outcomes", all.Verdict(), got)
	}
	for _, s := range []search.Strategy{dpor.SleepSets(), dpor.Reduced(), dpor.Optimal()} {
		if part := explored(t, program, explore.WithStrategy(s)); !part.Coverage.Complete() || !slices.Equal(outcomes(part), outcomes(all)) {
			t.Errorf("%s: %s, %q", s, part.Verdict(), outcomes(part))
		}
	}
}
