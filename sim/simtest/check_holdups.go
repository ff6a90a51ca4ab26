package simtest

import (
	"fmt"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// holdUps explores what the engine's further policy permits, if nobody has set one, and if
// in the runs so far a timer was near while something was ready. So many runs, and so much
// time, are spoken for. It returns nil if there is nothing to be explored. From then on,
// the check is under that policy.
func (c *check) holdUps(before *explore.Report, runs int, spent time.Duration) (order.Engine, *explore.Report) {
	c.Helper()
	p, ok := c.furtherPolicy()
	if !ok || before.Coverage.Kind == search.OneOrder {
		return nil, nil
	}
	_, most := p.HoldsUp()
	if near := c.shared.nearest(); near == 0 || near > most {
		return nil, nil
	}
	c.policy, c.further = p.String(), true
	asked := explore.SettingsOf(explore.DefaultRuns, c.searchOptions()...)
	options := []explore.Option{explore.WithRuns(max(1, asked.Runs-runs, asked.Runs/furtherShare))}
	if asked.Time > 0 {
		options = append(options, explore.WithTime(max(time.Millisecond, asked.Time-spent, asked.Time/furtherShare)))
	}
	if before.Coverage.Kind == search.AllTraces { // reductions do not know what passing time touches
		options = append(options, explore.WithStrategy(explore.Auto()))
	}
	return c.searched(options...)
}

// furtherPolicy returns the engine's further policy, if it has one and nobody has set a
// policy.
func (c *check) furtherPolicy() (p order.Policy, ok bool) {
	c.Helper()
	if !c.shard.Whole() {
		return p, false // how many runs there are for it depends on what one machine cannot know
	}
	engine, err := c.make(func() *Invocation { return c.begin(false) }, "")
	if err != nil {
		c.Fatal(err)
	}
	if further, is := engine.(order.Further); is && c.policy == "" {
		return further.Further()
	}
	return p, false
}

// heldUpEarly explores what the further policy permits after a small share of the runs, if
// runs are long and there is more than that share shows: else a bug that needs a timer
// would be found after minutes. It returns nil if that can wait. If nothing fails, the
// check goes on under its own policy.
func (c *check) heldUpEarly() (order.Engine, *explore.Report) {
	c.Helper()
	if _, ok := c.furtherPolicy(); !ok {
		return nil, nil
	}
	first, one := c.search([]explore.Option{explore.WithRuns(1)})
	if why := c.keeps(first, one); why != "" && c.startProcesses(why) || one.Failure() != nil || c.shared.meanSteps() < search.LongRun {
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
	engine, held := c.holdUps(some, asked.Runs, asked.Time)
	if held == nil {
		return nil, nil
	}
	c.early = true
	c.judge(engine, held, heldVerdict(some, held))
	c.policy, c.further, c.early = "", false, false
	return engine, held
}

// earlyShare is what part of the runs come before the further policy where runs are long.
const earlyShare = 16

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
	first := "all " + words.Count(before.Runs, "order")
	reduced := before.Coverage.Kind == search.AllTraces
	switch {
	case before.Runs == 1 && reduced:
		first = "the only trace"
	case before.Runs == 1:
		first = "the only order"
	case reduced && before.Traces > 0:
		first = "all " + words.Count(before.Traces, "trace")
	case reduced:
		first = "all traces"
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
