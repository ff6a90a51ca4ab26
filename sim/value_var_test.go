package sim_test

import (
	"context"
	"slices"
	"testing"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

func TestVar(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		v := sim.NewVar(ctx, "n", 1)
		sim.Print(ctx, v.Get())
		v.Set(5)
		sim.Print(ctx, v.Update(func(n int) int { return n * 2 }), v.Get())
		return nil
	})
	mustPrint(t, o, "1", "10 10")
	var got []string
	for _, e := range o.Trace.Events {
		if e.Kind == trace.Read || e.Kind == trace.Write {
			got = append(got, e.Task+" "+e.Kind.String()+" "+e.Object+" "+e.Detail)
		}
	}
	want := []string{
		"main read var n 1", "main write var n 5", "main read var n 5", "main write var n 10", "main read var n 10",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the trace has %q, want %q", got, want)
	}
}

// TestVarLostUpdate walks all orders of two tasks that add one each without a
// lock, and with Update.
func TestVarLostUpdate(t *testing.T) {
	add := func(atomic bool) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			n := sim.NewVar(ctx, "n", 0)
			task := func(ctx context.Context) error {
				if atomic {
					n.Update(func(n int) int { return n + 1 })
					return nil
				}
				seen := n.Get()
				sim.Yield(ctx)
				n.Set(seen + 1)
				return nil
			}
			_, err := sim.Gather(ctx, sim.Do(ctx, "a", task), sim.Do(ctx, "b", task)).Await(ctx)
			sim.Print(ctx, n.Get())
			return err
		}
	}
	if outputs, _ := walkAll(t, add(false), sim.WithPolicy(order.AnyReady)); len(outputs) != 2 || outputs["1"] == 0 || outputs["2"] == 0 {
		t.Errorf("read, yield, write: %v; want both 1 and 2", outputs)
	}
	if outputs, _ := walkAll(t, add(true), sim.WithPolicy(order.AnyReady)); len(outputs) != 1 || outputs["2"] == 0 {
		t.Errorf("Update: %v; want only 2", outputs)
	}
}

// TestRecordingLevels checks that the levels differ in what they keep and not in
// the run's hash, and that an unrecorded run does the same.
func TestRecordingLevels(t *testing.T) {
	var full *sim.Outcome
	for _, level := range []trace.Level{trace.Full, trace.Order, trace.Off} {
		o := observe(bazaar, sim.WithRecording(level), sim.WithSeed(5), sim.WithPolicy(order.AnyReady))
		mustEnd(t, o, order.Finished)
		if full == nil {
			full = o
			continue
		}
		if level != trace.Off && o.Trace.Hash != full.Trace.Hash {
			t.Errorf("the hash is %v at level %v and %v at level %v", o.Trace.Hash, level, full.Trace.Hash, trace.Full)
		}
		if !slices.Equal(stamped(o), stamped(full)) || o.Steps != full.Steps || o.Schedule.String() != full.Schedule.String() {
			t.Errorf("the run at level %v went another way", level)
		}
		if len(o.Trace.Events) >= len(full.Trace.Events) {
			t.Errorf("level %v keeps %d events, full %d", level, len(o.Trace.Events), len(full.Trace.Events))
		}
	}
	recorder := trace.NewRecorder(trace.Full)
	if o := observe(bazaar, sim.WithRecorder(recorder), sim.WithSeed(5), sim.WithPolicy(order.AnyReady)); o.Trace.Hash != full.Trace.Hash || recorder.Hash() != full.Trace.Hash {
		t.Error("a recorder of one's own records something else")
	}
}

func TestRecordingLevelsOfADeadlock(t *testing.T) {
	stuck := func(ctx context.Context) error { _, err := sim.NewFuture[int](ctx, "f").Await(ctx); return err }
	order, full := observe(stuck), observe(stuck, sim.WithRecording(trace.Full))
	if order.Trace.Hash != full.Trace.Hash {
		t.Errorf("the hash is %v at level order and %v at level full", order.Trace.Hash, full.Trace.Hash)
	}
}

func TestPositionsAreNotHashed(t *testing.T) {
	here := func(ctx context.Context) error { sim.Do(ctx, "idle", bazaar); return nil }
	elsewhere := func(ctx context.Context) error {
		sim.Do(ctx, "idle", bazaar)
		return nil
	}
	if observe(here).Trace.Hash != observe(elsewhere).Trace.Hash {
		t.Error("the same program, a line further down, has another hash")
	}
}
