// What Weft promises, as properties over generated programs, in the order in
// which someone new would ask.
package weft_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/scenarios"
	"weft/sim"
	"weft/trace"
)

// Which orders does the hello program have? Two, and they differ by the swap of
// hand-overs 7 and 9.
func TestEvents7And9MayBeSwapped(t *testing.T) {
	hello, _ := scenarios.Find("hello")
	runs := everyOrder(func(strategy sim.Strategy) *sim.Outcome {
		return quietly(hello.Program, sim.WithStrategy(strategy))
	})
	var outputs []string
	for _, run := range runs {
		outputs = append(outputs, text(run))
	}
	want := []string{"1s Hello 1!\n1s Hello 2!\n", "1s Hello 2!\n1s Hello 1!\n"}
	if !slices.Equal(outputs, want) {
		t.Errorf("the orders of hello print %q, want %q", outputs, want)
	}
	for _, run := range runs {
		if n := len(trace.Transfers(run.Trace)); n != 10 {
			t.Errorf("%d hand-overs, want 10", n)
		}
		swaps := trace.Swaps(run.Trace)
		if len(swaps) != 1 || !slices.Equal(swaps[0].Transfers, []int{7, 9}) {
			t.Errorf("swaps: %v, want 7 and 9", swaps)
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
			program := sim.Main(func(ctx context.Context) error {
				var sleepers []sim.Awaitable[sim.None]
				for i := range c.tasks {
					sleepers = append(sleepers, sim.Do(ctx, fmt.Sprint("sleeper", i), func(ctx context.Context) error {
						for range c.sleeps {
							if err := sim.Sleep(ctx, time.Second); err != nil {
								return err
							}
							sim.Print(ctx, i)
						}
						return nil
					}))
				}
				_, err := sim.Gather(ctx, sleepers...).Await(ctx)
				return err
			})
			runs := everyOrder(func(strategy sim.Strategy) *sim.Outcome {
				return quietly(program, sim.WithStrategy(strategy))
			})
			hashes := map[trace.Hash]bool{}
			for _, run := range runs {
				hashes[run.Trace.Hash] = true
			}
			if len(runs) != c.orders || len(hashes) != c.orders {
				t.Errorf("%d orders, %d of them different; want %d", len(runs), len(hashes), c.orders)
			}
		})
	}
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
		schedule, err := sim.ParseSchedule(first.Schedule.String())
		if err != nil {
			t.Fatal(err)
		}
		second := quietly(program, sim.WithPolicy(policy), sim.WithStrategy(sim.Replay(schedule)))
		sameRun(t, first, second)
	})
}

// Does asking for more orders change the default one? No: whatever the policy,
// the default strategy does what asyncio does.
func TestDefaultOrderIsTheSameUnderEveryPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program := drawProgram(t)
		want := quietly(program, sim.WithPolicy(sim.FIFO))
		if len(want.Decisions) > 0 && want.Decisions[0].Kind != sim.PickChoice {
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
		for _, run := range everyOrder(func(strategy sim.Strategy) *sim.Outcome {
			return quietly(program, sim.WithPolicy(sim.AnyReady), sim.WithStrategy(strategy))
		}) {
			all[run.Trace.Hash] = true
		}
		for seed := range uint64(20) {
			run := quietly(program, sim.WithPolicy(sim.AnyReady), sim.WithSeed(seed))
			if !all[run.Trace.Hash] {
				t.Fatalf("seed %d gives an order that is not among the %d permitted ones: %v", seed, len(all), run.Schedule)
			}
		}
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
	if errors.Is(second.Err, sim.ErrScheduleMismatch) {
		t.Fatal(second.Err)
	}
	if difference := trace.Compare(first.Trace, second.Trace, trace.IgnoreHeader()); difference != nil {
		t.Fatal(difference)
	}
	if first.Trace.Hash != second.Trace.Hash {
		t.Fatalf("equal events, but the hashes %v and %v", first.Trace.Hash, second.Trace.Hash)
	}
}

// everyOrder runs a program in every order that is permitted, in the order of
// the tree of decisions.
func everyOrder(run func(sim.Strategy) *sim.Outcome) []*sim.Outcome {
	var runs []*sim.Outcome
	var path []int
	for {
		runs = append(runs, run(&followPath{path: path}))
		decisions := runs[len(runs)-1].Decisions
		last := len(decisions) - 1
		for last >= 0 && decisions[last].Taken == len(decisions[last].Alternatives)-1 {
			last--
		}
		if last < 0 {
			return runs
		}
		path = nil
		for _, d := range decisions[:last] {
			path = append(path, d.Taken)
		}
		path = append(path, decisions[last].Taken+1)
	}
}

// followPath takes the alternatives of a path, and then the first ones.
type followPath struct {
	path []int
	at   int
}

func (s *followPath) Name() string { return "path" }

func (s *followPath) Choose(*sim.Decision) int {
	s.at++
	if s.at <= len(s.path) {
		return s.path[s.at-1]
	}
	return 0
}

func drawPolicy(t *rapid.T) sim.Policy {
	return rapid.SampledFrom([]sim.Policy{
		sim.FIFO, sim.SameInstant, sim.AnyReady, sim.Jitter(0), sim.Jitter(15 * time.Millisecond),
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
