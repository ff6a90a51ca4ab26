package sim

import (
	"weft/sim/order"
	"weft/trace"
)

// AfterStep has check called after every step: of a task, of a callback, of a
// timer that acts by itself. If it returns an error, the run ends at once with an
// [*InvariantError]. nil takes the check back, and so does Reset.
//
// The check may look at everything and must change nothing. What it looks at is
// in no footprint and in no trace. A panic of it is its caller's: it comes out of
// the Run function.
func (l *Loop) AfterStep(check func() error) { l.check = check }

// runCheck checks what must hold after the step e.
func (l *Loop) runCheck(name string) {
	level, open := l.level, l.open
	l.level, l.open, l.checking = trace.Off, false, true
	err := l.check()
	l.level, l.open, l.checking = level, open, false
	if err != nil {
		l.fault = &order.InvariantError{Step: name, At: l.clock.Now(), Err: err}
	}
}
