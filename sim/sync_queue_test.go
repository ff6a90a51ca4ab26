package sim_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestQueueOrder(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(ctx context.Context) *sim.Queue[string]
		want string
	}{
		{"first in, first out", func(ctx context.Context) *sim.Queue[string] { return sim.NewQueue[string](ctx, "q", 0) }, "[b1 c a b2]"},
		{"last in, first out", func(ctx context.Context) *sim.Queue[string] { return sim.NewLifoQueue[string](ctx, "q", 0) }, "[b2 a c b1]"},
		{"by priority, then by arrival", func(ctx context.Context) *sim.Queue[string] {
			return sim.NewPriorityQueue(ctx, "q", 0, func(a, b string) int { return cmp.Compare(a[0], b[0]) })
		}, "[a b1 b2 c]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			mustPrint(t, observe(func(ctx context.Context) error {
				q := test.make(ctx)
				for _, item := range []string{"b1", "c", "a", "b2"} {
					if err := q.Put(ctx, item); err != nil {
						return err
					}
				}
				var got []string
				for !q.Empty() {
					item, err := q.Get(ctx)
					if err != nil {
						return err
					}
					got = append(got, item)
				}
				sim.Print(ctx, got)
				return nil
			}), test.want)
		})
	}
}

// TestQueueLong sends many items through each kind of queue while it is partly
// full, so that its memory is used again and again.
func TestQueueLong(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 0)
		p := sim.NewPriorityQueue(ctx, "p", 0, cmp.Compare[int])
		next := 0
		for i := range 500 {
			q.PutNowait(i)
			p.PutNowait((i * 379) % 500)
			if i%3 != 0 {
				if got, err := q.GetNowait(); got != next || err != nil {
					t.Fatalf("got %d, %v; want %d", got, err, next)
				}
				next++
			}
		}
		for i := range 500 {
			if got, _ := p.GetNowait(); got != i {
				t.Fatalf("the priority queue gave %d, want %d", got, i)
			}
		}
		return nil
	}), order.Finished)
}

func TestQueueState(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 2)
		check := func(n int) {
			t.Helper()
			if q.Len() != n || q.Empty() != (n == 0) || q.Full() != (n == 2) || q.Max() != 2 {
				t.Errorf("Len %d, Empty %v, Full %v, Max %d; want %d of 2", q.Len(), q.Empty(), q.Full(), q.Max(), n)
			}
		}
		check(0)
		if _, err := q.GetNowait(); !errors.Is(err, sim.ErrQueueEmpty) {
			t.Errorf("GetNowait: %v, want ErrQueueEmpty", err)
		}
		q.PutNowait(1)
		check(1)
		q.PutNowait(2)
		check(2)
		if err := q.PutNowait(3); !errors.Is(err, sim.ErrQueueFull) {
			t.Errorf("PutNowait: %v, want ErrQueueFull", err)
		}
		if item, err := q.GetNowait(); item != 1 || err != nil {
			t.Errorf("GetNowait: %v, %v", item, err)
		}
		check(1)
		if unbounded := sim.NewQueue[int](ctx, "", -1); unbounded.Full() {
			t.Error("a queue without a bound is full")
		}
		mustMisuse(t, func() { sim.NewPriorityQueue[int](ctx, "", 0, nil) }, "cmp.Compare")
		return nil
	}), order.Finished)
}

func TestQueueWaits(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 1)
		producer := sim.Go(ctx, "producer", func(ctx context.Context) error {
			for i := range 3 {
				q.Put(ctx, i)
				sim.Print(ctx, "put", i)
			}
			return nil
		})
		for range 3 {
			sim.Sleep(ctx, time.Second)
			item, _ := q.Get(ctx)
			sim.Print(ctx, "got", item)
		}
		_, err := producer.Await(ctx)
		return err
	})
	mustStamp(t, o, "0s put 0", "1s got 0", "1s put 1", "2s got 1", "2s put 2", "3s got 2")
}

// TestQueueNothingIsHandedOver checks that a third task may take an item for
// which a getter was woken, and that the getter then queues at the end.
func TestQueueNothingIsHandedOver(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 0)
		get := func(ctx context.Context) error {
			item, err := q.Get(ctx)
			me, _ := sim.CurrentTask(ctx)
			sim.Print(ctx, me.Name(), item)
			return err
		}
		a, b := sim.Go(ctx, "a", get), sim.Go(ctx, "b", get)
		sim.Yield(ctx)
		q.PutNowait(1)
		stolen, _ := q.GetNowait()
		sim.Print(ctx, "main", stolen)
		turns(ctx, 2)
		q.PutNowait(2)
		q.PutNowait(3)
		_, err := sim.Gather(ctx, a, b).Await(ctx)
		return err
	})
	mustPrint(t, o, "main 1", "b 2", "a 3")
}

func TestQueueCancelledWaiters(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 1)
		get := func(ctx context.Context) (int, error) { return q.Get(ctx) }
		a := sim.CreateTask(ctx, sim.Call(ctx, "a", get))
		b := sim.CreateTask(ctx, sim.Call(ctx, "b", get))
		sim.Yield(ctx)
		q.PutNowait(1)
		a.Cancel() // it was woken for the item, which must reach b
		item, err := b.Await(ctx)
		sim.Print(ctx, "b", item, err)

		q.PutNowait(2)
		c := sim.Go(ctx, "c", func(ctx context.Context) error { return q.Put(ctx, 3) })
		d := sim.Go(ctx, "d", func(ctx context.Context) error { return q.Put(ctx, 4) })
		sim.Yield(ctx)
		q.GetNowait()
		c.Cancel() // it was woken for the room, which must reach d
		if _, err := d.Await(ctx); err != nil {
			return err
		}
		item, err = q.GetNowait()
		sim.Print(ctx, "then", item, err)
		if !a.Cancelled() || !c.Cancelled() {
			t.Error("a cancelled waiter did not end cancelled")
		}
		return nil
	})
	mustPrint(t, o, "b 1 <nil>", "then 4 <nil>")
}

// TestQueueLosesNothing cancels consumers at every instant in every order that
// is permitted, and counts the items.
func TestQueueLosesNothing(t *testing.T) {
	outputs, _ := walkAll(t, func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 1)
		got := 0
		var consumers []*sim.Task[sim.None]
		for range 2 {
			consumers = append(consumers, sim.Go(ctx, "consumer", func(ctx context.Context) error {
				for {
					if _, err := q.Get(ctx); err != nil {
						return err
					}
					got++
				}
			}))
		}
		producer := sim.Go(ctx, "producer", func(ctx context.Context) error {
			for i := range 2 {
				q.Put(ctx, i)
			}
			return nil
		})
		sim.Yield(ctx)
		consumers[0].Cancel()
		producer.Await(ctx)
		turns(ctx, 2)
		sim.Print(ctx, got+q.Len())
		return nil
	}, sim.WithPolicy(order.AnyReady))
	if len(outputs) != 1 || outputs["2"] == 0 {
		t.Errorf("two items were put; taken and left were %v", outputs)
	}
}

func TestQueueJoin(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		q := sim.NewQueue[int](ctx, "q", 0)
		if err := q.Join(ctx); err != nil {
			return err
		}
		if err := q.TaskDone(); !errors.Is(err, sim.ErrTaskDone) {
			t.Errorf("TaskDone of nothing: %v, want ErrTaskDone", err)
		}
		for i := range 3 {
			q.PutNowait(i)
		}
		sim.Go(ctx, "worker", func(ctx context.Context) error {
			for {
				if _, err := q.Get(ctx); err != nil {
					return err
				}
				sim.Sleep(ctx, time.Second)
				if err := q.TaskDone(); err != nil {
					return err
				}
			}
		})
		err := q.Join(ctx)
		sim.Print(ctx, "joined")
		return err
	})
	mustStamp(t, o, "3s joined")
}

func TestQueueShutdown(t *testing.T) {
	for _, immediate := range []bool{false, true} {
		t.Run(fmt.Sprint("immediate=", immediate), func(t *testing.T) {
			mustEnd(t, observe(func(ctx context.Context) error {
				q := sim.NewQueue[int](ctx, "q", 1)
				q.PutNowait(1)
				joiner := sim.Go(ctx, "joiner", q.Join)
				putter := sim.Go(ctx, "putter", func(ctx context.Context) error { return q.Put(ctx, 2) })
				empty := sim.NewQueue[int](ctx, "empty", 1)
				getter := sim.Go(ctx, "getter", func(ctx context.Context) error { _, err := empty.Get(ctx); return err })
				sim.Yield(ctx)
				q.Shutdown(immediate)
				empty.Shutdown(immediate)
				for _, task := range []*sim.Task[sim.None]{putter, getter} {
					if _, err := task.Await(ctx); !errors.Is(err, sim.ErrQueueShutDown) {
						t.Errorf("the waiting %s got %v, want ErrQueueShutDown", task.Name(), err)
					}
				}
				if err := q.PutNowait(3); !errors.Is(err, sim.ErrQueueShutDown) {
					t.Errorf("PutNowait: %v, want ErrQueueShutDown", err)
				}
				if err := q.Put(ctx, 3); !errors.Is(err, sim.ErrQueueShutDown) {
					t.Errorf("Put: %v, want ErrQueueShutDown", err)
				}
				if !immediate {
					// What is in the queue may still be taken out.
					if item, err := q.Get(ctx); item != 1 || err != nil {
						t.Errorf("Get: %v, %v; want the item", item, err)
					}
					if joiner.Done() {
						t.Error("Join returned before TaskDone")
					}
					q.TaskDone()
				}
				if _, err := q.GetNowait(); !errors.Is(err, sim.ErrQueueShutDown) {
					t.Errorf("GetNowait: %v, want ErrQueueShutDown", err)
				}
				if _, err := q.Get(ctx); !errors.Is(err, sim.ErrQueueShutDown) {
					t.Errorf("Get: %v, want ErrQueueShutDown", err)
				}
				_, err := joiner.Await(ctx)
				return err
			}), order.Finished)
		})
	}
}

// TestAccessesAreRecorded checks that what a task learns of a shared object is an
// event of the trace: exploration tells orders apart by these events.
func TestAccessesAreRecorded(t *testing.T) {
	for _, test := range []struct {
		name string
		use  func(ctx context.Context) func()
	}{
		{"Lock.Locked", func(ctx context.Context) func() { m := sim.NewLock(ctx, "x"); return func() { m.Locked() } }},
		{"Lock.Release of a free lock", func(ctx context.Context) func() { m := sim.NewLock(ctx, "x"); return func() { m.Release() } }},
		{"Event.IsSet", func(ctx context.Context) func() { v := sim.NewEvent(ctx, "x"); return func() { v.IsSet() } }},
		{"Event.Wait", func(ctx context.Context) func() {
			v := sim.NewEvent(ctx, "x")
			v.Set()
			return func() { v.Wait(ctx) }
		}},
		{"Semaphore.Locked", func(ctx context.Context) func() { s := sim.NewSemaphore(ctx, "x", 1); return func() { s.Locked() } }},
		{"Semaphore.Release of a full one", func(ctx context.Context) func() {
			s := sim.NewBoundedSemaphore(ctx, "x", 1)
			return func() { s.Release() }
		}},
		{"Condition.Notify without the lock", func(ctx context.Context) func() {
			c := sim.NewCondition(ctx, "x", nil)
			return func() { c.Notify(1) }
		}},
		{"Barrier.Waiting", func(ctx context.Context) func() { b := sim.NewBarrier(ctx, "x", 2); return func() { b.Waiting() } }},
		{"Barrier.Broken", func(ctx context.Context) func() { b := sim.NewBarrier(ctx, "x", 2); return func() { b.Broken() } }},
		{"Queue.Len", func(ctx context.Context) func() { q := sim.NewQueue[int](ctx, "x", 1); return func() { q.Len() } }},
		{"Queue.Join of nothing", func(ctx context.Context) func() { q := sim.NewQueue[int](ctx, "x", 1); return func() { q.Join(ctx) } }},
		{"Queue.TaskDone of nothing", func(ctx context.Context) func() { q := sim.NewQueue[int](ctx, "x", 1); return func() { q.TaskDone() } }},
		{"Queue.GetNowait of nothing", func(ctx context.Context) func() { q := sim.NewQueue[int](ctx, "x", 1); return func() { q.GetNowait() } }},
		{"Queue.PutNowait without room", func(ctx context.Context) func() {
			q := sim.NewQueue[int](ctx, "x", 1)
			q.PutNowait(1)
			return func() { q.PutNowait(2) }
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var before, after int
			o := observe(func(ctx context.Context) error {
				use := test.use(ctx)
				before = len(sim.LoopOf(ctx).Trace().Events)
				use()
				after = len(sim.LoopOf(ctx).Trace().Events)
				return nil
			})
			mustEnd(t, o, order.Finished)
			if after == before {
				t.Error("the call left no event")
			}
		})
	}
}

// TestObjectNames checks that objects of one kind and name are told apart.
func TestObjectNames(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		for _, name := range []string{"", "", "L", "L"} {
			sim.NewLock(ctx, name).Acquire(ctx)
		}
		return nil
	})
	var got []string
	for _, e := range o.Trace.Events {
		if e.Kind.String() == "acquire" {
			got = append(got, e.Object)
		}
	}
	if want := []string{"lock 1", "lock 2", "lock L", "lock L#2"}; !slices.Equal(got, want) {
		t.Errorf("the locks are called %q, want %q", got, want)
	}
}
