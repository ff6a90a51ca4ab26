package fresh_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/fresh"
	"weft/sim/order"
	"weft/trace"
)

// programs are what this test binary makes runs of when it is started for that, by label.
var programs = map[string]func(ctx context.Context) error{
	"counter": func(ctx context.Context) error {
		n := 0
		var tasks []*sim.Task[sim.None]
		for i := range 3 {
			tasks = append(tasks, sim.Go(ctx, fmt.Sprintf("t%d", i), func(ctx context.Context) error {
				seen := n
				if err := sim.Sleep(ctx, time.Second); err != nil {
					return err
				}
				n = seen + 1
				sim.Print(ctx, "n is", n)
				return nil
			}))
		}
		for _, t := range tasks {
			if _, err := t.Await(ctx); err != nil {
				return err
			}
		}
		if sim.Flip(ctx, "fail", 0.5) {
			return errors.New("flipped")
		}
		return nil
	},
	"kept": func(ctx context.Context) error {
		calls++
		if calls > 1 {
			return fmt.Errorf("call %d in this process", calls)
		}
		return nil
	},
	"exits": func(ctx context.Context) error {
		if sim.Flip(ctx, "exit", 0.5) {
			fmt.Fprintln(os.Stderr, "no more of this")
			os.Exit(3)
		}
		return nil
	},
	"fatal": func(ctx context.Context) error {
		go panic("on a goroutine of its own")
		select {}
	},
	"locks": func(ctx context.Context) error {
		l := sim.NewLock(ctx, "l")
		if err := l.Acquire(ctx); err != nil {
			return err
		}
		return l.Acquire(ctx)
	},
	"waits": func(ctx context.Context) error {
		m := sim.NewMutex(ctx, "m")
		if err := m.Lock(ctx); err != nil {
			return err
		}
		return m.Lock(ctx)
	},
	"panics":  func(ctx context.Context) error { panic(errors.New("at sea")) },
	"refuses": func(ctx context.Context) error { return nil },
}

var calls int

func engineOf(label string) order.Engine {
	program := programs[label]
	return sim.Engine(sim.Main(func(ctx context.Context) error { return program(ctx) }), sim.WithPolicy(order.AnyReady), sim.WithProgram(label))
}

func TestMain(m *testing.M) {
	label, ok := fresh.Started()
	if label := os.Getenv("FRESH_PARENT"); !ok && label != "" {
		order.RunOnce(fresh.Engine(fresh.Options{
			Program: label, Policy: "any-ready", Label: label,
			Command: func() *exec.Cmd { return exec.Command(os.Args[0]) },
			Begin:   func() fresh.Run { return fresh.Run{Complete: func([]byte, *order.Run) {}} },
		}), order.Default())
		os.Exit(0)
	}
	if !ok {
		os.Exit(m.Run())
	}
	if label == fresh.Whole {
		fresh.Serve(served)
	}
	if label == "never" {
		fmt.Println("not today")
		os.Exit(0)
	}
	child := fresh.NewChild()
	policy, data, err := child.Await()
	if err != nil {
		os.Exit(0)
	}
	if label == "refuses" {
		child.Refuse(errors.New("no policy " + policy))
		os.Exit(0)
	}
	child.Make(engineOf(label), func() []byte { return append(data, '!') })
	child.Close()
	os.Exit(0)
}

func elsewhere(t *testing.T, label string) order.Engine {
	t.Helper()
	return fresh.Engine(fresh.Options{
		Program: label, Policy: "any-ready", Label: label, Ask: "fifo?",
		Command: func() *exec.Cmd { return exec.Command(os.Args[0]) },
		Begin: func() fresh.Run {
			return fresh.Run{Data: []byte("hey"), Complete: func(data []byte, run *order.Run) {
				if run.End != order.Died && run.End != order.Misused && string(data) != "hey!" {
					t.Errorf("the process said %q of its run, want hey!", data)
				}
			}}
		},
	})
}

// Whatever strategy makes the runs, an exploration finds what it finds in this process.
func TestExplorationsAreTheSame(t *testing.T) {
	strategies, runs := []search.Strategy{walk.Exhaustive(), walk.Bounded(1), sample.Random(), sample.PCT(2), dpor.Reduced(), dpor.Optimal(), explore.Auto()}, 20
	if testing.Short() { // with the race detector, a process takes long to begin
		strategies, runs = []search.Strategy{walk.Exhaustive(), sample.Random(), dpor.Optimal()}, 5
	}
	for _, s := range strategies {
		t.Run(s.String(), func(t *testing.T) {
			options := []explore.Option{explore.WithStrategy(s), explore.WithRuns(runs), explore.WithWorkers(2)}
			want, err := explore.Search(t.Context(), engineOf("counter"), options...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := explore.Search(t.Context(), elsewhere(t, "counter"), options...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(explore.Report{}, "Elapsed"), cmpopts.IgnoreUnexported(search.Outcome{})); diff != "" {
				t.Errorf("in this process and in others (-want +got):\n%s", diff)
			}
		})
	}
}

// A run is all that it is in this process, with its trace.
func TestRunIsTheSame(t *testing.T) {
	for label := range maps.Keys(programs) {
		switch label {
		case "kept", "exits", "fatal", "refuses", "loops":
			continue
		}
		for _, strategy := range []func() order.Strategy{order.Default, func() order.Strategy { return order.Random(7) }} {
			want := order.RunOnce(engineOf(label), strategy())
			got := order.RunOnce(elsewhere(t, label), strategy())
			for _, run := range []*order.Run{want, got} {
				run.Trace().Events[0].Pos = "" // of who makes the run
			}
			if diff := cmp.Diff(want.Trace(), got.Trace()); diff != "" {
				t.Errorf("%s: traces (-want +got):\n%s", label, diff)
			}
			same := []cmp.Option{cmpopts.IgnoreFields(order.Run{}, "TraceID", "Trace", "Err"), cmpopts.EquateEmpty()}
			if diff := cmp.Diff(want, got, same...); diff != "" {
				t.Errorf("%s (-want +got):\n%s", label, diff)
			}
			if fmt.Sprint(got.Err) != fmt.Sprint(want.Err) && label != "panics" || order.Classify(got.Err) != order.Classify(want.Err) {
				t.Errorf("%s: error %v, want %v", label, got.Err, want.Err)
			}
			var deadlock *order.DeadlockError
			if label == "locks" && !errors.As(got.Err, &deadlock) {
				t.Errorf("%s: %T, want a deadlock", label, got.Err)
			}
		}
	}
}

// Each run finds the program as the first one did.
func TestEachRunIsTheFirst(t *testing.T) {
	runner := elsewhere(t, "kept").Runner()
	defer runner.Close()
	for range 5 {
		if run := runner.Run(order.Default(), trace.Off); run.Failed() {
			t.Fatal(run.Err)
		}
	}
}

// A schedule that does not fit is said to by the strategy of this process.
func TestMismatch(t *testing.T) {
	s, err := order.ParseSchedule("w1,ready:nobody.1=somebody.1")
	if err != nil {
		t.Fatal(err)
	}
	run := order.RunOnce(elsewhere(t, "counter"), order.Replay(s))
	if run.End != order.Mismatched || !errors.Is(run.Err, order.ErrScheduleMismatch) {
		t.Errorf("it ended as %s: %v", run.End, run.Err)
	}
}

// What ends its process is a failure of one run.
func TestProcessDies(t *testing.T) {
	r, err := explore.Search(t.Context(), elsewhere(t, "exits"), explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		t.Fatal(err)
	}
	if r.Runs != 2 || len(r.Outcomes) != 2 || r.Outcomes[1].End != order.Died || r.Nondeterminism != nil {
		t.Errorf("want two runs, one of which ended its process: %+v", r)
	}
	run := order.RunOnce(elsewhere(t, "exits"), order.Replay(r.Outcomes[1].Witness))
	var died *fresh.DiedError
	if !errors.As(run.Err, &died) || died.Status != "exit status 3" || !strings.Contains(died.Output, "no more of this") {
		t.Errorf("%#v", run.Err)
	}
	run = order.RunOnce(elsewhere(t, "fatal"), order.Default())
	if want := "by a panic: on a goroutine of its own"; run.End != order.Died || !strings.Contains(run.Summary, want) {
		t.Errorf("it ended as %s, %s; want %q", run.End, run.Summary, want)
	}
}

// A process that cannot be had is an error that says why.
func TestProcessCannotBeHad(t *testing.T) {
	for label, want := range map[string]string{
		"never":   "before it came to its program; does the program depend on what only this process has?\nIt wrote last:\n    not today",
		"refuses": "no policy fifo?",
		"missing": "a process for a run cannot be started",
	} {
		e := elsewhere(t, label)
		if label == "missing" {
			e = fresh.Engine(fresh.Options{
				Label: label, Command: func() *exec.Cmd { return exec.Command("/no/such/program") },
				Begin: func() fresh.Run { return fresh.Run{Complete: func([]byte, *order.Run) {}} },
			})
		}
		run := order.RunOnce(e, order.Default())
		var cannot *fresh.StartError
		if !errors.As(run.Err, &cannot) || !strings.Contains(run.Err.Error(), want) {
			t.Errorf("%s: %v; want %q", label, run.Err, want)
		}
	}
}

type panicking struct{ order.Strategy }

func (panicking) Choose(*order.Decision) int { panic("the strategy's own") }

// A panic of a strategy is its caller's.
func TestStrategyPanics(t *testing.T) {
	runner := elsewhere(t, "counter").Runner()
	defer runner.Close()
	func() {
		defer func() {
			if v := recover(); v != "the strategy's own" {
				t.Errorf("it panicked with %v", v)
			}
		}()
		runner.Run(panicking{order.Default()}, trace.Off)
	}()
	if run := runner.Run(order.Default(), trace.Off); run.Failed() {
		t.Errorf("the run after it: %v", run.Err)
	}
}
