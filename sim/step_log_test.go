package sim_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// TestFootprints lists what single operations touch. Each body is a task's, and
// what is given is what one of its steps touches besides its own task.
func TestFootprints(t *testing.T) {
	type world struct {
		lock   *sim.Lock
		event  *sim.Event
		queue  *sim.Queue[int]
		value  *sim.Var[int]
		future *sim.Future[int]
		other  *sim.Task[sim.None]
	}
	for _, test := range []struct {
		name string
		body func(ctx context.Context, w *world) error
		step string
		want string
	}{
		{"nothing", func(ctx context.Context, w *world) error { return sim.Yield(ctx) }, "t.1", ""},
		{"get", func(ctx context.Context, w *world) error { w.value.Get(); return sim.Yield(ctx) }, "t.1", "reads var v"},
		{"set", func(ctx context.Context, w *world) error { w.value.Set(1); return sim.Yield(ctx) }, "t.1", "writes var v"},
		{"get and set", func(ctx context.Context, w *world) error { w.value.Get(); w.value.Set(1); return sim.Yield(ctx) }, "t.1", "writes var v"},
		{"print", func(ctx context.Context, w *world) error { sim.Print(ctx, 1); return sim.Yield(ctx) }, "t.1", "writes output"},
		{"acquire", func(ctx context.Context, w *world) error { w.lock.Acquire(ctx); return sim.Yield(ctx) }, "t.1", "writes lock l"},
		{"locked", func(ctx context.Context, w *world) error { w.lock.Locked(); return sim.Yield(ctx) }, "t.1", "reads lock l"},
		{"release of a free lock", func(ctx context.Context, w *world) error { w.lock.Release(); return sim.Yield(ctx) }, "t.1", "reads lock l"},
		{"wait for an event", func(ctx context.Context, w *world) error { return w.event.Wait(ctx) }, "t.1", "writes event e"},
		{"a set event", func(ctx context.Context, w *world) error {
			w.event.Set()
			sim.Yield(ctx)
			w.event.Wait(ctx)
			return sim.Yield(ctx)
		}, "t.2", "reads event e"},
		{"get of an empty queue", func(ctx context.Context, w *world) error { w.queue.GetNowait(); return sim.Yield(ctx) }, "t.1", "reads queue q"},
		{"wait for an item", func(ctx context.Context, w *world) error { w.queue.Get(ctx); return nil }, "t.1", "writes queue q"},
		{"await a future", func(ctx context.Context, w *world) error { w.future.Await(ctx); return nil }, "t.1", "reads future /1"},
		{"set a future", func(ctx context.Context, w *world) error { w.future.SetResult(1); return sim.Yield(ctx) }, "t.1", "writes future /1"},
		{"await a task", func(ctx context.Context, w *world) error { w.other.Await(ctx); return nil }, "t.1", "reads task other"},
		{"cancel a task that waits", func(ctx context.Context, w *world) error { w.other.Cancel(); return sim.Yield(ctx) }, "t.1", "writes event e, writes task other"},
		{"another task's context", func(ctx context.Context, w *world) error { w.other.Context().Err(); return sim.Yield(ctx) }, "t.1", "reads context of task other, reads task other"},
		{"make a lock", func(ctx context.Context, w *world) error { sim.NewLock(ctx, "new"); return sim.Yield(ctx) }, "t.1", "writes names lock new"},
		{"spawn", func(ctx context.Context, w *world) error {
			sim.Go(ctx, "child", sim.Yield)
			return sim.Yield(ctx)
		}, "t.1", ""},
		{"timeout", func(ctx context.Context, w *world) error {
			return sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error { return sim.Sleep(ctx, time.Minute) })
		}, "+t/timeout.1", "writes task t, writes timeout t.1/1"},
		{"the child of a gather", func(ctx context.Context, w *world) error {
			_, err := sim.Gather(ctx, sim.Awaitable[sim.None](sim.Go(ctx, "x", sim.Yield)), sim.Go(ctx, "y", sim.Yield)).Await(ctx)
			return err
		}, "t/x.2", "adds gather t.1/1"},
		{"the child of a gather that fails", func(ctx context.Context, w *world) error {
			sim.Gather(ctx, sim.Awaitable[sim.None](sim.Go(ctx, "x", func(context.Context) error { return errors.New("boom") })), sim.Go(ctx, "y", sim.Yield)).Await(ctx)
			return nil
		}, "t/x.1", "writes gather t.1/1"},
		{"a shielded task", func(ctx context.Context, w *world) error {
			_, err := sim.Shield(ctx, sim.Awaitable[sim.None](sim.Go(ctx, "x", sim.Yield))).Await(ctx)
			return err
		}, "t/x.2", "writes shield t.1/1"},
		{"one of which the first is waited for", func(ctx context.Context, w *world) error {
			_, _, err := sim.Wait(ctx, sim.FirstCompleted, sim.Forever, sim.Go(ctx, "x", sim.Yield), w.other)
			return err
		}, "t/x.2", "writes wait t.1/1"},
		{"one of which all are waited for", func(ctx context.Context, w *world) error {
			_, _, err := sim.Wait(ctx, sim.AllCompleted, sim.Forever, sim.Go(ctx, "x", sim.Yield), sim.Go(ctx, "y", sim.Yield))
			return err
		}, "t/x.2", "adds wait t.1/1"},
		{"the task of a group", func(ctx context.Context, w *world) error {
			return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
				g.Go(ctx, "x", sim.Yield)
				return nil
			})
		}, "t/x.2", "adds task group t.1/1"},
		{"what a group's task lets happen", func(ctx context.Context, w *world) error {
			sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
				g.Go(ctx, "x", func(context.Context) error { return errors.New("boom") })
				g.Go(ctx, "y", w.event.Wait)
				return nil
			})
			return nil
		}, "t/x/abort", "reads members of task group t.1/1, writes event e, writes task group t.1/1, writes task t, writes task t/y"},
		{"callback", func(ctx context.Context, w *world) error {
			sim.LoopOf(ctx).CallSoon("cb", func(ctx context.Context) { w.value.Get() })
			return sim.Yield(ctx)
		}, "+t/cb.1", "reads var v, writes call +t/cb.1"},
		{"cancel of a callback", func(ctx context.Context, w *world) error {
			sim.LoopOf(ctx).CallSoon("cb", func(ctx context.Context) {}).Cancel()
			return sim.Yield(ctx)
		}, "t.1", "writes call +t/cb.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var steps []order.Step
			sim.Simulate(func(l *sim.Loop) error {
				ctx := l.Context()
				w := &world{sim.NewLock(ctx, "l"), sim.NewEvent(ctx, "e"), sim.NewQueue[int](ctx, "q", 0), sim.NewVar(ctx, "v", 0), sim.NewFuture[int](ctx, "f"), nil}
				w.other = sim.Go(ctx, "other", w.event.Wait)
				sim.Go(ctx, "t", func(ctx context.Context) error { return test.body(ctx, w) })
				err := l.RunUntilIdle()
				steps = l.StepLog()
				return err
			}, quiet(sim.WithPolicy(order.AnyReady))...)
			i := slices.IndexFunc(steps, func(s order.Step) bool { return s.Name == test.step })
			if i < 0 {
				t.Fatalf("no step %s among %+v", test.step, steps)
			}
			var got []string
			for _, touch := range steps[i].Touches {
				if touch.Object != "task "+steps[i].Task && !strings.HasPrefix(touch.Object, "coroutine") && touch.Object != "names t" {
					got = append(got, fmt.Sprint(touch.Access, " ", touch.Object))
				}
			}
			slices.Sort(got)
			// A task group's body, and a gather's maker, look at what they make.
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("got  %q\nwant %q", text, test.want)
			}
		})
	}
}

func TestStepLog(t *testing.T) {
	main := func(ctx context.Context) error {
		l := sim.LoopOf(ctx)
		l.CallLater(time.Second, "tick", func(ctx context.Context) {})
		a := sim.Go(ctx, "a", func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
		sim.Choose(ctx, "x", 1, 2)
		sim.Block(ctx, time.Millisecond)
		_, err := a.Await(ctx)
		return err
	}
	o := observe(main, sim.WithPolicy(order.AnyReady), sim.WithRecording(trace.Full))
	var got []string
	for _, s := range o.Footprints {
		got = append(got, fmt.Sprint(s.Name, " ", s.Task, " ", s.At, " ", s.Pick, " ", s.Begin, " ", s.Epoch, " ", s.Causes, " ", s.Alone))
		if e := o.Trace.Events[s.Seq-1]; s.Task != "" && e.ID() != s.Name {
			t.Errorf("step %s begins with %v", s.Name, e)
		}
	}
	want := []string{
		"main.1 main 0s -1 0 0 [] true", // it blocks
		"a.1 a 1ms -1 1 0 [0] false",
		"+main/tick.1  1s -1 1 1 [0] false",
		"a.2 a 1.001s -1 1 2 [1] false",
		"main.2 main 1.001s -1 1 2 [3] false",
		"+end.1  1.001s -1 1 2 [4] true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if o := observe(main, sim.WithRecording(trace.Off)); len(o.Footprints) != 0 {
		t.Errorf("%d steps were taken down though nobody asked", len(o.Footprints))
	}
	bare := observe(main, sim.WithRecording(trace.Off), sim.WithPolicy(order.AnyReady), sim.WithFootprints())
	for i := range o.Footprints {
		o.Footprints[i].Seq = 0
	}
	if fmt.Sprint(bare.Footprints) != fmt.Sprint(o.Footprints) {
		t.Errorf("without a trace the steps are\n%v\nand not\n%v", bare.Footprints, o.Footprints)
	}
}

func TestResetForgetsSteps(t *testing.T) {
	l := quietLoop(t, sim.WithFootprints())
	run := func() string {
		sim.RunMain(l, func(ctx context.Context) (int, error) {
			sim.AllTasks(ctx)
			return 0, sim.Yield(ctx)
		})
		return fmt.Sprint(l.StepLog(), l.Untracked())
	}
	first := run()
	if l.Reset(append(quietly(), sim.WithFootprints())...); len(l.StepLog()) != 0 || len(l.Untracked()) != 0 {
		t.Errorf("after Reset there are %v and %v", l.StepLog(), l.Untracked())
	}
	if second := run(); second != first {
		t.Errorf("the second run gives %s, the first gave %s", second, first)
	}
}

// A gather of many that succeed must not make them depend on each other.
func TestChildrenOfAGatherAreIndependent(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		var several []sim.Awaitable[sim.None]
		for i := range 5 {
			v := sim.NewVar(ctx, fmt.Sprint("v", i), 0)
			several = append(several, sim.Do(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
				v.Set(1)
				return nil
			}))
		}
		_, err := sim.Gather(ctx, several...).Await(ctx)
		return err
	}, sim.WithPolicy(order.AnyReady))
	for i := range o.Footprints {
		for k := range i {
			a, b := &o.Footprints[i], &o.Footprints[k]
			if a.Task[0] == 't' && b.Task != "" && b.Task[0] == 't' && a.Conflicts(b) {
				t.Errorf("%+v and %+v conflict", a, b)
			}
		}
		if o.Footprints[i].Task == "main" && i > 0 {
			break
		}
	}
}
