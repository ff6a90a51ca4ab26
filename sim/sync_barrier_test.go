package sim_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestBarrierFillsAndIsUsedAgain(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		b := sim.NewBarrier(ctx, "B", 3)
		if b.Parties() != 3 || b.Waiting() != 0 || b.Broken() {
			t.Errorf("a new barrier: parties %d, waiting %d, broken %v", b.Parties(), b.Waiting(), b.Broken())
		}
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			for i, name := range []string{"a", "b", "c"} {
				g.Go(ctx, name, func(ctx context.Context) error {
					for range 2 {
						sim.Sleep(ctx, time.Duration(i+1)*time.Second)
						sim.Print(ctx, name, "finds", b.Waiting())
						place, err := b.Wait(ctx)
						if err != nil {
							return err
						}
						sim.Print(ctx, name, "was", place)
					}
					return nil
				})
			}
			return nil
		})
	})
	mustEnd(t, o, order.Finished)
	got := stamped(o)
	for round, from := range []int{0, 6} {
		want := []string{"a finds 0", "b finds 1", "c finds 2", "a was 0", "b was 1", "c was 2"}
		at := [][]string{{"1s ", "2s ", "3s ", "3s ", "3s ", "3s "}, {"4s ", "5s ", "6s ", "6s ", "6s ", "6s "}}[round]
		for i := range want {
			want[i] = at[i] + want[i]
		}
		part := slices.Clone(got[from : from+6])
		slices.Sort(part[3:]) // who leaves first is another test's business
		if !slices.Equal(part, want) {
			t.Errorf("round %d printed %q, want %q", round+1, part, want)
		}
	}
}

func TestBarrierBreaks(t *testing.T) {
	for _, test := range []struct {
		name   string
		brk    func(b *sim.Barrier, ctx context.Context) error
		broken bool
	}{
		{"Reset", (*sim.Barrier).Reset, false},
		{"Abort", (*sim.Barrier).Abort, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			mustEnd(t, observe(func(ctx context.Context) error {
				b := sim.NewBarrier(ctx, "B", 2)
				waiter := sim.Go(ctx, "waiter", func(ctx context.Context) error { _, err := b.Wait(ctx); return err })
				sim.Yield(ctx)
				if err := test.brk(b, ctx); err != nil {
					return err
				}
				if _, err := waiter.Await(ctx); !errors.Is(err, sim.ErrBrokenBarrier) {
					t.Errorf("the waiter got %v, want ErrBrokenBarrier", err)
				}
				if b.Broken() != test.broken || b.Waiting() != 0 {
					t.Errorf("Broken %v, Waiting %d", b.Broken(), b.Waiting())
				}
				if !test.broken {
					return nil
				}
				if _, err := b.Wait(ctx); !errors.Is(err, sim.ErrBrokenBarrier) {
					t.Errorf("a latecomer got %v, want ErrBrokenBarrier", err)
				}
				if err := b.Reset(ctx); err != nil || b.Broken() {
					t.Errorf("Reset of a broken barrier: %v, Broken %v; want it as good as new", err, b.Broken())
				}
				return nil
			}), order.Finished)
		})
	}
}

// TestBarrierCancelledWaiter checks that the place of a cancelled waiter is free
// again.
func TestBarrierCancelledWaiter(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		b := sim.NewBarrier(ctx, "B", 2)
		wait := func(ctx context.Context) (int, error) { return b.Wait(ctx) }
		first := sim.CreateTask(ctx, sim.Call(ctx, "first", wait))
		sim.Yield(ctx)
		first.Cancel()
		if _, err := first.Await(ctx); !errors.Is(err, sim.ErrCancelled) {
			t.Errorf("the cancelled waiter got %v", err)
		}
		if b.Waiting() != 0 {
			t.Errorf("%d wait after the cancellation, want 0", b.Waiting())
		}
		second := sim.CreateTask(ctx, sim.Call(ctx, "second", wait))
		sim.Yield(ctx)
		if second.Done() {
			t.Error("a cancelled waiter was counted")
		}
		place, err := b.Wait(ctx)
		other, _ := second.Await(ctx)
		sim.Print(ctx, place, other)
		return err
	})
	mustPrint(t, o, "1 0")
}

func TestBarrierOfOne(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		mustMisuse(t, func() { sim.NewBarrier(ctx, "", 0) }, "0 parties")
		b := sim.NewBarrier(ctx, "", 1)
		for range 2 {
			place, err := b.Wait(ctx)
			sim.Print(ctx, place, err)
		}
		return nil
	})
	mustPrint(t, o, "0 <nil>", "0 <nil>")
}
