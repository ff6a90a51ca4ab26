package search

// Strategy decides which runs an exploration makes. An order.Strategy is another
// thing: it decides which alternatives one run takes.
type Strategy interface {
	// String returns the strategy as a flag would take it.
	String() string
	// Planner returns what makes the strategy's plans for one exploration. It may keep
	// x, whose settings stand; its tally is another one when an exploration is resumed.
	Planner(x *Exploration) Planner
}

// Planner decides which runs are made next. A planner that goes by what is handed
// back to it, and by nothing else, plans the same for any number of workers.
type Planner interface {
	// Round returns the jobs of the next round, which make at most so many runs
	// in all. No job means that there is nothing left to do.
	Round(runs int) []Job
	// Merge takes back the jobs of the round, done.
	Merge(done []Job)
	// Undo takes back the jobs of the round, which were interrupted: the next
	// round is this one again.
	Undo(interrupted []Job)
	// Conclude says what the runs so far amount to.
	Conclude() Conclusion
	// Total estimates how many runs there will be in all; 0 if nobody knows.
	Total() float64
	// Save returns what Restore needs to go on from here. A planner that cannot
	// be saved returns an error that says so.
	Save() ([]byte, error)
	Restore(data []byte) error
}

// Abandonable is a planner that may have to give up before it is through, so that another
// strategy goes on from there.
type Abandonable interface {
	Planner
	// Through reports whether the walk came to its end with nothing left out.
	Through() bool
	// GiveUp ends the walk for good, and leaves what was found in the exploration's tally.
	// It says why the walk could not go on, if it could not.
	GiveUp() (why string)
}

// Job is some runs that one worker makes, one after another.
type Job interface {
	// Do makes the runs, and gives up as soon as it can when w.Stopped() is true.
	Do(w *Worker)
	// Found returns what the runs add up to.
	Found() *Tally
}

// Finishing is a job that says whether it came to its end. A round of which all jobs did
// is not undone, whatever happened meanwhile.
type Finishing interface {
	Job
	Finished() bool
}

// Shortened is a planner of which it makes a difference which jobs stand in one round.
type Shortened interface {
	Planner
	// Short reports whether the limit of runs has cut the last round short.
	Short() bool
}

// Rounds have this size. It is the same for any number of workers, so that the
// result is.
const (
	JobsOfRound = 16
	RunsOfJob   = 128
)

// LongRun is from how many steps on a run takes so long that some are saved which would
// only tell a little more.
const LongRun = 1_000

// Conclusion is what a planner says of the runs so far.
type Conclusion struct {
	Coverage Coverage
	// Size is an estimate of the number of permitted orders, if one is to be shown.
	Size *Estimate
	// Tally is what was found, if that is not the exploration's own.
	Tally *Tally
	// Traces is how many different traces were walked, if TracesKnown; where they are
	// not, those of runs that were drawn are counted.
	Traces      int
	TracesKnown bool
}
