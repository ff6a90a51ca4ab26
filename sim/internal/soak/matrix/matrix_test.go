package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/internal/soak"
	"weft/sim/order"
)

// childVariable says what the process of TestSoak runs.
const childVariable = "SOAK_CHILD"

var children = map[string]func(ctx context.Context) error{
	"the same each time": func(ctx context.Context) error {
		sim.Print(ctx, sim.Choose(ctx, "n", 1, 2, 3))
		return nil
	},
	"by map order": func(ctx context.Context) error {
		many := map[int]bool{}
		for n := range 300 {
			many[n] = true
		}
		for n := range many {
			sim.Print(ctx, n)
		}
		return nil
	},
	"exits": func(context.Context) error {
		fmt.Fprintln(os.Stderr, "it is over")
		os.Exit(3)
		return nil
	},
	"hangs": func(context.Context) error {
		time.Sleep(time.Hour) // until it is told to say where it is
		return nil
	},
}

// TestSoak is the process that the tests below start.
func TestSoak(t *testing.T) {
	main := children[os.Getenv(childVariable)]
	if main == nil {
		t.Skip("for other tests")
	}
	soak.Serve(t, []soak.Subject{soak.Of(os.Getenv(childVariable), func() order.Engine { return sim.Engine(sim.Main(main)) })})
}

// batchOf is a batch of that program in this test binary.
func batchOf(t *testing.T, program string, by configuration) batch {
	t.Helper()
	t.Setenv(childVariable, program)
	binary, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	return batch{suite: suite{name: "tests", module: ".", folder: "."}, by: by, binary: binary, runs: 20, time: 50 * time.Millisecond}
}

var (
	warmly = configuration{"go1.26.8", watched, 2, 100, false}
	coldly = configuration{"go1.27.3", watched, 1, 1, true}
)

// A program that does not do the same twice is noticed, in one process and in several; one
// that does is not.
func TestMismatchIsNoticed(t *testing.T) {
	for program, differs := range map[string]bool{"the same each time": false, "by map order": true} {
		l := ledger{}
		var said strings.Builder
		out := func(text string) { said.WriteString(text) }
		// How many runs a process makes in its time is not certain, but that it makes one is:
		// the first process has the others something to compare with.
		if f := batchOf(t, program, warmly).do(l, out); f.runs == 0 || f.hangs+f.deaths > 0 {
			t.Errorf("%s, the first process: %+v\n%s", program, f, said.String())
		}
		for _, by := range []configuration{warmly, coldly} {
			f := batchOf(t, program, by).do(l, out)
			if f.runs == 0 || f.hangs+f.deaths > 0 || f.mismatches > 0 != differs {
				t.Errorf("%s, %v: %+v\n%s", program, by, f, said.String())
			}
		}
		if !differs {
			if said.Len() > 0 {
				t.Errorf("%s: said is %s", program, said.String())
			}
			continue
		}
		for _, want := range []string{
			"MISMATCH: tests, program by_map_order, seed ", "under " + warmly.String(), "under " + coldly.String(),
			"GOMAXPROCS=1 GOGC=1 ", "-test.run=^TestSoak$ ", "-soak.runs=1 ",
		} {
			if !strings.Contains(said.String(), want) {
				t.Errorf("%q is missing in\n%s", want, said.String())
			}
		}
	}
}

// So is one that does not come to its end.
func TestEndsAreNoticed(t *testing.T) {
	before := patience
	defer func() { patience = before }()
	for program, want := range map[string][]string{
		"exits": {"DIED: tests", "exit status 3", "last line: soak run 0 exits 0", "it is over"},
		"hangs": {"HANG: tests", "last line: soak run 0 hangs 0", "time.Sleep"},
	} {
		if program == "hangs" {
			patience = 3 * time.Second
		}
		var said strings.Builder
		f := batchOf(t, program, coldly).do(ledger{}, func(text string) { said.WriteString(text) })
		if f.hangs+f.deaths != 1 || f.mismatches > 0 || f.runs > 0 {
			t.Errorf("%s: %+v", program, f)
		}
		for _, want := range want {
			if !strings.Contains(said.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", program, want, said.String())
			}
		}
	}
}

// What differs is told from what may.
func TestLedger(t *testing.T) {
	racy := configuration{"go1.26.8", detected, 2, 100, false}
	r := run{suite: "s", program: "p", seed: 1}
	for _, test := range []struct {
		name    string
		a, b    said
		differs bool
	}{
		{"the same", said{warmly, "", order.Finished, "1 2"}, said{coldly, "", order.Finished, "1 2"}, false},
		{"other events", said{warmly, "", order.Finished, "1 2"}, said{coldly, "", order.Finished, "3 2"}, true},
		{"other output", said{warmly, "", order.Finished, "1 2"}, said{coldly, "", order.Finished, "1 3"}, true},
		{"another end", said{warmly, "", order.Finished, "1 2"}, said{coldly, "", order.Raced, "1 2"}, true},
		{"a race that is told once", said{racy, "", order.Finished, "1 2"}, said{coldly, "", order.Raced, "1 2"}, false},
		{"a race with another output", said{racy, "", order.Finished, "1 2"}, said{coldly, "", order.Raced, "1 3"}, true},
		{"another end under the race detector", said{racy, "", order.Finished, "1 2"}, said{coldly, "", order.Panicked, "1 2"}, true},
	} {
		l := ledger{}
		if l.enter(r, test.a) != "" {
			t.Errorf("%s: the first one differs", test.name)
		}
		if differs := l.enter(r, test.b) != ""; differs != test.differs {
			t.Errorf("%s: differs is %v", test.name, differs)
		}
	}
}

// Every configuration comes once, with both versions of Go, and each suite is built.
func TestConfigurations(t *testing.T) {
	all := configurations([]string{"a", "b"})
	seen := map[string]bool{}
	for _, c := range all {
		seen[c.String()] = true
	}
	if want := 2 * 3 * 3 * 2 * 2; len(all) != want || len(seen) != want {
		t.Errorf("%d configurations, %d different ones, want %d", len(all), len(seen), want)
	}
	found, err := os.ReadDir("../../../../" + librariesFolder)
	if err != nil || len(found) == 0 {
		t.Errorf("the libraries are %v (%v)", found, err)
	}
}

// What a check has found is the same if only the time that it took differs.
func TestPartOf(t *testing.T) {
	dir := t.TempDir()
	texts := map[uint64]string{}
	for n, seed := range []uint64{1, 1, 2} {
		engine := sim.Engine(sim.Main(children["the same each time"]), sim.WithProgram("p"))
		part, err := explore.SearchPart(t.Context(), engine, explore.WithStrategy(sample.Random()), explore.WithRuns(7), explore.WithSeed(seed))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprint(n))
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.WriteTo(f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		found, err := partOf(file)
		if err != nil || found.program != "p under any-ready" || found.runs != 7 || len(found.traces) < 20 {
			t.Errorf("%+v (%v)", found, err)
		}
		text := found.text + found.traces
		if before, ok := texts[seed]; ok && before != text {
			t.Errorf("seed %d: %s\nand before\n%s", seed, text, before)
		}
		texts[seed] = text
	}
	if texts[1] == texts[2] {
		t.Error("two seeds have found the same")
	}
}
