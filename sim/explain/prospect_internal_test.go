package explain

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// lateRead fails if the reader comes before the writer has written twice.
func lateRead(ctx context.Context) error {
	x := sim.NewVar(ctx, "x", 0)
	sim.Go(ctx, "writer", func(ctx context.Context) error {
		x.Set(1)
		if err := sim.Yield(ctx); err != nil {
			return err
		}
		x.Set(2)
		return nil
	})
	reader := sim.Go(ctx, "reader", func(ctx context.Context) error {
		if err := sim.Yield(ctx); err != nil {
			return err
		}
		if x.Get() != 2 {
			return errors.New("too early")
		}
		return nil
	})
	_, err := reader.Await(ctx)
	return err
}

func TestNoReturnAgreesWithProspects(t *testing.T) {
	engine := sim.Engine(sim.Main(lateRead), sim.WithPolicy(order.AnyReady))
	report, err := explore.Search(t.Context(), engine, explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		t.Fatal(err)
	}
	failure := report.Failure()
	points, err := Prospects(t.Context(), engine, failure.Witness)
	if err != nil {
		t.Fatal(err)
	}
	replayed := order.RunOnce(engine, order.Replay(failure.Witness)).Trace()
	numbers, all := []string{}, trace.Numbers(replayed)
	for _, e := range replayed.Events {
		if e.Kind == trace.Decide {
			numbers = append(numbers, all[e.Seq])
		}
	}
	want := ""
	for _, p := range points {
		if p.Failures == p.Orders {
			want = fmt.Sprintf("From decision %d of %d on, event %s, where %s was taken at %s:%s,", p.Decision+1, len(points)-1, numbers[p.Decision], p.Taken, p.Kind, p.Key)
			break
		}
	}
	if got, err := PointOfNoReturn(t.Context(), engine, failure.Witness); err != nil || want == "" || !strings.HasPrefix(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if got, err := PointOfNoReturn(t.Context(), engine, failure.Witness, explore.WithRuns(1)); err != nil || got != "" {
		t.Errorf("with one run: %q, %v", got, err)
	}
}

func TestNoReturnWhereEveryOrderFails(t *testing.T) {
	engine := sim.Engine(sim.Main(func(ctx context.Context) error {
		task := sim.Go(ctx, "task", sim.Yield)
		sim.Yield(ctx)
		if _, err := task.Await(ctx); err != nil {
			return err
		}
		return errors.New("always")
	}), sim.WithPolicy(order.AnyReady))
	if got, err := PointOfNoReturn(t.Context(), engine, nil); err != nil || got != "Every order fails." {
		t.Errorf("got %q, %v", got, err)
	}
}
