package explore_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// comb is an engine with a lopsided tree: of its decisions, each leads to the end
// at once but for one alternative, and only below the last one there is much. A
// random descent hardly ever gets there, so estimates are far too low.
type comb struct{ teeth, below int }

func (c comb) Program() string      { return "" }
func (c comb) Policy() string       { return "any-ready" }
func (c comb) Runner() order.Runner { return c }
func (c comb) Close()               {}

func (c comb) Run(strategy order.Strategy, level trace.Level) *order.Run {
	r := &order.Run{End: order.Finished}
	var text strings.Builder
	for i := range c.teeth + c.below {
		at := strconv.Itoa(i)
		d := order.Decision{Kind: order.PickReady, Key: "a." + at, Alternatives: []order.Alternative{{Name: "a." + at}, {Name: "b." + at}}, Of: 2}
		d.Taken = strategy.Choose(&d)
		r.Decisions = append(r.Decisions, d)
		text.WriteByte("ab"[d.Taken])
		if i < c.teeth && d.Taken == 1 {
			break
		}
	}
	r.Output = []order.Line{{Text: text.String()}}
	r.Hash = trace.Hash(1).Text(text.String())
	return r
}

func TestAuto(t *testing.T) {
	one := sim.Main(func(context.Context) error { return nil })
	for _, c := range []struct {
		name    string
		engine  order.Engine
		runs    int
		kind    search.CoverageKind
		made    int
		walked  int
		why     string
		verdict string
	}{
		{"nothing to decide", sim.Engine(one), 10, search.AllOrders, 1, 0,
			"about 1 order, within the limit of 10 runs: walked", "1 order explored, the only one"},
		{"small", exploretest.SameInstant(exploretest.Sleepers(3, 2)), 10000, search.AllOrders, 36, 0,
			"about 36 orders, within the limit of 10,000 runs: walked", "all 36 orders explored"},
		{"as many as the limit", exploretest.SameInstant(exploretest.Sleepers(3, 2)), 36, search.AllOrders, 36, 0,
			"about 36 orders, within the limit of 36 runs: walked", "all 36 orders explored"},
		{"one more", exploretest.SameInstant(exploretest.Sleepers(3, 2)), 35, search.Sampled, 35, 0,
			"about 36 orders, more than the limit of 35 runs permits: sampled", "35 runs sampled of ≈36 orders, "},
		{"large", exploretest.SameInstant(exploretest.Sleepers(5, 8)), 300, search.Sampled, 300, 0,
			"about 4.3e+16 orders, more than the limit of 300 runs permits: sampled", "300 runs sampled of ≈4.3e+16 orders, "},
		{"larger than a number can be", exploretest.SameInstant(exploretest.Sleepers(50, 10)), 20, search.Sampled, 20, 0,
			"more than 1e148 orders, more than the limit of 20 runs permits: sampled", "20 runs sampled of more than 1e148 orders, "},
		{"larger than it seems", comb{16, 12}, 1000, search.Sampled, 1000, 500,
			"orders expected, but 500 runs were not all: the others sampled", "500 runs walked, 500 runs sampled of ≈"},
		{"larger than it seems, and walked nevertheless", comb{12, 6}, 1000, search.AllOrders, 12 + 64, 0,
			"within the limit of 1,000 runs: walked", "all 76 orders explored"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, workers := range []int{1, 3} {
				r := exploretest.Search(t, c.engine, explore.WithRuns(c.runs), explore.WithWorkers(workers), explore.WithoutReplayCheck())
				if r.Strategy != "auto" || r.Coverage.Kind != c.kind || r.Runs != c.made || r.Coverage.Walked != c.walked ||
					!strings.Contains(r.Coverage.Why, c.why) || !strings.HasPrefix(r.Verdict(), c.verdict) {
					t.Errorf("%d workers: %s: %d runs, %+v: %s", workers, r.Strategy, r.Runs, r.Coverage, r.Verdict())
				}
				if err := r.WriteJSON(io.Discard); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// What a walk has found before it gave up counts as found, but not among what was
// drawn.
func TestAutoKeepsWhatTheWalkFound(t *testing.T) {
	r := exploretest.Search(t, comb{16, 12}, explore.WithRuns(1000), explore.WithoutReplayCheck())
	runs, first := 0, false
	for _, o := range r.Outcomes {
		runs += o.Runs
		first = first || o.Text == strings.Repeat("a", 28)+"\n" // by chance in one of 2^28 runs
	}
	if runs != 1000 || !first {
		t.Errorf("%d of 1000 runs have outcomes; the first order is there: %v", runs, first)
	}
	if r.Traces == 0 || r.Traces > 100 || r.Unseen > 0.05 {
		t.Errorf("%d traces drawn, unseen %v: 500 runs that mostly end within a few decisions", r.Traces, r.Unseen)
	}
	if r.Size.Orders < 500 {
		t.Errorf("≈%v orders, after 500 were walked", r.Size.Orders)
	}
}

// A program whose shared state is all seen is walked with reduction if there are
// too many orders.
func TestAutoReducesWhatIsTracked(t *testing.T) {
	private := sim.Main(func(ctx context.Context) error {
		var all []sim.Awaitable[sim.None]
		for i := range 4 {
			all = append(all, sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
				mine := sim.NewVar(ctx, fmt.Sprint("mine", i), 0)
				for k := range 4 {
					mine.Set(k)
					sim.Yield(ctx)
				}
				return nil
			}))
		}
		_, err := sim.Gather(ctx, all...).Await(ctx)
		return err
	})
	r := exploretest.Search(t, sim.Engine(private), explore.WithTracked(), explore.WithRuns(1000))
	if r.Coverage.Kind != search.AllTraces || r.Runs != 1 || !strings.Contains(r.Coverage.Why, "reduction") {
		t.Errorf("%d runs, %+v", r.Runs, r.Coverage)
	}
	r = exploretest.Search(t, sim.Engine(private), explore.WithRuns(200))
	if r.Coverage.Kind != search.Sampled || r.Runs != 200 {
		t.Errorf("not tracked: %d runs, %+v", r.Runs, r.Coverage)
	}
	r = exploretest.Search(t, sim.Engine(private), explore.WithTracked(), explore.WithRuns(200), explore.WithCheckpoint(filepath.Join(t.TempDir(), "file")))
	if r.Coverage.Kind != search.AllTraces {
		t.Errorf("with a checkpoint: %+v", r.Coverage)
	}
	all := func(options ...explore.Option) (runs int) {
		for range explore.All(sim.Engine(private), append(options, explore.WithTracked(), explore.WithRuns(1000))...) {
			runs++
		}
		return runs
	}
	if with, without := all(explore.WithCheckpoint(filepath.Join(t.TempDir(), "file"))), all(); with != without {
		t.Errorf("All, which keeps no checkpoint, gives %d runs where one is named, and else %d", with, without)
	}
	shared := sim.Main(func(ctx context.Context) error {
		x := sim.NewVar(ctx, "x", 0)
		var all []sim.Awaitable[sim.None]
		for i := range 4 {
			all = append(all, sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
				for range 4 {
					x.Set(x.Get()*2 + i)
					sim.Yield(ctx)
				}
				return nil
			}))
		}
		_, err := sim.Gather(ctx, all...).Await(ctx)
		sim.Print(ctx, x.Get())
		return err
	})
	var first *explore.Report
	for _, workers := range []int{1, 3} {
		r = exploretest.Search(t, sim.Engine(shared), explore.WithTracked(), explore.WithRuns(400), explore.WithWorkers(workers))
		runs := r.Others
		for _, o := range r.Outcomes {
			runs += o.Runs
		}
		if r.Coverage.Kind != search.Sampled || r.Runs+r.Blocked != 400 || runs != r.Runs || r.Coverage.Walked == 0 || r.Coverage.Walked > 200 ||
			!strings.Contains(r.Coverage.Why, "a reduced walk was not through") || r.Stopped != search.RunsSpent {
			t.Errorf("%d runs, %d blocked, %+v, stopped %q", r.Runs, r.Blocked, r.Coverage, r.Stopped)
		}
		if first == nil {
			first = r
		}
		exploretest.SameFindings(t, first, r, fmt.Sprint(workers, " workers"))
	}
}

// An exploration that is interrupted in the walk, and again after it has given up,
// finds the same.
func TestAutoResumes(t *testing.T) {
	engine := comb{16, 12}
	options := []explore.Option{explore.WithRuns(3000), explore.WithoutReplayCheck()}
	want := exploretest.Search(t, engine, options...)
	if want.Coverage.Walked == 0 || want.Coverage.Walked == want.Runs {
		t.Fatalf("%+v: this test needs both", want.Coverage)
	}
	options = append(options, explore.WithCheckpoint(filepath.Join(t.TempDir(), "checkpoint")))
	for range 30 {
		ctx, cancel := context.WithCancel(context.Background())
		got, err := explore.Search(ctx, engine, append(options, explore.WithProgress(func(explore.Progress) { cancel() }))...)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if got.Runs == want.Runs {
			got.Stopped = want.Stopped
			exploretest.SameFindings(t, want, got, "interrupted and resumed")
			return
		}
	}
	t.Error("it did not come to its end")
}

// Nothing that is not covered is claimed when there was no time for anything.
func TestAutoWithoutTime(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := explore.Search(ctx, sim.Engine(exploretest.Busy()))
	if err != nil || r.Runs != 0 || r.Coverage.Kind != search.Partial {
		t.Errorf("%v: %d runs, %+v", err, r.Runs, r.Coverage)
	}
	// The limit of time speaks against a walk that the limit of runs would permit.
	r = exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(8, 2)), explore.WithRuns(1<<40), explore.WithTime(50*time.Millisecond))
	if r.Coverage.Kind != search.Sampled || !strings.Contains(r.Coverage.Why, "more than can be walked in 50ms") {
		t.Errorf("%+v", r.Coverage)
	}
}

// A run that was stopped by the limit of steps ends no search: what is behind it is found,
// and comes first. If there is nothing else, that is what is reported, after a while.
func TestEndlessRunsAreNoVerdict(t *testing.T) {
	for _, test := range []struct {
		name   string
		blocks bool
		want   order.End
	}{{"a deadlock behind", true, order.Deadlocked}, {"nothing else", false, order.OutOfSteps}} {
		t.Run(test.name, func(t *testing.T) {
			r := exploretest.Search(t, exploretest.Main(func(ctx context.Context) error {
				for range 20 {
					sim.Flip(ctx, "a coin", 0.5) // more than can be walked from the end
				}
				if test.blocks && sim.Flip(ctx, "blocks", 0.2) {
					return sim.NewEvent(ctx, "never").Wait(ctx)
				}
				for {
					if err := sim.Yield(ctx); err != nil {
						return err
					}
				}
			}, sim.WithStepLimit(50)), explore.WithStopAtFailure())
			if f := r.Failure(); f == nil || f.End != test.want {
				t.Errorf("%+v", f)
			}
			if r.Runs > 200 {
				t.Errorf("%d runs", r.Runs)
			}
		})
	}
}
