package sim_test

import (
	"context"
	"testing"

	"weft/sim"
)

// A program may close its loop, as those of asyncio do; the runner goes on with another.
func TestRunnerAfterAProgramThatClosesItsLoop(t *testing.T) {
	runner := sim.NewRunner()
	defer runner.Close()
	program := func(l *sim.Loop) error {
		_, err := sim.RunMain(l, func(ctx context.Context) (sim.None, error) {
			sim.Print(ctx, "here")
			return sim.None{}, nil
		})
		if err != nil {
			return err
		}
		return l.Close()
	}
	for n := range 3 {
		o := runner.Run(program, sim.WithOutput(nil))
		if o.Err != nil || len(o.Output) != 1 || o.Output[0].Text != "here" {
			t.Fatalf("run %d: %v, output %v", n, o.Err, o.Output)
		}
	}
}
