package explore

import (
	"encoding/json"
	"fmt"
	"strings"

	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/trace"
	"weft/trace/words"
)

// Auto does what the limit of runs permits, and is the default. It estimates how
// many orders there are. If all of them will probably fit into the limit, it walks
// them as [walk.Exhaustive] does; else it draws as [sample.Portfolio] does. If the estimate was
// far too low, it stops the walk and draws for the rest. The report says which it
// did, in Coverage.Why, and says "all" only if the walk came to its end.
//
// With [WithTracked], it tries [dpor.Reduced] where there are too many orders to walk,
// with half of the runs.
//
// With [WithTime], it also asks whether the walk will probably be done in time,
// from how long the runs of the estimate took.
func Auto() search.Strategy { return auto{} }

type auto struct{}

func (auto) String() string                               { return "auto" }
func (auto) Planner(x *search.Exploration) search.Planner { return &chooser{x: x} }

// chooser plans for Auto.
type chooser struct {
	x     *search.Exploration
	stage stage
	inner search.Planner // of the stage
	// most is how many runs may have been made when a walk gives up.
	most   int
	why    string
	walked int // runs of the walk that gave up
}

type stage string

const (
	undecided stage = ""
	walking   stage = "walk"
	reducing  stage = "reduce"
	drawing   stage = "sample"
)

func (c *chooser) enter(s stage) {
	c.stage = s
	switch s {
	case walking:
		c.inner = walk.Exhaustive().Planner(c.x)
	case reducing:
		c.inner = dpor.Reduced().Planner(c.x)
	case drawing:
		c.inner = sample.Portfolio().Planner(c.x)
	}
}

func (c *chooser) Round(runs int) []search.Job {
	if c.stage == undecided {
		c.decide()
	}
	if c.stage == drawing || !c.x.Shard.Whole() { // no part can give up for all
		return c.inner.Round(runs)
	}
	made := c.x.Runs - runs
	// If no run is left for the walk, it is asked nevertheless: it may be through.
	jobs := c.inner.Round(max(1, c.most-made))
	stuck := false // a reduction can end without being through
	if r, ok := c.inner.(search.Abandonable); ok {
		stuck = len(jobs) == 0 && !r.Through()
	}
	// A walk would try the last steps of a run that does not end first, and never come to
	// its beginning.
	endless := len(jobs) > 0 && c.x.Tally.EndlessRuns() > 0
	if stuck || endless || len(jobs) > 0 && made >= c.most {
		return c.giveUp()
	}
	return jobs
}

// glances is how many descents show that a tree is small.
const glances = 8

// decide estimates the size of the tree, and chooses.
func (c *chooser) decide() {
	x := c.x
	x.Estimate(glances)
	if x.Size.Orders+3*x.Size.Error > float64(x.Runs/16) {
		x.Estimate(search.Probes)
	}
	// Where the descents differ, some runs are kept for the case that there are
	// more orders than it seems.
	limit := x.Runs
	if x.Size.Error > 0 {
		limit -= limit / 10
	}
	expected := x.Size.Orders + 3*x.Size.Error
	orders := about(x.Size)
	why := ""
	switch {
	case expected > float64(limit):
		why = fmt.Sprintf("%s, more than the limit of %s permits", orders, words.Count(x.Runs, "run"))
	case x.Time > 0 && x.Shard.Whole() && 2*expected*float64(x.PerProbe)/float64(x.Workers) > float64(x.Time-x.Elapsed()):
		why = fmt.Sprintf("%s, more than can be walked in %v", orders, x.Time)
	default:
		c.why = fmt.Sprintf("%s, within the limit of %s: walked", orders, words.Count(x.Runs, "run"))
		c.most = min(limit, max(x.Runs/2, int(2*expected)))
		c.enter(walking)
		return
	}
	if c.most = x.Runs / 2; x.Tracked && c.most > 0 && x.Shard.Whole() {
		c.why = why + ": walked with reduction"
		c.enter(reducing)
		return
	}
	c.why = why + ": sampled"
	c.enter(drawing)
}

// giveUp goes over to sampling from a walk that takes longer than expected, or
// cannot go on.
func (c *chooser) giveUp() []search.Job {
	x := c.x
	stuck := "" // why a reduction cannot go on
	if r, ok := c.inner.(search.Abandonable); ok {
		stuck = r.GiveUp()
		x.Stopped = search.Through
	}
	x.Tally.Traces = map[uint64]int32{} // those of runs that are drawn count
	made := x.Tally.Made()
	switch {
	case c.stage == walking && x.Tally.EndlessRuns() > 0:
		c.why = fmt.Sprintf("%s walked, one of which was stopped by the limit of steps: the others sampled", words.Count(made, "run"))
	case c.stage == walking:
		c.why = fmt.Sprintf("%s expected, but %s were not all: the others sampled", about(x.Size), words.Count(made, "run"))
		x.Estimate(16 * search.Probes)
		x.Size.Orders = max(x.Size.Orders, float64(made))
	case stuck != "":
		c.why = fmt.Sprintf("%s; a reduced walk could not go on, because %s: sampled", about(x.Size), stuck)
	default:
		c.why = fmt.Sprintf("%s; a reduced walk was not through after %s: the others sampled", about(x.Size), words.Count(made, "run"))
	}
	c.walked = x.Tally.Runs
	c.enter(drawing)
	return c.inner.Round(x.Runs - made)
}

// about writes an estimate in words.
func about(e *search.Estimate) string {
	text := strings.Replace(e.String(), "≈", "about ", 1)
	if text == "about 1" {
		return "about 1 order"
	}
	return text + " orders"
}

func (c *chooser) Merge(done []search.Job)       { c.inner.Merge(done) }
func (c *chooser) Undo(interrupted []search.Job) { c.inner.Undo(interrupted) }

func (c *chooser) Conclude() search.Conclusion {
	if c.stage == undecided {
		return search.Conclusion{Coverage: search.Coverage{Kind: search.Partial}}
	}
	what := c.inner.Conclude()
	if what.Coverage.Why != "" {
		what.Coverage.Why = "; " + what.Coverage.Why
	}
	what.Coverage.Why, what.Coverage.Walked = c.why+what.Coverage.Why, c.walked
	return what
}

func (c *chooser) Total() float64 {
	if c.stage == undecided {
		return 0
	}
	return c.inner.Total()
}

// chooserState is what is saved of a chooser.
type chooserState struct {
	Stage  stage           `json:"stage"`
	Most   int             `json:"most,omitempty"`
	Why    string          `json:"why,omitempty"`
	Walked int             `json:"walked,omitempty"`
	Inner  json.RawMessage `json:"inner,omitempty"`
}

func (c *chooser) Save() ([]byte, error) {
	state := chooserState{Stage: c.stage, Most: c.most, Why: c.why, Walked: c.walked}
	if c.inner != nil {
		inner, err := c.inner.Save()
		if err != nil {
			return nil, err
		}
		state.Inner = inner
	}
	return json.Marshal(state)
}

func (c *chooser) Restore(data []byte) error {
	var state chooserState
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	switch state.Stage {
	case undecided, walking, reducing, drawing:
	default:
		return fmt.Errorf("explore: the checkpoint names the unknown stage %q", state.Stage)
	}
	c.enter(state.Stage)
	c.most, c.why, c.walked = state.Most, state.Why, state.Walked
	if c.inner == nil {
		return nil
	}
	return c.inner.Restore(state.Inner)
}

// Plan identifies the plan of which this is a part: it tells what was chosen as well.
func (c *chooser) Plan() uint64 {
	if c.stage == undecided {
		c.decide()
	}
	return uint64(trace.Hash(c.inner.(search.Sharded).Plan()).Text(string(c.stage) + c.why))
}

// Done reports whether nothing of the part is left to do.
func (c *chooser) Done() bool {
	return c.stage != undecided && c.inner.(search.Sharded).Done()
}
