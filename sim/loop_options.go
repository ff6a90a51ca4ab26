package sim

import (
	"context"
	"io"
	"os"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// Option changes a loop from its zero configuration: asyncio's order, policy
// [order.SameInstant], no recording, output to standard output, reports to standard
// error.
type Option interface{ apply(*settings) }

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

type settings struct {
	program    string
	policy     order.Policy
	strategy   order.Strategy
	record     trace.Level
	footprints bool
	hashOnly   bool
	recorder   *trace.Recorder
	start      time.Time
	stdout     io.Writer
	log        io.Writer
	debug      bool
	slow       time.Duration
	stepLimit  int64
	stuck      time.Duration
	onStuck    func(*StuckError)
	base       context.Context
}

func defaults() settings {
	return settings{
		policy: order.SameInstant, stdout: os.Stdout, log: os.Stderr,
		slow: 100 * time.Millisecond, stepLimit: 10_000_000, stuck: 10 * time.Second,
	}
}

// WithProgram names the program, for the headers of traces.
func WithProgram(name string) Option { return optionFunc(func(s *settings) { s.program = name }) }

// WithPolicy sets the order policy. The default is [order.SameInstant].
func WithPolicy(p order.Policy) Option {
	if p.IsZero() {
		misuse("WithPolicy was given the zero Policy; use FIFO, SameInstant, AnyReady, HoldUps or Jitter")
	}
	return optionFunc(func(s *settings) { s.policy = p })
}

// WithStrategy sets the strategy. The default is [order.Default].
func WithStrategy(strategy order.Strategy) Option {
	return optionFunc(func(s *settings) { s.strategy = strategy })
}

// WithSeed is WithStrategy(Random(seed)).
func WithSeed(seed uint64) Option {
	return optionFunc(func(s *settings) { s.strategy = order.Random(seed) })
}

// WithRecording sets how much of the run is recorded. The default is trace.Off.
func WithRecording(level trace.Level) Option {
	return optionFunc(func(s *settings) { s.record = level })
}

// WithFootprints has the steps of the run taken down together with what they
// touch, also if nothing is recorded; see [Loop.StepLog].
func WithFootprints() Option { return optionFunc(func(s *settings) { s.footprints = true }) }

// withHashOnly keeps no events, only their hash.
func withHashOnly() Option { return optionFunc(func(s *settings) { s.hashOnly = true }) }

// WithRecorder records with r, at r's level.
func WithRecorder(r *trace.Recorder) Option { return optionFunc(func(s *settings) { s.recorder = r }) }

// WithStart sets the wall time at which virtual time begins. The default is
// vclock.DefaultStart, the first instant of 2000, UTC.
func WithStart(t time.Time) Option { return optionFunc(func(s *settings) { s.start = t }) }

// WithOutput sets where printed lines go. The default is os.Stdout; io.Discard
// keeps them in [Loop.Output] only.
func WithOutput(w io.Writer) Option { return optionFunc(func(s *settings) { s.stdout = w }) }

// WithLog sets where reports go that no handler takes. The default is os.Stderr.
func WithLog(w io.Writer) Option { return optionFunc(func(s *settings) { s.log = w }) }

// WithDebug turns debug mode on, as asyncio's does: steps that hold the loop for
// long are reported.
func WithDebug(on bool) Option { return optionFunc(func(s *settings) { s.debug = on }) }

// WithSlowStep sets how much virtual time a step may hold the loop before debug
// mode reports it (loop.slow_callback_duration). The default is 100 ms.
func WithSlowStep(d time.Duration) Option { return optionFunc(func(s *settings) { s.slow = d }) }

// WithStepLimit ends a run with a [*order.StepLimitError] after n steps. The default is
// 10 million. It panics unless n is positive.
func WithStepLimit(n int64) Option {
	if n <= 0 {
		misuse("WithStepLimit was given %d; it must be positive", n)
	}
	return optionFunc(func(s *settings) { s.stepLimit = n })
}

// WithWatchdog sets how long, in real time, one step may take before it is
// called stuck, and what happens then; see [StuckError]. 0 turns the watchdog
// off. The default is 10 s and a nil onStuck, which ends the process with the
// report, as the test binary's own time limit would do later and with less to
// read. Turn it off to stop in a debugger.
func WithWatchdog(limit time.Duration, onStuck func(*StuckError)) Option {
	return optionFunc(func(s *settings) { s.stuck, s.onStuck = limit, onStuck })
}

// WithBaseContext sets the context whose values tasks see. Its cancellation and
// deadline play no part: they would come from outside the run.
func WithBaseContext(ctx context.Context) Option {
	return optionFunc(func(s *settings) { s.base = ctx })
}
