package bubble

import (
	"context"
	"testing"
	"testing/synctest"

	"weft/sim/order"
	"weft/sim/simtest"
	"weft/trace"
)

// stock is the engine of programs that were built without the overlay: it runs the
// function once, under testing/synctest as it is.
type stock struct {
	t     *testing.T
	begin func() *simtest.Invocation
}

func (s *stock) Program() string      { return s.t.Name() }
func (s *stock) Policy() string       { return "uncontrolled" }
func (s *stock) Runner() order.Runner { return s }
func (s *stock) Close()               {}

func (s *stock) Run(order.Strategy, trace.Level) *order.Run {
	run := &order.Run{End: order.Finished, Trace: func() *trace.Trace { return &trace.Trace{} }}
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
