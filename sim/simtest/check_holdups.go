package simtest

import (
	"fmt"
	"strings"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// holdUps explores what the engine's further policy permits, if nobody has set one, and if
// in the runs so far a timer was near while something was ready. It returns nil if there
// is nothing to be explored. From then on, the check is under that policy.
func (c *check) holdUps(before *explore.Report) (order.Engine, *explore.Report) {
	c.Helper()
	own, err := c.make(func() *Invocation { return c.begin(false) }, "")
	if err != nil {
		c.Fatal(err)
	}
	further, ok := own.(order.Further)
	if !ok || c.policy != "" || before.Coverage.Kind == search.OneOrder {
		return nil, nil
	}
	p, ok := further.Further()
	_, most := p.HoldsUp()
	if near := c.shared.nearest(); !ok || near == 0 || near > most {
		return nil, nil
	}
	c.policy, c.further = p.String(), true
	asked := explore.SettingsOf(explore.DefaultRuns, c.searchOptions()...)
	options := []explore.Option{explore.WithRuns(max(1, asked.Runs-before.Runs, asked.Runs/furtherShare))}
	if asked.Time > 0 {
		options = append(options, explore.WithTime(max(time.Millisecond, asked.Time-before.Elapsed, asked.Time/furtherShare)))
	}
	if before.Coverage.Kind == search.AllTraces { // reductions do not know what passing time touches
		options = append(options, explore.WithStrategy(explore.Auto()))
	}
	return c.searched(options...)
}

// heldUpEarly explores what the further policy permits before all the runs are made, if
// these are long and some of them are not all there are: a bug that needs a
// timer would be found after minutes else. It returns nil if that can wait.
func (c *check) heldUpEarly() (*explore.Report, order.Engine) {
	c.Helper()
	own, err := c.make(func() *Invocation { return c.begin(false) }, "")
	if err != nil {
		c.Fatal(err)
	}
	if _, ok := own.(order.Further); !ok || c.policy != "" {
		return nil, nil
	}
	first, one := c.search([]explore.Option{explore.WithRuns(1)})
	if why := c.keeps(first, one); why != "" && c.startProcesses(why) || one.Failure() != nil || c.shared.meanSteps() < longRun {
		return nil, nil // what failed is found again
	}
	asked := explore.SettingsOf(explore.DefaultRuns, c.searchOptions()...)
	options := []explore.Option{explore.WithRuns(max(1, asked.Runs/earlyShare))}
	if asked.Time > 0 {
		options = append(options, explore.WithTime(max(time.Millisecond, asked.Time/earlyShare)))
	}
	engine, some := c.searched(options...)
	if some.Coverage.Complete() {
		return nil, nil
	}
	c.judge(engine, some, some.Verdict())
	engine, held := c.holdUps(some)
	if held == nil {
		return nil, nil
	}
	c.early = true
	c.judge(engine, held, heldVerdict(some, held))
	c.policy, c.further, c.early = "", false, false
	return held, engine
}

const (
	longRun    = 1_000 // steps
	earlyShare = 16    // what part of the runs come before the further policy then
)

// meanSteps returns how many steps a run takes.
func (s *shared) meanSteps() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.steps / max(1, int64(s.runs))
}

// furtherShare is what part of the runs, and of the time, there is for the further policy
// if others have used up all of it.
const furtherShare = 4

// heldVerdict says what was covered with and without hold-ups.
func heldVerdict(before, after *explore.Report) string {
	p, err := order.ParsePolicy(after.Policy)
	if err != nil {
		return before.Verdict() + "; " + after.Verdict()
	}
	times, most := p.HoldsUp()
	ups := words.Count(times, "hold-up")
	if !before.Coverage.Complete() {
		return fmt.Sprintf("%s; with up to %s of at most %v: %s", before.Verdict(), ups, most, after.Verdict())
	}
	first := fmt.Sprintf("all %s orders", words.Thousands(before.Runs))
	if before.Runs == 1 {
		first = "the only order"
	}
	reduced := before.Coverage.Kind == search.AllTraces
	if reduced {
		first = strings.Replace(first, "order", "trace", 1)
	}
	first += " in which nobody is held up past a deadline explored"
	if after.Coverage.Kind != search.AllOrders {
		return fmt.Sprintf("%s; with up to %s of at most %v: %s", first, ups, most, after.Verdict())
	}
	second := fmt.Sprintf("all %s with ", words.Thousands(after.Runs-before.Runs))
	if reduced {
		second = fmt.Sprintf("all %s with at most ", words.Count(after.Runs, "order"))
	} else if times > 1 {
		second += "up to "
	}
	text := fmt.Sprintf("%s, and %s%s of at most %v", first, second, ups, most)
	if after.Claim != "" {
		text += ", " + after.Claim
	}
	return text
}

// nearest returns how far off a timer was in the runs so far, at the least, while
// something was ready, or 0.
func (s *shared) nearest() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ahead
}
