package bubble

import (
	"context"
	"testing"
	"testing/synctest"

	"weft/sim"
	"weft/sim/explore"
	"weft/trace"
)

// stock is the engine of programs that were built without the overlay: it runs the
// function once, under testing/synctest as it is.
type stock struct {
	t     *testing.T
	begin func() *explore.Attempt
}

func (s *stock) Program() string        { return s.t.Name() }
func (s *stock) Policy() string         { return "uncontrolled" }
func (s *stock) Runner() explore.Runner { return s }
func (s *stock) Close()                 {}

func (s *stock) Run(sim.Strategy, trace.Level) *explore.Run {
	run := &explore.Run{End: sim.Finished, Trace: func() *trace.Trace { return &trace.Trace{} }}
	a := s.begin()
	synctest.Test(s.t, func(*testing.T) {
		done := make(chan struct{})
		go func() { // which FailNow ends
			defer close(done)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			a.Body(ctx)
		}()
		<-done
	})
	a.Complete(run)
	return run
}
