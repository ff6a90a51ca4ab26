package bubble_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weft/sim/bubble"
)

var updateReports = flag.Bool("update", false, "write the goldens anew")

// reportedVariable names the test that a child is to run.
const reportedVariable = "BUBBLE_REPORTED"

func reportedCase(t *testing.T, check func(program func(t *bubble.T))) {
	program := reported[os.Getenv(reportedVariable)]
	if program == nil {
		t.Skip("for TestReports")
	}
	check(program)
}

// The whole report of tests that fail with default settings: what is wrong in one sentence,
// where, who was in it, why, and how to see it again.
func TestReports(t *testing.T) {
	controlled(t)
	if !bubble.WatchesMemory() {
		t.Skip("where memory is not watched, other things are points")
	}
	var names []string
	for name := range reported {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			text, passed := runChild(t, "TestReported", []string{reportedVariable + "=" + name, "LC_ALL=C.UTF-8"})
			if passed {
				t.Fatalf("it passed:\n%s", text)
			}
			got := reportIn(text)
			file := filepath.Join("testdata", "reports", name+".txt")
			if *updateReports {
				if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; run the test with -update", err)
			}
			if got != string(want) {
				t.Errorf("other than %s; -update writes it anew. Got\n%s", file, got)
			}
		})
	}
}

// reportIn cuts the report out of what a child has written, with the command by which the
// tests were started as Go's users have it.
func reportIn(text string) string {
	_, text, _ = strings.Cut(text, "FAILS: ")
	text, _, _ = strings.Cut(text, "\n--- FAIL")
	text = regexp.MustCompile(`(again    |eval "\$\()\S.*? (test|overlay)`).ReplaceAllString(text, "${1}weft $2")
	var b strings.Builder
	b.WriteString("FAILS: ")
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(strings.TrimPrefix(line, "        "), " \n") + "\n")
	}
	return b.String()
}
