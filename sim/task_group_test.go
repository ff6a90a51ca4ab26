package sim_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
)

func TestTaskGroup(t *testing.T) {
	fail := func(d time.Duration, err error) func(ctx context.Context) error {
		return func(ctx context.Context) error { _, err := give(d, 0, err)(ctx); return err }
	}
	playScenes(t, []scene{
		{
			name: "leaving waits for all",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "a", say(2*ms, "a"))
					task, err := sim.CreateTaskIn(ctx, g, sim.Do(ctx, "c", say(ms, "b")), sim.Named("b"))
					sim.Print(ctx, "body: ", task.Name(), err)
					return nil
				})
				sim.Print(ctx, err)
				return err
			},
			want: []string{"0s body:  b <nil>", "1ms b", "2ms a", "2ms <nil>"},
		},
		{
			name: "an empty group does not give up control",
			main: func(ctx context.Context) error {
				sim.Go(ctx, "other", say(0, "other"))
				err := sim.WithTaskGroup(ctx, func(context.Context, *sim.TaskGroup) error { return nil })
				sim.Print(ctx, err)
				return err
			},
			want: []string{"0s <nil>", "0s other was cancelled"},
		},
		{
			name: "an error cancels the others and the body",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "b", say(time.Hour, "b"))
					g.Go(ctx, "bad", fail(ms, errTest))
					g.Go(ctx, "c", say(time.Hour, "c"))
					return say(time.Hour, "body")(ctx)
				})
				self, _ := sim.CurrentTask(ctx)
				sim.Print(ctx, err, self.Cancelling(), ctx.Err())
				return sim.Sleep(ctx, ms)
			},
			// The body's turn comes last: its cancellation was asked for last.
			want: []string{"1ms b was cancelled", "1ms c was cancelled", "1ms body was cancelled", "1ms sim: errors in a task group (1)\n  failed on purpose 0 <nil>"},
		},
		{
			name: "errors in the order of their coming, the body's own last",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "late", func(ctx context.Context) error {
						forever(ctx)
						sim.Sleep(ctx, ms)
						return errors.New("late")
					})
					g.Go(ctx, "second", fail(ms, errors.New("second")))
					g.Go(ctx, "first", fail(ms-1, errors.New("first")))
					forever(ctx)
					return errors.New("body")
				})
				sim.Print(ctx, err)
				return nil
			},
			want: []string{"1.999999ms sim: errors in a task group (3)\n  first\n  late\n  body"},
		},
		{
			name: "two errors in one turn",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "a", fail(ms, errors.New("a")))
					g.Go(ctx, "b", fail(ms, errors.New("b")))
					return nil
				})
				sim.Print(ctx, err)
				return nil
			},
			want: []string{"1ms sim: errors in a task group (2)\n  a\n  b"},
		},
		{
			name: "the body's error cancels the tasks",
			main: func(ctx context.Context) error {
				return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "a", say(time.Hour, "a"))
					sim.Yield(ctx)
					return errTest
				})
			},
			want: []string{"0s a was cancelled"},
			err:  errTest,
		},
		{
			name: "a cancelled task is no error",
			main: func(ctx context.Context) error {
				return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					a, _ := g.Go(ctx, "a", say(time.Hour, "a"))
					g.Go(ctx, "b", say(ms, "b"))
					sim.Yield(ctx)
					a.Cancel()
					return nil
				})
			},
			want: []string{"0s a was cancelled", "1ms b"},
		},
		{
			name: "a cancelled parent cancels all, and is cancelled",
			main: func(ctx context.Context) error {
				for _, inBody := range []bool{true, false} {
					parent := sim.Go(ctx, "parent", func(ctx context.Context) error {
						err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
							g.Go(ctx, "a", say(time.Hour, "a"))
							if inBody {
								return say(time.Hour, "body")(ctx)
							}
							return nil
						})
						sim.Print(ctx, err)
						return err
					})
					sim.Sleep(ctx, ms)
					parent.Cancel("stop")
					parent.Await(ctx)
					sim.Print(ctx, parent.Cancelled())
				}
				return nil
			},
			want: []string{
				"1ms body was cancelled", "1ms a was cancelled", "1ms sim: cancelled: stop", "1ms true",
				"2ms a was cancelled", "2ms sim: cancelled: stop", "2ms true",
			},
		},
		{
			name: "a cancelled parent, and a task that fails in its clean-up",
			main: func(ctx context.Context) error {
				parent := sim.Go(ctx, "parent", func(ctx context.Context) error {
					err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
						g.Go(ctx, "a", func(ctx context.Context) error { forever(ctx); return errTest })
						return forever(ctx)
					})
					self, _ := sim.CurrentTask(ctx)
					sim.Print(ctx, errors.Is(err, errTest), self.Cancelling())
					sim.Print(ctx, sim.Yield(ctx))
					return err
				})
				sim.Sleep(ctx, ms)
				parent.Cancel()
				_, err := parent.Await(ctx)
				return err
			},
			// The cancellation is not lost: it comes at the next wait.
			want: []string{"1ms true 1", "1ms sim: cancelled"},
			err:  errTest,
		},
		{
			name: "nested",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "outer", say(time.Hour, "outer"))
					return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
						g.Go(ctx, "inner", say(time.Hour, "inner"))
						g.Go(ctx, "bad", fail(ms, errTest))
						return nil
					})
				})
				sim.Print(ctx, err)
				return nil
			},
			want: []string{
				"1ms inner was cancelled", "1ms outer was cancelled",
				"1ms sim: errors in a task group (1)\n  sim: errors in a task group (1)\n    failed on purpose",
			},
		},
		{
			name: "an outer failure goes through an inner group",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					g.Go(ctx, "bad", fail(ms, errTest))
					err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
						g.Go(ctx, "inner", say(time.Hour, "inner"))
						return nil
					})
					sim.Print(ctx, err)
					return err
				})
				sim.Print(ctx, err)
				return nil
			},
			want: []string{"1ms inner was cancelled", "1ms sim: cancelled", "1ms sim: errors in a task group (1)\n  failed on purpose"},
		},
		{
			name: "under a timeout",
			main: func(ctx context.Context) error {
				return sim.WithTimeout(ctx, ms, func(ctx context.Context) error {
					return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
						_, err := g.Go(ctx, "a", say(time.Hour, "a"))
						return err
					})
				})
			},
			want: []string{"1ms a was cancelled"},
			err:  sim.ErrTimeout,
		},
		{
			name: "tasks of the group make tasks in it",
			main: func(ctx context.Context) error {
				return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					_, err := g.Go(ctx, "a", func(ctx context.Context) error {
						_, err := g.Go(ctx, "b", say(ms, "b"))
						return err
					})
					return err
				})
			},
			want: []string{"1ms b"},
		},
		{
			name: "the error of one of its tasks that is awaited as well",
			main: func(ctx context.Context) error {
				err := sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
					bad, _ := g.Go(ctx, "bad", fail(ms, errTest))
					_, err := bad.Await(ctx)
					return err
				})
				sim.Print(ctx, err)
				return nil
			},
			// The group hears of it before the body does, whose wait is cancelled then.
			want: []string{"1ms sim: errors in a task group (1)\n  failed on purpose"},
		},
	})
}

func TestTaskGroupClosed(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		var group *sim.TaskGroup
		closed := func(ctx context.Context, when string) {
			task, err := group.Go(ctx, "late", say(0, "late"))
			if task != nil || !errors.Is(err, sim.ErrGroupClosed) {
				t.Errorf("%s: Go gives %v, %v", when, task, err)
			}
			c := sim.Call(ctx, "late", give(0, 0, nil))
			if task, err := sim.CreateTaskIn(ctx, group, c); task != nil || !errors.Is(err, sim.ErrGroupClosed) {
				t.Errorf("%s: CreateTaskIn gives %v, %v", when, task, err)
			}
			if c.State() != sim.CoroutineClosed {
				t.Errorf("%s: the coroutine is %s", when, c.State())
			}
		}
		sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			group = g
			_, err := g.Go(ctx, "bad", func(context.Context) error { return errTest })
			forever(ctx)
			closed(ctx, "shutting down")
			return err
		})
		closed(ctx, "finished")
		return nil
	})
	if o.Err != nil || len(o.Reports) != 0 || len(o.Output) != 0 {
		t.Errorf("%v, reports %v", o.Err, o.Reports)
	}
}

// A group belongs to a loop, and its body must be there.
func TestTaskGroupMisuse(t *testing.T) {
	if got, want := misuseIn(func(ctx context.Context) { sim.WithTaskGroup(ctx, nil) }), "sim: WithTaskGroup was given a nil function"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := misuseIn(func(ctx context.Context) {
		sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			_, err := g.Go(ctx, "task", nil)
			return err
		})
	}), `sim: TaskGroup.Go "task" was given a nil function`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTaskGroupOfAnotherLoop(t *testing.T) {
	got := misuseIn(func(ctx context.Context) {
		sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			other := quietLoop(t)
			sim.CreateTaskIn(other.Context(), g, sim.Do(other.Context(), "c", forever))
			return nil
		})
	})
	if got == "" {
		t.Error("a task of another loop was taken without a word")
	}
}

func TestErrorGroup(t *testing.T) {
	network, disk := errors.New("network"), fmt.Errorf("disk: %w", errTest)
	inner := &sim.ErrorGroup{Msg: "inner", Errors: []error{network, disk}}
	group := &sim.ErrorGroup{Msg: "outer", Errors: []error{disk, inner, sim.ErrTimeout}}

	want := "outer (3)\n  disk: failed on purpose\n  inner (2)\n    network\n    disk: failed on purpose\n  sim: timed out"
	if got := group.Error(); got != want {
		t.Errorf("Error:\n%s\nwant:\n%s", got, want)
	}
	if diff := cmp.Diff(3, len(group.Unwrap())); diff != "" {
		t.Error(diff)
	}
	for _, target := range []error{network, errTest, sim.ErrTimeout, context.DeadlineExceeded} {
		if !errors.Is(group, target) {
			t.Errorf("%v was not found", target)
		}
	}
	if errors.Is(group, sim.ErrCancelled) {
		t.Error("a cancellation was found")
	}
	var found *sim.ErrorGroup
	if !errors.As(fmt.Errorf("wrapped: %w", group), &found) || found != group {
		t.Error("errors.As")
	}

	text := func(g *sim.ErrorGroup) string {
		if g == nil {
			return "nil"
		}
		return g.Error()
	}
	for _, test := range []struct {
		name           string
		match          func(error) bool
		matching, rest string
	}{
		{
			"by a wrapped error", func(err error) bool { return errors.Is(err, errTest) },
			"outer (2)\n  disk: failed on purpose\n  inner (1)\n    disk: failed on purpose", "outer (2)\n  inner (1)\n    network\n  sim: timed out",
		},
		{"none", func(error) bool { return false }, "nil", want},
		{"all", func(error) bool { return true }, want, "nil"},
		{
			"one", func(err error) bool { return err == network },
			"outer (1)\n  inner (1)\n    network", "outer (3)\n  disk: failed on purpose\n  inner (1)\n    disk: failed on purpose\n  sim: timed out",
		},
	} {
		matching, rest := group.Split(test.match)
		if diff := cmp.Diff([]string{test.matching, test.rest}, []string{text(matching), text(rest)}); diff != "" {
			t.Errorf("Split %s:\n%s", test.name, diff)
		}
	}
	if text(group) != want {
		t.Error("Split changed the group")
	}
}
