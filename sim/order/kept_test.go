package order_test

import (
	"testing"

	"weft/sim/internal/toy"
	"weft/sim/order"
	"weft/trace"
)

func TestKeptError(t *testing.T) {
	for _, test := range []struct {
		err           order.KeptError
		with, without string
	}{
		{
			order.KeptError{What: "a channel that an earlier run made", Made: "a.go:1", Task: "main", Used: "b.go:2"},
			"a channel that an earlier run made (at a.go:1) has been kept, in a variable of a package or behind one, and main meets it at b.go:2",
			"a channel that an earlier run made has been kept, in a variable of a package or behind one, and main meets it",
		},
		{
			order.KeptError{What: "a lock for which a goroutine of an earlier run waits"},
			"a lock for which a goroutine of an earlier run waits has been kept, in a variable of a package or behind one",
			"a lock for which a goroutine of an earlier run waits has been kept, in a variable of a package or behind one",
		},
		{order.KeptError{Differs: "they differ"}, "they differ", "they differ"},
	} {
		if got := test.err.Error(); got != test.with {
			t.Errorf("%q, want %q", got, test.with)
		}
		if got := order.Summary(&test.err); got != test.without {
			t.Errorf("%q, want %q", got, test.without)
		}
		if got := order.Classify(&test.err); got != order.Kept {
			t.Errorf("its class is %s, want %s", got, order.Kept)
		}
	}
}

type cold struct {
	order.Engine
	asked bool
}

func (c *cold) ColdRunner() order.Runner { c.asked = true; return c.Engine.Runner() }
func (c *cold) FirstDiffers() bool       { return false }

// ColdRunner asks the engine for one, if it has one to give.
func TestColdRunner(t *testing.T) {
	e := &cold{Engine: toy.NewEngine(toy.Philosophers(2))}
	for _, e := range []order.Engine{e, e.Engine} {
		runner := order.ColdRunner(e)
		if run := runner.Run(order.Default(), trace.Off); run.Failed() {
			t.Error(run.Err)
		}
		runner.Close()
	}
	if !e.asked {
		t.Error("the engine was not asked for a cold runner")
	}
}
