package bubble

import "weft/sim/order"

// Waits returns the goroutines that were left.
func (e *LeakError) Waits() []order.Waiting {
	waiting := make([]order.Waiting, len(e.Goroutines))
	for i, g := range e.Goroutines {
		waiting[i] = g.Waiting
	}
	return waiting
}

// Waits returns those that waited while only timers went on.
func (e *StallError) Waits() []order.Waiting { return e.Waiting }

// Waits returns those that wait beside who does not come back.
func (e *StuckError) Waits() []order.Waiting { return e.Waiting }

// Waits returns those that wait beside the ones that spin.
func (e *SpinError) Waits() []order.Waiting { return e.Waiting }
