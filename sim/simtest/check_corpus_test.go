package simtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/simtest"
)

// counts are of the runs of dice: how many were made, and the number of the first one that
// failed.
type counts struct{ runs, failed atomic.Int64 }

// dice fails if all four show a six, unless that is repaired. If it was edited, a coin is
// tossed first by the name of the first of them.
func dice(made *counts, edited, repaired bool) func(t *simtest.T) {
	return func(t *simtest.T) {
		run := made.runs.Add(1)
		names := []string{"a", "b", "c", "d"}
		if edited {
			sim.Choose(t.Context(), "a", 1, 2)
		}
		sixes := 0
		for _, name := range names {
			if sim.Choose(t.Context(), name, 1, 2, 3, 4, 5, 6) == 6 {
				sixes++
			}
		}
		if sixes == len(names) && !repaired {
			made.failed.CompareAndSwap(0, run)
			t.Error("all sixes")
		}
		sim.Print(t.Context(), sixes, "sixes")
	}
}

// A failure that sampling finds once in a thousand runs is found by the first run the next
// time, with another seed and few runs; and so it is when the program was edited.
func TestCorpus(t *testing.T) {
	corpus := t.TempDir()
	t.Setenv("WEFT_CORPUS", corpus)
	var made counts
	check := func(edited, repaired bool, options ...explore.Option) func(tb testing.TB) {
		return func(tb testing.TB) {
			made.runs.Store(0)
			made.failed.Store(0)
			options := append([]explore.Option{explore.WithStrategy(sample.Random()), explore.WithWorkers(1), simtest.WithoutFailFiles()}, options...)
			simtest.Check(tb, dice(&made, edited, repaired), options...)
		}
	}
	found := watch(t, "TestDice", check(false, false, explore.WithRuns(100_000)))
	found.wants(t, true, "all sixes")
	found.lacks(t, "tried first")
	if n := made.failed.Load(); n < 200 {
		t.Fatalf("it is found in run %d, and is not rare", n)
	}
	files, err := filepath.Glob(filepath.Join(corpus, "*", "TestDice", "*.order"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the corpus holds %v (%v)", files, err)
	}

	t.Setenv("WEFT_RUNS", "10") // with -short as well
	few := []explore.Option{explore.WithSeed(5)}
	again := watchHere(t, "TestDice", check(false, false, few...))
	if n := made.failed.Load(); n != 1 {
		t.Errorf("it is found in run %d", n)
	}
	again.wants(t, true, "an order that failed before still fails; it is kept in the corpus, ", "all sixes", "no other failure beside what is kept: 10 runs")

	edited := watchHere(t, "TestDice", check(true, false, few...))
	edited.wants(t, true, "no longer fits the program: ", "An order near it fails, and is kept in its place", "all sixes")
	watchHere(t, "TestDice", check(true, false, few...)).wants(t, true, "an order that failed before still fails; it is kept in the corpus, ")

	repaired := watchHere(t, "TestDice", check(true, true, few...))
	repaired.wants(t, false, "tried first: ", "10 runs")

	// Without a corpus, it is as rare as before.
	t.Setenv("WEFT_CORPUS", "")
	watchHere(t, "TestDice", check(true, false, few...)).wants(t, false, "10 runs")
}

// What is rare and passes is tried as well, and reported when it fails.
func TestCorpusOfRareOutcomes(t *testing.T) {
	corpus := t.TempDir()
	t.Setenv("WEFT_CORPUS", corpus)
	var made counts
	check := func(repaired bool, runs string) func(tb testing.TB) {
		t.Setenv("WEFT_RUNS", runs) // with -short as well
		return func(tb testing.TB) {
			simtest.Check(tb, dice(&made, false, repaired), explore.WithStrategy(sample.Random()), explore.WithWorkers(1), simtest.WithoutFailFiles())
		}
	}
	watch(t, "TestDice", check(true, "20000")).wants(t, false, "20,000 runs")
	now := watchHere(t, "TestDice", check(false, "5"))
	now.wants(t, true, "an order that was rare before fails now", "all sixes")
	watchHere(t, "TestDice", check(false, "5")).wants(t, true, "an order that failed before still fails")
}

// What does not belong into a corpus is said with its place and left alone, and fails no test.
func TestCorpusWithOtherFiles(t *testing.T) {
	corpus := t.TempDir()
	t.Setenv("WEFT_CORPUS", corpus)
	repaired := true
	check := func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) }
	watch(t, "TestCoins", check).wants(t, false, "all 4 orders explored")
	folders, _ := filepath.Glob(filepath.Join(corpus, "*", "TestCoins"))
	if len(folders) != 1 {
		t.Fatalf("the corpus holds %v", folders)
	}
	damaged := filepath.Join(folders[0], "0123456789abcdef.order")
	if err := os.WriteFile(damaged, []byte("weft-corpus 1\nprogr"), 0o666); err != nil {
		t.Fatal(err)
	}
	watchHere(t, "TestCoins", check).wants(t, false, damaged+`: line 2: "progr" is unknown`, "it was left alone", "all 4 orders explored")
	if text, err := os.ReadFile(damaged); err != nil || !strings.HasSuffix(string(text), "progr") {
		t.Errorf("the file is %q (%v)", text, err)
	}
	// A corpus that cannot be is said, and no more.
	t.Setenv("WEFT_CORPUS", damaged)
	watchHere(t, "TestCoins", check).wants(t, false, "corpus: ", "all 4 orders explored")
}
