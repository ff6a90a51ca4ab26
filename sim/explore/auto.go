package explore

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Auto does what the limit of runs permits, and is the default. It estimates how
// many orders there are. If all of them will probably fit into the limit, it walks
// them as [Exhaustive] does; else it draws as [Portfolio] does. If the estimate was
// far too low, it stops the walk and draws for the rest. The report says which it
// did, in Coverage.Why, and says "all" only if the walk came to its end.
//
// With [WithTracked], it tries [Reduced] where there are too many orders to walk,
// with half of the runs.
//
// With [WithTime], it also asks whether the walk will probably be done in time,
// from how long the runs of the estimate took.
func Auto() Strategy { return auto{} }

type auto struct{}

func (auto) String() string                 { return "auto" }
func (auto) planner(x *exploration) planner { return &chooser{x: x} }

// chooser plans for Auto.
type chooser struct {
	x     *exploration
	stage stage
	inner planner // of the stage
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
		c.inner = Exhaustive().planner(c.x)
	case reducing:
		c.inner = Reduced().planner(c.x)
	case drawing:
		c.inner = Portfolio().planner(c.x)
	}
}

func (c *chooser) round(runs int) []job {
	if c.stage == undecided {
		c.decide()
	}
	if c.stage == drawing {
		return c.inner.round(runs)
	}
	made := c.x.runs - runs
	// If no run is left for the walk, it is asked nevertheless: it may be through.
	jobs := c.inner.round(max(1, c.most-made))
	stuck := false // a reduction can end without being through
	if r, ok := c.inner.(*reducer); ok {
		stuck = len(jobs) == 0 && !(r.through() && r.why == "")
	}
	if stuck || len(jobs) > 0 && made >= c.most {
		return c.giveUp()
	}
	return jobs
}

// glances is how many descents show that a tree is small.
const glances = 8

// decide estimates the size of the tree, and chooses.
func (c *chooser) decide() {
	x := c.x
	began := time.Now()
	w := &worker{x: x, runner: x.runner()}
	x.size = w.estimate(glances)
	if x.size.Orders+3*x.size.Error > float64(x.runs/16) {
		x.size = w.estimate(probes)
	}
	x.runners <- w.runner
	each := time.Since(began) / time.Duration(x.size.Probes)
	// Where the descents differ, some runs are kept for the case that there are
	// more orders than it seems.
	limit := x.runs
	if x.size.Error > 0 {
		limit -= limit / 10
	}
	expected := x.size.Orders + 3*x.size.Error
	orders := about(x.size)
	why := ""
	switch {
	case expected > float64(limit):
		why = fmt.Sprintf("%s, more than the limit of %s permits", orders, count(x.runs, "run"))
	case x.time > 0 && 2*expected*float64(each)/float64(x.workers) > float64(x.time-x.elapsed()):
		why = fmt.Sprintf("%s, more than can be walked in %v", orders, x.time)
	default:
		c.why = fmt.Sprintf("%s, within the limit of %s: walked", orders, count(x.runs, "run"))
		c.most = min(limit, max(x.runs/2, int(2*expected)))
		c.enter(walking)
		return
	}
	// A reduction cannot be saved.
	if c.most = x.runs / 2; x.tracked && x.checkpoint == "" && c.most > 0 {
		c.why = why + ": walked with reduction"
		c.enter(reducing)
		return
	}
	c.why = why + ": sampled"
	c.enter(drawing)
}

// giveUp goes over to sampling from a walk that takes longer than expected, or
// cannot go on.
func (c *chooser) giveUp() []job {
	x := c.x
	if r, ok := c.inner.(*reducer); ok {
		if r.past != nil {
			r.past.merge(x.tally) // what earlier passes have found has been found
			r.past.twice, r.past.unequal = x.tally.twice, x.tally.unequal
			x.tally, r.past = r.past, nil
		}
		x.stopped = Through
	}
	x.tally.classes = map[uint64]int32{} // those of runs that are drawn count
	made := x.tally.runs + x.tally.blocked
	switch {
	case c.stage == walking:
		c.why = fmt.Sprintf("%s expected, but %s were not all: the others sampled", about(x.size), count(made, "run"))
		w := &worker{x: x, runner: x.runner()}
		x.size = w.estimate(16 * probes)
		x.size.Orders = max(x.size.Orders, float64(made))
		x.runners <- w.runner
	case c.inner.(*reducer).why != "":
		c.why = fmt.Sprintf("%s; a reduced walk could not go on, because %s: sampled", about(x.size), c.inner.(*reducer).why)
	default:
		c.why = fmt.Sprintf("%s; a reduced walk was not through after %s: the others sampled", about(x.size), count(made, "run"))
	}
	c.walked = x.tally.runs
	c.enter(drawing)
	return c.inner.round(x.runs - made)
}

// about writes an estimate in words.
func about(e *Estimate) string {
	text := strings.Replace(e.String(), "≈", "about ", 1)
	if text == "about 1" {
		return "about 1 order"
	}
	return text + " orders"
}

func (c *chooser) merge(done []job)       { c.inner.merge(done) }
func (c *chooser) undo(interrupted []job) { c.inner.undo(interrupted) }

func (c *chooser) report(r *Report) {
	if c.stage == undecided {
		r.Coverage = Coverage{Kind: Partial}
		return
	}
	c.inner.report(r)
	if r.Coverage.Why != "" {
		r.Coverage.Why = "; " + r.Coverage.Why
	}
	r.Coverage.Why, r.Coverage.Walked = c.why+r.Coverage.Why, c.walked
}

func (c *chooser) total() float64 {
	if c.stage == undecided {
		return 0
	}
	return c.inner.total()
}

// chooserState is what is saved of a chooser.
type chooserState struct {
	Stage  stage           `json:"stage"`
	Most   int             `json:"most,omitempty"`
	Why    string          `json:"why,omitempty"`
	Walked int             `json:"walked,omitempty"`
	Inner  json.RawMessage `json:"inner,omitempty"`
}

func (c *chooser) save() ([]byte, error) {
	state := chooserState{Stage: c.stage, Most: c.most, Why: c.why, Walked: c.walked}
	if c.inner != nil {
		inner, err := c.inner.save()
		if err != nil {
			return nil, err
		}
		state.Inner = inner
	}
	return json.Marshal(state)
}

func (c *chooser) restore(data []byte) error {
	var state chooserState
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	switch state.Stage {
	case undecided, walking, drawing:
	default:
		return fmt.Errorf("explore: the checkpoint names the unknown stage %q", state.Stage)
	}
	c.enter(state.Stage)
	c.most, c.why, c.walked = state.Most, state.Why, state.Walked
	if c.inner == nil {
		return nil
	}
	return c.inner.restore(state.Inner)
}
