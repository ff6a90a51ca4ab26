package sim_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"weft/sim"
)

func TestWithTimeout(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "in time",
			main: func(ctx context.Context) error {
				return sim.WithTimeout(ctx, 2*ms, say(ms, "body"))
			},
			want: []string{"1ms body"},
		},
		{
			name: "in time, and its timer is taken back",
			main: func(ctx context.Context) error {
				sim.WithTimeout(ctx, 2*ms, say(ms, "body"))
				return sim.Sleep(ctx, 5*ms)
			},
			want: []string{"1ms body"},
		},
		{
			name: "too late",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, ms, say(2*ms, "body"))
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, err, self.Cancelling(), ctx.Err())
				return sim.Sleep(ctx, ms)
			},
			want: []string{"1ms body was cancelled", "1ms sim: timed out 0 <nil>"},
		},
		{
			name: "the body's own error",
			main: func(ctx context.Context) error {
				return sim.WithTimeout(ctx, ms, func(context.Context) error { return errTest })
			},
			err: errTest,
		},
		{
			name: "too late, but the body goes on",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
					sim.Sleep(ctx, time.Hour)
					return sim.Sleep(ctx, ms)
				})
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, err, self.Cancelling())
				return nil
			},
			want: []string{"2ms <nil> 0"},
		},
		{
			name: "too late, and the body fails in another way",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
					sim.Sleep(ctx, time.Hour)
					return errTest
				})
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, self.Cancelling())
				return err
			},
			want: []string{"1ms 0"},
			err:  errTest,
		},
		{
			name: "no time, without a wait in the body",
			main: func(ctx context.Context) error {
				return sim.WithTimeout(ctx, 0, func(ctx context.Context) error {
					sim.Print(ctx, "body", ctx.Err())
					return nil
				})
			},
			want: []string{"0s body <nil>"},
		},
		{
			name: "no time, with a wait",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, 0, sim.Yield)
				sim.Print(ctx, err)
				return sim.WithTimeout(ctx, math.MinInt64, say(ms, "body"))
			},
			want: []string{"0s sim: timed out", "0s body was cancelled"},
			err:  sim.ErrTimeout,
		},
		{
			name: "Forever and nearly so",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, sim.Forever, say(time.Hour, "forever"))
				sim.Print(ctx, err)
				return sim.WithTimeout(ctx, math.MaxInt64-1, say(time.Hour, "nearly"))
			},
			want: []string{"1h0m0s forever", "1h0m0s <nil>", "2h0m0s nearly"},
		},
		{
			name: "at an instant",
			main: func(ctx context.Context) error {
				sim.Sleep(ctx, 5*ms)
				err := sim.WithTimeoutAt(ctx, 7*ms, say(time.Hour, "body"))
				sim.Print(ctx, err)
				return sim.WithTimeoutAt(ctx, 6*ms, say(time.Hour, "past"))
			},
			want: []string{"7ms body was cancelled", "7ms sim: timed out", "7ms past was cancelled"},
			err:  sim.ErrTimeout,
		},
		{
			name: "nested, the inner first",
			main: func(ctx context.Context) error {
				return sim.WithTimeout(ctx, 5*ms, func(ctx context.Context) error {
					err := sim.WithTimeout(ctx, ms, say(time.Hour, "body"))
					sim.Print(ctx, err, ctx.Err())
					return sim.Sleep(ctx, ms)
				})
			},
			want: []string{"1ms body was cancelled", "1ms sim: timed out <nil>"},
		},
		{
			name: "nested, the outer first",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
					err := sim.WithTimeout(ctx, 5*ms, say(time.Hour, "body"))
					sim.Print(ctx, errors.Is(err, sim.ErrCancelled), errors.Is(err, sim.ErrTimeout), ctx.Err())
					return err
				})
				sim.Print(ctx, err)
				return nil
			},
			want: []string{"1ms body was cancelled", "1ms true false context deadline exceeded", "1ms sim: timed out"},
		},
		{
			name: "nested with one deadline, only the outer times out",
			main: func(ctx context.Context) error {
				err := sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
					err := sim.WithTimeout(ctx, ms, say(time.Hour, "body"))
					sim.Print(ctx, err)
					return err
				})
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, err, self.Cancelling())
				return nil
			},
			want: []string{"1ms body was cancelled", "1ms sim: cancelled", "1ms sim: timed out 0"},
		},
		{
			name: "a cancellation from outside is passed on",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					err := sim.WithTimeout(ctx, 5*ms, say(time.Hour, "body"))
					sim.Print(ctx, err)
					return err
				})
				sim.Sleep(ctx, ms)
				task.Cancel("stop")
				task.Await(ctx)
				sim.Print(ctx, task.Cancelled())
				return nil
			},
			want: []string{"1ms body was cancelled", "1ms sim: cancelled: stop", "1ms true"},
		},
		{
			name: "a cancellation from outside in the same turn wins",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					err := sim.WithTimeout(ctx, ms, say(time.Hour, "body"))
					sim.Print(ctx, errors.Is(err, sim.ErrTimeout))
					return err
				})
				sim.LoopOf(ctx).CallLater(ms, "cancel", func(context.Context) { task.Cancel() })
				task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), task.Cancelling())
				return nil
			},
			want: []string{"1ms body was cancelled", "1ms false", "1ms true 1"},
		},
	})
}

func TestTimeoutObject(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		sim.Sleep(ctx, ms)
		o := sim.NewTimeout(5 * ms)
		if o.When() != 5*ms || o.Expired() {
			t.Errorf("new: When %v, Expired %v", o.When(), o.Expired())
		}
		if err := o.Reschedule(ms); !errors.Is(err, sim.ErrTimeoutState) {
			t.Errorf("Reschedule before Run: %v", err)
		}
		err := o.Run(ctx, func(ctx context.Context) error {
			if o.When() != 6*ms || o.Expired() {
				t.Errorf("running: When %v, Expired %v", o.When(), o.Expired())
			}
			if err := o.Run(ctx, forever); !errors.Is(err, sim.ErrTimeoutState) {
				t.Errorf("Run inside Run: %v", err)
			}
			err := sim.Sleep(ctx, time.Hour)
			if !o.Expired() || sim.Now(ctx) != 6*ms {
				t.Errorf("at %v: Expired %v", sim.Now(ctx), o.Expired())
			}
			if err := o.Reschedule(sim.Forever); !errors.Is(err, sim.ErrTimeoutState) {
				t.Errorf("Reschedule when it has expired: %v", err)
			}
			return err
		})
		if err != sim.ErrTimeout || !o.Expired() || o.When() != 6*ms {
			t.Errorf("over: %v, Expired %v, When %v", err, o.Expired(), o.When())
		}
		if err := o.Run(ctx, forever); !errors.Is(err, sim.ErrTimeoutState) {
			t.Errorf("Run again: %v", err)
		}
		if err := o.Reschedule(sim.Forever); !errors.Is(err, sim.ErrTimeoutState) {
			t.Errorf("Reschedule afterwards: %v", err)
		}
		quick := sim.NewTimeout(ms)
		if err := quick.Run(ctx, func(context.Context) error { return nil }); err != nil || quick.Expired() {
			t.Errorf("in time: %v, Expired %v", err, quick.Expired())
		}
		if err := quick.Reschedule(time.Hour); !errors.Is(err, sim.ErrTimeoutState) {
			t.Errorf("Reschedule of one that has finished: %v", err)
		}
		none := sim.NewTimeout(sim.Forever)
		if none.When() != sim.Forever {
			t.Errorf("Forever: When %v", none.When())
		}
		return none.Run(ctx, func(ctx context.Context) error {
			if none.When() != sim.Forever {
				t.Errorf("Forever, running: When %v", none.When())
			}
			return nil
		})
	})
}

func TestTimeoutReschedule(t *testing.T) {
	for _, test := range []struct {
		name  string
		first time.Duration
		then  time.Duration // at 1 ms
		end   time.Duration
		late  bool
	}{
		{"later", 5 * ms, 8 * ms, 8 * ms, true},
		{"earlier", 8 * ms, 5 * ms, 5 * ms, true},
		{"now", 8 * ms, ms, ms, true},
		{"past", 8 * ms, -time.Hour, ms, true},
		{"removed", 5 * ms, sim.Forever, 10 * ms, false},
		{"added", sim.Forever, 5 * ms, 5 * ms, true},
		{"beyond the body", 5 * ms, time.Hour, 10 * ms, false},
	} {
		for kind, o := range map[string]*sim.Timeout{"NewTimeout": sim.NewTimeout(test.first), "NewTimeoutAt": sim.NewTimeoutAt(test.first)} {
			inTask(t, func(ctx context.Context) error {
				err := o.Run(ctx, func(ctx context.Context) error {
					sim.Sleep(ctx, ms)
					if err := o.Reschedule(test.then); err != nil || o.When() != test.then {
						t.Errorf("%s %s: %v, When %v", kind, test.name, err, o.When())
					}
					return sim.Sleep(ctx, 9*ms)
				})
				if sim.Now(ctx) != test.end || (err == sim.ErrTimeout) != test.late || o.Expired() != test.late {
					t.Errorf("%s %s: ended at %v with %v, Expired %v", kind, test.name, sim.Now(ctx), err, o.Expired())
				}
				return nil
			})
		}
	}
}

// Ordinary Go code knows nothing of CancelledError: when its time is over it
// returns the context's error.
func TestWithTimeoutAndTheContextsError(t *testing.T) {
	for name, result := range map[string]func(ctx context.Context) error{
		"Err":   func(ctx context.Context) error { return ctx.Err() },
		"Cause": func(ctx context.Context) error { return context.Cause(ctx) },
	} {
		inTask(t, func(ctx context.Context) error {
			err := sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
				sim.Sleep(ctx, time.Hour)
				return result(ctx)
			})
			if !errors.Is(err, sim.ErrTimeout) {
				t.Errorf("%s: %v (%T) does not match ErrTimeout", name, err, err)
			}
			return nil
		})
	}
}

func TestTimeoutOfAPanickingBody(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		defer func() {
			recover()
			if at, ok := ctx.Deadline(); ok {
				t.Errorf("a deadline is left: %v", at)
			}
		}()
		defer sim.Sleep(ctx, 5*ms) // the timer must be gone
		return sim.WithTimeout(ctx, ms, func(ctx context.Context) error { panic("boom") })
	})
	if o.Err != nil || o.Elapsed != 5*ms {
		t.Errorf("ended at %v with %v", o.Elapsed, o.Err)
	}
}

func TestTimeoutWithoutBody(t *testing.T) {
	const want = "sim: Timeout.Run was given a nil function"
	if got := misuseIn(func(ctx context.Context) { sim.WithTimeout(ctx, ms, nil) }); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
