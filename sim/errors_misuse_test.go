package sim_test

import (
	"context"
	"strings"
	"testing"

	"weft/sim"
)

func TestMisusedContexts(t *testing.T) {
	operations := map[string]func(ctx context.Context){
		"Sleep":         func(ctx context.Context) { sim.Sleep(ctx, ms) },
		"Yield":         func(ctx context.Context) { sim.Yield(ctx) },
		"Uncancel":      func(ctx context.Context) { sim.Uncancel(ctx) },
		"ContextOf":     func(ctx context.Context) { sim.ContextOf(ctx) },
		"Wait":          func(ctx context.Context) { sim.Wait[sim.AnyFuture](ctx, sim.AllCompleted, 0) },
		"WaitFor":       func(ctx context.Context) { sim.WaitFor[any](ctx, sim.AnyFuture{}, 0) },
		"Timeout.Run":   func(ctx context.Context) { sim.WithTimeout(ctx, 0, forever) },
		"WithTaskGroup": func(ctx context.Context) { sim.WithTaskGroup(ctx, nil) },
		"Await":         func(ctx context.Context) { new(sim.Task[int]).Await(ctx) },
	}
	free := map[string]func(ctx context.Context){ // these work outside tasks
		"Call":        func(ctx context.Context) { sim.Call(ctx, "", give(0, 0, nil)) },
		"Do":          func(ctx context.Context) { sim.Do(ctx, "", forever) },
		"Go":          func(ctx context.Context) { sim.Go(ctx, "", forever) },
		"CreateTask":  func(ctx context.Context) { sim.CreateTask(ctx, new(sim.Coroutine[int])) },
		"LoopOf":      func(ctx context.Context) { sim.LoopOf(ctx) },
		"Now":         func(ctx context.Context) { sim.Now(ctx) },
		"CurrentTask": func(ctx context.Context) { sim.CurrentTask(ctx) },
		"AllTasks":    func(ctx context.Context) { sim.AllTasks(ctx) },
		"NewFuture":   func(ctx context.Context) { sim.NewFuture[int](ctx, "") },
		"Gather":      func(ctx context.Context) { sim.Gather[int](ctx) },
		"AsCompleted": func(ctx context.Context) { sim.AsCompleted[int](ctx) },
		"Block":       func(ctx context.Context) { sim.Block(ctx, 0) },
		"Print":       func(ctx context.Context) { sim.Print(ctx) },
	}
	check := func(name, got, want string) {
		t.Helper()
		if !strings.HasPrefix(got, "sim: "+name+" ") || !strings.Contains(got, want) {
			t.Errorf("%s: %q does not say %q", name, got, want)
		}
	}
	for _, list := range []map[string]func(ctx context.Context){operations, free} {
		for name, f := range list {
			check(name, misuseOf(func() { f(nil) }), "was given a nil context; pass the one that the coroutine got")
			check(name, misuseOf(func() { f(context.Background()) }), "was given a context that belongs to no loop; pass the one that the coroutine got, or Loop.Context")
		}
	}
	l := quietLoop(t)
	idle := sim.Go(l.Context(), "idle", forever)
	for name, f := range operations {
		check(name, misuseOf(func() { f(l.Context()) }), "was called outside a task; callbacks and the code around the loop cannot wait")
		check(name, misuseOf(func() { f(idle.Context()) }), "was given the context of task idle, which is not running")
		check(name, misuseIn(func(ctx context.Context) {
			other := sim.Go(ctx, "other", forever)
			f(other.Context())
		}), "was given the context of task other, but task main is running; pass the context that this coroutine got")
		check(name, misuseIn(func(ctx context.Context) {
			ended := sim.Go(ctx, "ended", say(0, ""))
			ended.Await(ctx)
			f(ended.Context())
		}), "was given the context of task ended, which has ended")
		check(name, misuseIn(func(ctx context.Context) {
			sim.LoopOf(ctx).CallSoon("callback", func(ctx context.Context) { f(ctx) })
			sim.Sleep(ctx, ms)
		}), "was called outside a task")
	}
}

// Things of one loop do not work with another.
func TestMisuseOfAnotherLoop(t *testing.T) {
	l := quietLoop(t)
	foreign := sim.CreateTask(l.Context(), sim.Call(l.Context(), "foreign", give(ms, 1, nil)))
	for _, test := range []struct {
		name, want string
		f          func(ctx context.Context)
	}{
		{"Await", "task main awaits task foreign, which belongs to another loop", func(ctx context.Context) { foreign.Await(ctx) }},
		{"AnyFuture", "task main awaits task foreign, which belongs to another loop", func(ctx context.Context) { foreign.Any().Await(ctx) }},
		{"Gather", "Gather was given task foreign, which belongs to another loop", func(ctx context.Context) { sim.Gather[int](ctx, foreign) }},
		{"GatherSettled", "GatherSettled was given task foreign, which belongs to another loop", func(ctx context.Context) { sim.GatherSettled[int](ctx, foreign) }},
		{"WaitFor", "task main awaits task foreign, which belongs to another loop", func(ctx context.Context) { sim.WaitFor(ctx, foreign, ms) }},
		{"WaitFor 0", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.WaitFor(ctx, foreign, 0) }},
		{"Wait", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.Wait(ctx, sim.AllCompleted, ms, foreign) }},
		{"Shield", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.Shield(ctx, foreign) }},
		{"AsCompleted", "task foreign, which belongs to another loop", func(ctx context.Context) { sim.AsCompletedWithin[int](ctx, ms, foreign) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := misuseIn(test.f); !strings.Contains(got, test.want) {
				t.Errorf("%q does not say %q", got, test.want)
			}
		})
	}
}
