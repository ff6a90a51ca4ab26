package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios/goroutine"
	"weft/sim/bubble"
)

// controlled skips a test in a program that was built without the overlay: there,
// another weft would run the program (see TestSelf).
func controlled(t *testing.T) {
	t.Helper()
	if !bubble.Controlled() {
		t.Skip("built without the overlay; run it with weft test")
	}
}

func TestRunHelloInGo(t *testing.T) {
	controlled(t)
	got := fine(t, "run", "go/hello")
	golden(t, "go-hello.golden", got)
	contains(t, got, "program go/hello, policy same-instant, strategy default, ", "9 and 12 may be swapped", "To see all orders: weft explore go/hello\n")
	contains(t, fine(t, "run", "go/hello", "--policy", "fifo"), "policy fifo, schedule w1\n")
}

// TestRunSeedInGo: a seed is honoured, and its run is repeated by its schedule and by
// its file.
func TestRunSeedInGo(t *testing.T) {
	controlled(t)
	orders := map[string]bool{}
	for seed := range 10 {
		got := fine(t, "run", "go/hello", "--seed", fmt.Sprint(seed))
		contains(t, got, fmt.Sprintf("strategy random, seed %d, ", seed))
		line := final.FindStringSubmatch(got)
		if line == nil {
			t.Fatalf("no schedule in\n%s", got)
		}
		schedule := line[4]
		orders[schedule] = true
		repeated := fine(t, "run", "go/hello", "--schedule", schedule)
		if diff := cmp.Diff(withoutHeader(got), withoutHeader(repeated)); diff != "" {
			t.Errorf("schedule %s does not repeat seed %d (-seed +schedule):\n%s", schedule, seed, diff)
		}
		view := fine(t, "run", "go/hello", "--schedule", schedule, "--view", "log")
		again := fine(t, "replay", recorded(t, "go/hello", "--seed", fmt.Sprint(seed)), "--view", "log")
		if diff := cmp.Diff(withoutHeader(view), withoutHeader(again)); diff != "" {
			t.Errorf("its file does not repeat seed %d (-schedule +file):\n%s", seed, diff)
		}
	}
	if len(orders) != 2 {
		t.Errorf("ten seeds gave the schedules %v; want both orders of go/hello", orders)
	}
}

// TestRunFailsInGo: a run that fails says so, and with which status, whatever is shown
// of it.
func TestRunFailsInGo(t *testing.T) {
	controlled(t)
	for _, s := range goroutine.All() {
		if s.DataRace {
			continue // the race detector, if it is there, would end this test
		}
		t.Run(strings.TrimPrefix(s.Name, "go/"), func(t *testing.T) {
			if got := fine(t, "run", s.Name); !strings.HasPrefix(got, s.Name+": "+s.Title+"\n\n  ") {
				t.Errorf("the output does not begin with the name and the title:\n%.200s", got)
			}
			if s.Fails == "" {
				return
			}
			for seed := range 200 {
				args := []string{"run", s.Name, "--seed", fmt.Sprint(seed)}
				a := weft(args...)
				if a.status == exitOK {
					continue
				}
				line := final.FindStringSubmatch(a.out)
				if a.status != status(s.Fails) || line == nil || !strings.EqualFold(line[1], string(s.Fails)) {
					t.Errorf("seed %d: status %d, want %d; output\n%s", seed, a.status, status(s.Fails), a.out)
				}
				lacks(t, a.err, "bubble: ")
				file := filepath.Join(t.TempDir(), "run.jsonl")
				if b := weft(append(args, "-o", file)...); b.status != a.status || b.out != "" || !strings.HasSuffix(b.err, a.err) {
					t.Errorf("into a file: status %d, output %q, standard error\n%s\nwant %d, none and\n%s", b.status, b.out, b.err, a.status, a.err)
				}
				return
			}
			t.Error("no seed fails")
		})
	}
	a := weft("run", "go/hello", "--schedule", "w1,timer:greeter.2=nobody.1")
	if a.status != exitMismatch {
		t.Errorf("a schedule that does not fit: status %d, want %d", a.status, exitMismatch)
	}
	contains(t, a.err, "weft: the schedule does not fit the program", "nobody.1")
	contains(t, a.out, "Mismatch at ")
}
