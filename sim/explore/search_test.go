package explore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

func TestWitnessIsTheSimplestOrder(t *testing.T) {
	for _, s := range []search.Strategy{walk.Exhaustive(), walk.Bounded(-1), sample.Random()} {
		r := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(3, 1)), explore.WithStrategy(s), explore.WithRuns(1000))
		var got []string
		for _, o := range r.Outcomes {
			got = append(got, strings.Join(strings.Fields(o.Text), "")+" "+o.Witness.String())
		}
		want := []string{
			"012 w1", "102 w1,timer:s0.1=s1.1", "201 w1,timer:s0.1=s2.1", "021 w1,timer:s1.1=s2.1",
			"120 w1,timer:s0.1=s1.1,timer:s0.1=s2.1", "210 w1,timer:s0.1=s2.1,timer:s0.1=s1.1",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
		for _, o := range r.Outcomes {
			again := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(3, 1)), explore.WithStrategy(explore.Replay(o.Witness)))
			if len(again.Outcomes) != 1 || again.Outcomes[0].Text != o.Text {
				t.Errorf("the witness %s does not give its outcome %q", o.Witness, o.Text)
			}
		}
	}
}

func TestBudgetEndsASearchAndSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		strategy search.Strategy
		runs     int
		verdict  string
	}{
		"exhaustive": {walk.Exhaustive(), 100, "not all orders explored: stopped after 100 runs, the limit"},
		"bounded":    {walk.Bounded(-1), 13, "all orders with at most 1 switch explored: 13; stopped after 13 runs, the limit"},
		"random":     {sample.Random(), 100, "100 runs sampled of ≈576 orders, 100 distinct"},
	} {
		t.Run(name, func(t *testing.T) {
			r := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(4, 2)), explore.WithStrategy(c.strategy), explore.WithRuns(c.runs))
			if r.Runs != c.runs || r.Stopped != search.RunsSpent && name != "random" {
				t.Errorf("%d runs, stopped by %q", r.Runs, r.Stopped)
			}
			if r.Coverage.Complete() {
				t.Errorf("%v claims to be complete", r.Coverage)
			}
			if got := r.Verdict(); name != "random" && !strings.HasPrefix(got, c.verdict) {
				t.Errorf("verdict %q, want %q", got, c.verdict)
			}
		})
	}
	// The limit is just reached: that is all.
	r := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(4, 1)), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(24))
	if !r.Coverage.Complete() || r.Verdict() != "all 24 orders explored" {
		t.Errorf("a budget of just as many runs as there are orders: %s", r.Verdict())
	}
}

func TestWorkersDoNotMatter(t *testing.T) {
	for _, s := range []search.Strategy{walk.Exhaustive(), walk.Bounded(-1), walk.Bounded(2), sample.Random(), explore.Default()} {
		for _, runs := range []int{1, 7, 300, 2000} {
			want := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(4, 2)), explore.WithStrategy(s), explore.WithRuns(runs), explore.WithWorkers(1))
			for _, workers := range []int{2, 3, 8} {
				got := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(4, 2)), explore.WithStrategy(s), explore.WithRuns(runs), explore.WithWorkers(workers))
				exploretest.SameFindings(t, want, got, fmt.Sprintf("%s, %d runs, %d workers", s, runs, workers))
			}
		}
	}
}

func TestInterruptedSearchReportsWhatItFound(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, err := explore.Search(ctx, exploretest.SameInstant(exploretest.Sleepers(6, 2)), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1<<40),
		explore.WithProgress(func(p explore.Progress) {
			if p.Runs > 3000 {
				cancel()
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	if r.Stopped != search.Interrupted || r.Runs <= 3000 || r.Coverage.Complete() || !strings.Contains(r.Verdict(), "interrupted") {
		t.Errorf("after %d runs: %s", r.Runs, r.Verdict())
	}
	if r, err := explore.Search(ctx, exploretest.SameInstant(exploretest.Sleepers(2, 1))); err != nil || r.Runs != 0 || r.Coverage.Complete() {
		t.Errorf("cancelled from the start: %d runs, %v, error %v", r.Runs, r.Coverage, err)
	}
}

// An exploration that is stopped at any point and goes on finds what one finds that
// was never stopped.
func TestResumedSearchFindsTheSame(t *testing.T) {
	runs, middle := 7000, 3000
	if testing.Short() {
		runs, middle = 700, 300
	}
	for _, s := range []search.Strategy{walk.Exhaustive(), walk.Bounded(-1), walk.Bounded(3), sample.Random()} {
		t.Run(s.String(), func(t *testing.T) {
			options := func(more ...explore.Option) []explore.Option {
				return append([]explore.Option{explore.WithStrategy(s), explore.WithRuns(runs), explore.WithSeed(3)}, more...)
			}
			want := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(5, 2)), options()...)
			for _, after := range []int{1, middle} {
				file := filepath.Join(t.TempDir(), "checkpoint")
				ctx, cancel := context.WithCancel(context.Background())
				part, err := explore.Search(ctx, exploretest.SameInstant(exploretest.Sleepers(5, 2)), options(explore.WithCheckpoint(file), explore.WithProgress(func(p explore.Progress) {
					if p.Runs > after {
						cancel()
					}
				}))...)
				if err != nil {
					t.Fatal(err)
				}
				if after > 1 && part.Stopped == search.Through {
					continue // it had no more to do
				}
				if part.Stopped != search.Interrupted {
					t.Fatalf("not interrupted after %d runs: %s", after, part.Verdict())
				}
				got := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(5, 2)), options(explore.WithCheckpoint(file))...)
				exploretest.SameFindings(t, want, got, fmt.Sprintf("stopped after %d runs", part.Runs))
				if _, err := os.Stat(file); (err == nil) != (got.Stopped != search.Through) {
					t.Errorf("the exploration ended by %q; its checkpoint: %v", got.Stopped, err)
				}
			}
		})
	}
}

// A round that was cut short within a job is made again as a whole.
func TestResumedSearchAfterAnInterruptionInAJob(t *testing.T) {
	want := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(5, 2)), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(8_000))
	file := filepath.Join(t.TempDir(), "checkpoint")
	ctx, cancel := context.WithCancel(context.Background())
	inner := exploretest.Sleepers(5, 2)
	made := 0
	program := func(l *sim.Loop) error {
		if made++; made == 3333 {
			cancel()
		}
		return inner(l)
	}
	part, err := explore.Search(ctx, exploretest.SameInstant(program), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(8_000),
		explore.WithCheckpoint(file), explore.WithWorkers(1))
	if err != nil || part.Stopped != search.Interrupted {
		t.Fatalf("%s, %v", part.Verdict(), err)
	}
	got := exploretest.Search(t, exploretest.SameInstant(inner), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(8_000), explore.WithCheckpoint(file))
	exploretest.SameFindings(t, want, got, "stopped within a job")
}

// The estimate of a few runs costs less than they do, and that of many is what it would
// be without a stop after a few.
func TestEstimateGoesByHowManyRunsThereAre(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(5, 2))
	options := []explore.Option{explore.WithStrategy(sample.Random()), explore.WithCheckpoint(filepath.Join(t.TempDir(), "checkpoint"))}
	few := exploretest.Search(t, engine, append(options, explore.WithRuns(10))...)
	if few.Size.Probes != 5 {
		t.Errorf("10 runs: %d descents", few.Size.Probes)
	}
	got := exploretest.Search(t, engine, append(options, explore.WithRuns(1000))...)
	want := exploretest.Search(t, engine, explore.WithStrategy(sample.Random()), explore.WithRuns(1000))
	if want.Size.Probes != search.Probes {
		t.Errorf("1,000 runs: %d descents", want.Size.Probes)
	}
	if *got.Size != *want.Size || got.Runs != want.Runs || got.Traces != want.Traces {
		t.Errorf("stopped after 10 runs: %+v, %d runs, %d traces; want %+v, %d, %d",
			got.Size, got.Runs, got.Traces, want.Size, want.Runs, want.Traces)
	}
}

func TestCheckpointOfSomethingElseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "checkpoint")
	engine := exploretest.SameInstant(exploretest.Sleepers(5, 2))
	base := []explore.Option{explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(10), explore.WithCheckpoint(file)}
	exploretest.Search(t, engine, base...)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		engine  order.Engine
		content string
		options []explore.Option
		say     string
	}{
		"other strategy": {engine, string(good), []explore.Option{explore.WithStrategy(walk.Bounded(-1))}, "the strategy was"},
		"other seed":     {engine, string(good), []explore.Option{explore.WithSeed(9)}, "the seed was"},
		"other policy":   {sim.Engine(exploretest.Sleepers(5, 2)), string(good), nil, "the policy was"},
		"edited program": {exploretest.SameInstant(exploretest.Sleepers(4, 2)), string(good), nil, "another version of the program"},
		"no checkpoint":  {engine, "hello", nil, "is no checkpoint"},
		"newer format":   {engine, strings.Replace(string(good), `"weft_checkpoint":4`, `"weft_checkpoint":5`, 1), nil, "format 5"},
		"damaged":        {engine, strings.Replace(string(good), `"floor":`, `"floor":9`, 1), nil, "damaged"},
		"edited":         {engine, strings.Replace(string(good), `"runs":10`, `"runs":7`, 1), nil, "not as it was written"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := explore.Search(context.Background(), c.engine, slices.Concat(base, c.options)...)
			if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "remove") {
				t.Errorf("error %v, want one that says %q and what to do", err, c.say)
			}
			if left, _ := os.ReadFile(file); string(left) != c.content {
				t.Error("the file was changed")
			}
		})
	}
}

func TestAllGivesEveryRun(t *testing.T) {
	seen := map[string]bool{}
	for run := range explore.All(exploretest.SameInstant(exploretest.Sleepers(3, 1)), explore.WithStrategy(walk.Exhaustive()), explore.WithRecorded(trace.Full)) {
		seen[run.Schedule().String()] = true
		if len(run.Trace().Events) == 0 || run.Trace().Hash != run.Hash {
			t.Errorf("%s has a trace of %d events", run.Schedule(), len(run.Trace().Events))
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d runs, want 6: %v", len(seen), seen)
	}
	n := 0
	for range explore.All(exploretest.SameInstant(exploretest.Sleepers(6, 2)), explore.WithStrategy(walk.Exhaustive())) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d runs after a break at the third", n)
	}
}

func TestProgramThatIsNotRepeatable(t *testing.T) {
	made := 0
	counts := sim.Main(func(ctx context.Context) error {
		made++
		sim.Print(ctx, "run", made)
		return nil
	})
	r := exploretest.Search(t, sim.Engine(counts), explore.WithStrategy(walk.Exhaustive()), explore.WithWorkers(1))
	if r.Nondeterminism == nil || r.Coverage.Complete() || !r.Failed() {
		t.Fatalf("not noticed: %s", r.Verdict())
	}
	for _, part := range []string{"run 3", "kept from run to run"} {
		if !strings.Contains(r.Nondeterminism.Error(), part) {
			t.Errorf("%q is missing in %v", part, r.Nondeterminism)
		}
	}
	r = exploretest.Search(t, sim.Engine(counts), explore.WithWorkers(1), explore.WithoutReplayCheck())
	if r.Nondeterminism != nil || r.Rechecked != 0 {
		t.Errorf("looked for, although it was turned off: %v", r.Nondeterminism)
	}
}

func TestProgramWhoseDecisionsVary(t *testing.T) {
	made := 0
	program := func(l *sim.Loop) error {
		made++
		return exploretest.Sleepers(2+made%2, 2)(l)
	}
	r := exploretest.Search(t, exploretest.SameInstant(program), explore.WithStrategy(walk.Exhaustive()), explore.WithWorkers(1), explore.WithoutReplayCheck())
	if r.Nondeterminism == nil || r.Coverage.Complete() {
		t.Errorf("not noticed: %s", r.Verdict())
	}
}

func TestPanicOutsideTasksIsTheCallers(t *testing.T) {
	for _, workers := range []int{1, 2} {
		func() {
			defer func() {
				if v := recover(); v != "outside" {
					t.Errorf("%d workers: recovered %v", workers, v)
				}
			}()
			explore.Search(context.Background(), sim.Engine(func(*sim.Loop) error { panic("outside") }), explore.WithWorkers(workers))
		}()
	}
}

func TestOutcomeByFunction(t *testing.T) {
	r := exploretest.Search(t, exploretest.SameInstant(exploretest.Sleepers(3, 1)), explore.WithStrategy(walk.Exhaustive()),
		explore.WithOutcome(func(r *order.Run) string { return "last is " + r.Output[len(r.Output)-1].Text }))
	var got []string
	for _, o := range r.Outcomes {
		got = append(got, fmt.Sprintf("%s: %d", o.Text, o.Runs))
	}
	slices.Sort(got)
	if want := []string{"last is 0: 2", "last is 1: 2", "last is 2: 2"}; !slices.Equal(got, want) {
		t.Errorf("outcomes %q, want %q", got, want)
	}
}

func TestReplaySaysWhatDoesNotFit(t *testing.T) {
	schedule, err := order.ParseSchedule("w1,timer:s0.1=s7.1")
	if err != nil {
		t.Fatal(err)
	}
	for run := range explore.All(exploretest.SameInstant(exploretest.Sleepers(2, 1)), explore.WithStrategy(explore.Replay(schedule))) {
		if !errors.Is(run.Err, order.ErrScheduleMismatch) || !strings.Contains(run.Err.Error(), "wants s7.1") {
			t.Errorf("strict: %v", run.Err)
		}
	}
	for run := range explore.All(exploretest.SameInstant(exploretest.Sleepers(2, 1)), explore.WithStrategy(explore.ReplayLeniently(schedule))) {
		if run.Err != nil || len(run.Schedule()) != 0 {
			t.Errorf("lenient: %v, schedule %s", run.Err, run.Schedule())
		}
	}
}

// An exploration that was given up says in its verdict why.
func TestVerdictSaysWhy(t *testing.T) {
	r := exploretest.Search(t, exploretest.Main(func(ctx context.Context) error {
		sim.AllTasks(ctx) // which footprints do not show
		return sim.Yield(ctx)
	}), explore.WithStrategy(dpor.Optimal()))
	if r.Coverage.Why == "" || r.Verdict() != "not all orders explored: "+r.Coverage.Why {
		t.Errorf("%q; %q", r.Verdict(), r.Coverage.Why)
	}
}

// A checkpoint that has no end is not waited for.
func TestCheckpointThatHasNoEnd(t *testing.T) {
	for name, target := range map[string]string{"device": "/dev/zero", "folder": ".", "terminal": "/dev/tty"} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.Symlink(target, file); err != nil {
			t.Skip(err)
		}
		if _, err := os.Stat(file); err != nil {
			continue // there is none here
		}
		_, err := explore.Search(context.Background(), exploretest.SameInstant(exploretest.Sleepers(2, 1)), explore.WithCheckpoint(file))
		if err == nil || !strings.Contains(err.Error(), "is no regular file; name another one") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
