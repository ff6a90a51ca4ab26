package order_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weft/sim"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// drawnFrom draws decisions with rapid.
func drawnFrom(t *rapid.T) order.Strategy {
	return order.Asking(func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) })
}

// lostUpdateProperty says that no update is lost, whatever the amounts and the order.
// It calls back with what fails.
func lostUpdateProperty(failed func(amounts []int, run *order.Run)) func(t *rapid.T) {
	return func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.IntRange(0, 1000), 2, 4).Draw(t, "amounts")
		run := order.RunOnce(sim.Engine(exploretest.Deposits(amounts, 3, 2)), drawnFrom(t))
		if run.Failed() {
			failed(amounts, run)
			t.Fatalf("%s, schedule %s", run.Summary, run.Schedule())
		}
	}
}

// quietly runs a rapid check that is expected to fail, with a fixed seed and
// without a file, and reports whether it did.
func quietly(t *testing.T, property func(t *rapid.T)) bool {
	for name, value := range map[string]string{"rapid.seed": "1", "rapid.nofailfile": "true"} {
		was := flag.Lookup(name).Value.String()
		flag.Set(name, value)
		defer flag.Set(name, was)
	}
	tb := &quiet{name: t.Name()}
	done := make(chan struct{})
	go func() { // FailNow ends it
		defer close(done)
		rapid.Check(tb, property)
	}()
	<-done
	return tb.failed
}

// Data and order shrink together: to the two smallest amounts with which it
// matters, and to the fewest switches.
func TestAskingShrinks(t *testing.T) {
	var amounts []int
	var last *order.Run
	failed := quietly(t, lostUpdateProperty(func(a []int, r *order.Run) { amounts, last = a, r }))
	if !failed || last == nil {
		t.Fatal("rapid did not find the lost update")
	}
	if n := len(last.Schedule()); fmt.Sprint(amounts) != "[0 1]" && fmt.Sprint(amounts) != "[1 0]" || n > 2 {
		t.Errorf("shrunk to the amounts %v and %d switches, %s; want 0 and 1, and at most 2", amounts, n, last.Schedule())
	}
}

// A schedule that was drawn replays as any other.
func TestAskingRunsAreRuns(t *testing.T) {
	labels := map[string]bool{}
	draw := func(label string, n int) int { labels[label] = true; return n - 1 }
	run := order.RunOnce(sim.Engine(exploretest.Deposits([]int{1, 2}, 3, 2)), order.Asking(draw))
	again := order.RunOnce(sim.Engine(exploretest.Deposits([]int{1, 2}, 3, 2)), order.Replay(run.Schedule()))
	if len(run.Schedule()) == 0 || run.Hash != again.Hash {
		t.Errorf("the schedule %s gives another run", run.Schedule())
	}
	if !labels["ready d0.1"] {
		t.Errorf("labels are %v; want one that names the decision ready d0.1", labels)
	}
	if len(run.Trace().Events) == 0 || len(run.Footprints) == 0 {
		t.Error("the run is not recorded")
	}
}

// A panic of the function that draws is its caller's, wherever the decision was
// made. With rapid, it is how a test case that is no use is given up.
func TestAskingPanicsReachTheCaller(t *testing.T) {
	gone := errors.New("no more data")
	chooses := sim.Main(func(ctx context.Context) error {
		_, err := sim.Go(ctx, "a", func(ctx context.Context) error {
			sim.Choose(ctx, "what", 1, 2)
			return nil
		}).Await(ctx)
		return err
	})
	for name, p := range map[string]sim.Program{"which is next": exploretest.Deposits([]int{1, 2}, 3, 2), "in a task": chooses} {
		if v := panicValue(func() {
			order.RunOnce(sim.Engine(p), order.Asking(func(string, int) int { panic(gone) }))
		}); v != any(gone) {
			t.Errorf("%s: panic %v, want %v", name, v, gone)
		}
	}
}

func panicValue(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func TestAskingRefusesNil(t *testing.T) {
	for want, f := range map[string]func(){
		"order: Asking was given a nil function":            func() { order.Asking(nil) },
		"order: RunOnce was given a nil engine or strategy": func() { order.RunOnce(nil, order.Default()) },
	} {
		if v := panicValue(f); !strings.HasPrefix(fmt.Sprint(v), want) {
			t.Errorf("panic %v, want %s", v, want)
		}
	}
}

// FuzzAsking is a target of the fuzzer of go test: no update is lost if nobody
// gives up control between looking and writing.
func FuzzAsking(f *testing.F) {
	f.Add(make([]byte, 1024))
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.IntRange(0, 1000), 2, 4).Draw(t, "amounts")
		if run := order.RunOnce(sim.Engine(exploretest.Deposits(amounts, 1, 0)), drawnFrom(t)); run.Failed() {
			t.Fatalf("%s, schedule %s", run.Summary, run.Schedule())
		}
	}))
}

// The flags of rapid must not come with this package into every command.
func TestNobodyImportsRapid(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "weft/sim/order", "weft/sim/explore", "weft/sim/simtest", "weft/sim/bubble").CombinedOutput()
	if err != nil {
		t.Skipf("go list does not work here: %v\n%s", err, out)
	}
	if strings.Contains(string(out), "rapid") {
		t.Error("it imports rapid")
	}
}

// quiet is a rapid.TB that only notes whether it failed.
type quiet struct {
	rapid.TB
	name   string
	failed bool
}

func (q *quiet) Helper()               {}
func (q *quiet) Name() string          { return q.name }
func (q *quiet) Log(...any)            {}
func (q *quiet) Logf(string, ...any)   {}
func (q *quiet) Error(...any)          { q.failed = true }
func (q *quiet) Errorf(string, ...any) { q.failed = true }
func (q *quiet) Fatal(...any)          { q.FailNow() }
func (q *quiet) Fatalf(string, ...any) { q.FailNow() }
func (q *quiet) Fail()                 { q.failed = true }
func (q *quiet) Failed() bool          { return q.failed }
func (q *quiet) FailNow()              { q.failed = true; runtime.Goexit() }
