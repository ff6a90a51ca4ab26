package explore

import (
	"fmt"
	"runtime"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// Option changes an exploration from its zero configuration: strategy [Auto],
// 10,000 runs at most, no limit of time, a worker for each processor.
type Option interface{ apply(*settings) }

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

type settings struct {
	strategy      Strategy
	runs          int
	time          time.Duration
	workers       int
	seed          uint64
	outcome       func(*order.Run) string
	tracked       bool
	stopAtFailure bool
	twice         bool
	noFailFiles   bool
	checkpoint    string
	progress      func(Progress)
	record        trace.Level  // at which runs are recorded
	sim           []sim.Option // of the loop, for Check
}

// DefaultRuns is how many runs an exploration makes at most, unless told
// otherwise.
const DefaultRuns = 10_000

func defaults() settings {
	return settings{strategy: Auto(), runs: DefaultRuns, workers: runtime.GOMAXPROCS(0), twice: true}
}

// WithStrategy sets how runs are chosen. The default is [Auto].
func WithStrategy(s Strategy) Option {
	if s == nil {
		panic("explore: WithStrategy was given nil; use one of the strategies of this package, such as Exhaustive()")
	}
	return optionFunc(func(o *settings) { o.strategy = s })
}

// WithRuns sets how many runs are made at most. The default is [DefaultRuns]. It
// panics unless n is positive.
func WithRuns(n int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("explore: WithRuns was given %d; it must be positive", n))
	}
	return optionFunc(func(o *settings) { o.runs = n })
}

// WithTime sets how long the exploration may take, in real time; 0, the default,
// means as long as it takes. How many runs fit into a time differs from machine
// to machine, so reports do as well. It panics if d is negative.
func WithTime(d time.Duration) Option {
	if d < 0 {
		panic(fmt.Sprintf("explore: WithTime was given %v; it must not be negative", d))
	}
	return optionFunc(func(o *settings) { o.time = d })
}

// WithWorkers sets how many runs go on side by side. The default is
// runtime.GOMAXPROCS(0). It has no influence on what is found. It panics unless n
// is positive.
func WithWorkers(n int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("explore: WithWorkers was given %d; it must be positive", n))
	}
	return optionFunc(func(o *settings) { o.workers = n })
}

// WithSeed sets the seed from which strategies that draw derive those of their
// runs. The default is 0.
func WithSeed(seed uint64) Option {
	return optionFunc(func(o *settings) { o.seed = seed })
}

// WithOutcome says what of a run is its outcome, beside the class of its end. The
// default is what it printed, in order, and its error. f is called by several
// goroutines at once, and must not keep its argument.
func WithOutcome(f func(*order.Run) string) Option {
	return optionFunc(func(o *settings) { o.outcome = f })
}

// WithTracked says that tasks of the program share nothing but what the library
// sees: variables of type sim.Var, locks, queues, futures and the like, output.
// Then [Auto] may walk the orders with reduction; see [Reduced].
func WithTracked() Option {
	return optionFunc(func(o *settings) { o.tracked = true })
}

// WithStopAtFailure lets the exploration end when it has found a failure.
func WithStopAtFailure() Option {
	return optionFunc(func(o *settings) { o.stopAtFailure = true })
}

// WithoutRunTwice turns off that some runs are made twice, which finds out
// whether the program depends on anything but its decisions.
func WithoutRunTwice() Option {
	return optionFunc(func(o *settings) { o.twice = false })
}

// WithCheckpoint names a file in which an exploration that is stopped early keeps
// how far it is, and from which it goes on if the file is there. It is removed
// when the exploration is through.
func WithCheckpoint(file string) Option {
	return optionFunc(func(o *settings) { o.checkpoint = file })
}

// WithRecorded sets how much is recorded of each run that [All] gives. The
// default is trace.Off for walks of the whole tree, and trace.Order for runs that
// are drawn.
func WithRecorded(level trace.Level) Option {
	return optionFunc(func(o *settings) { o.record = level })
}

// WithProgress has f called now and then, in the goroutine that called [Search].
func WithProgress(f func(Progress)) Option {
	return optionFunc(func(o *settings) { o.progress = f })
}

// Progress says how far an exploration is.
type Progress struct {
	Runs     int           // so far
	Total    float64       // about how many there will be, or 0 if nobody knows
	Outcomes int           // different ones so far
	Failed   bool          // whether one of them is a failure
	Elapsed  time.Duration // real time
}

// WithoutFailFiles has [Check] neither try the failures that were kept nor keep one.
func WithoutFailFiles() Option {
	return optionFunc(func(o *settings) { o.noFailFiles = true })
}
