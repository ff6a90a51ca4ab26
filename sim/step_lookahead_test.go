package sim_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/order"
)

// A task that waits for others by way of the loop's own bookkeeping is ready as
// soon as they have ended: under AnyReady, no task beside it has to run first.
func TestAnyReadyLooksThroughTheLoopsBookkeeping(t *testing.T) {
	type tasks = []*sim.Task[sim.None]
	for _, c := range []struct {
		name string
		wait func(ctx context.Context, t tasks) error // for some of a, b and c
		want []string                                 // the orders in which a, b, c and main print
	}{
		{"await a", func(ctx context.Context, t tasks) error { _, err := t[0].Await(ctx); return err }, after("a")},
		{"gather a", func(ctx context.Context, t tasks) error { _, err := sim.Gather(ctx, t[0]).Await(ctx); return err }, after("a")},
		{"gather a and b", func(ctx context.Context, t tasks) error { _, err := sim.Gather(ctx, t[0], t[1]).Await(ctx); return err }, after("a", "b")},
		{"gather of a gather and b", func(ctx context.Context, t tasks) error {
			_, err := sim.Gather(ctx, sim.Gather(ctx, t[0]).Any(), t[1].Any()).Await(ctx)
			return err
		}, after("a", "b")},
		{"shield a", func(ctx context.Context, t tasks) error { _, err := sim.Shield(ctx, t[0]).Await(ctx); return err }, after("a")},
		{"wait for all", func(ctx context.Context, t tasks) error {
			_, _, err := sim.Wait(ctx, sim.AllCompleted, sim.Forever, t[0], t[1])
			return err
		}, after("a", "b")},
		{"wait for the first", func(ctx context.Context, t tasks) error {
			_, _, err := sim.Wait(ctx, sim.FirstCompleted, sim.Forever, t[0], t[1])
			return err
		}, firstOf("a", "b")},
		{"as completed", func(ctx context.Context, t tasks) error {
			for _, err := range sim.AsCompleted(ctx, t[0], t[1]) {
				return err
			}
			return nil
		}, firstOf("a", "b")},
		{"task group", func(ctx context.Context, t tasks) error {
			return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
				_, err := g.Go(ctx, "in group", func(ctx context.Context) error { _, err := t[0].Await(ctx); return err })
				return err
			})
		}, after("a")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := walkAll(t, func(ctx context.Context) error {
				var all tasks
				for _, name := range []string{"a", "b", "c"} {
					all = append(all, sim.Go(ctx, name, func(ctx context.Context) error {
						sim.Print(ctx, name)
						return nil
					}))
				}
				if err := c.wait(ctx, all); err != nil {
					return err
				}
				sim.Print(ctx, "main")
				_, err := sim.Gather(ctx, sim.Awaitables[sim.None](all)...).Await(ctx)
				return err
			}, sim.WithPolicy(order.AnyReady))
			orders := slices.Collect(maps.Keys(got))
			slices.Sort(orders)
			if !slices.Equal(orders, c.want) {
				t.Errorf("orders:\n%s\nwant:\n%s", strings.Join(orders, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// after lists the orders of a, b, c and main in which main comes after all of
// the given ones.
func after(names ...string) []string {
	return orders(func(before []string) bool {
		for _, name := range names {
			if !slices.Contains(before, name) {
				return false
			}
		}
		return true
	})
}

// firstOf lists the orders in which main comes after one of the given ones.
func firstOf(names ...string) []string {
	return orders(func(before []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(before, name) })
	})
}

func orders(mainMayFollow func(before []string) bool) []string {
	var found []string
	var grow func(order, left []string)
	grow = func(order, left []string) {
		if len(left) == 0 {
			found = append(found, strings.Join(order, " "))
			return
		}
		for i, name := range left {
			if name != "main" || mainMayFollow(order) {
				grow(append(slices.Clone(order), name), slices.Delete(slices.Clone(left), i, i+1))
			}
		}
	}
	grow(nil, []string{"a", "b", "c", "main"})
	slices.Sort(found)
	return found
}
