package scenarios_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/order"
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
		if _, err := os.Stat(fileOf(s)); err != nil {
			t.Errorf("%s: %v; the program stands in the file of its name, or of the race that it repairs", s.Name, err)
		}
	}
	if _, ok := scenarios.Find("no-such-thing"); ok {
		t.Error("Find found a scenario that is not there")
	}
}

// TestDocListsTheGallery: the package comment is the gallery's table of
// contents, in the same order.
func TestDocListsTheGallery(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var listed, want []string
	for _, item := range regexp.MustCompile(`(?m)^//   - ([a-z0-9-]+):`).FindAllStringSubmatch(string(doc), -1) {
		listed = append(listed, item[1])
	}
	for _, s := range scenarios.All() {
		want = append(want, s.Name)
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("doc.go lists other scenarios (-gallery +doc.go):\n%s", diff)
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

// TestScenarios runs every scenario in the default order: its claim holds, what
// it shows is what its golden file holds, and a second run is equal to the
// first, event for event.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			o := run(s, sim.WithRecording(trace.Order))
			if err := s.Check(o); err != nil {
				t.Error(err)
			}
			golden(t, s.Name, shown(o))
			again := run(s, sim.WithRecording(trace.Order))
			if o.Trace.Hash != again.Trace.Hash {
				t.Errorf("two runs differ: hashes %v and %v", o.Trace.Hash, again.Trace.Hash)
			}
			if o.Trace.Program != s.Name {
				t.Errorf("the trace is of program %q", o.Trace.Program)
			}

			// A check that accepts any run checks nothing.
			if s.Check(&sim.Outcome{}) == nil {
				t.Error("the check accepts a run that did nothing")
			}
			o.Err, o.End = io.ErrUnexpectedEOF, order.Failed
			if s.Check(o) == nil {
				t.Error("the check accepts a run that failed")
			}
		})
	}
}

// TestClaimsInAnyOrder checks the claims that say so in other orders too, each
// of them twice.
func TestClaimsInAnyOrder(t *testing.T) {
	for _, s := range scenarios.All() {
		if !s.AnyOrder {
			continue
		}
		for _, policy := range []order.Policy{order.SameInstant, order.AnyReady} {
			seeds := uint64(4)
			if s.Name == "ten-thousand" {
				// The cost of a decision grows with the number of alternatives.
				if policy == order.AnyReady {
					continue
				}
				seeds = 1
			}
			t.Run(s.Name+"/"+policy.String(), func(t *testing.T) {
				for seed := range seeds {
					checkOrder(t, s, policy, seed)
				}
			})
		}
	}
}

func checkOrder(t *testing.T, s scenarios.Scenario, policy order.Policy, seed uint64) {
	t.Helper()
	options := []sim.Option{sim.WithPolicy(policy), sim.WithSeed(seed), sim.WithRecording(trace.Order)}
	o := run(s, options...)
	if err := s.Check(o); err != nil {
		t.Errorf("seed %d, schedule %v: %v", seed, o.Schedule, err)
	}
	if again := run(s, options...); o.Trace.Hash != again.Trace.Hash {
		t.Errorf("seed %d: two runs differ: hashes %v and %v", seed, o.Trace.Hash, again.Trace.Hash)
	}
}

// TestNotLostUnderAnyPolicy: the promise does not depend on the policy at all.
func TestNotLostUnderAnyPolicy(t *testing.T) {
	s, _ := scenarios.Find("not-lost")
	for _, policy := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady, order.Jitter(0), order.Jitter(time.Second)} {
		for seed := range uint64(10) {
			checkOrder(t, s, policy, seed)
		}
	}
}

// TestOrdersDiffer: the other orders are really tried.
func TestOrdersDiffer(t *testing.T) {
	s, _ := scenarios.Find("hello")
	first := map[string]bool{}
	for seed := range uint64(20) {
		first[run(s, sim.WithSeed(seed)).Output[0].Text] = true
	}
	if len(first) != 2 {
		t.Errorf("of 20 seeds, the first greeting was always one of %v", first)
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

// TestHelloHasTenTransfers: a drawing of who has control has ten numbered
// arrows, the seventh and ninth of which may be swapped.
func TestHelloHasTenTransfers(t *testing.T) {
	s, _ := scenarios.Find("hello")
	o := run(s, sim.WithRecording(trace.Full))
	var got [][2]string
	for _, x := range trace.Transfers(o.Trace) {
		got = append(got, [2]string{x.From, x.To})
	}
	want := [][2]string{
		{trace.Loop, "say1"}, {"say1", "say1"}, {"say1", trace.Loop},
		{trace.Loop, "say2"}, {"say2", "say2"}, {"say2", trace.Loop},
		{trace.Loop, "say1"}, {"say1", trace.Loop},
		{trace.Loop, "say2"}, {"say2", trace.Loop},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transfers (-want +got):\n%s", diff)
	}
	swaps := trace.Swaps(o.Trace)
	if len(swaps) != 1 || !slices.Equal(swaps[0].Transfers, []int{7, 9}) {
		t.Errorf("swaps %v, want one of 7 and 9", swaps)
	}
}
