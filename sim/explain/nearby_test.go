package explain_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/order"
)

// edited is transfers after an edit: so many turns are given up before it comes to them.
func edited(before int) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		busy := sim.Do(ctx, "transfer-0", func(ctx context.Context) error {
			for range before {
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if _, err := busy.Await(ctx); err != nil {
			return err
		}
		return late(ctx)
	})
}

// A schedule that no longer fits leads to the failure that it stood for.
func TestNearby(t *testing.T) {
	const kept = "w1,ready:load.1=serve.1"
	for _, c := range []struct {
		name, schedule string
		want           string
	}{
		{"it fits", kept, kept},
		{"other ordinals", "w1,ready:load#7.3=serve.9", kept},
		{"another default", "w1,ready:nobody.1=serve.1", kept},
		{"nobody of that name", "w1,ready:load.1=served.1", ""},
		{"another kind", "w1,choose:load.1=serve.1", ""},
		{"a turn too many", kept + ",ready:load.1=serve.2", ""},
		{"default order", "w1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			schedule, err := order.ParseSchedule(c.schedule)
			if err != nil {
				t.Fatal(err)
			}
			near, err := explain.Nearby(t.Context(), sim.Engine(edited(3)), schedule)
			switch {
			case c.want == "" && !errors.Is(err, explain.ErrPasses):
				t.Errorf("%v, %v; want none", near, err)
			case c.want != "" && (err != nil || near.Schedule.String() != c.want):
				t.Errorf("%v, %v; want %s", near, err, c.want)
			}
			if near.Runs < 1 || near.Runs > explain.NearbyRuns {
				t.Errorf("%d runs", near.Runs)
			}
		})
	}
}

// Of several chances to take a turn, the failure may be behind any.
func TestNearbyPassesChances(t *testing.T) {
	program := sim.Main(func(ctx context.Context) error {
		turns := 0
		a := sim.Do(ctx, "a", func(ctx context.Context) error {
			for range 6 {
				turns++
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		b := sim.Do(ctx, "b", func(ctx context.Context) error {
			for range 6 {
				if turns == 4 {
					return errors.New("b came fourth")
				}
				turns = 0
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		_, err := sim.Gather(ctx, a, b).Await(ctx)
		return err
	})
	engine := sim.Engine(program)
	for _, c := range []struct {
		name, schedule string
	}{
		{"two turns", "w1,ready:b.9=a.9,ready:b.8=a.9,ready:b.7=a.9"},
		{"of another default", "w1,ready:c.1=a.1,ready:c.1=a.1,ready:c.2=a.7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			schedule, err := order.ParseSchedule(c.schedule)
			if err != nil {
				t.Fatal(err)
			}
			near, err := explain.Nearby(t.Context(), engine, schedule)
			if err != nil {
				t.Fatalf("%v after %d runs", err, near.Runs)
			}
			if run := order.RunOnce(engine, order.Replay(near.Schedule)); run.Summary != "b came fourth" {
				t.Errorf("%s: %v", near.Schedule, run.Err)
			}
		})
	}
}

// An edit has put a step before those that the schedule names.
func ExampleNearby() {
	kept, err := order.ParseSchedule("w1,ready:load.1=serve.1")
	if err != nil {
		fmt.Println(err)
		return
	}
	program := sim.Main(func(ctx context.Context) error {
		first := sim.Do(ctx, "load", func(ctx context.Context) error { return sim.Yield(ctx) })
		if _, err := first.Await(ctx); err != nil {
			return err
		}
		again := sim.Do(ctx, "serve", func(ctx context.Context) error { return sim.Yield(ctx) })
		if _, err := sim.Gather(ctx, again).Await(ctx); err != nil {
			return err
		}
		return late(ctx) // fails if "serve" comes before "load"
	})
	near, err := explain.Nearby(context.Background(), sim.Engine(program), kept)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(near.Schedule)
	// Output:
	// w1,ready:load.1=serve#2.1
}
