package scenarios_test

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
	"text/tabwriter"

	"weft/scenarios"
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

// controlled skips a test in a program that was built without the overlay.
func controlled(t *testing.T) {
	t.Helper()
	if !bubble.Controlled() {
		t.Skip("built without the overlay; run it with weft test")
	}
}

// searchGo explores a scenario in ordinary Go.
func searchGo(t *testing.T, s scenarios.GoScenario, strategy search.Strategy, runs int, options ...explore.Option) *explore.Report {
	t.Helper()
	options = append([]explore.Option{explore.WithStrategy(strategy), explore.WithRuns(runs)}, options...)
	r, err := explore.Search(t.Context(), s.Engine(), options...)
	if err != nil {
		t.Fatal(err)
	}
	if r.Nondeterminism != nil {
		t.Fatal(r.Nondeterminism)
	}
	return r
}

// unlessRacing skips a test that the race detector would end: TestGoDataRaces looks
// at those programs.
func unlessRacing(t *testing.T, s scenarios.GoScenario) {
	t.Helper()
	if s.DataRace && raceDetector {
		t.Skip("the race detector finds it at once; see TestGoDataRaces")
	}
}

func TestGoGallery(t *testing.T) {
	all := scenarios.GoScenarios()
	names := map[string]bool{}
	for i, s := range all {
		if names[s.Name] {
			t.Errorf("two scenarios are called %s", s.Name)
		}
		names[s.Name] = true
		if !strings.HasPrefix(s.Name, "go/") {
			t.Errorf("%s does not begin with go/", s.Name)
		}
		for field, text := range map[string]string{"title": s.Title, "story": s.Story} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: the %s is %q", s.Name, field, text)
			}
		}
		if n := strings.Count(s.Story, ". ") + 1; n < 2 || n > 3 || !strings.HasSuffix(s.Story, ".") {
			t.Errorf("%s: the story has %d sentences; two or three can be read at a glance", s.Name, n)
		}
		if s.Program == nil {
			t.Errorf("%s lacks a program", s.Name)
		}
		if found, ok := scenarios.FindGo(s.Name); !ok || found.Title != s.Title {
			t.Errorf("FindGo(%q) = %q, %v", s.Name, found.Name, ok)
		}
		race := s.Fails != "" || s.DataRace
		switch {
		case race && s.Fixes != "":
			t.Errorf("%s repairs %s and fails", s.Name, s.Fixes)
		case race && (i+1 == len(all) || all[i+1].Fixes != s.Name || all[i+1].Name != s.Name+"-fixed"):
			t.Errorf("%s is not followed by its repair", s.Name)
		case s.Fixes != "" && (i == 0 || all[i-1].Name != s.Fixes):
			t.Errorf("%s does not follow %s, which it repairs", s.Name, s.Fixes)
		}
		file := strings.NewReplacer("/", "_", "-", "_").Replace(strings.TrimSuffix(s.Name, "-fixed")) + ".go"
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s: %v; the program stands in the file of its name, or of the race that it repairs", s.Name, err)
		}
	}
	if _, ok := scenarios.FindGo("go/no-such-thing"); ok {
		t.Error("FindGo found a scenario that is not there")
	}
	all[0] = scenarios.GoScenario{}
	if scenarios.GoScenarios()[0].Name == "" {
		t.Error("a change to what GoScenarios returned changed the gallery")
	}
}

// TestGoHello: two sleeps that end at one instant, and nothing else that is open.
func TestGoHello(t *testing.T) {
	controlled(t)
	s, _ := scenarios.FindGo("go/hello")
	r := searchGo(t, s, walk.Exhaustive(), 100)
	if r.Verdict() != "all 2 orders explored" || r.Policy != "same-instant" || len(r.Outcomes) != 2 {
		t.Fatalf("%s under %s, %d outcomes", r.Verdict(), r.Policy, len(r.Outcomes))
	}
	for i, want := range []string{"Hello 1!\nHello 2!\n", "Hello 2!\nHello 1!\n"} {
		if r.Outcomes[i].Text != want {
			t.Errorf("outcome %d is %q, want %q", i, r.Outcomes[i].Text, want)
		}
	}
}

// TestGoRaces: the default order of each race passes, another one is found that
// fails, and the smallest of these is what the golden file tells.
func TestGoRaces(t *testing.T) {
	controlled(t)
	for _, s := range scenarios.GoScenarios() {
		if s.Fails == "" {
			continue
		}
		t.Run(path.Base(s.Name), func(t *testing.T) {
			unlessRacing(t, s)
			if r := searchGo(t, s, explore.Default(), 1); r.Failed() {
				t.Errorf("the default order fails: %+v", r.Outcomes)
			}
			r := searchGo(t, s, sample.Random(), 2000, explore.WithStopAtFailure())
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
			golden(t, "go/"+path.Base(s.Name), b.String())
		})
	}
}

// TestGoRepairs: no order of a repair fails.
func TestGoRepairs(t *testing.T) {
	controlled(t)
	for _, s := range scenarios.GoScenarios() {
		if s.Fails != "" {
			continue
		}
		t.Run(path.Base(s.Name), func(t *testing.T) {
			unlessRacing(t, s)
			r := searchGo(t, s, walk.Exhaustive(), 5000)
			if r.Coverage.Kind != search.AllOrders {
				r = searchGo(t, s, sample.Random(), 2000)
			}
			t.Logf("%s, %s", r.Verdict(), r.Summary())
			if r.Failed() {
				t.Errorf("%+v", r.Failure())
			}
		})
	}
}

// dataRaceVariable tells this test's own program which scenario to run.
const dataRaceVariable = "WEFT_TEST_DATA_RACE"

// TestGoDataRaces: with the race detector, a program that has a data race does not
// come to a good end; it runs in a process of
// its own.
func TestGoDataRaces(t *testing.T) {
	controlled(t)
	if s, ok := scenarios.FindGo(os.Getenv(dataRaceVariable)); ok {
		searchGo(t, s, explore.Default(), 1)
		return
	}
	if !raceDetector {
		t.Skip("data races are for the race detector; run it with weft test -race")
	}
	for _, s := range scenarios.GoScenarios() {
		if !s.DataRace {
			continue
		}
		t.Run(path.Base(s.Name), func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestGoDataRaces$")
			cmd.Env = append(os.Environ(), dataRaceVariable+"="+s.Name, "GORACE=")
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "WARNING: DATA RACE") {
				t.Errorf("the race detector says nothing: %v\n%s", err, out)
			}
		})
	}
}

// TestGoRunsToFailure counts how many runs each strategy makes until it meets the
// first failure, and shows them as a table under -v.
func TestGoRunsToFailure(t *testing.T) {
	controlled(t)
	strategies := []search.Strategy{sample.Random(), sample.PCT(3), sample.POS(), sample.SURW(), walk.Bounded(-1), dpor.Reduced()}
	const most, seed = 2000, 1
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "runs to the first failure\t")
	for _, strategy := range strategies {
		fmt.Fprintf(w, "%s\t", strategy)
	}
	fmt.Fprintln(w)
	for _, s := range scenarios.GoScenarios() {
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
func runsToFailure(s scenarios.GoScenario, strategy search.Strategy, most int, seed uint64) int {
	n := 0
	for run := range explore.All(s.Engine(), explore.WithStrategy(strategy), explore.WithRuns(most), explore.WithSeed(seed), explore.WithoutReplayCheck()) {
		n++
		if run.Failed() && run.End != order.Mismatched {
			return n
		}
	}
	return 0
}
