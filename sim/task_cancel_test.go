package sim_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
)

func TestCancelDelivery(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "at the wait, in the next turn",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", say(ms, "task"))
				sim.Yield(ctx)
				sim.Print(ctx, task.Cancel(), task.Cancelling(), task.Done())
				_, err := task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), task.Cancel(), task.Cancelling())
				return err
			},
			want: []string{"0s true 1 false", "0s task was cancelled", "0s true false 1"},
			err:  sim.ErrCancelled,
		},
		{
			name: "before the start, the body is never entered",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", say(0, "task"))
				task.Cancel()
				sim.Print(ctx, task.Done())
				_, err := task.Await(ctx)
				return err
			},
			want: []string{"0s false"},
			err:  sim.ErrCancelled,
		},
		{
			name: "an edge: the next wait is as usual",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					sim.Print(ctx, sim.Sleep(ctx, ms))
					sim.Print(ctx, sim.Sleep(ctx, ms))
					return nil
				})
				sim.Yield(ctx)
				task.Cancel()
				_, err := task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), task.Cancelling(), err)
				return nil
			},
			want: []string{"0s sim: cancelled", "1ms <nil>", "1ms false 1 <nil>"},
		},
		{
			name: "several before the resume are one",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					sim.Print(ctx, sim.Sleep(ctx, ms))
					sim.Print(ctx, sim.Yield(ctx))
					return nil
				})
				sim.Yield(ctx)
				task.Cancel()
				task.Cancel()
				task.Cancel()
				_, err := task.Await(ctx)
				sim.Print(ctx, task.Cancelling())
				return err
			},
			want: []string{"0s sim: cancelled", "0s <nil>", "0s 3"},
		},
		{
			name: "between the result and the resume the result is lost",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					_, err := f.Await(ctx)
					return err
				})
				sim.Yield(ctx)
				f.SetResult(1)
				task.Cancel()
				_, err := task.Await(ctx)
				return err
			},
			err: sim.ErrCancelled,
		},
		{
			name: "of oneself, then return",
			main: func(ctx context.Context) error {
				task := sim.CreateTask(ctx, sim.Call(ctx, "self", func(ctx context.Context) (int, error) {
					self, _ := sim.CurrentTask(ctx)
					self.Cancel("of myself")
					sim.Print(ctx, ctx.Err())
					return 1, nil
				}))
				_, err := task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), err)
				return nil
			},
			want: []string{"0s context canceled", "0s true sim: cancelled: of myself"},
		},
		{
			name: "of oneself, taken back in the same step",
			main: func(ctx context.Context) error {
				task := sim.CreateTask(ctx, sim.Call(ctx, "self", func(ctx context.Context) (int, error) {
					self, _ := sim.CurrentTask(ctx)
					self.Cancel()
					sim.Print(ctx, sim.Uncancel(ctx))
					return 3, nil
				}))
				v, err := task.Await(ctx)
				sim.Print(ctx, v, err)
				return nil
			},
			want: []string{"0s 0", "0s 3 <nil>"},
		},
		{
			name: "of oneself, then a wait on a future, which is cancelled too",
			main: func(ctx context.Context) error {
				f := sim.NewFuture[int](ctx, "f")
				task := sim.Go(ctx, "self", func(ctx context.Context) error {
					self, _ := sim.CurrentTask(ctx)
					self.Cancel()
					_, err := f.Await(ctx)
					return err
				})
				task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), f.Cancelled())
				return nil
			},
			want: []string{"0s true true"},
		},
		{
			name: "inside out: what the task awaits comes first, and can swallow it",
			main: func(ctx context.Context) error {
				child := sim.Go(ctx, "child", func(ctx context.Context) error {
					sim.Print(ctx, "child: ", sim.Sleep(ctx, ms))
					return sim.Sleep(ctx, ms)
				})
				parent := sim.Go(ctx, "parent", func(ctx context.Context) error {
					_, err := child.Await(ctx)
					sim.Print(ctx, "parent: ", err)
					return nil
				})
				sim.Yield(ctx)
				sim.Yield(ctx)
				parent.Cancel()
				_, err := parent.Await(ctx)
				sim.Print(ctx, child.Cancelling(), parent.Cancelling(), parent.Cancelled())
				return err
			},
			want: []string{"0s child:  sim: cancelled", "1ms parent:  <nil>", "1ms 1 1 false"},
		},
		{
			name: "a task that returns a cancellation of its own",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error {
					return fmt.Errorf("wrapped: %w", &sim.CancelledError{Msg: "own"})
				})
				_, err := task.Await(ctx)
				sim.Print(ctx, task.Cancelled(), task.Cancelling(), err)
				return nil
			},
			want: []string{"0s true 0 sim: cancelled: own"},
		},
	})
}

func TestCancelMessages(t *testing.T) {
	cancel := func(messages ...string) string {
		var got error
		inTask(t, func(ctx context.Context) error {
			task := sim.Go(ctx, "task", forever)
			sim.Yield(ctx)
			task.Cancel(messages...)
			_, got = task.Await(ctx)
			return nil
		})
		return got.Error()
	}
	if got := cancel(); got != "sim: cancelled" {
		t.Errorf("without a message: %q", got)
	}
	if got := cancel("stop"); got != "sim: cancelled: stop" {
		t.Errorf("with a message: %q", got)
	}
	playScenes(t, []scene{{
		name: "the message reaches the innermost wait and whoever awaits",
		main: func(ctx context.Context) error {
			inner := sim.Go(ctx, "inner", func(ctx context.Context) error {
				err := sim.Sleep(ctx, ms)
				sim.Print(ctx, "inner: ", err)
				return err
			})
			outer := sim.Go(ctx, "outer", func(ctx context.Context) error {
				_, err := inner.Await(ctx)
				sim.Print(ctx, "outer: ", err)
				return err
			})
			sim.Yield(ctx)
			sim.Yield(ctx)
			outer.Cancel("go home")
			_, err := outer.Await(ctx)
			sim.Print(ctx, "main: ", err)
			return nil
		},
		want: []string{"0s inner:  sim: cancelled: go home", "0s outer:  sim: cancelled: go home", "0s main:  sim: cancelled: go home"},
	}, {
		name: "a task that has not started",
		main: func(ctx context.Context) error {
			task := sim.Go(ctx, "task", forever)
			task.Any().Cancel("early")
			_, err := task.Await(ctx)
			sim.Print(ctx, err)
			return nil
		},
		want: []string{"0s sim: cancelled: early"},
	}})
}

// Of several cancellations before the resume the first one's message counts, as
// in CPython, where the wait has failed with it by then.
func TestCancelMessagesOfSeveral(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context) error{
		"future": forever,
		"sleep":  func(ctx context.Context) error { return sim.Sleep(ctx, ms) },
	} {
		inTask(t, func(ctx context.Context) error {
			task := sim.Go(ctx, "task", wait)
			sim.Yield(ctx)
			task.Cancel("one")
			task.Cancel("two")
			_, err := task.Await(ctx)
			if err.Error() != "sim: cancelled: one" {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
	}
}

func TestCancelMakesTheContextDone(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		var inside context.Context
		task := sim.Go(ctx, "task", func(ctx context.Context) error {
			inside = ctx
			select {
			case <-ctx.Done():
				t.Error("done at the start")
			default:
			}
			sim.Sleep(ctx, ms)
			<-ctx.Done() // must not block
			if ctx.Err() != context.Canceled || context.Cause(ctx) != context.Canceled {
				t.Errorf("Err %v, Cause %v", ctx.Err(), context.Cause(ctx))
			}
			return sim.Sleep(ctx, ms)
		})
		if task.Context() == ctx {
			t.Error("a task has the context of its parent")
		}
		sim.Yield(ctx)
		if task.Context() != inside || inside.Err() != nil {
			t.Error("Task.Context is not what the coroutine got")
		}
		task.Cancel()
		if task.Context().Err() != context.Canceled {
			t.Errorf("at once: %v", task.Context().Err())
		}
		if ctx.Err() != nil {
			t.Error("the parent's context is done as well")
		}
		_, err := task.Await(ctx)
		if err != nil {
			t.Error(err)
		}
		ended := sim.Go(ctx, "ended", say(0, ""))
		ended.Await(ctx)
		if ended.Context().Err() != context.Canceled {
			t.Error("the context of a task that has ended is not done")
		}
		return nil
	})
}

func TestUncancel(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		task := sim.Go(ctx, "task", func(ctx context.Context) error {
			sim.Print(ctx, sim.Uncancel(ctx)) // of nothing
			sim.Sleep(ctx, ms)
			self, _ := sim.CurrentTask(ctx)
			sim.Print(ctx, self.Cancelling(), ctx.Err())
			sim.Print(ctx, sim.Uncancel(ctx), sim.ContextOf(ctx).Err())
			sim.Print(ctx, sim.Uncancel(ctx), sim.ContextOf(ctx).Err(), ctx.Err())
			sim.Print(ctx, sim.Uncancel(ctx))
			// The new context works for everything, and ends with the next cancel.
			fresh := sim.ContextOf(ctx)
			if fresh != sim.ContextOf(fresh) || fresh.Value(valueKey{}) != "value" {
				t.Error("the new context has lost something")
			}
			err := sim.Sleep(fresh, ms)
			sim.Print(fresh, err, fresh.Err())
			return err
		})
		old := task.Context()
		sim.Yield(ctx)
		task.Cancel()
		task.Cancel()
		sim.Yield(ctx)
		if task.Context() == old || task.Context().Err() != nil {
			t.Error("Task.Context is still the old one")
		}
		task.Cancel("again")
		task.Await(ctx)
		sim.Print(ctx, task.Cancelled())
		return nil
	}, sim.WithBaseContext(context.WithValue(context.Background(), valueKey{}, "value")))
	want := []string{
		"0s 0", "0s 2 context canceled", "0s 1 context canceled", "0s 0 <nil> context canceled", "0s 0",
		"0s sim: cancelled: again context canceled", "0s true",
	}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" {
		t.Error(diff)
	}
}

type valueKey struct{}

// Ordinary Go code knows nothing of CancelledError: it returns the context's error.
func TestTaskThatReturnsItsContextsError(t *testing.T) {
	for name, result := range map[string]func(ctx context.Context) error{
		"Err":   func(ctx context.Context) error { return ctx.Err() },
		"Cause": func(ctx context.Context) error { return context.Cause(ctx) },
		"derived": func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			return derived.Err()
		},
	} {
		inTask(t, func(ctx context.Context) error {
			task := sim.Go(ctx, "task", func(ctx context.Context) error {
				sim.Sleep(ctx, ms)
				return result(ctx)
			})
			sim.Yield(ctx)
			task.Cancel("stop")
			_, err := task.Await(ctx)
			if !task.Cancelled() || !errors.Is(err, sim.ErrCancelled) || !strings.Contains(err.Error(), "stop") {
				t.Errorf("%s: %v, %v", name, task, err)
			}
			return nil
		})
	}
	inTask(t, func(ctx context.Context) error {
		task := sim.Go(ctx, "task", func(ctx context.Context) error { return context.Canceled })
		if _, err := task.Await(ctx); task.Cancelled() || err != context.Canceled {
			t.Errorf("nobody cancelled it: %v, %v", task, err)
		}
		return nil
	})
}

// Wrapped as Go programs wrap errors, a cancellation stays one.
func TestTaskThatWrapsItsCancellation(t *testing.T) {
	for _, test := range []struct {
		name string
		wrap func(ctx context.Context, err error) error
	}{
		{"with %w", func(_ context.Context, err error) error { return fmt.Errorf("loading: %w", err) }},
		{"the context's error with %w", func(ctx context.Context, _ error) error { return fmt.Errorf("loading: %w", ctx.Err()) }},
		{"joined with nothing", func(_ context.Context, err error) error { return errors.Join(err, nil) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			inTask(t, func(ctx context.Context) error {
				task := sim.Go(ctx, "task", func(ctx context.Context) error { return test.wrap(ctx, sim.Sleep(ctx, ms)) })
				sim.Yield(ctx)
				task.Cancel()
				task.Await(ctx)
				if !task.Cancelled() {
					t.Errorf("%v: %v", task, task.Err())
				}
				return nil
			})
		})
	}
	// With an error of its own beside it, the task has failed.
	inTask(t, func(ctx context.Context) error {
		task := sim.Go(ctx, "task", func(ctx context.Context) error { return errors.Join(sim.Sleep(ctx, ms), errTest) })
		sim.Yield(ctx)
		task.Cancel()
		if _, err := task.Await(ctx); task.Cancelled() || !errors.Is(err, errTest) {
			t.Errorf("%v: %v", task, err)
		}
		return nil
	})
}
