package bubble_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
)

var (
	tortureSeeds = flag.Int("torture.seeds", 20, "seeds of the torture tests")
	tortureRuns  = flag.Int("torture.runs", 3, "runs of each seed")
)

// seeded makes a run of the torture program.
func seeded(seed uint64) *order.Run {
	engine := bubble.Engine(torture)
	for run := range explore.All(engine, explore.WithStrategy(explore.Seed(seed)), explore.WithRecorded(trace.Order), explore.WithoutReplayCheck()) {
		return run
	}
	return nil
}

// said is what a run shows.
func said(r *order.Run) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.End, r.Summary, r.Elapsed)
	for _, line := range r.Output {
		fmt.Fprintln(&b, line.At, line.Text)
	}
	return b.String()
}

// A seed gives one run, however often it is made, and while the collector works.
func TestTorture(t *testing.T) {
	controlled(t)
	quit, collected := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(collected)
		for {
			select {
			case <-quit:
				return
			default:
				runtime.GC()
			}
		}
	}()
	defer func() { close(quit); <-collected }()
	for seed := range uint64(*tortureSeeds) {
		first := seeded(seed)
		if first.Failed() {
			t.Fatalf("seed %d: %v", seed, first.Err)
		}
		for n := 1; n < *tortureRuns; n++ {
			again := seeded(seed)
			if again.Hash == first.Hash && said(again) == said(first) {
				continue
			}
			t.Fatalf("seed %d, run %d: hash %v, and %v at first\n%v\nat first\n%s\nnow\n%s", seed, n+1,
				again.Hash, first.Hash, trace.Compare(first.Trace(), again.Trace(), trace.IgnoreHeader()), said(first), said(again))
		}
	}
}

// The child says in this variable which seeds to run, beginning with which.
const tortureChild = "WEFT_TEST_TORTURE"

// In another process, on more processors, with the collector at work all the time,
// first or last: the seed alone says what a run is.
func TestTortureProcesses(t *testing.T) {
	controlled(t)
	if os.Getenv(tortureChild) != "" {
		t.Skip("this is the child")
	}
	var first string
	for _, order := range []string{"up", "down"} { // each seed is cold in some process and warm in another
		for _, procs := range []string{"1", "2", "4"} {
			for _, gc := range []string{"1", "100"} {
				child := exec.Command(os.Args[0], "-test.run=^TestTortureChild$", "-test.v", fmt.Sprint("-torture.seeds=", *tortureSeeds))
				child.Env = append(os.Environ(), tortureChild+"="+order, "GOMAXPROCS="+procs, "GOGC="+gc)
				out, err := child.CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				lines := hashes(string(out), order == "down")
				if first == "" {
					first = lines
				}
				if n := strings.Count(lines, "\n"); n != *tortureSeeds {
					t.Fatalf("%d seeds were run, want %d\n%s", n, *tortureSeeds, out)
				}
				if lines != first {
					t.Errorf("order %s, GOMAXPROCS=%s, GOGC=%s:\n%swant\n%s", order, procs, gc, lines, first)
				}
			}
		}
	}
}

// hashes returns the lines in which the child says hashes, from the first seed on.
func hashes(out string, reversed bool) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		_, line, ok := strings.Cut(line, "torture seed ")
		switch {
		case ok && reversed:
			rest := b.String()
			b.Reset()
			b.WriteString(line + rest)
		case ok:
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestTortureChild(t *testing.T) {
	controlled(t)
	order := os.Getenv(tortureChild)
	if order == "" {
		t.Skip("TestTortureProcesses starts this in a process of its own")
	}
	for n := range *tortureSeeds {
		seed := n
		if order == "down" {
			seed = *tortureSeeds - 1 - n
		}
		run := seeded(uint64(seed))
		fmt.Printf("torture seed %d: %v %s %q\n", seed, run.Hash, run.End, said(run))
	}
}
