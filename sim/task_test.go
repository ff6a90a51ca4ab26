package sim_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/trace"
)

func TestTaskStartsInTheNextTurn(t *testing.T) {
	playScenes(t, []scene{
		{
			name: "in the order of creation",
			main: func(ctx context.Context) error {
				sim.Go(ctx, "a", say(0, "a"))
				sim.CreateTask(ctx, sim.Do(ctx, "b", say(0, "b")))
				sim.Print(ctx, "main goes on")
				sim.Yield(ctx)
				sim.Print(ctx, "main again")
				return sim.Yield(ctx)
			},
			want: []string{"0s main goes on", "0s main again", "0s a", "0s b"},
		},
		{
			name: "awaited by several, and when it is done",
			main: func(ctx context.Context) error {
				task := sim.CreateTask(ctx, sim.Call(ctx, "task", give(ms, 5, nil)))
				second := sim.Go(ctx, "second", func(ctx context.Context) error {
					v, err := task.Await(ctx)
					sim.Print(ctx, "second ", v)
					return err
				})
				v, _ := task.Await(ctx)
				sim.Print(ctx, "main ", v)
				second.Await(ctx)
				v, err := task.Await(ctx)
				sim.Print(ctx, "again ", v)
				return err
			},
			// Main waited first: it had registered before second even started.
			want: []string{"1ms main  5", "1ms second  5", "1ms again  5"},
		},
		{
			name: "awaiting what is done gives up no control",
			main: func(ctx context.Context) error {
				task := sim.Go(ctx, "task", say(0, "task"))
				task.Await(ctx)
				sim.Go(ctx, "other", say(0, "other"))
				task.Await(ctx)
				sim.Print(ctx, "main")
				return sim.Sleep(ctx, ms)
			},
			want: []string{"0s task", "0s main", "0s other"},
		},
		{
			name: "a task that awaits itself",
			main: func(ctx context.Context) error {
				var self *sim.Task[sim.None]
				self = sim.Go(ctx, "self", func(ctx context.Context) error {
					_, err := self.Await(ctx)
					return err
				})
				_, err := self.Await(ctx)
				return err
			},
			err: sim.ErrAwaitSelf,
		},
	})
}

func TestTaskResult(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		create := func(name string, v int, err error) *sim.Task[int] {
			return sim.CreateTask(ctx, sim.Call(ctx, name, give(ms, v, err)))
		}
		fine, failed, cancelled := create("fine", 7, nil), create("failed", 0, errTest), create("cancelled", 0, nil)
		type state struct {
			Value           int
			Err             error
			Done, Cancelled bool
			Text            string
		}
		look := func(task *sim.Task[int]) state {
			v, err := task.Result()
			if again := task.Err(); !errors.Is(err, again) {
				t.Errorf("Err %v, Result %v", again, err)
			}
			return state{v, err, task.Done(), task.Cancelled(), task.String()}
		}
		for _, task := range []*sim.Task[int]{fine, failed, cancelled} {
			want := state{Err: sim.ErrPending, Text: "<task " + task.Name() + " pending>"}
			if got := look(task); got != want {
				t.Errorf("before: %+v", got)
			}
		}
		cancelled.Cancel("stop")
		sim.Sleep(ctx, 2*ms)
		if got, want := look(fine), (state{7, nil, true, false, "<task fine finished>"}); got != want {
			t.Errorf("%+v", got)
		}
		if got, want := look(failed), (state{0, errTest, true, false, "<task failed finished>"}); got != want {
			t.Errorf("%+v", got)
		}
		got := look(cancelled)
		var c *sim.CancelledError
		if !errors.As(got.Err, &c) || c.Msg != "stop" || !got.Done || !got.Cancelled || got.Text != "<task cancelled cancelled>" {
			t.Errorf("%+v", got)
		}
		return nil
	})
}

// A task that has both a value and an error gives the same to all who ask.
func TestTaskWithValueAndError(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		task := sim.CreateTask(ctx, sim.Call(ctx, "both", give(0, 7, errTest)))
		awaited, err := task.Await(ctx)
		result, again := task.Result()
		if err != errTest || again != errTest || awaited != result {
			t.Errorf("Await gives %v, %v; Result gives %v, %v", awaited, err, result, again)
		}
		anyAwaited, _ := task.Any().Await(ctx)
		anyResult, _ := task.Any().Result()
		if anyAwaited != anyResult {
			t.Errorf("AnyFuture: Await gives %v, Result gives %v", anyAwaited, anyResult)
		}
		return nil
	})
}

func TestTaskNames(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		task := sim.CreateTask(ctx, sim.Do(ctx, "coroutine", forever), sim.Named("given"))
		if task.Name() != "given" || task.Any().Name() != "given" {
			t.Errorf("Named gives %q", task.Name())
		}
		task.SetName("changed")
		if task.Name() != "changed" || task.Any().Name() != "changed" {
			t.Errorf("SetName gives %q", task.Name())
		}
		plain := sim.CreateTask(ctx, sim.Do(ctx, "coroutine", forever))
		if plain.Name() != "coroutine" {
			t.Errorf("without a name: %q", plain.Name())
		}
		nameless := sim.Go(ctx, "", forever)
		if nameless.Name() != "" || nameless.Label() != "task" {
			t.Errorf("nameless: %q, label %q", nameless.Name(), nameless.Label())
		}
		return nil
	})
}

func TestTaskLabels(t *testing.T) {
	o := playMain(func(ctx context.Context) error {
		family := func(ctx context.Context) error {
			for _, name := range []string{"child", "child", "other"} {
				sim.Print(ctx, sim.Go(ctx, name, forever).Label())
			}
			return nil
		}
		for _, name := range []string{"a", "b", "a", "main"} {
			task := sim.Go(ctx, name, family)
			sim.Print(ctx, task.Label())
			task.Await(ctx)
		}
		return nil
	})
	want := []string{
		"0s a", "0s a/child", "0s a/child#2", "0s a/other",
		"0s b", "0s b/child", "0s b/child#2", "0s b/other",
		"0s a#2", "0s a#2/child", "0s a#2/child#2", "0s a#2/other",
		"0s main#2", "0s main#2/child", "0s main#2/child#2", "0s main#2/other",
	}
	if diff := cmp.Diff(want, linesOf(o)); diff != "" {
		t.Error(diff)
	}
	// A line is printed under the label of its task.
	if o.Output[0].Task != "main" || o.Output[9].Task != "a#2" {
		t.Errorf("labels of lines: %q, %q", o.Output[0].Task, o.Output[9].Task)
	}
}

// No two tasks have one label, whatever their names; and a label does not depend
// on whether the run is recorded, or schedules would not fit recorded runs.
func TestTaskLabelsAreUnique(t *testing.T) {
	for _, test := range []struct {
		name  string
		tasks func(ctx context.Context) []*sim.Task[sim.None]
	}{
		{"a name that looks like an ordinal", func(ctx context.Context) []*sim.Task[sim.None] {
			return []*sim.Task[sim.None]{sim.Go(ctx, "a", forever), sim.Go(ctx, "a", forever), sim.Go(ctx, "a#2", forever)}
		}},
		{"a name that looks like a child", func(ctx context.Context) []*sim.Task[sim.None] {
			var child *sim.Task[sim.None]
			parent := sim.Go(ctx, "p", func(ctx context.Context) error {
				child = sim.Go(ctx, "c", forever)
				return nil
			})
			parent.Await(ctx)
			return []*sim.Task[sim.None]{parent, child, sim.Go(ctx, "p/c", forever)}
		}},
		{"no name", func(ctx context.Context) []*sim.Task[sim.None] {
			return []*sim.Task[sim.None]{sim.Go(ctx, "", forever), sim.Go(ctx, "task", forever)}
		}},
		{"changed names", func(ctx context.Context) []*sim.Task[sim.None] {
			a, b := sim.Go(ctx, "a", forever), sim.Go(ctx, "b", forever)
			a.SetName("same")
			b.SetName("same")
			return []*sim.Task[sim.None]{a, b}
		}},
		{"named like main", func(ctx context.Context) []*sim.Task[sim.None] {
			self := sim.Go(ctx, "main", forever)
			return []*sim.Task[sim.None]{self, sim.Go(ctx, "main#2", forever)}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			labels := func(level trace.Level) (labels []string) {
				inTask(t, func(ctx context.Context) error {
					for _, task := range test.tasks(ctx) {
						labels = append(labels, task.Label())
					}
					return nil
				}, sim.WithRecording(level))
				return labels
			}
			silent, recorded := labels(trace.Off), labels(trace.Full)
			if diff := cmp.Diff(silent, recorded); diff != "" {
				t.Errorf("labels without (-) and with (+) recording:\n%s", diff)
			}
			seen := map[string]bool{"main": true}
			for _, label := range silent {
				if seen[label] {
					t.Errorf("two tasks are labelled %q: %q", label, silent)
				}
				seen[label] = true
			}
		})
	}
}

// A chain of tasks that start one another does not get ever longer labels, and
// they stay unique.
func TestTaskLabelsOfAChain(t *testing.T) {
	seen := map[string]bool{}
	var link func(n int) func(ctx context.Context) error
	link = func(n int) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			for range 2 {
				if n > 0 {
					task := sim.Go(ctx, "link", link(n-1))
					if label := task.Label(); seen[label] || len(label) > 60 {
						t.Errorf("depth %d: label %q", n, label)
					} else {
						seen[label] = true
					}
					task.Await(ctx)
				}
			}
			return nil
		}
	}
	inTask(t, link(9))
	if len(seen) != 1022 {
		t.Errorf("%d labels", len(seen))
	}
}

func TestTaskLabelOfAChildOfARenamedTask(t *testing.T) {
	inTask(t, func(ctx context.Context) error {
		var child *sim.Task[sim.None]
		parent := sim.Go(ctx, "parent", func(ctx context.Context) error {
			child = sim.Go(ctx, "child", forever)
			return nil
		})
		label := parent.Label()
		parent.SetName("renamed")
		parent.Await(ctx)
		if parent.Label() != label {
			t.Errorf("the label %q became %q", label, parent.Label())
		}
		if want := label + "/child"; child.Label() != want {
			t.Errorf("the child's label is %q, want %q", child.Label(), want)
		}
		return nil
	})
}

func TestCurrentTaskAndAllTasks(t *testing.T) {
	l := quietLoop(t)
	names := func(ctx context.Context) string {
		var names []string
		for _, task := range sim.AllTasks(ctx) {
			names = append(names, task.Name())
		}
		return strings.Join(names, " ")
	}
	if current, ok := sim.CurrentTask(l.Context()); ok || !current.IsZero() {
		t.Errorf("outside a run: %v", ok)
	}
	_, err := sim.RunMain(l, func(ctx context.Context) (sim.None, error) {
		first := sim.Go(ctx, "first", forever)
		second := sim.Go(ctx, "second", say(0, "x"))
		third := sim.Go(ctx, "third", forever)
		if got := names(ctx); got != "main first second third" {
			t.Errorf("unfinished: %s", got)
		}
		if all := sim.AllTasks(l.Context()); all[1] != first.Any() || all[3] != third.Any() {
			t.Error("the values cannot be compared")
		}
		second.Await(ctx)
		first.Cancel()
		if got := names(ctx); got != "main first third" {
			t.Errorf("a cancelled task is unfinished until it has ended: %s", got)
		}
		sim.Sleep(ctx, ms)
		if got := names(ctx); got != "main third" {
			t.Errorf("at the end: %s", got)
		}
		child := sim.Go(ctx, "child", func(ctx context.Context) error {
			current, ok := sim.CurrentTask(ctx)
			sim.Print(ctx, current.Name(), ok)
			return nil
		})
		child.AddDoneCallback("done", func(ctx context.Context) {
			current, ok := sim.CurrentTask(ctx)
			sim.Print(ctx, current.IsZero(), ok)
		})
		return sim.None{}, sim.Sleep(ctx, ms)
	})
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"0s x", "1ms child true", "1ms true false"}, timed(l.Output())); diff != "" {
		t.Error(diff)
	}
}
