package explore

// Strategy decides which runs an exploration makes. The strategies are those of
// this package; [ParseStrategy] knows them by name.
type Strategy interface {
	// String returns the strategy as ParseStrategy reads it.
	String() string
	// planner returns what makes the strategy's plans for one exploration.
	planner(x *exploration) planner
}

// planner decides which runs are made next. An exploration goes in rounds: it
// asks for jobs, has its workers do them in whatever order, and hands them back
// in the order in which they were given. A planner that goes by what is handed
// back plans the same for any number of workers.
type planner interface {
	// round returns the jobs of the next round, which make at most so many runs
	// in all. No job means that there is nothing left to do.
	round(runs int) []job
	// merge takes back the jobs of the round, done.
	merge(done []job)
	// undo takes back the jobs of the round, which were interrupted: the next
	// round is this one again.
	undo(interrupted []job)
	// report writes what the runs so far amount to.
	report(r *Report)
	// total estimates how many runs there will be in all; 0 if nobody knows.
	total() float64
	// save returns what restore needs to go on from here. A planner that cannot
	// be saved returns an error that says so.
	save() ([]byte, error)
	restore(data []byte) error
}

// job is some runs that one worker makes, one after another.
type job interface {
	// do makes the runs, and gives up as soon as it can when w.stopped() is true.
	do(w *worker)
	// found returns what the runs add up to.
	found() *tally
}

// Rounds have this size. It is the same for any number of workers, so that the
// result is.
const (
	jobsOfRound = 16
	runsOfJob   = 128
)
