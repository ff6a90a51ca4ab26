package sim_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/sim/order"
)

func TestGather(t *testing.T) {
	call := func(ctx context.Context, name string, d time.Duration, v int, err error) *sim.Coroutine[int] {
		return sim.Call(ctx, name, func(ctx context.Context) (int, error) {
			v, err := give(d, v, err)(ctx)
			sim.Print(ctx, name, err)
			return v, err
		})
	}
	playScenes(t, []scene{
		{
			name: "values in the order of the arguments",
			main: func(ctx context.Context) error {
				v, err := sim.Gather[int](ctx, call(ctx, "a", 2*ms, 1, nil), sim.CreateTask(ctx, call(ctx, "b", ms, 2, nil))).Await(ctx)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"1ms b <nil>", "2ms a <nil>", "2ms [1 2]"},
		},
		{
			name: "of nothing, without a turn",
			main: func(ctx context.Context) error {
				sim.Go(ctx, "other", say(0, "other"))
				g := sim.Gather[int](ctx)
				v, err := g.Await(ctx)
				sim.Print(ctx, len(v), v != nil, g.Done())
				return err
			},
			want: []string{"0s 0 true true", "0s other was cancelled"},
		},
		{
			name: "of what is done already",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				f.SetResult(4)
				g := sim.Gather[int](ctx, f, f)
				v, err := g.Await(ctx)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"0s [4 4]"},
		},
		{
			name: "of one thing twice",
			main: func(ctx context.Context) error {
				c := call(ctx, "c", ms, 3, nil)
				f := sim.NewFuture[int](ctx, "f")
				g := sim.Gather[int](ctx, c, f, c, f)
				sim.LoopOf(ctx).CallLater(2*ms, "set", func(context.Context) { f.SetResult(4) })
				v, err := g.Await(ctx)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"1ms c <nil>", "2ms [3 4 3 4]"},
		},
		{
			name: "the first error ends it, the others go on",
			main: func(ctx context.Context) error {
				_, err := sim.Gather[int](ctx, call(ctx, "a", 3*ms, 1, nil), call(ctx, "b", ms, 0, errTest), call(ctx, "c", 2*ms, 0, errors.New("later"))).Await(ctx)
				sim.Print(ctx, err)
				return sim.Sleep(ctx, 5*ms)
			},
			want: []string{"1ms b failed on purpose", "1ms failed on purpose", "2ms c later", "3ms a <nil>"},
		},
		{
			name: "a cancelled child is an error as well",
			main: func(ctx context.Context) error {
				child := sim.CreateTask(ctx, call(ctx, "a", time.Hour, 1, nil))
				g := sim.Gather[int](ctx, child, call(ctx, "b", ms, 0, nil))
				sim.Yield(ctx)
				child.Cancel("stop")
				_, err := g.Await(ctx)
				sim.Print(ctx, err)
				return sim.Sleep(ctx, ms)
			},
			want: []string{"0s a sim: cancelled: stop", "0s sim: cancelled: stop", "1ms b <nil>"},
		},
		{
			name: "cancelled, it cancels its children and ends with the first",
			main: func(ctx context.Context) error {
				slow := sim.Call(ctx, "slow", func(ctx context.Context) (int, error) {
					err := sim.Sleep(ctx, time.Hour)
					sim.Sleep(ctx, ms)
					sim.Print(ctx, "slow", err)
					return 0, err
				})
				g := sim.Gather[int](ctx, slow, call(ctx, "a", time.Hour, 1, nil))
				sim.Yield(ctx)
				sim.Print(ctx, g.Cancel("stop"), g.Done())
				_, err := g.Await(ctx)
				sim.Print(ctx, err, g.Cancel())
				return sim.Sleep(ctx, 2*ms)
			},
			want: []string{"0s true false", "0s a sim: cancelled: stop", "0s sim: cancelled: stop false", "1ms slow sim: cancelled: stop"},
		},
		{
			name: "awaited by a task that is cancelled",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					_, err := sim.Gather[int](ctx, call(ctx, "a", time.Hour, 1, nil)).Await(ctx)
					return err
				})
				sim.Sleep(ctx, ms)
				task.Cancel("stop")
				_, err := task.Await(ctx)
				sim.Print(ctx, err)
				return nil
			},
			want: []string{"1ms a sim: cancelled: stop", "1ms sim: cancelled: stop"},
		},
		{
			name: "of tasks of several types",
			main: func(ctx context.Context) error {
				text := sim.CreateTask(ctx, sim.Call(ctx, "text", give(ms, "text", nil)))
				number := sim.CreateTask(ctx, sim.Call(ctx, "number", give(ms, 3, nil)))
				v, err := sim.Gather[any](ctx, text.Any(), number.Any()).Await(ctx)
				sim.Print(ctx, v...)
				return err
			},
			want: []string{"1ms text 3"},
		},
	})
}

func TestGatherSettled(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		cancelled := sim.CreateTask(ctx, sim.Call(ctx, "cancelled", give(time.Hour, 0, nil)))
		sim.LoopOf(ctx).CallLater(ms, "cancel", func(context.Context) { cancelled.Cancel("stop") })
		results, err := sim.GatherSettled[int](ctx,
			sim.Call(ctx, "fine", give(3*ms, 1, nil)), sim.Call(ctx, "failed", give(ms, 0, errTest)), cancelled).Await(ctx)
		if err != nil || len(results) != 3 || sim.Now(ctx) != 3*ms {
			t.Fatalf("%v, %v at %v", results, err, sim.Now(ctx))
		}
		if results[0] != (sim.Result[int]{Value: 1}) || results[1].Err != errTest || !errors.Is(results[2].Err, sim.ErrCancelled) {
			t.Errorf("%+v", results)
		}
		none, err := sim.GatherSettled[int](ctx).Await(ctx)
		if len(none) != 0 || none == nil || err != nil {
			t.Errorf("of nothing: %v, %v", none, err)
		}
		return nil
	})
	playScenes(t, []scene{{
		name: "cancelled, it waits for all and fails all the same",
		main: func(ctx context.Context) error {
			slow := sim.Go(ctx, "slow", func(ctx context.Context) error {
				err := sim.Sleep(ctx, time.Hour)
				sim.Sleep(ctx, ms)
				return err
			})
			stubborn := sim.Go(ctx, "stubborn", func(ctx context.Context) error {
				sim.Sleep(ctx, time.Hour)
				return sim.Sleep(ctx, 2*ms)
			})
			g := sim.GatherSettled[sim.None](ctx, slow, stubborn)
			sim.Yield(ctx)
			g.Cancel("stop")
			_, err := g.Await(ctx)
			sim.Print(ctx, slow.Cancelled(), stubborn.Cancelled())
			return err
		},
		want: []string{"2ms true false"},
		err:  sim.ErrCancelled,
	}})
}

// The errors of those that lost count as seen, that of the gather itself does not.
func TestGatherAndReports(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		fail := func(d time.Duration) *sim.Coroutine[int] { return sim.Call(ctx, "failing", give(d, 0, errTest)) }
		sim.Gather[int](ctx, fail(ms), fail(2*ms)).Await(ctx)
		sim.GatherSettled[int](ctx, fail(ms)).Await(ctx)
		sim.Gather[int](ctx, fail(ms)) // nobody awaits this one
		return sim.Sleep(ctx, 5*ms)
	})
	want := []string{"gather: the error of gather was never retrieved: failed on purpose"}
	if diff := cmp.Diff(want, reportsOf(o.Reports, sim.NeverRetrieved)); diff != "" || len(o.Reports) != 1 {
		t.Error(diff, o.Reports)
	}
}

func TestShield(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "the inner task goes on",
			main: func(ctx context.Context) error {
				inner := sim.Go(ctx, "inner", say(2*ms, "inner"))
				waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error {
					_, err := sim.Shield(ctx, inner).Await(ctx)
					sim.Print(ctx, "waiter: ", err)
					return err
				})
				sim.Sleep(ctx, ms)
				waiter.Cancel("stop")
				waiter.Await(ctx)
				_, err := inner.Await(ctx)
				return err
			},
			want: []string{"1ms waiter:  sim: cancelled: stop", "2ms inner"},
		},
		{
			name: "a result and an error come through",
			main: func(ctx context.Context) error {
				v, err := sim.Shield(ctx, sim.Call(ctx, "c", give(ms, 7, nil))).Await(ctx)
				sim.Print(ctx, v, err)
				_, err = sim.Shield(ctx, sim.Call(ctx, "c", give(ms, 0, errTest))).Await(ctx)
				return err
			},
			want: []string{"1ms 7 <nil>"},
			err:  errTest,
		},
		{
			name: "of what is done, without a turn",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				f.SetResult(3)
				s := sim.Shield(ctx, f)
				v, err := s.Result()
				sim.Print(ctx, v, err)
				cancelled := sim.NewFuture[int](ctx, "g")
				cancelled.Cancel()
				sim.Print(ctx, sim.Shield(ctx, cancelled).Cancelled())
				return nil
			},
			want: []string{"0s 3 <nil>", "0s true"},
		},
		{
			name: "a cancelled inner one cancels the outer",
			main: func(ctx context.Context) error {
				inner := sim.Go(ctx, "inner", forever)
				s := sim.Shield(ctx, inner)
				sim.Yield(ctx)
				inner.Cancel()
				_, err := s.Await(ctx)
				sim.Print(ctx, s.Cancelled())
				return err
			},
			want: []string{"0s true"},
			err:  sim.ErrCancelled,
		},
		{
			name: "the outer cancelled by hand leaves the inner",
			main: func(ctx context.Context) error {
				inner := sim.Go(ctx, "inner", say(ms, "inner"))
				s := sim.Shield(ctx, inner)
				sim.Print(ctx, s.Cancel(), s.Cancelled())
				_, err := inner.Await(ctx)
				return err
			},
			want: []string{"0s true true", "1ms inner"},
		},
	})
}

func TestGatherNamesWhatItWaitsFor(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		_, err := sim.Gather[sim.None](ctx, sim.Do(ctx, "left", forever), sim.Do(ctx, "right", forever)).Await(ctx)
		return err
	})
	if o.End != order.Deadlocked || !strings.Contains(o.Err.Error(), "main waits for gather since 0s, held by left, right") {
		t.Errorf("error %v", o.Err)
	}
}
