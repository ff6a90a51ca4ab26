package explore

import (
	"fmt"
	"strconv"
	"strings"

	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace/words"
)

// named are the strategies by their names. read makes one from what stands behind
// the colon, and is told whether there is a colon.
var named = []struct {
	form string // for readers
	read func(rest string, given bool) (search.Strategy, error)
}{
	{"auto", bare(Auto())},
	{"default", bare(Default())},
	{"seed:N", func(rest string, given bool) (search.Strategy, error) {
		seed, err := strconv.ParseUint(rest, 10, 64)
		if !given || err != nil {
			return nil, fmt.Errorf("want a seed, a number from 0 to 2^64-1, such as seed:7")
		}
		return Seed(seed), nil
	}},
	{"replay:SCHEDULE", reading(Replay)},
	{"replay-leniently:SCHEDULE", reading(ReplayLeniently)},
	{"exhaustive", bare(walk.Exhaustive())},
	{"bounded[:SWITCHES]", func(rest string, given bool) (search.Strategy, error) {
		if !given {
			return walk.Bounded(-1), nil
		}
		most, err := strconv.Atoi(rest)
		if err != nil || most < 0 {
			return nil, fmt.Errorf("want the highest number of switches, such as bounded:2, or bounded alone for no limit")
		}
		return walk.Bounded(most), nil
	}},
	{"reduced", bare(dpor.Reduced())},
	{"sleepsets", bare(dpor.SleepSets())},
	{"optimal", bare(dpor.Optimal())},
	{"random", bare(sample.Random())},
	{"pct[:DEPTH]", func(rest string, given bool) (search.Strategy, error) {
		if !given {
			return sample.PCT(sample.DefaultDepth), nil
		}
		depth, err := strconv.Atoi(rest)
		if err != nil || depth < 1 {
			return nil, fmt.Errorf("want a depth of at least 1, such as pct:%d", sample.DefaultDepth)
		}
		return sample.PCT(depth), nil
	}},
	{"pos", bare(sample.POS())},
	{"urw", bare(sample.URW())},
	{"surw", bare(sample.SURW())},
	{"portfolio", bare(sample.Portfolio())},
}

// bare reads a strategy that takes nothing.
func bare(s search.Strategy) func(string, bool) (search.Strategy, error) {
	return func(_ string, given bool) (search.Strategy, error) {
		if given {
			return nil, fmt.Errorf("nothing can stand behind %s", s)
		}
		return s, nil
	}
}

// reading reads a strategy that takes a schedule.
func reading(of func(order.Schedule) search.Strategy) func(string, bool) (search.Strategy, error) {
	return func(rest string, given bool) (search.Strategy, error) {
		if !given {
			return nil, fmt.Errorf("want a schedule, such as replay:w1,timer:say1.1=say2.1")
		}
		schedule, err := order.ParseSchedule(rest)
		if err != nil {
			return nil, err
		}
		return of(schedule), nil
	}
}

// nameOf returns the name that a form begins with.
func nameOf(form string) string {
	if i := strings.IndexAny(form, "[:"); i >= 0 {
		return form[:i]
	}
	return form
}

// Strategies returns the forms that [ParseStrategy] reads: names, and behind some
// a colon with what they need in capital letters, in brackets if it may be left
// out.
func Strategies() []string {
	forms := make([]string, len(named))
	for i, n := range named {
		forms[i] = n.form
	}
	return forms
}

// ParseStrategy reads a strategy from its name, as its String method writes it;
// see [Strategies]. The error lists them.
func ParseStrategy(text string) (search.Strategy, error) {
	name, rest, given := strings.Cut(strings.TrimSpace(text), ":")
	for _, n := range named {
		if nameOf(n.form) != name {
			continue
		}
		s, err := n.read(rest, given)
		if err != nil {
			return nil, fmt.Errorf("explore: strategy %q: %w", text, err)
		}
		return s, nil
	}
	return nil, fmt.Errorf("explore: there is no strategy %q%s; want one of %s", text, words.DidYouMean(name, "", known()), strings.Join(Strategies(), ", "))
}

// known returns the names of the strategies.
func known() []string {
	names := make([]string, len(named))
	for i, n := range named {
		names[i] = nameOf(n.form)
	}
	return names
}
