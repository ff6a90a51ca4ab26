package vclock

import (
	"math"
	"time"
)

// Forever is the duration that never ends and the instant that never comes. As
// a time.Duration it is the largest one there is, about 292 years.
const Forever time.Duration = math.MaxInt64

// DefaultStart is the date at which a clock starts when nobody names one. It
// is the date at which a testing/synctest bubble starts, too.
var DefaultStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Add returns the instant d after t, and never wraps around: if either is
// [Forever], or the sum lies beyond it, the result is Forever; a sum below the
// smallest time.Duration is the smallest time.Duration. Forever stays Forever
// for a negative d too: an hour before never is still never.
func Add(t, d time.Duration) time.Duration {
	if t == Forever || d == Forever {
		return Forever
	}
	sum := t + d
	switch {
	case d > 0 && sum < t:
		return Forever
	case d < 0 && sum > t:
		return math.MinInt64
	}
	return sum
}

// A Clock is a virtual clock. It stands still until it is moved, and it moves
// forward only. It counts durations since its start, and translates them to
// dates and back for code that wants a time.Time.
//
// The zero Clock is ready to use and starts at the zero time.Time; [New] is
// what most programs want. A Clock is not safe for concurrent use: an event
// loop owns it.
type Clock struct {
	start time.Time
	now   time.Duration
}

// New returns a clock that stands at start. A zero start means [DefaultStart].
// The monotonic reading that time.Now puts into a time.Time is dropped,
// because it would tie virtual dates to real time; the location stays.
func New(start time.Time) *Clock {
	c := new(Clock)
	c.Reset(start)
	return c
}

// Now returns the virtual time that has passed since the clock's start.
func (c *Clock) Now() time.Duration { return c.now }

// Time returns the virtual date: the clock's start plus [Clock.Now].
func (c *Clock) Time() time.Time { return c.At(c.now) }

// At returns the date of virtual instant t, counted from the clock's start. It
// does not say that the clock has been there.
func (c *Clock) At(t time.Duration) time.Time { return c.start.Add(t) }

// Offset returns the virtual instant of date t: it undoes [Clock.At]. A date
// before the start gives a negative instant; a date more than 292 years away
// gives [Forever] or the smallest time.Duration.
func (c *Clock) Offset(t time.Time) time.Duration { return t.Sub(c.start) }

// Since returns the virtual time that has passed since date t; it is negative
// for a date that is still to come.
func (c *Clock) Since(t time.Time) time.Duration { return c.Time().Sub(t) }

// Until returns the virtual time that is left until date t; it is negative for
// a date that has passed.
func (c *Clock) Until(t time.Time) time.Duration { return t.Sub(c.Time()) }

// MoveTo moves the clock to virtual instant t. A t before the present is
// ignored, because time never goes back.
func (c *Clock) MoveTo(t time.Duration) {
	if t > c.now {
		c.now = t
	}
}

// Advance moves the clock forward by d, at most to [Forever]. A negative d is
// ignored, because time never goes back.
func (c *Clock) Advance(d time.Duration) { c.MoveTo(Add(c.now, d)) }

// Reset makes the clock stand at a new start, as [New] does, and so prepares it
// for another run.
func (c *Clock) Reset(start time.Time) {
	if start.IsZero() {
		start = DefaultStart
	}
	c.start = start.Round(0) // Round(0) drops the monotonic reading.
	c.now = 0
}
