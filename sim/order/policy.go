package order

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"weft/trace/words"
)

// Policy says which orders are permitted: where a run has a choice at all. What
// the default strategy does is the same under every policy.
type Policy struct {
	timers   timerOrder
	anyReady bool
	jitter   time.Duration
	holdUps  int
	heldFor  time.Duration // by one hold-up, at most
	set      bool          // not the zero Policy, which means the default
}

type timerOrder uint8

const (
	inOrder timerOrder = iota
	anyTied
	jittered
)

// The order policies.
var (
	// FIFO permits one order, asyncio's own.
	FIFO = Policy{set: true}
	// SameInstant lets timers that are due at the same virtual instant be
	// delivered in any order; the ready queue stays first in, first out.
	SameInstant = Policy{timers: anyTied, set: true}
	// AnyReady lets any task or callback that is ready run next. It contains
	// SameInstant. What the loop does for itself, such as noting that a child of
	// a gather has ended, is no alternative, and a task that only waits for such
	// a note counts as ready. So does a callback or a timeout whose instant has
	// come and that the loop would deliver a turn later. When what the loop runs
	// for has ended, or Stop was called, to stop is an alternative as well: by
	// default it comes at the end of the turn, as in asyncio.
	//
	// What is permitted depends on what caused what and on nothing else: after two
	// steps that have nothing to do with each other, it is the same whichever of
	// them came first; see [Step].
	//
	// With n tasks ready at one instant, a run under it takes time that grows as n log n.
	// Where callbacks or timers are among them, each pick looks through all, and it grows
	// as n*n.
	AnyReady = Policy{anyReady: true, set: true}
)

// Jitter lets timers whose deadlines lie within d of each other fire in either
// order. None fires early: to deliver a later one first, virtual time moves on to
// it, and the others are late. Jitter(0) is SameInstant.
//
// It panics if d is negative.
func Jitter(d time.Duration) Policy {
	if d < 0 {
		panic(&MisuseError{Msg: fmt.Sprintf("order: Jitter was given %v; it must not be negative", d)})
	}
	return Policy{timers: jittered, jitter: d, set: true}
}

// HoldUps is AnyReady, and time may pass while something is ready: at a decision about
// what runs next, the earliest timer may fire although others are ready and it is not due
// yet, if that is no later than most from now. Who was ready is held up by it. That
// happens at most n times in a run, so that there are finitely many orders beside a ticker.
//
// It is what a busy machine, a page fault or a collector does to a real program, and what
// leases, timeouts and tickers depend on. As in AnyReady, a timer never fires early.
//
// Bounding the number is delay bounding: Emmi, Qadeer and Rakamarić, Delay-bounded
// scheduling, POPL 2011.
//
// It panics unless both are positive.
func HoldUps(n int, most time.Duration) Policy {
	if n <= 0 || most <= 0 {
		panic(&MisuseError{Msg: fmt.Sprintf("order: HoldUps was given %d times and %v; both must be positive", n, most)})
	}
	return Policy{anyReady: true, holdUps: n, heldFor: most, set: true}
}

// TimePasses is what [Run.Untracked] has of a run of HoldUps in which that could happen:
// footprints do not show it.
const TimePasses = "time that passes while something is ready"

// DefaultHoldUps is the policy that tests go on with when they have seen what AnyReady
// permits, unless they set one: one hold-up of at most 50 ms. Timers that a test only
// guards itself with, as against a deadlock, are set to more.
var DefaultHoldUps = HoldUps(1, 50*time.Millisecond)

// IsZero reports whether p is the zero Policy, which permits nothing.
func (p Policy) IsZero() bool { return !p.set }

// PicksReady reports whether any task that is ready may run next.
func (p Policy) PicksReady() bool { return p.anyReady }

// PicksTimers reports whether timers may be delivered in another order than that of
// their deadlines, and within what virtual time after the first of these.
func (p Policy) PicksTimers() (window time.Duration, ok bool) { return p.jitter, p.timers != inOrder }

// HoldsUp returns how many times in a run time may pass while something is ready, and by
// how much at most each time.
func (p Policy) HoldsUp() (times int, most time.Duration) { return p.holdUps, p.heldFor }

// String returns the policy as ParsePolicy reads it.
func (p Policy) String() string {
	switch {
	case p.holdUps > 0:
		return fmt.Sprintf("hold-ups:%d:%v", p.holdUps, p.heldFor)
	case p.anyReady:
		return "any-ready"
	case p.timers == jittered:
		return "jitter:" + p.jitter.String()
	case p.timers == anyTied:
		return "same-instant"
	}
	return "fifo"
}

// ParsePolicy reads a policy: fifo, same-instant, any-ready, jitter:10ms or
// hold-ups:1:50ms, which is HoldUps(1, 50*time.Millisecond).
func ParsePolicy(text string) (Policy, error) {
	switch text {
	case "fifo":
		return FIFO, nil
	case "same-instant":
		return SameInstant, nil
	case "any-ready":
		return AnyReady, nil
	}
	if rest, ok := strings.CutPrefix(text, "jitter:"); ok {
		d, err := time.ParseDuration(rest)
		if err == nil && d >= 0 {
			return Jitter(d), nil
		}
		return Policy{}, fmt.Errorf("order: policy %s: want a duration that is not negative after the colon, such as jitter:10ms", quoted(text))
	}
	if rest, ok := strings.CutPrefix(text, "hold-ups:"); ok {
		number, length, _ := strings.Cut(rest, ":")
		n, err := strconv.Atoi(number)
		d, err2 := time.ParseDuration(length)
		if err == nil && err2 == nil && n > 0 && d > 0 {
			return HoldUps(n, d), nil
		}
		return Policy{}, fmt.Errorf("order: policy %s: want how many times and by how much at most, both positive, such as hold-ups:1:50ms", quoted(text))
	}
	name, _, _ := strings.Cut(text, ":")
	near := words.DidYouMean(name, "", []string{"fifo", "same-instant", "any-ready", "jitter", "hold-ups"})
	return Policy{}, fmt.Errorf("order: there is no policy %s%s; want fifo, same-instant, any-ready, jitter:DURATION or hold-ups:TIMES:DURATION", quoted(text), near)
}
