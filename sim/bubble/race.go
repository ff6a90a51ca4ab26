package bubble

import (
	"sync"

	"weft/sim/order"
	"weft/trace"
)

// RaceError is the end of a run in which the race detector reported a data race. The
// report itself goes to the standard error, as ever.
type RaceError struct{}

// Error says that there was a race.
func (e *RaceError) Error() string {
	return "the race detector reported a data race in this run"
}

// raced are the runs of an engine with a data race, by their hashes. Unless GORACE says
// otherwise, as "weft test -race" has it say, the detector reports a race once, so a run
// that is made again must remember it.
type raced struct {
	sync.Mutex
	runs map[trace.Hash]bool
}

// in adds to a run that the race detector reported a race in it.
func (raced *raced) in(r *order.Run, hash trace.Hash, reports int) {
	raced.Lock()
	defer raced.Unlock()
	if reports > 0 {
		if raced.runs == nil {
			raced.runs = map[trace.Hash]bool{}
		}
		raced.runs[hash] = true
	}
	if !raced.runs[hash] || r.Err != nil {
		return
	}
	r.End, r.Err = order.Failed, &RaceError{}
	r.Summary = r.Err.Error()
}
