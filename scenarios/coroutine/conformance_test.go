package coroutine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios"
	"weft/scenarios/internal/scenariotest"
	"weft/sim"
	"weft/trace"
)

// line is a line of output, of CPython's asyncio or of a scenario.
type line struct {
	At   time.Duration `json:"t_ns"`
	Task string        `json:"task"`
	Text string        `json:"msg"`
}

// asyncio returns what CPython printed for a program of the conformance corpus,
// and when it ended; the README beside the corpus says how that was found out.
func asyncio(t *testing.T, name string) (lines []line, end time.Duration) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "sim", "testdata", "conformance", "seed", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Expect struct {
			Log []line
			End time.Duration `json:"end_ns"`
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return file.Expect.Log, file.Expect.End
}

var timeOfDay = regexp.MustCompile(` at \d\d:\d\d:\d\d$`)

// TestAgainstAsyncio compares scenarios with what CPython prints for the same
// programs: the same lines, by the same tasks, in the same order, at the same
// times.
func TestAgainstAsyncio(t *testing.T) {
	for _, test := range []struct {
		scenario, program string
		// slower is how many times as long the scenario's steps are.
		slower time.Duration
		// tasksOnly leaves out what is printed around the tasks.
		tasksOnly bool
	}{
		{"hello", "a_say", 1, false},
		{"hello", "a_say_gather", 1, false},
		{"say-after-tasks", "b_say_after_tasks", 1, false},
		{"say-after-awaits", "b_say_after_sequential", 1, false},
		{"evens-odds", "e_task1_task2", 1, false},
		{"evens-odds-loop", "d_evens_odds", 1, false},
		{"numbers-letters", "f_numbers_letters", 1, false},
		{"all-tasks", "g_all_tasks", 5, true},
	} {
		t.Run(test.scenario+"/"+test.program, func(t *testing.T) {
			var want, got []line
			lines, end := asyncio(t, test.program)
			for _, l := range lines {
				if !test.tasksOnly || l.Task != "main" {
					want = append(want, line{l.At * test.slower, l.Task, l.Text})
				}
			}
			s, ok := scenarios.Find(test.scenario)
			if !ok {
				t.Fatal("there is no such scenario")
			}
			o := scenariotest.Quiet(s)
			for _, l := range o.Output {
				if !test.tasksOnly || l.Task != "" {
					got = append(got, line{l.At, l.Task, timeOfDay.ReplaceAllString(l.Text, "")})
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("asyncio (-) and Weft (+) differ:\n%s", diff)
			}
			if o.Elapsed != end*test.slower {
				t.Errorf("asyncio ends at %v, Weft at %v", end*test.slower, o.Elapsed)
			}
		})
	}
}

// TestFibAgainstAsyncio compares the steps of fib's tree of tasks, all 176 tasks
// of it, with CPython's. There, every task says its name when it starts, and
// again with its parts when it goes on.
func TestFibAgainstAsyncio(t *testing.T) {
	var want, got []string
	lines, _ := asyncio(t, "c_fib10")
	for _, l := range lines {
		if name, _, _ := strings.Cut(l.Text, "="); l.Task != "main" {
			want = append(want, name)
		}
	}
	s, _ := scenarios.Find("fib")
	o := scenariotest.Quiet(s, sim.WithRecording(trace.Order))
	for _, e := range o.Trace.Events {
		if (e.Kind == trace.Start || e.Kind == trace.Resume) && e.Task != "main" && e.At == 0 {
			// A label is the way through the tree: fib(9)/fib(7)#2.
			name, _, _ := strings.Cut(e.Task[strings.LastIndex(e.Task, "/")+1:], "#")
			got = append(got, name)
		}
	}
	if len(want) < 176 {
		t.Fatalf("the corpus has %d steps only", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asyncio (-) and Weft (+) differ:\n%s", diff)
	}
}
