package goroutine_test

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"text/tabwriter"

	"weft/scenarios/goroutine"
	"weft/scenarios/internal/scenariotest"
	"weft/sim/bubble"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// needsOverlay skips a test in a program that was built without the overlay.
func needsOverlay(t *testing.T) {
	t.Helper()
	if !bubble.Controlled() {
		t.Skip("built without the overlay; run it with weft test")
	}
}

// skipDataRace skips a test that the race detector would end: TestDataRaces looks
// at those programs.
func skipDataRace(t *testing.T, s goroutine.Scenario) {
	t.Helper()
	if s.DataRace && raceDetector {
		t.Skip("the race detector finds it at once; see TestDataRaces")
	}
}

// TestHello: two sleeps that end at one instant, and nothing else that is open.
func TestHello(t *testing.T) {
	needsOverlay(t)
	s, _ := goroutine.Find("go/hello")
	r := scenariotest.Search(t, s.Engine(), walk.Exhaustive(), 100)
	if !strings.HasPrefix(r.Verdict(), "all 2 orders explored") || r.Policy != "same-instant" || len(r.Outcomes) != 2 {
		t.Fatalf("%s under %s, %d outcomes", r.Verdict(), r.Policy, len(r.Outcomes))
	}
	for i, want := range []string{"Hello 1!\nHello 2!\n", "Hello 2!\nHello 1!\n"} {
		if r.Outcomes[i].Text != want {
			t.Errorf("outcome %d is %q, want %q", i, r.Outcomes[i].Text, want)
		}
	}
}

// TestRaces: the default order of each race passes, another one is found that
// fails, and the smallest of these is what the golden file tells.
func TestRaces(t *testing.T) {
	needsOverlay(t)
	for _, s := range goroutine.All() {
		if s.Fails == "" {
			continue
		}
		t.Run(path.Base(s.Name), func(t *testing.T) {
			skipDataRace(t, s)
			if r := scenariotest.Search(t, s.Engine(), explore.Default(), 1); r.Failed() {
				t.Errorf("the default order fails: %+v", r.Outcomes)
			}
			r := scenariotest.Search(t, s.Engine(), sample.Random(), 2000, explore.WithStopAtFailure())
			for _, o := range r.Outcomes {
				if o.Failed && o.End != s.Fails {
					t.Errorf("a run ends as %s: %s", o.End, o.Text)
				}
			}
			found := r.Failure()
			if found == nil {
				t.Fatalf("%s, and none fails", r.Verdict())
			}
			small, err := explain.Shrink(t.Context(), s.Engine(), found.Witness)
			if err != nil {
				t.Fatal(err)
			}
			if !small.Minimal {
				t.Errorf("%v is perhaps not the smallest: %+v", small.Schedule, small)
			}
			failure, err := explain.Why(t.Context(), s.Engine(), small.Schedule, explore.WithRuns(100))
			if err != nil {
				t.Fatal(err)
			}
			if failure.Passing == nil {
				t.Error("there is no passing run beside it")
			}
			var b strings.Builder
			if err := failure.WriteText(&b, trace.ViewOptions{}); err != nil {
				t.Fatal(err)
			}
			scenariotest.Golden(t, path.Base(s.Name), b.String())
		})
	}
}

// TestRepairs: no order of a repair fails.
func TestRepairs(t *testing.T) {
	needsOverlay(t)
	for _, s := range goroutine.All() {
		if s.Fails != "" {
			continue
		}
		t.Run(path.Base(s.Name), func(t *testing.T) {
			skipDataRace(t, s)
			if s.DataRace && bubble.WatchesMemory() {
				t.Skip("every order fails; see TestDataRacesWithoutTheDetector")
			}
			r := scenariotest.Search(t, s.Engine(), walk.Exhaustive(), 5000)
			if r.Coverage.Kind != search.AllOrders {
				r = scenariotest.Search(t, s.Engine(), sample.Random(), 2000)
			}
			t.Logf("%s, %s", r.Verdict(), r.Summary())
			if r.Failed() {
				t.Errorf("%+v", r.Failure())
			}
		})
	}
}

// TestDataRacesWithoutTheDetector: a data race is found in each order, without the race
// detector, if that is what is wrong.
func TestDataRacesWithoutTheDetector(t *testing.T) {
	needsOverlay(t)
	if !bubble.WatchesMemory() {
		t.Skip("built so that runs do not see memory")
	}
	s, _ := goroutine.Find("go/map-concurrent-write")
	r := scenariotest.Search(t, s.Engine(), walk.Exhaustive(), 5000)
	if r.Coverage.Kind != search.AllOrders || len(r.Outcomes) == 0 {
		t.Fatalf("%s, %d outcomes", r.Verdict(), len(r.Outcomes))
	}
	for _, o := range r.Outcomes {
		if o.End != order.Raced || !strings.Contains(o.Text, "data race on votes: teller") || !strings.Contains(o.Text, "map_concurrent_write.go:41") {
			t.Errorf("an order ends as %s: %s", o.End, o.Text)
		}
	}
}

// dataRaceVariable tells this test's own program which scenario to run.
const dataRaceVariable = "WEFT_TEST_DATA_RACE"

// TestDataRaces: with the race detector, a program that has a data race does not
// come to a good end; it runs in a process of
// its own.
func TestDataRaces(t *testing.T) {
	needsOverlay(t)
	if s, ok := goroutine.Find(os.Getenv(dataRaceVariable)); ok {
		scenariotest.Search(t, s.Engine(), explore.Default(), 1)
		return
	}
	if !raceDetector {
		t.Skip("data races are for the race detector; run it with weft test -race")
	}
	for _, s := range goroutine.All() {
		if !s.DataRace {
			continue
		}
		t.Run(path.Base(s.Name), func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestDataRaces$")
			cmd.Env = append(os.Environ(), dataRaceVariable+"="+s.Name, "GORACE=")
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "WARNING: DATA RACE") {
				t.Errorf("the race detector says nothing: %v\n%s", err, out)
			}
		})
	}
}

// TestRunsToFailure counts how many runs each strategy makes until it meets the
// first failure, and shows them as a table under -v.
func TestRunsToFailure(t *testing.T) {
	needsOverlay(t)
	strategies := []search.Strategy{sample.Random(), sample.PCT(3), sample.POS(), sample.SURW(), walk.Bounded(-1), dpor.Reduced()}
	const most, seed = 2000, 1
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "runs to the first failure\t")
	for _, strategy := range strategies {
		fmt.Fprintf(w, "%s\t", strategy)
	}
	fmt.Fprintln(w)
	for _, s := range goroutine.All() {
		if s.Fails == "" || s.DataRace && raceDetector {
			continue
		}
		fmt.Fprintf(w, "%s\t", s.Name)
		for _, strategy := range strategies {
			n := runsToFailure(s, strategy, most, seed)
			if n == 0 {
				t.Errorf("%s: %d runs of %s, and none fails", s.Name, most, strategy)
			}
			fmt.Fprintf(w, "%d\t", n)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	t.Logf("seed %d\n%s", seed, table.String())
}

// runsToFailure returns the number of the first run that fails, or 0.
func runsToFailure(s goroutine.Scenario, strategy search.Strategy, most int, seed uint64) int {
	n := 0
	for run := range explore.All(s.Engine(), explore.WithStrategy(strategy), explore.WithRuns(most), explore.WithSeed(seed), explore.WithoutReplayCheck()) {
		n++
		if run.Failed() && run.End != order.Mismatched {
			return n
		}
	}
	return 0
}
