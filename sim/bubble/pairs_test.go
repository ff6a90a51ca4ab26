package bubble_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
)

var (
	pairsOnly  = flag.String("pairs.only", "", "look only at pairs of an operation of this name")
	pairsRuns  = flag.Int("pairs.runs", 1000, "how many orders a pair may have; those with more are left out")
	pairsAll   = flag.Bool("pairs.all", false, "look at all pairs of different families, in both roles")
	pairsThird = flag.Bool("pairs.third", false, "have a third goroutine do something beside each pair of one family")
	pairsSame  = flag.Bool("pairs.same", false, "look at pairs of one family alone")
)

// together has one goroutine do one operation beside another one that does the other one,
// on the same objects, and shows what the two and those that come after them saw. Nothing
// that is shown orders the two: they say it to channels of their own, which are read when
// time has moved.
func together(first, second, third *pairOperation) func() {
	return func() {
		s := new(stand)
		families[first.family](s)
		if second.family != first.family {
			families[second.family](s)
		}
		said := [3]chan string{make(chan string, 1), make(chan string, 1), make(chan string, 1)}
		say := func(n int, o *pairOperation, who string) {
			defer func() {
				if r := recover(); r != nil {
					said[n] <- fmt.Sprint("panics: ", r)
				}
			}()
			said[n] <- fmt.Sprint(o.do(s, who))
		}
		go say(1, second, "22")
		if third != nil {
			go say(2, third, "333")
			go say(0, first, "1")
		} else {
			say(0, first, "1")
		}
		time.Sleep(4 * tick)
		var text []string
		for n, o := range [...]*pairOperation{first, second, third} {
			if o == nil {
				continue
			}
			select {
			case seen := <-said[n]:
				text = append(text, seen)
			default:
				text = append(text, "is not back")
			}
		}
		bubble.Println(strings.Join(text, " | "), "|", s.behind())
	}
}

// behind is what comes to be seen behind both.
func (s *stand) behind() string {
	var seen []any
	add := func(what ...any) { seen = append(seen, what...) }
	if s.ctx != nil {
		add(context.Cause(s.ctx))
	}
	if s.child != nil {
		add(context.Cause(s.above), s.child.Err(), context.Cause(s.child))
	}
	if s.timed != nil {
		add(s.timed.Err())
	}
	if s.called != nil {
		var calls []string
		for len(s.called) > 0 {
			calls = append(calls, <-s.called)
		}
		slices.Sort(calls)
		add(calls)
	}
	if s.ticker != nil {
		s.ticker.Stop()
	}
	if s.timer != nil {
		add(s.timer.Stop())
	}
	if s.after != nil {
		add(s.after.Stop())
	}
	if s.m != nil {
		a, _ := s.m.Load("a")
		b, _ := s.m.Load("b")
		add(a, b)
	}
	if s.integer != nil {
		add(s.integer.Load())
	}
	if s.plain != nil {
		add(*s.plain)
	}
	if s.flag != nil {
		add(s.flag.Load())
	}
	if s.any != nil {
		add(s.any.Load())
	}
	if s.pointer != nil {
		add(s.pointer.Load() != nil)
	}
	add(len(s.room), len(s.full))
	return fmt.Sprint(seen...)
}

// pairCount is what comparing them came to. runs and blocked are those of reductions.
type pairCount struct {
	pairs, orders, traces, runs, blocked, excused int
	large                                         []string
}

// comparePair has the reductions say of a pair what the exhaustive walk says.
func comparePair(t *testing.T, name string, program func(), count *pairCount) {
	t.Helper()
	engine := bubble.Engine(program)
	walked := func(s search.Strategy) *explore.Report {
		r, err := explore.Search(context.Background(), engine, explore.WithStrategy(s), explore.WithRuns(*pairsRuns), explore.WithWorkers(1))
		if err != nil {
			t.Fatalf("%s: %s: %v", name, s, err)
		}
		return r
	}
	all := walked(walk.Exhaustive())
	if all.Stopped == search.RunsSpent {
		count.large = append(count.large, name)
		return
	}
	if all.Coverage.Kind != search.AllOrders || all.Nondeterminism != nil {
		t.Errorf("%s: %s: %v", name, all.Verdict(), all.Nondeterminism)
		return
	}
	count.pairs++
	count.orders += all.Runs
	want := outcomes(all)
	traces := -1
	for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal(), dpor.SleepSets()} {
		r := walked(s)
		count.runs += r.Runs
		count.blocked += r.Blocked
		if r.Nondeterminism != nil {
			t.Errorf("%s: %s: %v", name, s, r.Nondeterminism)
		}
		if r.Coverage.Kind != search.AllTraces {
			if len(r.Untracked) == 0 {
				t.Errorf("%s: %s: %s, and nothing is untracked", name, s, r.Verdict())
			}
			count.excused++
			continue
		}
		if got := outcomes(r); !slices.Equal(got, want) {
			t.Errorf("%s: %s: %s\nhas  %q\nwant %q", name, s, r.Verdict(), got, want)
		}
		if traces < 0 {
			traces = r.Traces
			count.traces += traces
		} else if r.Traces != traces {
			t.Errorf("%s: %s: %d traces, and %d by %s", name, s, r.Traces, traces, dpor.Reduced())
		}
	}
}

// Whatever operation of the standard library stands beside whatever other one, on fresh
// objects: each reduction finds the outcomes that the walk of all orders finds, and as many
// traces as the others, or says what it does not track, and not "all". Operations on the
// same objects stand beside each other in both roles, of others those of corePairs in one.
//
// Larger programs over one world find less: there, whatever two operations touch by other
// ways hides that they should have been seen to touch the same.
func TestPairs(t *testing.T) {
	controlled(t)
	every := 1
	if testing.Short() || bubble.RaceDetector {
		every = 13
	}
	var count pairCount
	seen := 0
	for i := range pairOperations {
		for k := range pairOperations {
			first, second := &pairOperations[i], &pairOperations[k]
			switch {
			case *pairsOnly != "" && first.name != *pairsOnly && second.name != *pairsOnly,
				*pairsSame && first.family != second.family,
				first.family != second.family && !*pairsAll && (i < k || !slices.Contains(corePairs, first.name) || !slices.Contains(corePairs, second.name)):
				continue
			}
			if seen++; seen%every != 0 {
				continue
			}
			if !*pairsThird {
				comparePair(t, first.name+" beside "+second.name, together(first, second, nil), &count)
				continue
			}
			for n := range pairOperations {
				if third := &pairOperations[n]; third.family == first.family && first.family == second.family && n <= k && n <= i {
					comparePair(t, first.name+" beside "+second.name+" beside "+third.name, together(first, second, third), &count)
				}
			}
		}
	}
	if count.pairs == 0 {
		t.Error("no pairs")
	}
	t.Logf("%d pairs of %d operations with %d orders and %d traces (%d runs, %d blocked); %d walks not said to be all; left out, for having too many orders: %d",
		count.pairs, len(pairOperations), count.orders, count.traces, count.runs, count.blocked, count.excused, len(count.large))
	for _, name := range count.large {
		t.Log("left out:", name)
	}
}
