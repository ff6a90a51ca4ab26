package scenario_test

import (
	"context"
	"io"
	"testing"
	"time"

	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/order"
)

var morning = time.Date(2000, time.January, 1, 8, 0, 0, 0, time.UTC)

// clock is a program that needs to be started in the morning.
var clock = scenario.Scenario{
	Name: "clock",
	Program: sim.Main(func(ctx context.Context) error {
		sim.Print(ctx, sim.LoopOf(ctx).Clock().Time().Format(time.TimeOnly))
		return nil
	}),
	Options: []sim.Option{sim.WithStart(morning), sim.WithPolicy(order.AnyReady), sim.WithOutput(io.Discard)},
}

// TestRunOptions: the program gets what it needs of its loop, unless the caller says
// something else.
func TestRunOptions(t *testing.T) {
	own := clock.Run()
	if got := own.Output[0].Text; got != "08:00:00" {
		t.Errorf("it is started at %s", got)
	}
	if own.Trace.Program != "clock" {
		t.Errorf("the trace is of program %q", own.Trace.Program)
	}
	later := clock.Run(sim.WithStart(morning.Add(time.Hour)))
	if got := later.Output[0].Text; got != "09:00:00" {
		t.Errorf("an hour later, it is started at %s", got)
	}
}

// TestEnginePolicy: what the caller says comes before what the program asks for, and
// that before the same instant.
func TestEnginePolicy(t *testing.T) {
	plain := scenario.Scenario{Name: "plain", Program: clock.Program}
	for _, test := range []struct {
		engine order.Engine
		want   order.Policy
	}{
		{plain.Engine(), order.SameInstant},
		{clock.Engine(), order.AnyReady},
		{clock.Engine(sim.WithPolicy(order.FIFO)), order.FIFO},
	} {
		if got := test.engine.Policy(); got != test.want.String() {
			t.Errorf("the policy is %s, not %s", got, test.want)
		}
	}
}
