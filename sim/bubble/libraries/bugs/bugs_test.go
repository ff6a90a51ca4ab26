package bugs

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"weft/sim/bubble"
	"weft/sim/simtest"
)

var update = flag.Bool("update", false, "write the reports anew")

// bugVariable names the bug that a child is to run.
const bugVariable = "BUGS_BUG"

// TestBug fails on purpose, for TestBugs, which runs it.
func TestBug(t *testing.T) {
	for _, b := range bugs {
		if b.name == os.Getenv(bugVariable) {
			bubble.Check(t, b.program, simtest.WithoutFailFiles())
			return
		}
	}
	t.Skip("for TestBugs")
}

// Each bug is found with default settings, and its report is the one in testdata.
func TestBugs(t *testing.T) {
	if !bubble.Controlled() {
		t.Skip("the order of goroutines is not controlled; run it by the script in the folder above")
	}
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestBug$", "-test.v")
			cmd.Env = append(os.Environ(), bugVariable+"="+b.name, "LC_ALL=C.UTF-8", "GITHUB_ACTIONS=")
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatalf("it was not found:\n%s", out)
			}
			got := reportIn(string(out))
			file := filepath.Join("testdata", b.name+".txt")
			if *update {
				if err := os.MkdirAll("testdata", 0o777); err != nil {
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
