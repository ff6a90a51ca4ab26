package sim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestRecv(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := make(chan string, 1)
		for _, name := range []string{"a", "b"} {
			sim.Go(ctx, name, func(ctx context.Context) error {
				item, ok, err := sim.Recv(ctx, c)
				sim.Print(ctx, name, item, ok, err)
				return nil
			})
		}
		sim.Sleep(ctx, time.Second)
		c <- "first"
		sim.Sleep(ctx, time.Second)
		c <- "second"
		sim.Sleep(ctx, time.Second)
		c <- "third"
		close(c)
		for range 2 {
			sim.Print(ctx, "main")
			item, ok, err := sim.Recv(ctx, c)
			sim.Print(ctx, item, ok, err)
		}
		return nil
	})
	mustStamp(t, o, "1s a first true <nil>", "2s b second true <nil>", "3s main", "3s third true <nil>", "3s main", "3s  false <nil>")
}

func TestRecvOfAClosedChannel(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := make(chan int)
		waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error {
			item, ok, err := sim.Recv(ctx, c)
			sim.Print(ctx, item, ok, err)
			return nil
		})
		sim.Sleep(ctx, time.Second)
		close(c)
		_, err := waiter.Await(ctx)
		return err
	})
	mustStamp(t, o, "1s 0 false <nil>")
}

func TestRecvCancelled(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		c := make(chan int, 1)
		err := sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error {
			_, _, err := sim.Recv(ctx, c)
			return err
		})
		if !errors.Is(err, sim.ErrTimeout) {
			t.Errorf("a Recv that timed out: %v", err)
		}
		c <- 7
		turns(ctx, 2) // a receive that was cancelled takes nothing
		if len(c) != 1 {
			t.Error("the item was taken by a receive that had been cancelled")
		}
		return nil
	}), order.Finished)
}

// TestRecvCancelledAfterTheItem checks that an item is not lost if the
// cancellation comes between its arrival and the task's next step.
func TestRecvCancelledAfterTheItem(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := make(chan int, 1)
		waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error {
			item, ok, err := sim.Recv(ctx, c)
			sim.Print(ctx, item, ok, errors.Is(err, sim.ErrCancelled))
			return err
		})
		sim.Yield(ctx)
		c <- 7
		sim.LoopOf(ctx).CallSoon("cancel", func(context.Context) { waiter.Cancel() })
		_, err := waiter.Await(ctx)
		if !errors.Is(err, sim.ErrCancelled) {
			return err
		}
		return nil
	})
	mustPrint(t, o, "7 true true")
}

// TestRecvIsFair checks that a newcomer does not get past a waiting task, as it
// would not with a Go channel.
func TestRecvIsFair(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		c := make(chan int, 1)
		first := sim.Go(ctx, "first", func(ctx context.Context) error {
			item, _, err := sim.Recv(ctx, c)
			sim.Print(ctx, "first", item)
			return err
		})
		sim.Yield(ctx)
		c <- 1
		sim.LoopOf(ctx).CallSoon("second", func(context.Context) { c <- 2 })
		item, _, err := sim.Recv(ctx, c)
		sim.Print(ctx, "main", item)
		first.Await(ctx)
		return err
	})
	mustPrint(t, o, "first 1", "main 2")
}

func TestRecvDeadlock(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		_, _, err := sim.Recv(ctx, make(chan int))
		return err
	})
	mustEnd(t, o, order.Deadlocked)
	mustMention(t, o.Err.Error(), "main waits for a channel")
}
