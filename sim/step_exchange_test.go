package sim_test

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

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// TestIndependentStepsMayBeExchanged is what reduction rests on: two steps next to
// each other that do not conflict can be exchanged, and nothing else changes.
func TestIndependentStepsMayBeExchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawPlan(t).exchangeAll(t, rapid.Uint64().Draw(t, "seed"))
	})
}

// TestConflictsMatter shows that the exchanges above would see a difference: of two
// tasks that write what a third prints, and of two that print.
func TestConflictsMatter(t *testing.T) {
	write := func(m int) []deed { return []deed{{What: "write", M: m}} }
	p := &plan{tasks: [][]deed{write(1), write(2), {{What: "sleep", N: 1}, {What: "read"}}, {{What: "yield"}}}, join: 4}
	independent, differ := p.exchangeAll(t, 1)
	if independent == 0 || differ == 0 {
		t.Errorf("%d independent pairs exchanged, %d others with another outcome; want some of each", independent, differ)
	}
}

// exchangeAll runs a plan, and again with each pair of neighbouring steps exchanged.
// It checks those that are independent, and counts them, and those that conflict and
// make the outcome another.
func (p *plan) exchangeAll(t rapid.TB, seed uint64) (independent, differ int) {
	first := p.run(order.Random(seed))
	if len(first.Untracked) > 0 {
		t.Fatalf("untracked: %v", first.Untracked)
	}
	for i := range len(first.Footprints) - 1 {
		a, b := &first.Footprints[i], &first.Footprints[i+1]
		if a.Epoch != b.Epoch || a.Pick < 0 || slices.Contains(b.Causes, i) || !slices.Contains(offered(first, i), b.Name) {
			continue
		}
		second := p.run(follow(first, i))
		switch {
		case !a.Conflicts(b):
			independent++
			sameButExchanged(t, first, second, i)
		case shown(first) != shown(second):
			differ++
		}
	}
	return independent, differ
}

// offered returns what could have run in place of the i-th step.
func offered(o *sim.Outcome, i int) []string {
	s := o.Footprints[i]
	if s.Pick < 0 {
		return []string{s.Name}
	}
	var names []string
	for _, a := range o.Decisions[s.Pick].Alternatives {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return names
}

func shown(o *sim.Outcome) string {
	var b strings.Builder
	fmt.Fprintln(&b, o.End, o.Err, o.Elapsed)
	for _, line := range o.Output {
		fmt.Fprintln(&b, line.At, line.Task, line.Text)
	}
	return b.String()
}

func sameButExchanged(t rapid.TB, first, second *sim.Outcome, i int) {
	t.Helper()
	a, b := first.Footprints[i], first.Footprints[i+1]
	fail := func(format string, args ...any) {
		t.Helper()
		t.Fatalf("steps %d: %s and %s are independent; exchanged, %s\nsteps:\n%s\nexchanged:\n%s\nfirst:\n%s\nsecond:\n%s",
			i, a.Name, b.Name, fmt.Sprintf(format, args...), listed(first), listed(second), shown(first), shown(second))
	}
	if shown(first) != shown(second) {
		fail("the outcome is another")
	}
	if len(first.Footprints) != len(second.Footprints) {
		fail("there are %d steps and not %d", len(second.Footprints), len(first.Footprints))
	}
	for k := range first.Footprints {
		m := k
		switch k {
		case i:
			m = i + 1
		case i + 1:
			m = i
		}
		if x, y := described(first, k), described(second, m); x != y {
			fail("step %d is\n%s\nand not\n%s", k, y, x)
		}
		if k <= i || k > i+1 {
			if x, y := offered(first, k), offered(second, k); !slices.Equal(x, y) {
				fail("at step %d there are %v and not %v", k, y, x)
			}
		}
	}
}

// described is a step without where it stands.
func described(o *sim.Outcome, i int) string {
	s := o.Footprints[i]
	text := fmt.Sprintf("%s %s %v epoch %d alone %v by", s.Name, s.Task, s.At, s.Epoch, s.Alone)
	var causes []string
	for _, c := range s.Causes {
		causes = append(causes, o.Footprints[c].Name)
	}
	slices.Sort(causes)
	text += " " + strings.Join(causes, " ")
	for _, touch := range s.Touches {
		text += fmt.Sprintf(", %v %s", touch.Access, touch.Object)
	}
	return text
}

func listed(o *sim.Outcome) string {
	var b strings.Builder
	for i := range o.Footprints {
		fmt.Fprintf(&b, "%4d %s of %v\n", i, described(o, i), offered(o, i))
	}
	return b.String()
}

// follower takes steps in a given order, and choices as they were taken.
type follower struct {
	names   []string
	choices map[string]string
}

// follow makes the strategy that repeats a run with the i-th step and the next
// one exchanged.
func follow(o *sim.Outcome, i int) *follower {
	f := &follower{choices: map[string]string{}}
	for _, s := range o.Footprints {
		f.names = append(f.names, s.Name)
	}
	f.names[i], f.names[i+1] = f.names[i+1], f.names[i]
	for _, d := range o.Decisions {
		if d.Kind == order.PickChoice {
			f.choices[d.Key] = d.Alternatives[d.Taken].Name
		}
	}
	return f
}

func (f *follower) Name() string { return "follow" }

func (f *follower) Choose(d *order.Decision) int {
	index := func(name string) int {
		return slices.IndexFunc(d.Alternatives, func(a order.Alternative) bool { return a.Name == name })
	}
	if d.Kind == order.PickChoice {
		return max(0, index(f.choices[d.Key]))
	}
	for n, name := range f.names {
		if i := index(name); i >= 0 {
			f.names = f.names[n+1:]
			return i
		}
	}
	return 0
}

// plan is a generated program.
type plan struct {
	tasks [][]deed
	main  []deed
	join  int // how many of the tasks main waits for
}

type deed struct {
	What string
	N, M int
	Then []deed // for those with a body
}

var deeds = []string{
	"yield", "yield", "sleep", "read", "write", "update", "print", "lock", "lock2", "semaphore", "put", "get", "tryget", "taskdone", "join",
	"set", "clear", "wait", "condwait", "notify", "timeout", "cancel", "spawn", "gather", "gather2", "settled", "poll", "shield", "await",
	"waitall", "waitfirst", "waiterror", "group", "completed", "soon", "later", "handle", "fail", "choose", "resolve", "future", "barrier",
	"waitfor", "look", "callback", "locked", "make", "cancelgather", "nested", "uncancel", "reschedule", "groupspawn", "waittimeout", "lend", "peek", "peek",
}

func drawPlan(t *rapid.T) *plan {
	what := rapid.SampledFrom(deeds)
	var deedOf func(depth int) *rapid.Generator[deed]
	deedOf = func(depth int) *rapid.Generator[deed] {
		return rapid.Custom(func(t *rapid.T) deed {
			d := deed{What: what.Draw(t, "what"), N: rapid.IntRange(0, 3).Draw(t, "n"), M: rapid.IntRange(0, 3).Draw(t, "m")}
			if depth > 0 {
				d.Then = rapid.SliceOfN(deedOf(depth-1), 0, 2).Draw(t, "then")
			}
			return d
		})
	}
	body := rapid.SliceOfN(deedOf(1), 0, 4)
	p := &plan{tasks: rapid.SliceOfN(body, 1, 4).Draw(t, "tasks"), main: rapid.SliceOfN(deedOf(1), 0, 2).Draw(t, "main")}
	p.join = rapid.IntRange(0, len(p.tasks)).Draw(t, "join")
	return p
}

// checkPlans checks many plans. check returns what is wrong with one.
func checkPlans(t *testing.T, check func(p *plan) string) {
	rapid.Check(t, func(t *rapid.T) {
		if wrong := check(drawPlan(t)); wrong != "" {
			t.Fatal(wrong)
		}
	})
}

func (p *plan) run(strategy order.Strategy) *sim.Outcome { return p.under(order.AnyReady, strategy) }

func (p *plan) under(policy order.Policy, strategy order.Strategy) *sim.Outcome {
	return sim.Simulate(sim.Main(func(ctx context.Context) error {
		w := newStage(ctx)
		for i, deeds := range p.tasks {
			w.tasks = append(w.tasks, sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error { return w.all(ctx, deeds) }))
		}
		if err := w.all(ctx, p.main); err != nil {
			return err
		}
		if p.join == 0 {
			return nil
		}
		_, err := sim.GatherSettled(ctx, sim.Awaitables[sim.None](w.tasks[:p.join])...).Await(ctx)
		return err
	}), sim.WithPolicy(policy), sim.WithStrategy(strategy), sim.WithRecording(trace.Order),
		sim.WithOutput(io.Discard), sim.WithLog(io.Discard), sim.WithStepLimit(20_000))
}

// stage is what the tasks of a plan share.
type stage struct {
	tasks   []*sim.Task[sim.None]
	locks   [2]*sim.Lock
	units   *sim.Semaphore
	queue   *sim.Queue[int]
	event   *sim.Event
	cond    *sim.Condition
	barrier *sim.Barrier
	value   [2]*sim.Var[int]
	future  *sim.Future[int]
	handle  *sim.TimerHandle
	lent    *sim.Var[func() context.Context]
	gather  *sim.Future[[]sim.None]
	group   *sim.Var[func() *sim.TaskGroup] // a pointer would show what is inside
}

func newStage(ctx context.Context) *stage {
	w := &stage{
		units: sim.NewSemaphore(ctx, "s", 1), queue: sim.NewQueue[int](ctx, "q", 1), event: sim.NewEvent(ctx, "e"),
		cond: sim.NewCondition(ctx, "c", nil), barrier: sim.NewBarrier(ctx, "b", 2), future: sim.NewFuture[int](ctx, "f"),
	}
	w.group = sim.NewVar[func() *sim.TaskGroup](ctx, "group", nil)
	w.lent = sim.NewVar[func() context.Context](ctx, "lent", nil)
	for i := range w.locks {
		w.locks[i] = sim.NewLock(ctx, fmt.Sprint("l", i))
		w.value[i] = sim.NewVar(ctx, fmt.Sprint("v", i), 0)
	}
	w.handle = sim.LoopOf(ctx).CallLater(10*time.Millisecond, "shared", func(context.Context) { w.value[1].Set(77) })
	w.gather = sim.Gather(ctx, sim.Do(ctx, "g1", sim.Yield), sim.Do(ctx, "g2", func(ctx context.Context) error {
		w.value[0].Update(func(v int) int { return v + 10 })
		return sim.Sleep(ctx, 10*time.Millisecond)
	}))
	return w
}

func (w *stage) all(ctx context.Context, deeds []deed) error {
	for _, d := range deeds {
		err := w.one(ctx, d)
		if errors.Is(err, sim.ErrCancelled) && d.M == 3 {
			sim.Print(ctx, d.What, "goes on after", err)
			continue
		}
		if err != nil && !errors.Is(err, sim.ErrTimeout) && !errors.Is(err, sim.ErrGroupClosed) {
			return err
		}
	}
	return nil
}

func (w *stage) body(d deed) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := w.all(ctx, d.Then); err != nil {
			return err
		}
		switch d.M {
		case 0:
			return sim.Yield(ctx)
		case 1:
			w.value[0].Update(func(v int) int { return 2*v + 1 })
		case 2:
			return errors.New("body of " + d.What)
		}
		return nil
	}
}

var errDeed = errors.New("deed")

func (w *stage) one(ctx context.Context, d deed) error {
	pause := time.Duration(d.N) * 10 * time.Millisecond
	other := w.tasks[d.N%len(w.tasks)]
	value := w.value[d.N%2]
	body := w.body(d)
	switch d.What {
	case "yield":
		return sim.Yield(ctx)
	case "sleep":
		return sim.Sleep(ctx, pause)
	case "read":
		sim.Print(ctx, value.Get())
	case "write":
		value.Set(d.M)
	case "update":
		value.Update(func(v int) int { return v + 1 })
	case "print":
		sim.Print(ctx, d.N)
	case "lock":
		return w.locks[d.N%2].With(ctx, body)
	case "lock2":
		return w.locks[0].With(ctx, func(ctx context.Context) error { return w.locks[1].With(ctx, body) })
	case "locked":
		value.Set(int(value.Get()) + map[bool]int{true: 1}[w.locks[d.M%2].Locked()])
	case "semaphore":
		return w.units.With(ctx, body)
	case "put":
		return w.queue.Put(ctx, d.N)
	case "get":
		v, err := w.queue.Get(ctx)
		value.Set(v)
		return err
	case "tryget":
		v, _ := w.queue.GetNowait()
		value.Set(v)
	case "taskdone":
		w.queue.TaskDone()
	case "join":
		return w.queue.Join(ctx)
	case "set":
		w.event.Set()
	case "clear":
		w.event.Clear()
	case "wait":
		return w.event.Wait(ctx)
	case "condwait":
		return w.cond.With(ctx, w.cond.Wait)
	case "notify":
		return w.cond.With(ctx, func(ctx context.Context) error { return w.cond.Notify(d.N) })
	case "timeout":
		return sim.WithTimeout(ctx, pause, body)
	case "reschedule":
		o := sim.NewTimeout(pause)
		return o.Run(ctx, func(ctx context.Context) error {
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			o.Reschedule(sim.Now(ctx) + time.Duration(d.M)*10*time.Millisecond)
			return body(ctx)
		})
	case "cancel":
		other.Cancel(fmt.Sprint("by ", d.M))
	case "uncancel":
		err := sim.Sleep(ctx, pause)
		sim.Uncancel(ctx)
		return err
	case "spawn":
		sim.Go(ctx, "child", body)
	case "gather":
		_, err := sim.Gather(ctx, sim.Do(ctx, "x", body), sim.Do(ctx, "y", body)).Await(ctx)
		return err
	case "gather2":
		_, err := sim.Gather(ctx, other.Any(), sim.Go(ctx, "x", body).Any()).Await(ctx)
		return err
	case "nested":
		inner := sim.Gather(ctx, sim.Do(ctx, "x", body), sim.Do(ctx, "y", sim.Yield))
		_, err := sim.Gather(ctx, inner.Any(), sim.Shield(ctx, sim.Awaitable[sim.None](other)).Any()).Await(ctx)
		return err
	case "cancelgather":
		if d.M == 0 {
			sim.Print(ctx, w.gather.Done())
		} else {
			w.gather.Cancel()
		}
	case "settled":
		results, err := sim.GatherSettled(ctx, sim.Do(ctx, "x", body), sim.Do(ctx, "y", w.body(deed{M: 2}))).Await(ctx)
		sim.Print(ctx, len(results))
		return err
	case "poll":
		f := sim.Gather(ctx, sim.Do(ctx, "x", body), sim.Do(ctx, "y", body))
		for range d.N + 1 {
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			value.Set(map[bool]int{true: 1}[f.Done()])
		}
		if d.M == 3 {
			f.Cancel()
		}
		_, err := f.Await(ctx)
		return err
	case "shield":
		_, err := sim.Shield(ctx, sim.Awaitable[sim.None](other)).Await(ctx)
		return err
	case "await":
		_, err := other.Await(ctx)
		return err
	case "waitall", "waitfirst", "waiterror", "waittimeout":
		limit, when := sim.Forever, map[string]sim.ReturnWhen{"waitfirst": sim.FirstCompleted, "waiterror": sim.FirstError}[d.What]
		if d.What == "waittimeout" {
			limit = pause
		}
		done, _, err := sim.Wait(ctx, when, limit, sim.Waitable(other), sim.Waitable(sim.Go(ctx, "w", body)))
		value.Set(len(done))
		return err
	case "group":
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			g.Go(ctx, "x", body)
			g.Go(ctx, "y", w.body(deed{M: d.N}))
			if d.N == 3 {
				return sim.Yield(ctx)
			}
			return nil
		})
	case "groupspawn":
		if g := w.group.Get(); g != nil && d.N > 0 {
			_, err := g().Go(ctx, "late", body)
			return err
		}
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			w.group.Set(func() *sim.TaskGroup { return g })
			g.Go(ctx, "x", body)
			return sim.Yield(ctx)
		})
	case "completed":
		limit := sim.Forever
		if d.N < 2 {
			limit = pause
		}
		for _, err := range sim.AsCompletedWithin(ctx, limit, sim.Do(ctx, "x", body), sim.Do(ctx, "y", sim.Yield)) {
			if err != nil {
				return err
			}
			value.Update(func(v int) int { return v + 1 })
			if d.M == 1 {
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
		}
	case "lend":
		return sim.WithTimeout(ctx, pause, func(ctx context.Context) error {
			w.lent.Set(func() context.Context { return ctx })
			return body(ctx)
		})
	case "peek":
		if lent := w.lent.Get(); lent != nil {
			_, limited := lent().Deadline()
			value.Set(map[bool]int{true: 1}[lent().Err() != nil] + map[bool]int{true: 2}[limited])
		}
	case "soon":
		sim.LoopOf(ctx).CallSoon("soon", func(ctx context.Context) { w.callback(ctx, d) })
	case "later":
		sim.LoopOf(ctx).CallLater(pause, "later", func(ctx context.Context) { w.callback(ctx, d) })
	case "handle":
		w.handle.Cancel()
	case "callback":
		other.AddDoneCallback("done", func(ctx context.Context) { w.callback(ctx, d) })
	case "fail":
		return errDeed
	case "choose":
		value.Set(sim.Choose(ctx, "n", 1, 2, 3))
	case "resolve":
		w.future.SetResult(d.N)
	case "future":
		_, err := w.future.Await(ctx)
		return err
	case "barrier":
		_, err := w.barrier.Wait(ctx)
		return err
	case "waitfor":
		_, err := sim.WaitFor(ctx, sim.Awaitable[sim.None](other), pause)
		return err
	case "look":
		value.Set(map[bool]int{true: 5}[other.Done()])
		if err := other.Context().Err(); err != nil {
			value.Set(6)
		}
	case "make":
		sim.NewLock(ctx, "l")
		sim.NewVar(ctx, "", 1)
		sim.Go(ctx, "l", body)
	default:
		panic("no deed " + d.What)
	}
	return nil
}

func (w *stage) callback(ctx context.Context, d deed) {
	switch d.M {
	case 0:
		w.value[0].Update(func(v int) int { return 3 * v })
	case 1:
		w.event.Set()
	case 2:
		sim.Go(ctx, "child", w.body(d))
	case 3:
		w.tasks[d.N%len(w.tasks)].Cancel()
	}
}
