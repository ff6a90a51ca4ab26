package order

import (
	"slices"
	"time"

	"weft/trace"
)

// Engine is what executes a program. sim.Engine is one: the event loop of package sim.
// Everything above knows an engine by these two interfaces only. An
// engine whose tests are not run by "go test" is a [TestCommander] as well.
type Engine interface {
	// Program names the program, for reports; it may be empty.
	Program() string
	// Policy says which orders are permitted, in words that a flag would take.
	Policy() string
	// Runner returns something that runs the program any number of times. An
	// exploration asks for one for each of its workers, and runs them side by
	// side: runs must share nothing that they change.
	Runner() Runner
}

// TestCommander is an engine whose tests another command than "go test" runs.
type TestCommander interface {
	// TestCommand returns what to put in the place of "go test".
	TestCommand() string
}

// Cold is an engine that does something in a process before its first run, so that all
// runs are alike. A process that makes one run has no need of it.
type Cold interface {
	// ColdRunner returns a runner whose first run is the first one of the process.
	ColdRunner() Runner
	// FirstDiffers reports whether a first run was made that did otherwise than a second
	// one in the same order: something that it used is kept from run to run.
	FirstDiffers() bool
}

// ColdRunner returns a runner whose first run is the first one of this process.
func ColdRunner(e Engine) Runner {
	if cold, ok := e.(Cold); ok {
		return cold.ColdRunner()
	}
	return e.Runner()
}

// Further is an engine that knows a policy which permits more than its own: what tests go
// on with when they have seen what its own one permits.
type Further interface {
	// Further returns that policy. ok is false if the engine's own was asked for, so that
	// there is nothing to go on with.
	Further() (p Policy, ok bool)
}

// Finer is an engine that can make points of what it has found to race.
type Finer interface {
	// Finer returns an engine on which the accesses that race may come in any order. ok is
	// false if there is nothing to be gained by that.
	Finer() (e Engine, ok bool)
}

// Claimant is an engine that can say what it shows of a program to have walked all of its
// orders.
type Claimant interface {
	// Claim returns what follows if all orders were walked and none failed, such as "no
	// data race in any: the program has no other behaviour", with what is left out of
	// it, or "" if nothing does.
	Claim() string
}

// Runner runs a program again and again, each time from the beginning. It is
// used by one goroutine at a time.
type Runner interface {
	// Run runs the program once. Wherever more than one thing may happen next, it
	// takes what the strategy chooses. What it returns is good until the next Run.
	Run(strategy Strategy, level trace.Level) *Run
	// Close ends the runner.
	Close()
}

// Wants are parts of what is said of a run, for runners that can leave the others out.
type Wants uint8

// What can be wanted. Run.Untracked comes with WantsSteps and WantsTraceID.
const (
	WantsHash    Wants = 1 << iota // Run.Hash
	WantsSteps                     // Run.Footprints and Run.Pending; Step.Seq only with WantsHash
	WantsTraceID                   // Run.TraceID
)

// Selective is a Runner that needs less time for a run of which less is wanted than Run
// says at trace.Order.
type Selective interface {
	Runner
	// RunFor is Run at trace.Order, except that what is not wanted may be left out. It
	// makes no difference to what the program does.
	RunFor(strategy Strategy, wants Wants) *Run
}

// Run is what an engine says of one run.
type Run struct {
	// End is the class of its end, and Err the error if it is not
	// Finished.
	End End
	Err error
	// Summary is Err's text without what may differ between runs that show
	// the same: addresses, stacks, places in the source.
	Summary string
	// Bug is, if it is not empty, what Summary says in words that do not depend on whom it
	// hit and when: runs with the same output and the same Bug have the same outcome. Where
	// it is empty, Summary stands for it.
	Bug string
	// Output is what the program printed.
	Output []Line
	// Elapsed is the virtual time at the end.
	Elapsed time.Duration
	// Decisions are those of the run, in order.
	Decisions []Decision
	// Steps is how many steps it took, as a step limit counts them: what it cost. A run
	// that had to be given up in real time counts as the longest. 0 says that it is not
	// known.
	Steps int64
	// Ahead is how far off a timer was, at the least, at a moment at which a step was
	// ready: what [HoldUps] can make come first. 0 means that there was none.
	Ahead time.Duration

	// What follows is there if the level was trace.Order or trace.Full.

	// Footprints are the steps of the run, in order, with what they touched.
	Footprints []Step
	// Pending are the steps that tasks waited to take when time moved (Epoch says at
	// which instant) or when the run was over, and that were not ready: what they wait
	// for, such as a mutex that is free, was not so.
	// Their Touches are the objects that this depends on. Steps that are made ready by
	// another one, as with a lock that is handed over, are not among them.
	Pending []Step
	// Untracked names what the program used that footprints do not show.
	Untracked []string
	// Hash is the rolling hash over the run's events.
	Hash trace.Hash
	// Trace makes the trace. It must be called before the next run.
	Trace func() *trace.Trace
	// TraceID identifies the trace, in the sense of Mazurkiewicz, that the run belongs to:
	// two runs of a program have the same number if they differ only in the order of steps
	// that do not affect each other. It must be called before the next run. It is nil if
	// the engine leaves this to whoever reads Footprints.
	TraceID func() uint64

	// Seen holds what the program said with simtest.T.Sometimes: whether the condition
	// of that name held in this run.
	Seen map[string]bool
}

// Failed reports whether the run ended otherwise than by coming to its end
// without an error.
func (r *Run) Failed() bool { return r.End != Finished }

// Schedule returns the decisions that did not go the default way.
func (r *Run) Schedule() Schedule { return ScheduleOf(r.Decisions) }

// Clone returns a copy that stays good after the next run.
func (r *Run) Clone() *Run {
	c := *r
	c.Output = slices.Clone(r.Output)
	c.Decisions = slices.Clone(r.Decisions)
	for i := range c.Decisions { // engines use the memory of alternatives again
		c.Decisions[i].Alternatives = slices.Clone(c.Decisions[i].Alternatives)
	}
	c.TraceID = nil
	if r.Trace != nil && r.TraceID != nil {
		id := r.TraceID()
		c.TraceID = func() uint64 { return id }
	}
	c.Footprints, c.Pending = slices.Clone(r.Footprints), slices.Clone(r.Pending)
	if r.Trace != nil {
		t := r.Trace()
		c.Trace = func() *trace.Trace { return t }
	}
	return &c
}
