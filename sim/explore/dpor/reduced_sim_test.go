package dpor_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/internal/toy"
	"weft/sim/order"
	"weft/trace"
)

var simPrograms = flag.Int("sim.programs", 240, "how many random programs of package sim the reductions are compared on")

// together returns a program whose main makes tasks and waits for all of them.
func together(set func(ctx context.Context) []func(ctx context.Context) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		var tasks []sim.Awaitable[sim.None]
		for i, body := range set(ctx) {
			tasks = append(tasks, sim.Go(ctx, fmt.Sprint("t", i), body))
		}
		_, err := sim.Gather(ctx, tasks...).Await(ctx)
		return err
	})
}

// simReaders is readers for package sim.
func simReaders(n int) sim.Program {
	return together(func(ctx context.Context) (tasks []func(ctx context.Context) error) {
		x := sim.NewVar(ctx, "x", 0)
		tasks = append(tasks, func(context.Context) error { x.Set(1); return nil })
		for range n {
			tasks = append(tasks, func(context.Context) error { x.Get(); return nil })
		}
		return tasks
	})
}

func simLastzero(n int) sim.Program {
	return together(func(ctx context.Context) (tasks []func(ctx context.Context) error) {
		a := make([]*sim.Var[int], n+1)
		for i := range a {
			a[i] = sim.NewVar(ctx, fmt.Sprint("a", i), 0)
		}
		tasks = append(tasks, func(ctx context.Context) error {
			for i := n; a[i].Get() != 0; i-- {
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		for j := 1; j <= n; j++ {
			tasks = append(tasks, func(ctx context.Context) error {
				v := a[j-1].Get()
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				a[j].Set(v + 1)
				return nil
			})
		}
		return tasks
	})
}

func simInc(n int) sim.Program {
	return together(func(ctx context.Context) (tasks []func(ctx context.Context) error) {
		x := sim.NewVar(ctx, "x", 0)
		for range n {
			tasks = append(tasks, func(ctx context.Context) error {
				v := x.Get()
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				x.Set(v + 1)
				return nil
			})
		}
		return tasks
	})
}

func simPhilosophers(n int) sim.Program {
	return together(func(ctx context.Context) (tasks []func(ctx context.Context) error) {
		forks := make([]*sim.Lock, n)
		for i := range forks {
			forks[i] = sim.NewLock(ctx, fmt.Sprint("fork", i))
		}
		for i := range n {
			tasks = append(tasks, func(ctx context.Context) error {
				return forks[i].With(ctx, func(ctx context.Context) error {
					if err := sim.Yield(ctx); err != nil {
						return err
					}
					return forks[(i+1)%n].With(ctx, func(context.Context) error { return nil })
				})
			})
		}
		return tasks
	})
}

// simCancelledWait has a task that is cancelled before a wait that is over at once
// and whose time is over at once: the loop takes the timer back before anybody
// sees it, so it must not be offered.
func simCancelledWait() sim.Program {
	return sim.Main(func(ctx context.Context) error {
		done := sim.Go(ctx, "done", func(context.Context) error { return nil })
		var waiter *sim.Task[sim.None]
		waiter = sim.Go(ctx, "waiter", func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			waiter.Cancel()
			_, _, err := sim.Wait(ctx, sim.AllCompleted, 0, done)
			return err
		})
		other := sim.Go(ctx, "other", func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
		_, err := sim.GatherSettled(ctx, done, waiter, other).Await(ctx)
		return err
	})
}

// watchedEngine keeps the Foata normal form of each run.
type watchedEngine struct {
	order.Engine
	mu     sync.Mutex
	traces map[string]string // one of the runs
}

func watched(p sim.Program) *watchedEngine {
	return &watchedEngine{Engine: sim.Engine(p, sim.WithStepLimit(2000)), traces: map[string]string{}}
}

func (e *watchedEngine) Runner() order.Runner { return &watchedRunner{e.Engine.Runner(), e} }

type watchedRunner struct {
	order.Runner
	e *watchedEngine
}

func (r *watchedRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	run := r.Runner.Run(strategy, max(level, trace.Order))
	text := toy.Foata(run.Footprints, choicesOf(run), false)
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	if _, known := r.e.traces[text]; !known {
		r.e.traces[text] = run.Schedule().String()
	}
	return run
}

func outcomesOf(r *explore.Report) []string {
	var all []string
	for _, o := range r.Outcomes {
		all = append(all, string(o.End)+" "+o.Text)
	}
	slices.Sort(all)
	return all
}

func TestSimYardsticks(t *testing.T) {
	for _, c := range []struct {
		name string
		p    sim.Program
	}{
		{"readers(2)", simReaders(2)}, {"inc(2)", simInc(2)}, {"lastzero(2)", simLastzero(2)},
		{"philosophers(2)", simPhilosophers(2)}, {"philosophers(3)", simPhilosophers(3)},
		{"cancelled wait", simCancelledWait()},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole := watched(c.p)
			all := exploretest.Search(t, whole, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1_000_000))
			t.Logf("exhaustive: %d runs, %d traces, %v", all.Runs, len(whole.traces), all.Elapsed)
			for _, s := range reductions {
				r := exploretest.Search(t, sim.Engine(c.p), explore.WithStrategy(s), explore.WithRuns(1_000_000))
				t.Logf("%s: %d runs, %d traces, %d blocked, %v, %v", s, r.Runs, r.Traces, r.Blocked, r.Coverage, r.Elapsed)
				if r.Coverage.Kind != search.AllTraces || r.Traces != len(whole.traces) {
					t.Errorf("%s: %d traces, %v; want %d", s, r.Traces, r.Coverage, len(whole.traces))
				}
				if got, want := outcomesOf(r), outcomesOf(all); !slices.Equal(got, want) {
					t.Errorf("%s: outcomes %q; want %q", s, got, want)
				}
			}
		})
	}
}

// What is too large to be walked in full is compared with sleep sets alone, which need the
// least theory. With locks that are handed over, philosophers have steps that break that of
// the others.
func TestReductionsAgree(t *testing.T) {
	for _, n := range []int{4, 5} {
		want := exploretest.Search(t, sim.Engine(simPhilosophers(n)), explore.WithStrategy(dpor.SleepSets()), explore.WithRuns(100_000))
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal()} {
			got := exploretest.Search(t, sim.Engine(simPhilosophers(n)), explore.WithStrategy(s), explore.WithRuns(100_000))
			if got.Coverage.Kind != search.AllTraces || got.Traces != want.Traces || !slices.Equal(outcomesOf(got), outcomesOf(want)) {
				t.Errorf("%d philosophers, %s: %d traces, %v, outcomes %q; there are %d traces, outcomes %q",
					n, s, got.Traces, got.Coverage, outcomesOf(got), want.Traces, outcomesOf(want))
			}
		}
	}
}

// simOp is an operation of a random program: its name, and what it does.
type simOp struct {
	text string
	do   func(ctx context.Context, w *simWorld, reg *int) error
}

// simWorld is what the tasks of a random program share.
type simWorld struct {
	vars  [2]*sim.Var[int]
	locks [2]*sim.Lock
	queue *sim.Queue[int]
	event *sim.Event
	sem   *sim.Semaphore
	mutex *sim.Mutex
	call  *sim.Var[*sim.TimerHandle] // of Loop.CallLater
	tasks []*sim.Task[sim.None]
}

func simOps(random *rand.Rand, rich bool) simOp {
	x := random.IntN(2)
	ops := []simOp{
		{fmt.Sprint("get", x), func(_ context.Context, w *simWorld, reg *int) error { *reg = w.vars[x].Get(); return nil }},
		{fmt.Sprint("set", x), func(_ context.Context, w *simWorld, reg *int) error { w.vars[x].Set(*reg + 1); return nil }},
		{fmt.Sprint("update", x), func(_ context.Context, w *simWorld, reg *int) error {
			*reg = w.vars[x].Update(func(v int) int { return v + 2 })
			return nil
		}},
		{"yield", func(ctx context.Context, _ *simWorld, _ *int) error { return sim.Yield(ctx) }},
		{"yield", func(ctx context.Context, _ *simWorld, _ *int) error { return sim.Yield(ctx) }},
		{fmt.Sprint("if", x), func(_ context.Context, w *simWorld, reg *int) error {
			if w.vars[x].Get() > 1 {
				w.vars[1-x].Set(7)
			}
			return nil
		}},
		{"print", func(ctx context.Context, _ *simWorld, reg *int) error { sim.Print(ctx, *reg); return nil }},
		{fmt.Sprint("lock", x), func(ctx context.Context, w *simWorld, reg *int) error {
			return w.locks[x].With(ctx, func(ctx context.Context) error {
				*reg = w.vars[0].Get()
				return sim.Yield(ctx)
			})
		}},
		{"put", func(_ context.Context, w *simWorld, reg *int) error { return w.queue.PutNowait(*reg) }},
		{"get", func(ctx context.Context, w *simWorld, reg *int) (err error) {
			*reg, err = w.queue.Get(ctx)
			return err
		}},
		{fmt.Sprint("cas", x), func(_ context.Context, w *simWorld, reg *int) error {
			if sim.CompareAndSwap(w.vars[x], 0, 5) {
				*reg++
			}
			return nil
		}},
		{"mutex", func(ctx context.Context, w *simWorld, reg *int) error {
			return w.mutex.With(ctx, func(ctx context.Context) error {
				*reg = w.vars[1].Get()
				return sim.Yield(ctx)
			})
		}},
		{"trylock", func(ctx context.Context, w *simWorld, reg *int) error {
			if w.mutex.TryLock(ctx) {
				sim.Yield(ctx)
				return w.mutex.Unlock()
			}
			*reg += 3
			return nil
		}},
		{fmt.Sprint("until", x), func(ctx context.Context, w *simWorld, _ *int) error {
			return sim.Until(ctx, "guard", func() bool { return w.vars[x].Get() > 0 })
		}},
	}
	if rich {
		n := random.IntN(3)
		ops = append(ops, []simOp{
			{"sleep", func(ctx context.Context, _ *simWorld, _ *int) error { return sim.Sleep(ctx, time.Second) }},
			{"set", func(_ context.Context, w *simWorld, _ *int) error { w.event.Set(); return nil }},
			{"wait", func(ctx context.Context, w *simWorld, _ *int) error { return w.event.Wait(ctx) }},
			{"semaphore", func(ctx context.Context, w *simWorld, _ *int) error {
				return w.sem.With(ctx, func(ctx context.Context) error { return sim.Yield(ctx) })
			}},
			{fmt.Sprint("cancel", n), func(_ context.Context, w *simWorld, _ *int) error {
				if n < len(w.tasks) {
					w.tasks[n].Cancel()
				}
				return nil
			}},
			{"choose", func(ctx context.Context, _ *simWorld, reg *int) error {
				*reg = sim.Choose(ctx, "number", 1, 2)
				return nil
			}},
			{"timeout", func(ctx context.Context, w *simWorld, reg *int) error {
				err := sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error { return w.event.Wait(ctx) })
				if err != nil {
					*reg += 10
				}
				return nil
			}},
			{"timer", func(ctx context.Context, w *simWorld, _ *int) error {
				w.call.Set(sim.LoopOf(ctx).CallLater(time.Second, "timer", func(context.Context) { w.vars[0].Set(9) }))
				return nil
			}},
			{"stop", func(_ context.Context, w *simWorld, _ *int) error {
				if h := w.call.Get(); h != nil {
					h.Cancel()
				}
				return nil
			}},
			{"reschedule", func(ctx context.Context, w *simWorld, reg *int) error {
				o := sim.NewTimeout(time.Second)
				err := o.Run(ctx, func(ctx context.Context) error {
					if w.vars[0].Get() == 0 {
						o.Reschedule(2 * time.Second)
					}
					return w.event.Wait(ctx)
				})
				if err != nil {
					*reg += 20
				}
				return nil
			}},
			{fmt.Sprint("await", n), func(ctx context.Context, w *simWorld, _ *int) error {
				if n < len(w.tasks) {
					sim.Wait(ctx, sim.AllCompleted, 0, w.tasks[n])
				}
				return nil
			}},
			{"panic", func(_ context.Context, w *simWorld, _ *int) error {
				if w.vars[0].Get() == 3 {
					return fmt.Errorf("three")
				}
				return nil
			}},
		}...)
	}
	return ops[random.IntN(len(ops))]
}

// drawSim draws a program of a few tasks.
func drawSim(random *rand.Rand, rich bool) (sim.Program, string) {
	bodies := make([][]simOp, 2+random.IntN(2))
	var text strings.Builder
	for i := range bodies {
		bodies[i] = make([]simOp, 1+random.IntN(4))
		fmt.Fprintf(&text, "t%d:", i)
		for k := range bodies[i] {
			bodies[i][k] = simOps(random, rich)
			text.WriteString(" " + bodies[i][k].text)
		}
		text.WriteString("\n")
	}
	return sim.Main(func(ctx context.Context) error {
		w := &simWorld{
			vars:  [2]*sim.Var[int]{sim.NewVar(ctx, "x", 0), sim.NewVar(ctx, "y", 0)},
			locks: [2]*sim.Lock{sim.NewLock(ctx, "a"), sim.NewLock(ctx, "b")},
			queue: sim.NewQueue[int](ctx, "q", 0), event: sim.NewEvent(ctx, "e"), sem: sim.NewSemaphore(ctx, "s", 1),
			mutex: sim.NewMutex(ctx, "m"), call: sim.NewVar[*sim.TimerHandle](ctx, "call", nil),
		}
		var all []sim.Awaitable[sim.None]
		for i, ops := range bodies {
			task := sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
				reg := 0
				for _, op := range ops {
					if err := op.do(ctx, w, &reg); err != nil {
						return err
					}
				}
				return nil
			})
			w.tasks = append(w.tasks, task)
			all = append(all, task)
		}
		results, err := sim.GatherSettled(ctx, all...).Await(ctx)
		for _, r := range results {
			sim.Print(ctx, r.Err)
		}
		sim.Print(ctx, w.vars[0].Get(), w.vars[1].Get())
		return err
	}), text.String()
}

// TestReductionsOfSim compares reductions with the walk over all orders on random
// programs of package sim.
func TestReductionsOfSim(t *testing.T) {
	for _, rich := range []bool{false, true} {
		t.Run(fmt.Sprintf("rich=%v", rich), func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			if testing.Short() {
				*simPrograms = min(*simPrograms, 60)
			}
			orders, traces, runs, blocked := 0, 0, map[string]int{}, map[string]int{}
			for programs := 0; programs < *simPrograms/2; {
				p, text := drawSim(random, rich)
				whole := watched(p)
				all := exploretest.Search(t, whole, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(3000))
				if all.Coverage.Kind != search.AllOrders {
					continue
				}
				programs++
				orders += all.Runs
				traces += len(whole.traces)
				for _, s := range reductions {
					part := watched(p)
					r := exploretest.Search(t, part, explore.WithStrategy(s), explore.WithRuns(1_000_000), explore.WithWorkers(1+programs%3))
					if got, want := outcomesOf(r), outcomesOf(all); !slices.Equal(got, want) || r.Coverage.Kind != search.AllTraces || r.Traces != len(whole.traces) {
						for form, schedule := range maps.All(whole.traces) {
							if other, seen := part.traces[form]; seen {
								t.Logf("%s, seen as %s: %s", schedule, other, form)
							} else {
								t.Logf("%s, missing: %s", schedule, form)
							}
						}
						t.Fatalf("%s, program %d:\n%s%v, %d runs, %d traces; there are %d in %d orders\noutcomes %q\nwant %q", s, programs, text,
							r.Coverage, r.Runs, r.Traces, len(whole.traces), all.Runs, got, want)
					}
					if programs%partsOften == 0 {
						if diff := partsDiffer(t, sim.Engine(p), s, 1+programs/partsOften%20, r, []explore.Option{explore.WithRuns(1_000_000)}); diff != "" {
							t.Fatalf("%s, program %d:\n%s%s", s, programs, text, diff)
						}
					}
					runs[s.String()] += r.Runs
					blocked[s.String()] += r.Blocked
				}
			}
			t.Logf("%d orders, %d traces; runs %v, blocked %v", orders, traces, runs, blocked)
		})
	}
}
