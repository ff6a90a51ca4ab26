package bubble

import (
	"errors"
	"fmt"
	"time"

	"weft/sim/order"
)

// Option sets how an [Engine] runs programs.
type Option interface{ apply(*settings) }

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

type settings struct {
	name     string
	policy   order.Policy
	asked    bool // for the policy
	steps    int
	drain    time.Duration
	seed     uint64
	room     int // for alternatives of a decision
	stuck    time.Duration
	spins    int
	ticks    int
	expected []string

	accepted []string // data races
	points   bool     // accesses that race are points
	whole    bool     // the program is that of the process
}

// StepLimit is after how many steps a run is ended, unless [WithStepLimit] says
// otherwise.
const StepLimit = 100_000

// DrainTime is how long, in virtual time, goroutines may go on when the program has
// returned, unless [WithDrain] says otherwise.
const DrainTime = time.Hour

func defaults() settings {
	return settings{policy: order.AnyReady, steps: StepLimit, drain: DrainTime, room: choicesRoom, stuck: 10 * time.Second, spins: SpinLimit, ticks: TickLimit, points: pointsAsked()}
}

// WithProgram names the program, for reports.
func WithProgram(name string) Option { return optionFunc(func(s *settings) { s.name = name }) }

// WithPolicy sets which orders are permitted: order.FIFO, one order, in which the
// goroutine that has been ready for longest comes next; order.SameInstant, in which
// timers that are due at one instant, and cases of a select that are ready, come in
// any order; order.AnyReady, the default, in which any ready goroutine may come
// next, at each point where goroutines synchronise; or order.HoldUps, in which time may
// also pass while somebody is ready. It panics for another policy.
func WithPolicy(p order.Policy) Option {
	if _, err := policyOf(p); err != nil {
		panic(err.Error())
	}
	return optionFunc(func(s *settings) { s.policy, s.asked = p, true })
}

// policyOf returns what the runtime has to do for a policy.
func policyOf(p order.Policy) (policy, error) {
	window, picks := p.PicksTimers()
	switch {
	case p.PicksReady():
		return anyReady, nil
	case window > 0:
		return 0, fmt.Errorf("bubble: there is no policy %s for goroutines: that timers come late is seen where goroutines are held up meanwhile; use hold-ups:1:%v, in which the earliest timer may fire up to %v before others that are ready go on", p, window, window)
	case picks:
		return sameInstant, nil
	case !p.IsZero():
		return fifo, nil
	}
	return 0, errors.New("bubble: WithPolicy was given the zero Policy, which permits nothing; use order.FIFO, order.SameInstant, order.AnyReady or order.HoldUps")
}

// WithStepLimit ends a run after n steps of its goroutines. It panics unless n is
// positive.
func WithStepLimit(n int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("bubble: WithStepLimit was given %d; it must be positive", n))
	}
	return optionFunc(func(s *settings) { s.steps = n })
}

// WithDrain sets how long, in virtual time, goroutines may go on when the program has
// returned. What has not ended by then is reported as leaked. It panics if d is
// negative.
func WithDrain(d time.Duration) Option {
	if d < 0 {
		panic(fmt.Sprintf("bubble: WithDrain was given %v; it must not be negative", d))
	}
	return optionFunc(func(s *settings) { s.drain = d })
}

// WithRandomSeed sets the seed of the random numbers that the program sees: those of
// math/rand and math/rand/v2 without a source of their own, and the order of maps.
// They are the same in all runs of an exploration. The default is 0.
func WithRandomSeed(seed uint64) Option {
	return optionFunc(func(s *settings) { s.seed = seed })
}

// WithWatchdog sets after how much real time without a step a run is called stuck: it
// loops without a point, computes for long, or waits for a system call or for input.
// The run ends with a [StuckError] then. 0 turns the watchdog off, as for a debugger; one
// on Linux is noticed, and needs no option. The default is 10 s.
func WithWatchdog(limit time.Duration) Option {
	return optionFunc(func(s *settings) { s.stuck = max(0, limit) })
}

// SpinLimit is after how many steps in which goroutines only spin a run is ended, unless
// [WithSpinLimit] says otherwise.
const SpinLimit = 10_000

// WithSpinLimit sets after how many steps a run ends with a [SpinError], if in these all
// goroutines that are ready only looked at something again and again, found nothing
// changed, and came back to a state that they had been in. 0 turns that off, so that such
// a run goes on to its step limit. It panics if n is negative.
func WithSpinLimit(n int) Option {
	if n < 0 {
		panic(fmt.Sprintf("bubble: WithSpinLimit was given %d; it must not be negative", n))
	}
	return optionFunc(func(s *settings) { s.spins = n })
}

// TickLimit is after how many ticks a run is ended in which nothing else goes on, unless
// [WithTickLimit] says otherwise.
const TickLimit = 10_000

// WithTickLimit sets after how many ticks, which are moves of virtual time, a run ends
// with a [StallError], if in these only timers went on, every goroutine that they woke
// came back to wait where it had waited in the state that it had had, and no other timer
// is due later. Of a state, what a goroutine holds in its own variables is known: one that
// counts its rounds there is not taken for one that only ticks. One that counts elsewhere
// is, so set a higher limit where something is to come of more ticks than that.
//
// When the program has returned, a tenth of it ends the time of [WithDrain] early. 0 turns
// both off. It panics if n is negative.
func WithTickLimit(n int) Option {
	if n < 0 {
		panic(fmt.Sprintf("bubble: WithTickLimit was given %d; it must not be negative", n))
	}
	return optionFunc(func(s *settings) { s.ticks = n })
}

// WithAcceptedRace accepts a data race, which is no failure of a run then. It is named by
// the variable, as [DataRace] calls it, by a function that makes one of the two accesses,
// such as "(*Account).Deposit", or by a place, such as "bank.go:30". It may be given
// several times.
func WithAcceptedRace(name string) Option {
	if name == "" {
		panic("bubble: WithAcceptedRace was given no name; say which variable, function or place")
	}
	return optionFunc(func(s *settings) { s.accepted = append(s.accepted, name) })
}

// WithMemoryPoints makes points of the reads and writes of variables for which there is a
// data race, so that runs show what it can do: an update that is lost, say. The races
// themselves are no failures then. Go promises even less than these orders, in which each
// access is whole and is seen at once. The environment variable WEFT_POINTS=memory does
// the same for all engines; a schedule holds for engines that have the same points.
//
// Which accesses race is found out by some runs that are not counted. Runs in processes of
// their own (see [Check]) do not know that, and have no such points.
func WithMemoryPoints() Option { return optionFunc(func(s *settings) { s.points = true }) }
