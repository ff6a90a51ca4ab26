package simtest_test

// The programs whose reports are kept as golden files. Reports name lines of this
// file, so new programs go to its end.

import (
	"context"
	"errors"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/simtest"
)

// lostUpdate is the classic: two tasks read, give way, and write.
func lostUpdate(t *simtest.T) {
	ctx := t.Context()
	balance := sim.NewVar(ctx, "balance", 0)
	deposit := func(ctx context.Context) error {
		was := balance.Get()
		if err := sim.Yield(ctx); err != nil {
			return err
		}
		balance.Set(was + 50)
		return nil
	}
	a, b := sim.Go(ctx, "a", deposit), sim.Go(ctx, "b", deposit)
	_, err := sim.Gather(ctx, a, b).Await(ctx)
	noError(t, err)
	equal(t, balance.Get(), 100)
}

// equal and noError are helpers as assertion libraries have them.
func equal(t testing.TB, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("got %d, want %d", got, want)
		t.FailNow()
	}
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("unexpected error: %v", err)
		t.FailNow()
	}
}

// lockOrder deadlocks in some orders.
func lockOrder(t *simtest.T) {
	ctx := t.Context()
	fork, knife := sim.NewLock(ctx, "fork"), sim.NewLock(ctx, "knife")
	eat := func(first, second *sim.Lock) func(context.Context) error {
		return func(ctx context.Context) error {
			return first.With(ctx, func(ctx context.Context) error {
				return errors.Join(sim.Yield(ctx), second.With(ctx, sim.Yield))
			})
		}
	}
	a, b := sim.Go(ctx, "ann", eat(fork, knife)), sim.Go(ctx, "bob", eat(knife, fork))
	_, err := sim.Gather(ctx, a, b).Await(ctx)
	noError(t, err)
}

// publishEarly panics in the orders in which the reader comes first.
func publishEarly(t *simtest.T) {
	ctx := t.Context()
	var config map[string]string
	reader := sim.Go(ctx, "reader", func(ctx context.Context) error {
		t.Log("reads")
		if config == nil {
			panic("config is not there yet")
		}
		return nil
	})
	writer := sim.Go(ctx, "writer", func(ctx context.Context) error {
		config = map[string]string{}
		return nil
	})
	_, err := sim.Gather(ctx, writer, reader).Await(ctx)
	noError(t, err)
}

// twoSleepers is right in every order.
func twoSleepers(t *simtest.T) {
	ctx := t.Context()
	say := func(what string) func(context.Context) error {
		return func(ctx context.Context) error {
			err := sim.Sleep(ctx, time.Second)
			sim.Print(ctx, what)
			return err
		}
	}
	a, b := sim.Go(ctx, "a", say("hello")), sim.Go(ctx, "b", say("world"))
	_, err := sim.Gather(ctx, a, b).Await(ctx)
	noError(t, err)
}
