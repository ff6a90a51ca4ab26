package sim_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestWait(t *testing.T) {
	for _, test := range []struct {
		name    string
		when    sim.ReturnWhen
		timeout time.Duration
		want    string // when it returns: done / pending
	}{
		{"all", sim.AllCompleted, sim.Forever, "5ms: five fails cancelled two /"},
		{"first", sim.FirstCompleted, sim.Forever, "1ms: cancelled / five fails two"},
		{"first error, not counting a cancellation", sim.FirstError, sim.Forever, "3ms: fails cancelled two / five"},
		{"all, with a timeout", sim.AllCompleted, 4 * ms, "4ms: fails cancelled two / five"},
		{"all, with time enough", sim.AllCompleted, time.Hour, "5ms: five fails cancelled two /"},
		// The timer of Wait was set before those of the tasks, which have not started yet.
		{"the timeout ties with the last", sim.AllCompleted, 5 * ms, "5ms: fails cancelled two / five"},
		{"first error, with a timeout", sim.FirstError, 2*ms + 1, "2.000001ms: cancelled two / five fails"},
		{"no time", sim.AllCompleted, 0, "0s: / five fails cancelled two"},
		{"less than no time", sim.FirstCompleted, math.MinInt64, "0s: / five fails cancelled two"},
		{"more time than there is", sim.AllCompleted, math.MaxInt64 - 1, "5ms: five fails cancelled two /"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inTask(t, func(ctx context.Context) error {
				task := func(name string, d time.Duration, err error) *sim.Task[int] {
					return sim.CreateTask(ctx, sim.Call(ctx, name, give(d, 0, err)))
				}
				five, fails, cancelled, two := task("five", 5*ms, nil), task("fails", 3*ms, errTest), task("cancelled", time.Hour, nil), task("two", 2*ms, nil)
				sim.LoopOf(ctx).CallLater(ms, "cancel", func(context.Context) { cancelled.Cancel() })
				// Given twice, each is there once, in the order given.
				done, pending, err := sim.Wait(ctx, test.when, test.timeout, five, fails, cancelled, five, two, fails)
				got := sim.Now(ctx).String() + ":"
				for _, d := range done {
					got += " " + d.Name()
				}
				got += " /"
				for _, p := range pending {
					got += " " + p.Name()
				}
				if got != test.want || err != nil {
					t.Errorf("%s, %v; want %s", got, err, test.want)
				}
				for _, p := range pending {
					if p.Cancelling() > 0 {
						t.Errorf("Wait cancelled %s", p.Name())
					}
				}
				fails.Err()
				return nil
			})
		})
	}
}

func TestWaitGivesUpControl(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "even if all are done",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				f.SetResult(1)
				sim.Go(ctx, "other", func(ctx context.Context) error {
					sim.Print(ctx, "other 1")
					sim.Yield(ctx)
					sim.Print(ctx, "other 2")
					return nil
				})
				done, pending, err := sim.Wait(ctx, sim.AllCompleted, sim.Forever, f)
				sim.Print(ctx, len(done), len(pending), err)
				return nil
			},
			// Two turns, as in CPython: one for the callback, one for the waiter.
			want: []string{"0s other 1", "0s other 2", "0s 1 0 <nil>"},
		},
		{
			name: "cancelled, it leaves alone what it waits for",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					done, pending, err := sim.Wait(ctx, sim.AllCompleted, sim.Forever, f)
					sim.Print(ctx, done == nil, pending == nil, err)
					return err
				})
				sim.Yield(ctx)
				task.Cancel("stop")
				task.Await(ctx)
				sim.Print(ctx, f.Done())
				return nil
			},
			want: []string{"0s true true sim: cancelled: stop", "0s false"},
		},
		{
			name: "for nothing",
			main: func(ctx context.Context) error {
				_, _, err := sim.Wait[sim.AnyFuture](ctx, sim.FirstCompleted, sim.Forever)
				return err
			},
			err: sim.ErrNothingToWaitFor,
		},
		{
			name: "for tasks of several types",
			main: func(ctx context.Context) error {
				a := sim.CreateTask(ctx, sim.Call(ctx, "a", give(ms, "text", nil)))
				b := sim.CreateTask(ctx, sim.Call(ctx, "b", give(2*ms, 2, nil)))
				done, pending, err := sim.Wait(ctx, sim.FirstCompleted, sim.Forever, a.Any(), b.Any())
				sim.Print(ctx, done[0] == a.Any(), pending[0] == b.Any())
				return err
			},
			want: []string{"1ms true true"},
		},
	})
}

func TestWaitNamesWhatItWaitsFor(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		_, _, err := sim.Wait(ctx, sim.FirstCompleted, sim.Forever, sim.Go(ctx, "left", forever), sim.Go(ctx, "right", forever))
		return err
	})
	if o.End != order.Deadlocked || !strings.Contains(o.Err.Error(), "main waits for wait for task left, task right since 0s, held by left, right") {
		t.Errorf("error %v", o.Err)
	}
}

func TestWaitRefusesAnUnknownMode(t *testing.T) {
	got := misuseIn(func(ctx context.Context) {
		sim.Wait(ctx, sim.ReturnWhen(9), ms, sim.NewFuture[int](ctx, "f"))
	})
	if got == "" {
		t.Error("it was taken for AllCompleted")
	}
}

func TestWaitFor(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "in time, a coroutine inline",
			main: func(ctx context.Context) error {
				v, err := sim.WaitFor(ctx, sim.Call(ctx, "c", func(ctx context.Context) (string, error) {
					current, _ := sim.CurrentTask(ctx)
					return current.Name(), sim.Sleep(ctx, ms)
				}), 2*ms)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"1ms main"},
		},
		{
			name: "too late",
			main: func(ctx context.Context) error {
				_, err := sim.WaitFor(ctx, sim.Do(ctx, "c", say(time.Hour, "c")), ms)
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, err, self.Cancelling())
				return sim.Sleep(ctx, ms)
			},
			want: []string{"1ms c was cancelled", "1ms sim: timed out 0"},
		},
		{
			name: "too late, a task",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", say(time.Hour, "task"))
				_, err := sim.WaitFor(ctx, task, ms)
				sim.Print(ctx, task.Cancelled())
				return err
			},
			want: []string{"1ms task was cancelled", "1ms true"},
			err:  sim.ErrTimeout,
		},
		{
			name: "too late, shielded",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", say(2*ms, "task"))
				_, err := sim.WaitFor(ctx, sim.Shield(ctx, task), ms)
				sim.Print(ctx, err)
				_, err = task.Await(ctx)
				return err
			},
			want: []string{"1ms sim: timed out", "2ms task"},
		},
		{
			name: "waits for the clean-up",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					err := forever(ctx)
					sim.Sleep(ctx, 5*ms)
					return err
				})
				_, err := sim.WaitFor(ctx, task, ms)
				sim.Print(ctx, err)
				return nil
			},
			want: []string{"6ms sim: timed out"},
		},
		{
			name: "a value from the clean-up wins",
			main: func(ctx context.Context) error {
				task := sim.CreateTask(ctx, sim.Call(ctx, "task", func(ctx context.Context) (string, error) {
					forever(ctx)
					return "rescued", nil
				}))
				v, err := sim.WaitFor(ctx, task, ms)
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, v, err, self.Cancelling())
				return nil
			},
			want: []string{"1ms rescued <nil> 0"},
		},
		{
			name: "an error from the clean-up wins",
			main: func(ctx context.Context) error {
				_, err := sim.WaitFor(ctx, sim.Do(ctx, "c", func(ctx context.Context) error {
					forever(ctx)
					return errTest
				}), ms)
				return err
			},
			err: errTest,
		},
		{
			name: "a cancellation from outside is passed on",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					_, err := sim.WaitFor(ctx, sim.Do(ctx, "c", forever), time.Hour)
					sim.Print(ctx, err)
					return err
				})
				sim.Sleep(ctx, ms)
				task.Cancel("stop")
				task.Await(ctx)
				sim.Print(ctx, task.Cancelled())
				return nil
			},
			want: []string{"1ms sim: cancelled: stop", "1ms true"},
		},
		{
			name: "Forever is a plain await",
			main: func(ctx context.Context) error {
				v, err := sim.WaitFor(ctx, sim.Call(ctx, "c", give(time.Hour, 7, nil)), sim.Forever)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"1h0m0s 7"},
		},
		{
			name: "nearly Forever does not overflow",
			main: func(ctx context.Context) error {
				sim.Sleep(ctx, time.Hour)
				v, err := sim.WaitFor(ctx, sim.Call(ctx, "c", give(time.Hour, 7, nil)), math.MaxInt64-1)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"2h0m0s 7"},
		},
		{
			name: "no time: only what is done",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				f.SetResult(1)
				v, err := sim.WaitFor(ctx, f, 0)
				sim.Print(ctx, v, err)
				v, err = sim.WaitFor(ctx, f, -time.Hour)
				sim.Print(ctx, v, err)
				_, err = sim.WaitFor(ctx, sim.Do(ctx, "c", say(0, "never begins")), 0)
				sim.Print(ctx, err)
				task := sim.Go(ctx, "task", forever)
				_, err = sim.WaitFor(ctx, task, math.MinInt64)
				sim.Print(ctx, err, task.Cancelled())
				failed := sim.NewFuture[int](ctx, "failed")
				failed.SetError(errTest)
				_, err = sim.WaitFor(ctx, failed, 0)
				return err
			},
			want: []string{"0s 1 <nil>", "0s 1 <nil>", "0s sim: timed out", "0s sim: timed out true"},
			err:  errTest,
		},
		{
			name: "no time, but a value from the clean-up",
			main: func(ctx context.Context) error {
				task := sim.CreateTask(ctx, sim.Call(ctx, "task", func(ctx context.Context) (int, error) {
					forever(ctx)
					return 5, nil
				}))
				sim.Yield(ctx)
				v, err := sim.WaitFor(ctx, task, 0)
				sim.Print(ctx, v)
				return err
			},
			want: []string{"0s 5"},
		},
	})
}
