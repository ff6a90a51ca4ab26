package sim_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

func TestDeadlock(t *testing.T) {
	for _, test := range []struct {
		name  string
		main  func(ctx context.Context) error
		tasks []string
		cycle []string
		says  []string
	}{
		{"locks taken in opposite orders", func(ctx context.Context) error {
			a, b := sim.NewLock(ctx, "A"), sim.NewLock(ctx, "B")
			both := func(first, second *sim.Lock) func(ctx context.Context) error {
				return func(ctx context.Context) error {
					first.Acquire(ctx)
					sim.Sleep(ctx, time.Second)
					return second.Acquire(ctx)
				}
			}
			_, err := sim.Gather(ctx, sim.Do(ctx, "ab", both(a, b)), sim.Do(ctx, "ba", both(b, a))).Await(ctx)
			return err
		}, []string{"main", "ab", "ba"}, []string{"ab", "ba"}, []string{
			"deadlock: ab holds A and waits for B; ba the other way round\nAt 1s nothing is ready", "main waits for gather since 0s, held by ab, ba",
			"ab waits for lock B since 1s, held by ba", "ba waits for lock A since 1s, held by ab", "cycle: ab -> ba -> ab",
		}},
		{"tasks that await each other", func(ctx context.Context) error {
			var a, b *sim.Task[sim.None]
			a = sim.Go(ctx, "a", func(ctx context.Context) error { _, err := b.Await(ctx); return err })
			b = sim.Go(ctx, "b", func(ctx context.Context) error { _, err := a.Await(ctx); return err })
			_, err := a.Await(ctx)
			return err
		}, []string{"main", "a", "b"}, []string{"a", "b"}, []string{"a waits for task b", "b waits for task a", "main waits for task a since 0s, held by a"}},
		{"a lock taken twice", func(ctx context.Context) error {
			m := sim.NewLock(ctx, "L")
			m.Acquire(ctx)
			return m.Acquire(ctx)
		}, []string{"main"}, []string{"main"}, []string{"main waits for lock L since 0s, held by main", "cycle: main -> main"}},
		{"a queue that nobody fills", func(ctx context.Context) error {
			_, err := sim.NewQueue[int](ctx, "jobs", 0).Get(ctx)
			return err
		}, []string{"main"}, nil, []string{"main waits for an item of queue jobs"}},
		{"a queue that nobody empties", func(ctx context.Context) error {
			q := sim.NewQueue[int](ctx, "jobs", 1)
			q.PutNowait(1)
			return q.Put(ctx, 2)
		}, []string{"main"}, nil, []string{"main waits for room in queue jobs"}},
		{"work that is never done", func(ctx context.Context) error {
			q := sim.NewQueue[int](ctx, "jobs", 1)
			q.PutNowait(1)
			return q.Join(ctx)
		}, []string{"main"}, nil, []string{"main waits for all items of queue jobs"}},
		{"an event that nobody sets", func(ctx context.Context) error { return sim.NewEvent(ctx, "E").Wait(ctx) },
			[]string{"main"}, nil, []string{"main waits for event E since 0s"}},
		{"a condition that nobody notifies", func(ctx context.Context) error {
			c := sim.NewCondition(ctx, "C", nil)
			return c.With(ctx, c.Wait)
		}, []string{"main"}, nil, []string{"main waits for condition C"}},
		{"a barrier that does not fill", func(ctx context.Context) error { _, err := sim.NewBarrier(ctx, "B", 2).Wait(ctx); return err },
			[]string{"main"}, nil, []string{"main waits for barrier B"}},
		{"a semaphore whose holder waits", func(ctx context.Context) error {
			s := sim.NewSemaphore(ctx, "S", 1)
			holder := sim.Go(ctx, "holder", func(ctx context.Context) error {
				return s.With(ctx, func(ctx context.Context) error { return sim.NewEvent(ctx, "E").Wait(ctx) })
			})
			sim.Yield(ctx)
			if err := s.Acquire(ctx); err != nil {
				return err
			}
			_, err := holder.Await(ctx)
			return err
		}, []string{"main", "holder"}, nil, []string{"main waits for semaphore S since 0s, held by holder"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := observe(test.main)
			mustEnd(t, o, order.Deadlocked)
			var deadlock *order.DeadlockError
			if !errors.As(o.Err, &deadlock) {
				t.Fatalf("the error is a %T", o.Err)
			}
			if !slices.Equal(deadlock.Tasks(), test.tasks) {
				t.Errorf("waiting are %q, want %q", deadlock.Tasks(), test.tasks)
			}
			if !slices.Equal(deadlock.Cycle, test.cycle) {
				t.Errorf("the cycle is %q, want %q", deadlock.Cycle, test.cycle)
			}
			if deadlock.At != o.Elapsed || deadlock.Shutdown {
				t.Errorf("at %v, want %v; Shutdown %v", deadlock.At, o.Elapsed, deadlock.Shutdown)
			}
			mustMention(t, deadlock.Error(), test.says...)
			if strings.Contains(deadlock.Error(), "_test.go") {
				t.Error("there are positions though nothing full was recorded")
			}
			full := observe(test.main, sim.WithRecording(trace.Full))
			for _, line := range strings.Split(full.Err.Error(), "\n")[1:] {
				if strings.Contains(line, " waits for ") && !strings.Contains(line, "errors_deadlock_test.go:") {
					t.Errorf("no position of this file in %q", line)
				}
			}
		})
	}
}

func TestDeadlockWithoutTasks(t *testing.T) {
	l := sim.NewLoop(quiet()...)
	defer l.Close()
	_, err := sim.RunUntilComplete(l, sim.NewFuture[int](l.Context(), "f"))
	mustMention(t, err.Error(), "deadlock: no task is left", "At 0s")
}

// TestDeadlockAtShutdown has a task that will not end when it is cancelled.
func TestDeadlockAtShutdown(t *testing.T) {
	boom := errors.New("boom")
	o := observe(func(ctx context.Context) error {
		sim.Go(ctx, "stubborn", func(ctx context.Context) error {
			sim.Sleep(ctx, time.Hour)
			return sim.NewEvent(ctx, "E").Wait(ctx)
		})
		sim.Yield(ctx)
		return boom
	})
	mustEnd(t, o, order.Deadlocked)
	var deadlock *order.DeadlockError
	if !errors.As(o.Err, &deadlock) || !deadlock.Shutdown || !errors.Is(o.Err, boom) {
		t.Errorf("got %v, want a deadlock at shutdown and main's own error", o.Err)
	}
	mustMention(t, o.Err.Error(), "were being cancelled", "stubborn waits for event E")
}

// TestDeadlockLong checks that the report of many tasks stays short.
func TestDeadlockLong(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		v := sim.NewEvent(ctx, "E")
		for range 99 {
			sim.Go(ctx, "waiter", v.Wait)
		}
		return v.Wait(ctx)
	})
	mustEnd(t, o, order.Deadlocked)
	mustMention(t, o.Err.Error(), "... and 80 more")
	if lines := strings.Count(o.Err.Error(), "\n"); lines > 25 {
		t.Errorf("the report has %d lines", lines)
	}
}

func TestDeadlockHolders(t *testing.T) {
	t.Run("two units of one task", func(t *testing.T) {
		o := observe(func(ctx context.Context) error {
			s := sim.NewSemaphore(ctx, "S", 2)
			s.Acquire(ctx)
			s.Acquire(ctx)
			return s.Acquire(ctx)
		})
		if text := o.Err.Error(); strings.Contains(text, "main, main") {
			t.Error(text)
		}
	})
	t.Run("a holder that has ended", func(t *testing.T) {
		o := observe(func(ctx context.Context) error {
			m := sim.NewLock(ctx, "L")
			sim.Go(ctx, "gone", m.Acquire)
			sim.Yield(ctx)
			return m.Acquire(ctx)
		})
		mustMention(t, o.Err.Error(), "gone")
	})
}
