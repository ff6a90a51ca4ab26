package order

import (
	"fmt"
	"strings"
	"time"
)

// Policy says which orders are permitted: where a run has a choice at all. What
// the default strategy does is the same under every policy.
type Policy struct {
	timers   timerOrder
	anyReady bool
	jitter   time.Duration
	set      bool // not the zero Policy, which means the default
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
	// With n tasks ready at one instant, a run under it takes time that grows as
	// n*n.
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

// IsZero reports whether p is the zero Policy, which permits nothing.
func (p Policy) IsZero() bool { return !p.set }

// PicksReady reports whether any task that is ready may run next.
func (p Policy) PicksReady() bool { return p.anyReady }

// PicksTimers reports whether timers may be delivered in another order than that of
// their deadlines, and within what virtual time after the first of these.
func (p Policy) PicksTimers() (window time.Duration, ok bool) { return p.jitter, p.timers != inOrder }

// String returns the policy as ParsePolicy reads it.
func (p Policy) String() string {
	switch {
	case p.anyReady:
		return "any-ready"
	case p.timers == jittered:
		return "jitter:" + p.jitter.String()
	case p.timers == anyTied:
		return "same-instant"
	}
	return "fifo"
}

// ParsePolicy reads a policy: fifo, same-instant, any-ready or jitter:10ms.
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
		return Policy{}, fmt.Errorf("order: policy %q: want a duration that is not negative after the colon, such as jitter:10ms", text)
	}
	return Policy{}, fmt.Errorf("order: unknown policy %q; want fifo, same-instant, any-ready or jitter:DURATION", text)
}
