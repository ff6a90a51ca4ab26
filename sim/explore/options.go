package explore

import (
	"fmt"
	"runtime"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// Option changes an exploration from its zero configuration: strategy [Auto],
// 10,000 runs at most, no limit of time, a worker for each processor.
type Option interface{ apply(*settings) }

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

type settings struct {
	search.Settings
	strategy   search.Strategy
	checkpoint string
	progress   func(Progress)
}

// DefaultRuns is how many runs an exploration makes at most, unless told
// otherwise.
const DefaultRuns = 10_000

func defaults() settings {
	return settings{strategy: Auto(), Settings: search.Settings{Runs: DefaultRuns, Workers: runtime.GOMAXPROCS(0), ReplayCheck: true}}
}

// SettingsOf returns what the options ask for, for what makes runs by them without
// being an exploration. runs is the limit of runs unless an option sets it. Options
// about checkpoints, progress and the strategy have no part in it.
func SettingsOf(runs int, options ...Option) search.Settings {
	s := defaults()
	s.Runs = runs
	return settled(s, options).Settings
}

// StrategyOf returns the strategy that the options ask for, as SettingsOf does the rest.
func StrategyOf(options ...Option) search.Strategy { return settled(defaults(), options).strategy }

// settled returns the settings with the options applied.
func settled(s settings, options []Option) settings {
	for _, option := range options {
		if option != nil {
			option.apply(&s)
		}
	}
	return s
}

// WithStrategy sets how runs are chosen. The default is [Auto].
func WithStrategy(s search.Strategy) Option {
	if s == nil {
		panic("explore: WithStrategy was given nil; use one of the strategies, such as walk.Exhaustive()")
	}
	return optionFunc(func(o *settings) { o.strategy = s })
}

// WithRuns sets how many runs are made at most. The default is [DefaultRuns]. It
// panics unless n is positive.
func WithRuns(n int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("explore: WithRuns was given %d; it must be positive", n))
	}
	return optionFunc(func(o *settings) { o.Runs = n })
}

// WithTime sets how long the exploration may take, in real time; 0, the default,
// means as long as it takes. How many runs fit into a time differs from machine
// to machine, so reports do as well. It panics if d is negative.
func WithTime(d time.Duration) Option {
	if d < 0 {
		panic(fmt.Sprintf("explore: WithTime was given %v; it must not be negative", d))
	}
	return optionFunc(func(o *settings) { o.Time = d })
}

// WithWorkers sets how many runs go on side by side. The default is
// runtime.GOMAXPROCS(0). It has no influence on what is found. It panics unless n
// is positive.
func WithWorkers(n int) Option {
	if n <= 0 {
		panic(fmt.Sprintf("explore: WithWorkers was given %d; it must be positive", n))
	}
	return optionFunc(func(o *settings) { o.Workers = n })
}

// WithSeed sets the seed from which strategies that draw derive those of their
// runs. The default is 0.
func WithSeed(seed uint64) Option {
	return optionFunc(func(o *settings) { o.Seed = seed })
}

// WithOutcome says what of a run is its outcome, beside the class of its end. The
// default is what it printed, in order, and its error. f is called by several
// goroutines at once, and must not keep its argument.
func WithOutcome(f func(*order.Run) string) Option {
	return optionFunc(func(o *settings) { o.Outcome = f })
}

// WithTracked says that tasks of the program share nothing but what the library
// sees: variables of type sim.Var, locks, queues, futures and the like, output.
// Then [Auto] may walk the orders with reduction; see [dpor.Reduced].
func WithTracked() Option {
	return optionFunc(func(o *settings) { o.Tracked = true })
}

// WithStopAtFailure lets the exploration end when it has found a failure. A run that was
// stopped by its limit of steps is none that says what is wrong: what is behind it is
// looked for until twenty runs were, and [Auto] draws then what it would have walked.
func WithStopAtFailure() Option {
	return optionFunc(func(o *settings) { o.StopAtFailure = true })
}

// WithKnown says which failures are known: [WithStopAtFailure] goes on beyond them, for
// others. They are in the report as all outcomes are. f must depend on the text and the end
// of its argument alone, and must not keep it.
func WithKnown(f func(*search.Outcome) bool) Option {
	return optionFunc(func(o *settings) { o.Known = f })
}

// WithoutReplayCheck turns off that some runs are made twice, which finds out
// whether the program depends on anything but its decisions.
func WithoutReplayCheck() Option {
	return optionFunc(func(o *settings) { o.ReplayCheck = false })
}

// WithCheckpoint names a file in which an exploration that is stopped early keeps
// how far it is, and from which it goes on if the file is there. It is removed
// when the exploration is through. Every strategy can be stopped in this way, and
// finds in the end what it finds if it is not. The file is written once a second as well, or
// as often as takes a fiftieth of the time: that is what is lost if the process is killed.
// It is of one version of the program: if the default order does something else now, it is
// refused. If two processes are at one file, one of them says so in the end, and writes its
// own beside it.
func WithCheckpoint(file string) Option {
	return optionFunc(func(o *settings) { o.checkpoint, o.Resumable = file, file != "" })
}

// WithShard has one part of the exploration done, such as part 3 of 16. Parts are counted
// from 1. Machines that are given the same program and options, and a part each, need not
// talk to each other: [Merge] makes one report of what they found. [SearchPart] is what
// does it. It panics unless 1 <= part <= of.
//
// Strategies that walk cut the tree of decisions into subtrees, and those that draw into
// blocks of runs. [WithRuns] is for strategies that draw how many runs all parts make
// together, and for those that walk how many one part makes at most.
func WithShard(part, of int) Option {
	if part < 1 || part > of {
		panic(fmt.Sprintf("explore: WithShard was given part %d of %d; parts are counted from 1", part, of))
	}
	return optionFunc(func(o *settings) { o.Shard = search.Shard{Part: part, Of: of} })
}

// WithRecorded sets how much is recorded of each run that [All] gives. The
// default is trace.Off for walks of the whole tree, and trace.Order for runs that
// are drawn.
func WithRecorded(level trace.Level) Option {
	return optionFunc(func(o *settings) { o.Level = level })
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

// Extension makes an option of something that this package knows nothing of, for
// entry points that take its options and have some of their own, such as those of
// package simtest. They find them by [Extensions]. [Search] and the like panic when
// they are given one.
func Extension(v any) Option { return extension{v} }

type extension struct{ value any }

func (e extension) apply(*settings) {
	panic(fmt.Sprintf("explore: the option %T is for the entry points of tests; give it to Check", e.value))
}

// Extensions parts options into those of this package and the values of those made
// by [Extension], each in the order in which they were given.
func Extensions(options []Option) (own []Option, values []any) {
	for _, option := range options {
		if e, ok := option.(extension); ok {
			values = append(values, e.value)
		} else {
			own = append(own, option)
		}
	}
	return own, values
}
