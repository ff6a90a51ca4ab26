package explain

import (
	"context"
	"errors"
	"testing"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// Of the pairs of accesses that conflict, that one decides which the failure goes with, and
// not the one of a counter that both tasks count up before.
func TestRaceDecides(t *testing.T) {
	program := sim.Main(func(ctx context.Context) error {
		stat, ready := sim.NewVar(ctx, "stat", 0), sim.NewVar(ctx, "ready", false)
		reader := sim.Do(ctx, "reader", func(ctx context.Context) error {
			stat.Set(1)
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			if !ready.Get() {
				return errors.New("it is not ready")
			}
			return nil
		})
		writer := sim.Do(ctx, "writer", func(ctx context.Context) error {
			stat.Set(2)
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			ready.Set(true)
			return nil
		})
		_, err := sim.Gather(ctx, reader, writer).Await(ctx)
		return err
	})
	r := newRerunner(t.Context(), "Why", sim.Engine(program, sim.WithPolicy(order.AnyReady)), WhyRuns, nil)
	defer r.close()
	run, o, err := r.given(nil, trace.Full)
	if err != nil || !run.Failed() {
		t.Fatalf("the default order does not fail: %v", err)
	}
	e := &explainer{base: newBase(r, run, o)}
	for object, want := range map[string]bool{"var stat": false, "var ready": true} {
		race := &Race{Pattern: OtherOrder}
		for _, x := range e.trace.Events {
			if x.Object == object && (x.Task == "reader" || x.Task == "writer") {
				race.Events = append(race.Events, x)
			}
		}
		if got, err := e.decides(race, historyOf(e.trace, order.Finished, "")); err != nil || got != want {
			t.Errorf("the order of accesses to %s decides: %v, %v; want %v", object, got, err, want)
		}
	}
}
