package sample_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// samplers are all strategies that draw.
func samplers() []search.Strategy {
	return []search.Strategy{
		sample.Random(), sample.PCT(1), sample.PCT(3), sample.POS(), sample.URW(), sample.SURW(), sample.Portfolio(),
	}
}

func TestUniformWalks(t *testing.T) {
	plain := &straight{threads: []thread{{name: "a", steps: steps(3, "")}, {name: "b", steps: steps(2, "")}, {name: "c", steps: steps(1, "")}}}
	starts := &straight{threads: []thread{
		{name: "a", steps: []string{"", ">b", ""}}, {name: "b", later: true, steps: steps(2, "")}, {name: "c", steps: steps(2, "")},
	}}
	// Seven accesses of x, and some steps around them that do not matter.
	accesses := &straight{threads: []thread{
		{name: "a", steps: []string{"l", "x", "l", "l", "x", "x"}}, {name: "b", steps: []string{"m", "m", "m", "m", "x"}}, {name: "c", steps: []string{"x", "n"}},
	}}
	accesses.show = accesses.only("x")
	born := &straight{threads: []thread{
		{name: "a", steps: []string{">b", "x"}}, {name: "b", later: true, steps: []string{"x", "x"}}, {name: "c", steps: []string{"x", "m"}},
	}}
	born.show = born.only("x")
	blind := &straight{threads: plain.threads, blind: true}
	for _, c := range []struct {
		name   string
		engine *straight
		orders int // as combinatorics say
		even   []search.Strategy
		uneven []search.Strategy
	}{
		{"urw", plain, 60, []search.Strategy{sample.URW(), sample.SURW()}, []search.Strategy{sample.Random(), sample.PCT(3), sample.POS()}},
		{"urw, tasks that start later", starts, 63, []search.Strategy{sample.URW()}, []search.Strategy{sample.Random()}},
		{"urw, no footprints", blind, 60, []search.Strategy{sample.URW(), sample.SURW()}, []search.Strategy{sample.Random()}},
		{"surw", accesses, 20, []search.Strategy{sample.SURW()}, []search.Strategy{sample.Random(), sample.URW()}},
		{"surw, tasks that start later", born, 12, []search.Strategy{sample.SURW()}, []search.Strategy{sample.Random()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, s := range c.even {
				r := exploretest.Search(t, c.engine, explore.WithStrategy(s), explore.WithRuns(3000), explore.WithoutReplayCheck())
				if u := uneven(r, c.orders); u > 3 || len(r.Outcomes) != c.orders {
					t.Errorf("%s: %d of %d orders, %.1f from even", s, len(r.Outcomes), c.orders, u)
				}
			}
			for _, s := range c.uneven {
				r := exploretest.Search(t, c.engine, explore.WithStrategy(s), explore.WithRuns(3000), explore.WithoutReplayCheck())
				if u := uneven(r, c.orders); u < 8 {
					t.Errorf("%s is %.1f from even: this test does not tell samplers apart", s, u)
				}
			}
		})
	}
}

// A failure that needs d orderings is found at least as often as the paper says.
func TestPCTFindsWhatItGuarantees(t *testing.T) {
	of := func(n int) []thread {
		return []thread{{name: "a", steps: steps(n, "")}, {name: "b", steps: steps(n, "")}, {name: "c", steps: steps(n, "")}}
	}
	for _, c := range []struct {
		name    string
		depth   int
		threads []thread
		fails   func(order []string) bool
	}{
		{"one", 1, of(8), func(o []string) bool { return before(o, "b.8", "a.1") }},
		{"two", 2, of(8)[:2], func(o []string) bool { return before(o, "a.4", "b.1", "b.8", "a.5") }},
		{"two among three tasks", 2, of(8), func(o []string) bool { return before(o, "c.4", "b.1", "b.8", "c.5") }},
		{"three", 3, of(4), func(o []string) bool { return before(o, "a.2", "b.1", "b.2", "a.3", "a.4", "b.3") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &straight{threads: c.threads, fails: c.fails, show: func([]string) string { return "" }}
			r := exploretest.Search(t, e, explore.WithStrategy(sample.PCT(c.depth)), explore.WithRuns(5000), explore.WithoutReplayCheck())
			bound := 1 / float64(len(c.threads))
			for range c.depth - 1 {
				bound /= float64(r.Decisions.Max)
			}
			if got := failing(r); got < bound {
				t.Errorf("%.2g of the runs fail; the paper guarantees %.2g", got, bound)
			}
			if c.depth > 1 {
				other := exploretest.Search(t, e, explore.WithStrategy(sample.PCT(c.depth-1)), explore.WithRuns(5000), explore.WithoutReplayCheck())
				if failing(other) >= failing(r)/2 {
					t.Errorf("with one change less, %.2g of the runs fail, and %.2g with it: the changes do nothing", failing(other), failing(r))
				}
			}
		})
	}
}

// One thread's only racing step comes late: a random walk hardly ever delays the
// other thread until then, partial order sampling does with 1/(n+2).
func TestPOSFindsLateRaces(t *testing.T) {
	e := &straight{
		threads: []thread{{name: "a", steps: append(steps(12, "l"), "x")}, {name: "b", steps: []string{"x"}}},
		fails:   func(o []string) bool { return before(o, "a.13", "b.1") },
		show:    func([]string) string { return "" },
	}
	options := []explore.Option{explore.WithRuns(5000), explore.WithoutReplayCheck()}
	if got := failing(exploretest.Search(t, e, append(options, explore.WithStrategy(sample.POS()))...)); got < 1./15 || got > 1./13 {
		t.Errorf("pos: %.4f of the runs have the late order, want 1/14", got)
	}
	if got := failing(exploretest.Search(t, e, append(options, explore.WithStrategy(sample.Random()))...)); got > 0.001 {
		t.Errorf("random: %.4f of the runs have the late order, want 1/8192", got)
	}
	// If all steps race, priorities are fresh at each decision: a random walk.
	e.threads = []thread{{name: "a", steps: steps(4, "x")}, {name: "b", steps: steps(4, "x")}}
	e.fails = func(o []string) bool { return before(o, "a.4", "b.1") }
	if got := failing(exploretest.Search(t, e, append(options, explore.WithStrategy(sample.POS()))...)); got < 1./18 || got > 1./14 {
		t.Errorf("pos, everything racing: %.4f of the runs begin with a alone, want 1/16", got)
	}
}

// Without footprints, steps that wait for different things do not race.
func TestPOSWithoutFootprints(t *testing.T) {
	e := &straight{
		threads: []thread{{name: "a", steps: append(steps(12, "l"), "x")}, {name: "b", steps: []string{"x"}}},
		fails:   func(o []string) bool { return before(o, "a.13", "b.1") },
		show:    func([]string) string { return "" },
		blind:   true,
	}
	if got := failing(exploretest.Search(t, e, explore.WithStrategy(sample.POS()), explore.WithRuns(5000), explore.WithoutReplayCheck())); got < 1./16 {
		t.Errorf("%.4f of the runs have the late order, want about 1/14", got)
	}
}

// Every run that a sampler makes is a run of the program: replaying its schedule
// gives the same events.
func TestDrawnRunsReplay(t *testing.T) {
	for _, policy := range []order.Policy{order.AnyReady, order.SameInstant, order.Jitter(time.Second)} {
		engine := sim.Engine(exploretest.Busy(), sim.WithPolicy(policy))
		again := engine.Runner()
		for _, s := range samplers() {
			runs, different := 0, map[trace.Hash]bool{}
			for run := range explore.All(engine, explore.WithStrategy(s), explore.WithRuns(60)) {
				runs++
				different[run.Hash] = true
				replayed := again.Run(order.Replay(run.Schedule()), trace.Order)
				if replayed.Hash != run.Hash || errors.Is(replayed.Err, order.ErrScheduleMismatch) {
					t.Fatalf("%s under %s: the schedule %s gives another run: %v", s, policy, run.Schedule(), replayed.Err)
				}
			}
			if runs != 60 || len(different) < 10 {
				t.Errorf("%s under %s: %d runs, %d different", s, policy, runs, len(different))
			}
		}
		again.Close()
	}
}

// What a sampler finds depends neither on the number of workers nor on where it
// was stopped in between.
func TestSamplersLearnAlike(t *testing.T) {
	const runs = 345 // the fifth round begins at 337
	for _, s := range append(samplers(), explore.Auto()) {
		t.Run(s.String(), func(t *testing.T) {
			engine := sim.Engine(exploretest.Busy())
			options := []explore.Option{explore.WithStrategy(s), explore.WithRuns(runs), explore.WithSeed(7), explore.WithoutReplayCheck()}
			want := exploretest.Search(t, engine, append(options, explore.WithWorkers(1))...)
			if want.Runs != runs || len(want.Outcomes) < 5 {
				t.Fatalf("%d runs, %d outcomes: this program is too small for this test", want.Runs, len(want.Outcomes))
			}
			for _, workers := range []int{3} {
				exploretest.SameFindings(t, want, exploretest.Search(t, engine, append(options, explore.WithWorkers(workers))...), fmt.Sprint(workers, " workers"))
			}
			// Stopped within rounds, and at their ends.
			file := filepath.Join(t.TempDir(), "checkpoint")
			if s.String() != "auto" { // which would decide otherwise, given another limit
				for _, until := range []int{1, 9, 81, 300} {
					exploretest.Search(t, engine, append(options, explore.WithRuns(until), explore.WithCheckpoint(file))...)
				}
				exploretest.SameFindings(t, want, exploretest.Search(t, engine, append(options, explore.WithCheckpoint(file))...), "stopped by the limit and resumed")
			}
			// Interrupted between rounds, again and again.
			file = filepath.Join(t.TempDir(), "checkpoint")
			var got *explore.Report
			for range 20 {
				ctx, cancel := context.WithCancel(context.Background())
				r, err := explore.Search(ctx, engine, append(options, explore.WithCheckpoint(file), explore.WithProgress(func(explore.Progress) { cancel() }))...)
				cancel()
				if err != nil {
					t.Fatal(err)
				}
				if got = r; r.Runs == runs {
					break
				}
			}
			got.Stopped = want.Stopped // after the last round, it was interrupted again
			exploretest.SameFindings(t, want, got, "interrupted and resumed")
		})
	}
}

// A checkpoint that was damaged is refused, and not believed.
func TestDamagedProfilesAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "checkpoint")
	options := []explore.Option{explore.WithStrategy(sample.POS()), explore.WithCheckpoint(file)}
	exploretest.Search(t, sim.Engine(exploretest.Busy()), append(options, explore.WithRuns(20))...)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to string }{{`"above":0`, `"above":77777`}, {`"above":0`, `"above":-2`}, {`"next":20`, `"next":-20`}, {`"seen":1,`, `"seen":0,`}} {
		damaged := strings.Replace(string(whole), c.from, c.to, 1)
		if damaged == string(whole) {
			t.Fatalf("the checkpoint has no %s", c.from)
		}
		if err := os.WriteFile(file, []byte(damaged), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := explore.Search(context.Background(), sim.Engine(exploretest.Busy()), options...); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s instead of %s: %v", c.to, c.from, err)
		}
	}
}

// A task that waits for another one by yielding does not keep it from running.
func TestPCTIsFair(t *testing.T) {
	spin := sim.Main(func(ctx context.Context) error {
		done := sim.NewVar(ctx, "done", false)
		wait := func(ctx context.Context) error {
			for !done.Get() {
				sim.Yield(ctx)
			}
			return nil
		}
		work := func(ctx context.Context) error {
			for range 5 {
				sim.Yield(ctx)
			}
			done.Set(true)
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "wait", wait), sim.Go(ctx, "wait too", wait), sim.Go(ctx, "work", work)).Await(ctx)
		return err
	})
	r := exploretest.Search(t, sim.Engine(spin), explore.WithStrategy(sample.PCT(3)), explore.WithRuns(500))
	if r.Failed() || r.Decisions.Max > 400 {
		t.Errorf("%s, with up to %d decisions", r.Summary(), r.Decisions.Max)
	}
}

// What a program asks for is drawn by its weights, whatever decides the order.
func TestSamplersKeepWeights(t *testing.T) {
	flips := sim.Main(func(ctx context.Context) error {
		sim.Print(ctx, sim.Flip(ctx, "rare", 0.05), sim.Choose(ctx, "three", 1, 2, 3))
		return nil
	})
	for _, s := range samplers() {
		r := exploretest.Search(t, sim.Engine(flips), explore.WithStrategy(s), explore.WithRuns(1000), explore.WithoutReplayCheck())
		rare := 0
		for _, o := range r.Outcomes {
			if o.Text[0] == 't' {
				rare += o.Runs
			}
		}
		if len(r.Outcomes) != 6 || rare < 30 || rare > 75 {
			t.Errorf("%s: %d of 6 outcomes, %d of 1000 runs with what has a probability of 1/20", s, len(r.Outcomes), rare)
		}
	}
}

// The portfolio finds what its members find: late races, deep ones, and rare
// orders of accesses.
func TestPortfolioFindsWhatMembersFind(t *testing.T) {
	late := &straight{
		threads: []thread{{name: "a", steps: append(steps(12, "l"), "x")}, {name: "b", steps: []string{"x"}}},
		fails:   func(o []string) bool { return before(o, "a.13", "b.1") },
		show:    func([]string) string { return "" },
	}
	deep := &straight{
		threads: []thread{{name: "a", steps: steps(10, "x")}, {name: "b", steps: steps(10, "x")}},
		fails:   func(o []string) bool { return before(o, "a.5", "b.1", "b.10", "a.6") },
		show:    func([]string) string { return "" },
	}
	for name, e := range map[string]*straight{"late": late, "deep": deep} {
		options := []explore.Option{explore.WithRuns(2000), explore.WithoutReplayCheck()}
		r := exploretest.Search(t, e, append(options, explore.WithStrategy(sample.Portfolio()))...)
		walk := exploretest.Search(t, e, append(options, explore.WithStrategy(sample.Random()))...)
		if failing(walk) > 0.001 || failing(r) < 0.005 {
			t.Errorf("%s: %.4f of the runs fail, and %.4f of a random walk's", name, failing(r), failing(walk))
		}
	}
}

func TestPCTNeedsADepth(t *testing.T) {
	defer func() {
		if v := recover(); v != "sample: PCT was given the depth 0; it must be positive" {
			t.Errorf("PCT(0) panics with %v", v)
		}
	}()
	sample.PCT(0)
}
