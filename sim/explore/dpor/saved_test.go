package dpor_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/internal/toy"
	"weft/sim/order"
	"weft/trace"
)

// stopping is an engine that has an exploration interrupted while a certain run is on.
type stopping struct {
	order.Engine
	made, at atomic.Int64
	stop     func()
}

func (e *stopping) Runner() order.Runner { return &stoppingRunner{e.Engine.Runner(), e} }

type stoppingRunner struct {
	order.Runner
	e *stopping
}

func (r *stoppingRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	if r.e.made.Add(1) == r.e.at.Load() {
		r.e.stop()
	}
	return r.Runner.Run(strategy, level)
}

// inParts explores an engine, interrupted after every so many runs, and returns what is
// found in the end.
func inParts(t *testing.T, engine order.Engine, every int, options []explore.Option) *explore.Report {
	t.Helper()
	file := filepath.Join(t.TempDir(), "checkpoint")
	options = append([]explore.Option{explore.WithCheckpoint(file)}, options...)
	before := -1
	for {
		ctx, cancel := context.WithCancel(context.Background())
		e := &stopping{Engine: engine, stop: cancel}
		e.at.Store(int64(every))
		r, err := explore.Search(ctx, e, options...)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if r.Stopped != search.Interrupted {
			return r
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if now := len(text); now == before || every < 40 {
			every *= 2 // a round must fit between two interruptions
		} else {
			before = now
		}
	}
}

// Explorations that are interrupted during any run, or stopped by any limit, and go on
// find what one finds that goes through.
func TestReductionsGoOnWhereTheyWereStopped(t *testing.T) {
	type subject struct {
		name   string
		engine order.Engine
	}
	subjects := []subject{
		{"lastzero", sim.Engine(simLastzero(3))}, {"philosophers", sim.Engine(simPhilosophers(3))},
		{"cancelled wait", sim.Engine(simCancelledWait())},
	}
	random := rand.New(rand.NewPCG(5, 6))
	for _, sort := range toySorts {
		for n := 0; n < 1; {
			p := sort.draw(random)
			if traces, _, ok := toy.BruteForce(p, 3000); ok && len(traces) >= 15 && len(traces) <= 80 {
				n++
				subjects = append(subjects, subject{fmt.Sprint(sort.name, n), toy.NewEngine(p)})
			}
		}
	}
	for _, s := range reductions {
		learned, rounds := 0, 0
		t.Run(s.String(), func(t *testing.T) {
			for i, c := range subjects {
				options := []explore.Option{explore.WithStrategy(s), explore.WithWorkers(1 + random.IntN(3))}
				count := &stopping{Engine: c.engine}
				want := exploretest.Repeatable(t, count, append(options, explore.WithRuns(1_000_000))...)
				if want.Coverage.Kind != search.AllTraces {
					t.Fatalf("%s: %v", c.name, want.Coverage)
				}
				if strings.Contains(want.Coverage.Why, "learned") {
					learned++
				}
				step := int64(1) // for the first ones, every run
				switch {
				case testing.Short():
					step = 1 + count.made.Load()/3
				case i >= 3:
					step = 1 + count.made.Load()/10
				}
				for at := int64(1); at <= count.made.Load(); at += step {
					got := inParts(t, c.engine, int(at), append(options, explore.WithRuns(1_000_000)))
					exploretest.SameFindings(t, want, got, fmt.Sprintf("%s, interrupted during run %d", c.name, at))
				}
				for runs := 1; runs < want.Runs+want.Blocked; runs += int(step) {
					file := filepath.Join(t.TempDir(), "checkpoint")
					options := append([]explore.Option{explore.WithCheckpoint(file)}, options...)
					part := exploretest.Repeatable(t, c.engine, append(options, explore.WithRuns(runs))...)
					if part.Stopped != search.RunsSpent {
						continue
					}
					rounds++
					got := exploretest.Repeatable(t, c.engine, append(options, explore.WithRuns(1_000_000))...)
					exploretest.SameFindings(t, want, got, fmt.Sprintf("%s, with a limit of %d runs first", c.name, runs))
				}
				if t.Failed() {
					return
				}
			}
		})
		t.Logf("%s: %d programs, %d of them with footprints that were learned; %d times stopped by a limit", s, len(subjects), learned, rounds)
		if learned == 0 && s.String() != "sleepsets" || rounds == 0 {
			t.Errorf("%s: %d programs with footprints that were learned, %d stopped by a limit: too few to show anything", s, learned, rounds)
		}
	}
}

// Auto makes and saves the same reductions with a checkpoint as without.
func TestAutoGoesOnWithItsReduction(t *testing.T) {
	engine := sim.Engine(simLastzero(4))
	options := []explore.Option{explore.WithTracked(), explore.WithRuns(1000)}
	count := &stopping{Engine: engine}
	want := exploretest.Repeatable(t, count, options...)
	if !strings.Contains(want.Verdict(), "traces") {
		t.Fatalf("not reduced: %s", want.Verdict())
	}
	for at := 1; at <= int(count.made.Load()); at += 17 {
		exploretest.SameFindings(t, want, inParts(t, engine, at, options), fmt.Sprintf("interrupted during run %d", at))
	}
}

// A damaged state is refused, whatever is damaged.
func TestRestoreRefusesWhatDoesNotHoldTogether(t *testing.T) {
	for _, s := range reductions {
		x := search.New(sim.Engine(simLastzero(3)), s, search.Settings{Runs: 20, Workers: 1, Resumable: true})
		x.Explore(context.Background())
		x.Close()
		saved, err := x.Planner.Save()
		if err != nil {
			t.Fatal(err)
		}
		fresh := func() search.Planner {
			return search.New(sim.Engine(simLastzero(3)), s, search.Settings{Runs: 20, Workers: 1}).Planner
		}
		p := fresh()
		if err := p.Restore(saved); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if again, err := p.Save(); err != nil || string(again) != string(saved) {
			t.Errorf("%s: saved again it is another one (%v)\n%s\n%s", s, err, saved, again)
		}
		for _, edit := range [][2]string{
			{`"footprints":[`, `"footprints":[{"objects":[9999],"access":[1]},`}, {`"footprints":[`, `"footprints":[{"objects":[1]},`},
			{`"sleepers":[`, `"other":[`}, {`"names":[`, `"other":[`}, {`{`, `[`},
		} {
			damaged := strings.Replace(string(saved), edit[0], edit[1], 1)
			if err := fresh().Restore([]byte(damaged)); err == nil {
				t.Errorf("%s: taken although %q is now %q", s, edit[0], edit[1])
			}
		}
	}
}
