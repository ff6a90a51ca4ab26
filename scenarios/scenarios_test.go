package scenarios_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios"
	"weft/sim"
	"weft/trace"
)

var update = flag.Bool("update", false, "write the golden files anew")

// run runs a scenario quietly.
func run(s scenarios.Scenario, options ...sim.Option) *sim.Outcome {
	return s.Run(slices.Concat([]sim.Option{sim.WithOutput(io.Discard), sim.WithLog(io.Discard)}, options)...)
}

func TestGallery(t *testing.T) {
	names := map[string]bool{}
	topics := map[scenarios.Topic]bool{}
	last := scenarios.Topic("")
	for _, s := range scenarios.All() {
		if names[s.Name] {
			t.Errorf("two scenarios are called %s", s.Name)
		}
		names[s.Name] = true
		for field, text := range map[string]string{"name": s.Name, "title": s.Title, "topic": string(s.Topic), "story": s.Story, "claim": s.Claim} {
			if strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: the %s is %q", s.Name, field, text)
			}
		}
		if s.Program == nil || s.Check == nil {
			t.Errorf("%s lacks a program or a check", s.Name)
		}
		if n := strings.Count(s.Story, ". ") + 1; n < 2 || n > 3 || !strings.HasSuffix(s.Story, ".") {
			t.Errorf("%s: the story has %d sentences; two or three can be read at a glance", s.Name, n)
		}
		if s.Topic != last && topics[s.Topic] {
			t.Errorf("%s: the topic %q is in two pieces", s.Name, s.Topic)
		}
		topics[s.Topic], last = true, s.Topic
		if found, ok := scenarios.Find(s.Name); !ok || found.Name != s.Name {
			t.Errorf("Find(%q) = %q, %v", s.Name, found.Name, ok)
		}
		file := strings.ReplaceAll(s.Name, "-", "_") + ".go"
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s: %v; the program stands in the file of its name", s.Name, err)
		}
	}
	if _, ok := scenarios.Find("no-such-thing"); ok {
		t.Error("Find found a scenario that is not there")
	}
}

// TestAllIsACopy: a caller may sort or cut what All returns.
func TestAllIsACopy(t *testing.T) {
	first := scenarios.All()
	first[0] = scenarios.Scenario{}
	if scenarios.All()[0].Name == "" {
		t.Error("a change to what All returned changed the gallery")
	}
}

func TestClaims(t *testing.T) {
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			if err := s.Check(run(s)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestClaimsInAnyOrder checks the claims that say so in other orders too.
func TestClaimsInAnyOrder(t *testing.T) {
	const seeds = 8
	for _, s := range scenarios.All() {
		if !s.AnyOrder {
			continue
		}
		for _, policy := range []sim.Policy{sim.FIFO, sim.SameInstant, sim.AnyReady} {
			t.Run(s.Name+"/"+policy.String(), func(t *testing.T) {
				for seed := range uint64(seeds) {
					o := run(s, sim.WithPolicy(policy), sim.WithSeed(seed))
					if err := s.Check(o); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
				}
			})
		}
	}
}

// TestChecksRefuse: a check that accepts an empty run checks nothing.
func TestChecksRefuse(t *testing.T) {
	for _, s := range scenarios.All() {
		if s.Check(&sim.Outcome{}) == nil {
			t.Errorf("%s: the check accepts a run that did nothing", s.Name)
		}
		o := run(s)
		o.Err, o.End = io.ErrUnexpectedEOF, sim.Failed
		if s.Check(o) == nil {
			t.Errorf("%s: the check accepts a run that failed", s.Name)
		}
	}
}

// TestOutputs compares what a run shows, with its times, with a golden file.
func TestOutputs(t *testing.T) {
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			golden(t, s.Name, shown(run(s)))
		})
	}
}

// shown writes what a run shows to its user.
func shown(o *sim.Outcome) string {
	var b strings.Builder
	for _, line := range o.Output {
		task := line.Task
		if task == "" {
			task = "-"
		}
		fmt.Fprintf(&b, "%v  %s  %s\n", line.At, task, line.Text)
	}
	for _, r := range o.Reports {
		// Not its text, which names a line of the source.
		fmt.Fprintf(&b, "%v  report  %s: %s\n", r.At, r.Kind, r.Object)
	}
	fmt.Fprintf(&b, "%v  %s\n", o.Elapsed, o.End)
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test ./scenarios -update to write it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); look at it, and if it is right run go test ./scenarios -update\n%s", file, diff)
	}
}

// TestRunsAreTheSame: two runs of a scenario are equal, event for event.
func TestRunsAreTheSame(t *testing.T) {
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			for _, order := range [][]sim.Option{nil, {sim.WithSeed(7)}} {
				order = append(order, sim.WithRecording(trace.Full))
				first, second := run(s, order...), run(s, order...)
				if first.Trace.Hash != second.Trace.Hash {
					t.Errorf("hashes %v and %v", first.Trace.Hash, second.Trace.Hash)
				}
				if first.Trace.Program != s.Name {
					t.Errorf("the trace is of program %q", first.Trace.Program)
				}
			}
		})
	}
}

// TestHelloHasTenTransfers: the picture that teachers draw of it has ten arrows.
func TestHelloHasTenTransfers(t *testing.T) {
	s, _ := scenarios.Find("hello")
	o := run(s, sim.WithRecording(trace.Full))
	var got []string
	for _, x := range trace.Transfers(o.Trace) {
		got = append(got, x.Text)
	}
	want := []string{
		"the loop starts say1",
		"say1 starts its sleep of 1s",
		"control goes back to the loop",
		"the loop starts say2",
		"say2 starts its sleep of 1s",
		"control goes back to the loop",
		`the sleep is over: the loop resumes say1, which prints "Hello 1!"`,
		"say1 is finished; control goes back to the loop",
		`the sleep is over: the loop resumes say2, which prints "Hello 2!"`,
		"say2 is finished; control goes back to the loop",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transfers (-want +got):\n%s", diff)
	}
}
