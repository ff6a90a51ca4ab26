// What Weft promises, as properties over generated programs, in the order in
// which someone new would ask.
package weft_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// Which orders does the hello program have? Two, and these are all; they differ by
// the swap of hand-overs 7 and 9, which changes what is printed.
func TestEvents7And9MayBeSwapped(t *testing.T) {
	hello, _ := scenarios.Find("hello")
	engine := sim.Engine(hello.Program, sim.WithPolicy(order.SameInstant))
	report := explored(t, engine, explore.WithStrategy(walk.Exhaustive()))
	if got, want := report.Verdict(), "all 2 orders explored"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := explore.Gives("Hello 1!\nHello 2!\n", "Hello 2!\nHello 1!\n").Check(report); err != nil {
		t.Error(err)
	}
	for _, o := range report.Outcomes {
		swaps, err := explain.Swaps(t.Context(), engine, o.Witness)
		if err != nil || len(swaps) != 1 || !strings.HasPrefix(swaps[0].String(), "7 and 9 may be swapped, and the output changes") {
			t.Errorf("of %s: %v, %v", o.Witness, swaps, err)
		}
	}
}

// Is it all, for any number of sleepers? n tasks that sleep m times together
// have exactly (n!)^m orders, and no two are alike.
func TestSleepersHaveFactorialOrders(t *testing.T) {
	for _, c := range []struct{ tasks, sleeps, orders int }{
		{1, 3, 1}, {2, 1, 2}, {2, 3, 8}, {3, 1, 6}, {3, 2, 36}, {4, 1, 24}, {4, 2, 576}, {5, 1, 120},
	} {
		t.Run(fmt.Sprintf("%d tasks sleep %d times", c.tasks, c.sleeps), func(t *testing.T) {
			engine := sim.Engine(sleepers(c.tasks, c.sleeps), sim.WithPolicy(order.SameInstant))
			hashes := map[trace.Hash]bool{}
			for run := range explore.All(engine, explore.WithStrategy(walk.Exhaustive()), explore.WithRecorded(trace.Order)) {
				hashes[run.Hash] = true
			}
			report := explored(t, engine, explore.WithStrategy(walk.Exhaustive()))
			if report.Runs != c.orders || !report.Coverage.Complete() || len(hashes) != c.orders {
				t.Errorf("%s, %d of them different; want %d", report.Verdict(), len(hashes), c.orders)
			}
		})
	}
}

// sleepers is a program of tasks that sleep together and say so.
func sleepers(tasks, sleeps int) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		var all []sim.Awaitable[sim.None]
		for i := range tasks {
			all = append(all, sim.Do(ctx, fmt.Sprint("sleeper", i), func(ctx context.Context) error {
				for range sleeps {
					if err := sim.Sleep(ctx, time.Second); err != nil {
						return err
					}
					sim.Print(ctx, i)
				}
				return nil
			}))
		}
		_, err := sim.Gather(ctx, all...).Await(ctx)
		return err
	})
}

// Is a seed worth anything a year from now? The same seed gives the same run,
// event for event.
func TestSameSeedSameRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program, policy, seed := drawProgram(t), drawPolicy(t), rapid.Uint64().Draw(t, "seed")
		first := quietly(program, sim.WithPolicy(policy), sim.WithSeed(seed))
		second := quietly(program, sim.WithPolicy(policy), sim.WithSeed(seed))
		sameRun(t, first, second)
	})
}

// Can a run be had again from its schedule? Any run's schedule, printed and read
// back, gives that run.
func TestScheduleGivesTheRunBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program, policy, seed := drawProgram(t), drawPolicy(t), rapid.Uint64().Draw(t, "seed")
		first := quietly(program, sim.WithPolicy(policy), sim.WithSeed(seed))
		schedule, err := order.ParseSchedule(first.Schedule.String())
		if err != nil {
			t.Fatal(err)
		}
		second := quietly(program, sim.WithPolicy(policy), sim.WithStrategy(order.Replay(schedule)))
		sameRun(t, first, second)
	})
}

// Does asking for more orders change the default one? No: whatever the policy,
// the default strategy does what asyncio does.
func TestDefaultOrderIsTheSameUnderEveryPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := drawProgram(t)
		want := quietly(program, sim.WithPolicy(order.FIFO))
		if len(want.Decisions) > 0 && want.Decisions[0].Kind != order.PickChoice {
			t.Fatalf("FIFO has a decision about order: %+v", want.Decisions[0])
		}
		got := quietly(program, sim.WithPolicy(drawPolicy(t)))
		if steps(got) != steps(want) {
			t.Fatalf("under %s:\n%swant, as under fifo:\n%s", got.Trace.Policy, steps(got), steps(want))
		}
		if len(got.Schedule) != 0 {
			t.Fatalf("the default order has the schedule %v", got.Schedule)
		}
	})
}

// Is each order that a seed finds one of those that are permitted?
func TestSampledOrdersAreAmongAllOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := smallProgram(t)
		all := map[trace.Hash]bool{}
		for run := range explore.All(sim.Engine(program), explore.WithStrategy(walk.Exhaustive()), explore.WithRecorded(trace.Order)) {
			all[run.Hash] = true
		}
		strategy := rapid.SampledFrom([]search.Strategy{
			sample.Random(), sample.PCT(2), sample.POS(), sample.URW(), sample.SURW(), sample.Portfolio(), walk.Bounded(2),
		}).Draw(t, "strategy")
		for run := range explore.All(sim.Engine(program), explore.WithStrategy(strategy), explore.WithRuns(20), explore.WithRecorded(trace.Order)) {
			if !all[run.Hash] {
				t.Fatalf("%s gives an order that is not among the %d permitted ones: %v", strategy, len(all), run.Schedule())
			}
		}
	})
}

// Does leaving out orders that make no difference leave out an outcome? No: the
// reduced exploration finds the same outcomes as one of all orders.
func TestReductionLosesNoOutcome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := smallProgram(t)
		all := explored(t, sim.Engine(program), explore.WithStrategy(walk.Exhaustive()))
		reduced := explored(t, sim.Engine(program), explore.WithStrategy(dpor.Reduced()))
		if len(reduced.Untracked) > 0 {
			t.Skip("not everything is tracked")
		}
		if err := explore.Refines(all).Check(reduced); err != nil {
			t.Fatal(err)
		}
		if err := explore.Refines(reduced).Check(all); err != nil {
			t.Fatal(err)
		}
	})
}

// Does a failure stay one when it is reduced? Yes, and it becomes no less simple.
func TestShrinkingKeepsTheFailure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := smallProgram(t)
		usual := quietly(program, sim.WithPolicy(order.AnyReady)).Output
		engine := sim.Engine(func(l *sim.Loop) error {
			if err := program(l); err != nil {
				return err
			}
			if !slices.Equal(l.Output(), usual) {
				return errors.New("another output than in the default order")
			}
			return nil
		})
		for run := range explore.All(engine, explore.WithStrategy(sample.Random()), explore.WithRuns(20)) {
			if run.End != order.Failed {
				continue
			}
			small, err := explain.Shrink(context.Background(), engine, run.Schedule())
			if err != nil {
				t.Fatal(err)
			}
			if len(small.Schedule) > len(run.Schedule()) {
				t.Fatalf("%s was made %s", run.Schedule(), small.Schedule)
			}
			for again := range explore.All(engine, explore.WithStrategy(explore.Replay(small.Schedule))) {
				if again.End != run.End || again.Summary != run.Summary {
					t.Fatalf("%s gives %q, and %s gives %q", run.Schedule(), run.Summary, small.Schedule, again.Summary)
				}
			}
		}
	})
}

// Does the number of processors matter? No: whatever is found is found by any
// number of workers.
func TestWorkersDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program, strategy := drawProgram(t), drawStrategy(t)
		options := []explore.Option{explore.WithStrategy(strategy), explore.WithRuns(rapid.IntRange(1, 300).Draw(t, "runs"))}
		want := explored(t, sim.Engine(program), append(options, explore.WithWorkers(1))...)
		got := explored(t, sim.Engine(program), append(options, explore.WithWorkers(rapid.IntRange(2, 5).Draw(t, "workers")))...)
		sameFindings(t, want, got)
	})
}

// Is an exploration that was stopped and goes on worth as much as one that was
// not? It finds the same.
func TestCheckpointAndResumeEqualOneRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "checkpoint")
	rapid.Check(t, func(t *rapid.T) {
		program := drawProgram(t)
		strategy := rapid.SampledFrom([]search.Strategy{
			walk.Exhaustive(), walk.Bounded(-1), sample.Random(), sample.PCT(3), sample.Portfolio(),
		}).Draw(t, "strategy")
		options := []explore.Option{explore.WithStrategy(strategy), explore.WithRuns(600)}
		want := explored(t, sim.Engine(program), options...)
		options = append(options, explore.WithCheckpoint(file))
		defer os.Remove(file)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		stop := rapid.IntRange(1, 500).Draw(t, "stop")
		if _, err := explore.Search(ctx, sim.Engine(program), append(options, explore.WithProgress(func(p explore.Progress) {
			if p.Runs > stop {
				cancel()
			}
		}))...); err != nil {
			t.Fatal(err)
		}
		sameFindings(t, want, explored(t, sim.Engine(program), options...))
	})
}

// Does time ever go back, or a timer come early? No.
func TestTimeNeverGoesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := quietly(drawProgram(t), sim.WithPolicy(drawPolicy(t)), sim.WithSeed(rapid.Uint64().Draw(t, "seed")))
		last := time.Duration(0)
		for _, event := range run.Trace.Events {
			if event.At < last {
				t.Fatalf("%v comes after %v", event, last)
			}
			last = event.At
			if event.Kind != trace.Fire || event.Object != "sleep" {
				continue
			}
			armed := run.Trace.Events[event.Cause-1]
			slept, err := time.ParseDuration(armed.Detail)
			if err != nil || event.At < armed.At+slept {
				t.Fatalf("%v comes before its time: %v", event, armed)
			}
		}
	})
}

// Is anything lost when much happens at one instant? No: whoever waits for
// something that comes is resumed.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "sleepers")
		program := sim.Main(func(ctx context.Context) error {
			queue := sim.NewQueue[int](ctx, "results", rapid.IntRange(0, 3).Draw(t, "room"))
			for i := range n {
				sim.Go(ctx, "sleeper", func(ctx context.Context) error {
					if err := sim.Sleep(ctx, time.Second); err != nil {
						return err
					}
					return queue.Put(ctx, i)
				})
			}
			for range n {
				i, err := queue.Get(ctx)
				if err != nil {
					return err
				}
				sim.Print(ctx, i)
			}
			return nil
		})
		run := quietly(program, sim.WithPolicy(drawPolicy(t)), sim.WithSeed(rapid.Uint64().Draw(t, "seed")))
		if run.Err != nil || run.Elapsed != time.Second {
			t.Fatalf("it ended at %v: %v", run.Elapsed, run.Err)
		}
		lines := strings.Fields(text(run))
		slices.Sort(lines)
		if got := len(slices.Compact(lines)) - 1; got != n { // each with its time, which is one and the same
			t.Fatalf("%d of %d came through: %v", got, n, lines)
		}
	})
}

// quietly runs a program and keeps what it says.
func quietly(program sim.Program, options ...sim.Option) *sim.Outcome {
	return sim.Simulate(program, append([]sim.Option{
		sim.WithRecording(trace.Full), sim.WithOutput(io.Discard), sim.WithLog(io.Discard), sim.WithStepLimit(100_000),
	}, options...)...)
}

func text(o *sim.Outcome) string {
	var b strings.Builder
	for _, line := range o.Output {
		fmt.Fprintf(&b, "%v %s\n", line.At, line.Text)
	}
	return b.String()
}

// steps writes what happened in a run, without the decisions.
func steps(o *sim.Outcome) string {
	var b strings.Builder
	for _, event := range o.Trace.Events {
		if event.Kind != trace.Decide {
			fmt.Fprintf(&b, "%v %s %v %s %s\n", event.At, event.Task, event.Kind, event.Object, event.Detail)
		}
	}
	return b.String()
}

func sameRun(t *rapid.T, first, second *sim.Outcome) {
	t.Helper()
	if errors.Is(second.Err, order.ErrScheduleMismatch) {
		t.Fatal(second.Err)
	}
	if difference := trace.Compare(first.Trace, second.Trace, trace.IgnoreHeader()); difference != nil {
		t.Fatal(difference)
	}
	if first.Trace.Hash != second.Trace.Hash {
		t.Fatalf("equal events, but the hashes %v and %v", first.Trace.Hash, second.Trace.Hash)
	}
}

// explored explores a program, and demands that this can be done.
func explored(t interface{ Fatal(...any) }, engine order.Engine, options ...explore.Option) *explore.Report {
	report, err := explore.Search(context.Background(), engine, options...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// sameFindings demands that two reports differ in nothing but the time they took.
func sameFindings(t *rapid.T, want, got *explore.Report) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(explore.Report{}, "Elapsed"), cmpopts.IgnoreUnexported(search.Outcome{})); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
}

func drawStrategy(t *rapid.T) search.Strategy {
	name := rapid.SampledFrom([]string{
		"auto", "exhaustive", "reduced", "sleepsets", "bounded", "bounded:2", "random", "pct:3", "pos", "urw", "surw", "portfolio",
	}).Draw(t, "strategy")
	strategy, err := explore.ParseStrategy(name)
	if err != nil {
		t.Fatal(err)
	}
	return strategy
}

func drawPolicy(t *rapid.T) order.Policy {
	return rapid.SampledFrom([]order.Policy{
		order.FIFO, order.SameInstant, order.AnyReady, order.Jitter(0), order.Jitter(15 * time.Millisecond),
	}).Draw(t, "policy")
}

// An action is something that a generated task does.
type action struct {
	what string
	n    int
}

// drawProgram draws a program of a few tasks that sleep, yield, share locks,
// queues and variables, wait for each other, cancel each other and choose.
func drawProgram(t *rapid.T) sim.Program { return drawTasks(t, 5, 6) }

// smallProgram draws one that is small enough to walk through all of its orders.
func smallProgram(t *rapid.T) sim.Program { return drawTasks(t, 2, 3) }

func drawTasks(t *rapid.T, tasks, actions int) sim.Program {
	what := rapid.SampledFrom([]string{
		"sleep", "sleep", "yield", "print", "lock", "put", "get", "read", "write", "set", "wait", "await", "cancel",
		"timeout", "choose", "flip", "later", "block", "spawn",
	})
	body := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) action {
		return action{what.Draw(t, "what"), rapid.IntRange(0, 3).Draw(t, "n")}
	}), 1, actions)
	bodies := rapid.SliceOfN(body, 1, tasks).Draw(t, "tasks")
	return sim.Main(func(ctx context.Context) error {
		w := &shared{
			lock:  sim.NewLock(ctx, "lock"),
			queue: sim.NewQueue[int](ctx, "queue", 2),
			event: sim.NewEvent(ctx, "event"),
			value: sim.NewVar(ctx, "value", 0),
		}
		for i, actions := range bodies {
			w.tasks = append(w.tasks, sim.Go(ctx, fmt.Sprint("task", i), func(ctx context.Context) error {
				return w.perform(ctx, actions)
			}))
		}
		_, err := sim.GatherSettled(ctx, sim.Awaitables[sim.None](w.tasks)...).Await(ctx)
		return err
	})
}

// shared is what the tasks of a generated program share.
type shared struct {
	tasks []*sim.Task[sim.None]
	lock  *sim.Lock
	queue *sim.Queue[int]
	event *sim.Event
	value *sim.Var[int]
}

func (w *shared) perform(ctx context.Context, actions []action) error {
	for _, a := range actions {
		if err := w.one(ctx, a); err != nil && !errors.Is(err, sim.ErrTimeout) {
			return err
		}
	}
	return nil
}

func (w *shared) one(ctx context.Context, a action) error {
	pause := time.Duration(a.n) * 10 * time.Millisecond
	other := w.tasks[a.n%len(w.tasks)]
	switch a.what {
	case "sleep":
		return sim.Sleep(ctx, pause)
	case "yield":
		return sim.Yield(ctx)
	case "print":
		sim.Print(ctx, "n is", a.n)
	case "lock":
		return w.lock.With(ctx, func(ctx context.Context) error { return sim.Sleep(ctx, pause) })
	case "put":
		return w.queue.Put(ctx, a.n)
	case "get":
		_, err := sim.WaitFor(ctx, sim.Call(ctx, "get", w.queue.Get), pause)
		return err
	case "read":
		sim.Print(ctx, "value is", w.value.Get())
	case "write":
		w.value.Set(a.n)
	case "set":
		w.event.Set()
	case "wait":
		return sim.WithTimeout(ctx, pause, w.event.Wait)
	case "await":
		_, err := sim.WaitFor(ctx, sim.Shield(ctx, other), pause)
		return err
	case "cancel":
		other.Cancel()
	case "timeout":
		return sim.WithTimeout(ctx, 10*time.Millisecond, func(ctx context.Context) error { return sim.Sleep(ctx, pause) })
	case "choose":
		sim.Print(ctx, "chose", sim.Choose(ctx, "number", 1, 2, 3))
	case "flip":
		sim.Print(ctx, "flipped", sim.Flip(ctx, "coin", 0.5))
	case "later":
		sim.LoopOf(ctx).CallLater(pause, "later", func(ctx context.Context) { sim.Print(ctx, "later") })
	case "block":
		sim.Block(ctx, pause)
	case "spawn":
		sim.Go(ctx, "child", func(ctx context.Context) error {
			sim.Print(ctx, "child")
			return sim.Sleep(ctx, pause)
		})
	}
	return nil
}
