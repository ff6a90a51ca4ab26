package vclock

import (
	"context"
	"slices"
	"strconv"
	"time"
	"weak"

	"github.com/benbjohnson/clock"
)

// Host is what a [Bridge] needs of an event loop.
type Host interface {
	// Now returns the virtual time since the start of the loop's clock.
	Now() time.Duration

	// Clock returns the loop's clock. The bridge asks it for dates and does
	// not move it.
	Clock() *Clock

	// Schedule makes fire an event of the loop at virtual instant when, which
	// is never negative and never Forever. Events of one instant are in the
	// order of the calls, unless the loop decides otherwise. The name is for
	// reports. Calling stop prevents the event and reports whether it did.
	Schedule(when time.Duration, name string, fire func()) (stop func() bool)

	// Sleep parks the running task for virtual duration d. Outside a task it
	// panics with a sentence that says so.
	Sleep(d time.Duration)

	// OnMove makes the loop call f whenever it is about to look for its
	// earliest timer or to move its clock, but not from within Schedule or a
	// stop. Then f may schedule and stop events, and end contexts that tasks
	// wait for.
	OnMove(f func())
}

// A Bridge is a [clock.Clock] on the virtual time of an event loop, for code
// that takes its time from such a clock. It needs no real time at all.
//
// It is what the clock of package time is, with these differences:
//
//   - Who waits. A task must not receive from a timer's channel with a bare <-,
//     which would stop the whole loop, but with the loop's own receive. For
//     Sleep there is nothing to change.
//   - AfterFunc runs its function on the loop, as an event in the loop's order,
//     and not in a goroutine. So it is no task, and must neither block nor Sleep.
//   - A timer or ticker that is due sends the date of its deadline, as package
//     time does, even if the loop was held and is late. Like the timers of the
//     mock clock, and those of package time before Go 1.23, it sends into a
//     channel with room for one date: what has been sent remains there after a
//     Stop or Reset, and Stop reports false once the timer has fired.
//   - Duration. A timer whose duration is not positive is due at once: it
//     fires when the loop next looks for what is due. A timer for [Forever], or
//     for so long that it ends there, never fires and is no event of the loop.
//   - A Tick cannot be stopped, and so a loop that ends when it has no
//     events left does not end.
//
// # How Stop and Reset are noticed
//
// Methods of *clock.Timer and *clock.Ticker cannot be replaced. So the bridge
// looks at all of them whenever the loop is about to look for its earliest
// timer, about to move its clock, and after each function of AfterFunc. This
// is exact for durations, because time has not moved since the call. But if
// several timers are reset between two looks, they are served in the order in
// which they were made, not that in which they were reset; and one that is
// stopped remains an event of the loop until the look. A Ticker.Reset with a
// period that is not positive panics, but at the look and not in the caller.
//
// A look takes time linear in the number of timers and tickers: about 30 ns for
// each that is armed. What After, Tick and Sleep make does not count. A timer
// that has fired or been stopped can be reset, and so counts until some time
// after it has become garbage, with about 6 ns; then the bridge forgets it. No
// effect of a program depends on when that is. So a program that makes timers
// by the thousand is faster if it resets a few, or uses After.
//
// # Contexts
//
// WithDeadline and WithTimeout give contexts that end at a virtual instant with
// [context.DeadlineExceeded]. If the parent has the earlier deadline, that
// deadline is the context's, as always, on whatever clock the parent has it.
//
// What package context derives from such a context ends with it, at once. The
// context itself ends with its parent: at the next look, and before that if
// anybody calls its Err or Done. So no goroutine is needed to wait for the
// parent, whatever its type. A look takes time linear in the number of such
// contexts that have not ended and have a parent that can.
//
// A Bridge belongs to its loop: use it from what the loop runs, and nowhere else.
type Bridge struct {
	host   Host
	layout layout
	made   map[string]int // how many events have been named for each method

	watches []*watch // of the timers and tickers that the user can reset, by creation
	idle    int      // how many of them are idle
	sweepAt int      // the number of idle watches at which to look for garbage

	contexts []*deadlineContext // those that have a parent that can end, by creation
}

var _ clock.Clock = (*Bridge)(nil)

// NewBridge returns a clock on the virtual time of h, and registers it with
// h.OnMove. It panics if h is nil, and if package clock is not the one that the
// bridge was made for and keeps its timers differently.
func NewBridge(h Host) *Bridge {
	if h == nil {
		panic("vclock: NewBridge needs a Host: pass the event loop")
	}
	l, err := mockLayout()
	if err != nil {
		panic(err.Error())
	}
	b := &Bridge{host: h, layout: l, made: make(map[string]int), sweepAt: firstSweep}
	h.OnMove(b.look)
	return b
}

// firstSweep is the number of idle watches that is too small to bother.
const firstSweep = 64

// look notices what the user did to timers, tickers and parents of contexts.
func (b *Bridge) look() {
	// A context is younger than those it derives from, so one pass is enough.
	for _, c := range b.contexts {
		c.look()
	}
	b.contexts = slices.DeleteFunc(b.contexts, (*deadlineContext).hasEnded)

	for _, w := range b.watches {
		w.look()
	}
	// To ask whether an object is garbage keeps it alive if the garbage
	// collector is at work. So ask rarely: when the number of idle watches has
	// doubled, which also makes the cost of asking vanish.
	if b.idle >= b.sweepAt {
		b.watches = slices.DeleteFunc(b.watches, func(w *watch) bool {
			return w.subject == nil && w.revive() == nil
		})
		b.idle = 0
		for _, w := range b.watches {
			if w.subject == nil {
				b.idle++
			}
		}
		b.sweepAt = 2*b.idle + firstSweep
	}
}

// watch starts to follow the subject s, which is due after d.
func (b *Bridge) watch(m *clock.Mock, s subject, name string, d, period time.Duration, ring func(due time.Duration)) {
	w := &watch{
		bridge: b, name: b.name(name), mock: m,
		subject: s, revive: s.weak(),
		period: period, ring: ring,
	}
	b.watches = append(b.watches, w)
	w.arm(b.after(d))
}

// after returns the virtual instant at which something is due that is to
// happen after d. What should have happened in the past is due now: an earlier
// deadline would let it overtake what is due already.
func (b *Bridge) after(d time.Duration) time.Duration {
	return Add(b.host.Now(), max(d, 0))
}

// name returns a name for the next event that method makes.
func (b *Bridge) name(method string) string {
	b.made[method]++
	return "clock." + method + " " + strconv.Itoa(b.made[method])
}

// sender returns a function that sends the date of an instant on c, unless the
// last one is still waiting there.
func (b *Bridge) sender(c chan<- time.Time) func(due time.Duration) {
	return func(due time.Duration) {
		select {
		case c <- b.host.Clock().At(due):
		default:
		}
	}
}

// Now returns the virtual date.
func (b *Bridge) Now() time.Time { return b.host.Clock().At(b.host.Now()) }

// Since returns the virtual time that has passed since date t.
func (b *Bridge) Since(t time.Time) time.Duration { return b.Now().Sub(t) }

// Until returns the virtual time that is left until date t.
func (b *Bridge) Until(t time.Time) time.Duration { return t.Sub(b.Now()) }

// Sleep parks the running task for virtual duration d. It panics outside a
// task, and so in a function of AfterFunc. What a duration does that is not
// positive is for the loop to say.
func (b *Bridge) Sleep(d time.Duration) { b.host.Sleep(d) }

// After returns a channel on which the virtual date is sent once duration d
// has passed. Use the loop's own receive to wait for it.
func (b *Bridge) After(d time.Duration) <-chan time.Time {
	c := make(chan time.Time, 1)
	due, name := b.after(d), b.name("After")
	if due != Forever {
		send := b.sender(c)
		b.host.Schedule(due, name, func() { send(due) })
	}
	return c
}

// AfterFunc calls f on the loop once virtual duration d has passed. The timer's
// Stop and Reset work; its C is nil. f must not block, and runs in no task. It
// panics if f is nil.
func (b *Bridge) AfterFunc(d time.Duration, f func()) *clock.Timer {
	if f == nil {
		panic("vclock: AfterFunc needs a function: pass what is to be called")
	}
	// The timer keeps f alive and the watch does not: a function that resets
	// its own timer would otherwise keep the timer alive for good.
	held := &f
	p := weak.Make(held)
	m := clock.NewMock()
	s := timerOf(m, &b.layout, held)
	b.watch(m, s, "AfterFunc", d, 0, func(time.Duration) {
		(*p.Value())()
		b.look()
	})
	return s.Timer
}

// Timer returns a timer that sends the virtual date on its channel C once
// duration d has passed. Use the loop's own receive to wait for it.
func (b *Bridge) Timer(d time.Duration) *clock.Timer {
	m := clock.NewMock()
	s := timerOf(m, &b.layout, nil)
	c := make(chan time.Time, 1)
	b.watch(m, s, "Timer", d, 0, b.sender(c))
	t := s.Timer
	t.C = c
	return t
}

// Ticker returns a ticker that sends the virtual date on its channel C after
// each period d. It leaves out a tick when the one before has not been
// received. It panics if d is not positive.
func (b *Bridge) Ticker(d time.Duration) *clock.Ticker {
	if d <= 0 {
		panic("vclock: Ticker with a period that is not positive: pass a duration above 0")
	}
	m := clock.NewMock()
	s := tickerOf(m, &b.layout)
	c := make(chan time.Time, 1)
	b.watch(m, s, "Ticker", d, d, b.sender(c))
	t := s.Ticker
	t.C = c
	return t
}

// Tick returns the channel of a ticker that cannot be stopped, with period d of
// virtual time. It returns nil if d is not positive, as time.Tick does.
func (b *Bridge) Tick(d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	c := make(chan time.Time, 1)
	name, send := b.name("Tick"), b.sender(c)
	var arm func(due time.Duration)
	arm = func(due time.Duration) {
		if due == Forever {
			return
		}
		b.host.Schedule(due, name, func() {
			late := b.host.Now() - due
			arm(Add(due, d*(1+late/d)))
			send(due)
		})
	}
	arm(b.after(d))
	return c
}

// WithTimeout returns a copy of parent that ends once virtual duration d has
// passed; it is WithDeadline(parent, Now().Add(d)).
func (b *Bridge) WithTimeout(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return b.WithDeadline(parent, b.Now().Add(d))
}

// WithDeadline returns a copy of parent that ends at virtual date d with
// [context.DeadlineExceeded], unless parent or the cancel function ends it
// before. If parent has an earlier deadline, it is merely context.WithCancel.
// WithDeadline panics if parent is nil.
//
// The cancel function releases the context's event; call it, as for any context.
func (b *Bridge) WithDeadline(parent context.Context, d time.Time) (context.Context, context.CancelFunc) {
	if parent == nil {
		panic("vclock: WithDeadline needs a parent: pass context.Background()")
	}
	if earlier, ok := parent.Deadline(); ok && earlier.Before(d) {
		return context.WithCancel(parent)
	}
	c := newDeadlineContext(b, parent, d)
	return c, func() { c.end(context.Canceled) }
}
