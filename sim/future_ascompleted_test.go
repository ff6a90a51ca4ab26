package sim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
)

func TestAsCompleted(t *testing.T) {
	call := func(ctx context.Context, name string, d time.Duration, err error) *sim.Coroutine[string] {
		return sim.Call(ctx, name, give(d, name, err))
	}
	playScenes(t, []scene{
		{
			name: "in the order in which they end",
			main: func(ctx context.Context) error {
				done := sim.NewFuture[string](ctx, "done")
				done.SetResult("done")
				slow := call(ctx, "slow", 3*ms, nil)
				for v, err := range sim.AsCompleted[string](ctx, slow, call(ctx, "fails", 2*ms, errTest), done, call(ctx, "fast", ms, nil), slow) {
					sim.Print(ctx, v, err)
				}
				return nil
			},
			want: []string{"0s done <nil>", "1ms fast <nil>", "2ms  failed on purpose", "3ms slow <nil>"},
		},
		{
			name: "of nothing",
			main: func(ctx context.Context) error {
				for range sim.AsCompleted[int](ctx) {
					sim.Print(ctx, "not reached")
				}
				for range sim.AsCompletedWithin[int](ctx, 0) {
					sim.Print(ctx, "not reached")
				}
				return nil
			},
		},
		{
			name: "left early, the others go on",
			main: func(ctx context.Context) error {
				other := sim.Go(ctx, "other", say(2*ms, "other"))
				for range sim.AsCompleted[sim.None](ctx, sim.Do(ctx, "first", say(ms, "first")), other) {
					break
				}
				_, err := other.Await(ctx)
				return err
			},
			want: []string{"1ms first", "2ms other"},
		},
		{
			name: "within a limit",
			main: func(ctx context.Context) error {
				slow := sim.CreateTask(ctx, call(ctx, "slow", 3*ms, nil))
				for v, err := range sim.AsCompletedWithin[string](ctx, 2*ms, slow, call(ctx, "fast", ms, nil), call(ctx, "slower", 4*ms, nil)) {
					sim.Print(ctx, v, err)
				}
				v, err := slow.Await(ctx) // it was not cancelled
				sim.Print(ctx, v)
				return err
			},
			want: []string{"1ms fast <nil>", "2ms  sim: timed out", "2ms  sim: timed out", "3ms slow"},
		},
		{
			name: "within no time",
			main: func(ctx context.Context) error {
				done := sim.NewFuture[string](ctx, "done")
				done.SetResult("done")
				for v, err := range sim.AsCompletedWithin[string](ctx, -ms, done, call(ctx, "slow", 0, nil)) {
					sim.Print(ctx, v, err)
				}
				return nil
			},
			want: []string{"0s done <nil>", "0s  sim: timed out"},
		},
		{
			name: "the iterating task is cancelled",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					for v, err := range sim.AsCompleted[string](ctx, call(ctx, "a", ms, nil), call(ctx, "b", time.Hour, nil), call(ctx, "c", time.Hour, nil)) {
						sim.Print(ctx, v, err)
					}
					return sim.Sleep(ctx, ms)
				})
				sim.Sleep(ctx, 2*ms)
				task.Cancel("stop")
				_, err := task.Await(ctx)
				return err
			},
			want: []string{"1ms a <nil>", "2ms  sim: cancelled: stop"},
		},
		{
			name: "tasks are made at once",
			main: func(ctx context.Context) error {
				several := sim.AsCompleted[string](ctx, call(ctx, "a", ms, nil))
				sim.Sleep(ctx, 5*ms)
				for v := range several {
					sim.Print(ctx, v)
				}
				return nil
			},
			want: []string{"5ms a"},
		},
	})
}

// An iteration that was left can be taken up again, and ends with the last one.
func TestAsCompletedTakenUpAgain(t *testing.T) {
	var got []int
	inTask(t, func(ctx context.Context) error {
		several := sim.AsCompleted[int](ctx, sim.Call(ctx, "a", give(ms, 1, nil)), sim.Call(ctx, "b", give(2*ms, 2, nil)), sim.Call(ctx, "c", give(3*ms, 3, nil)))
		for v := range several {
			got = append(got, v)
			break
		}
		for v := range several {
			got = append(got, v)
		}
		return nil
	})
	if diff := cmp.Diff([]int{1, 2, 3}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAsCompletedNamesItself(t *testing.T) {
	for _, test := range []struct{ name, got, want string }{
		{"outside a task", misuseOf(func() {
			l := quietLoop(t)
			for range sim.AsCompleted[sim.None](l.Context(), sim.Go(l.Context(), "task", forever)) {
			}
		}), "AsCompleted was called outside a task"},
		{"without a loop", misuseOf(func() { sim.AsCompletedWithin[int](context.Background(), 0) }), "AsCompletedWithin was given a context that belongs to no loop"},
	} {
		if !strings.Contains(test.got, test.want) {
			t.Errorf("%s: %q does not say %q", test.name, test.got, test.want)
		}
	}
}
