package simtest_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

// stderrOf returns what is written to standard error meanwhile.
func stderrOf(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = w
	said := make(chan string)
	go func() {
		text, _ := io.ReadAll(r)
		said <- string(text)
	}()
	f()
	os.Stderr = before
	w.Close()
	return <-said
}

// In GitHub Actions, a failure is shown at the line of the source, and in the job's summary.
func TestGitHubActions(t *testing.T) {
	folder, err := os.Getwd() // where places without a folder are
	if err != nil {
		t.Fatal(err)
	}
	setFlag(t, "weft.nofailfile", "true")
	summary := filepath.Join(t.TempDir(), "summary.md")
	t.Setenv("GITHUB_WORKSPACE", filepath.Dir(filepath.Dir(folder)))
	t.Setenv("GITHUB_STEP_SUMMARY", summary)
	heads := func(t *simtest.T) {
		if sim.Choose(t.Context(), "coin", "head", "tail") == "tail" {
			t.Error("it is, alas, 100% tail: really")
		}
	}
	stuck := func(t *simtest.T) { sim.NewEvent(t.Context(), "never").Wait(t.Context()) }
	for _, c := range []struct {
		name, actions string
		program       func(*simtest.T)
		want          string
	}{
		{"what was said", "true", heads, "\n::error file=sim/simtest/" + colon(at(t, "github_test.go", "alas"), ",line=") +
			",title=TestCoins/a%2Cb%3A fails::" + at(t, "github_test.go", "alas") + ": it is, alas, 100%25 tail: really\n"},
		{"who hangs", "true", stuck, "\n::error file=sim/simtest/" + colon(at(t, "github_test.go", "stuck := "), ",line=") + ",title=TestCoins/a%2Cb%3A fails::deadlock: main has waited since 0s at simtest/" +
			at(t, "github_test.go", "stuck := ") + " for event never"},
		{"elsewhere", "", heads, ""},
		{"switched off", "false", heads, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			os.Remove(summary)
			t.Setenv("GITHUB_ACTIONS", c.actions)
			said := stderrOf(t, func() {
				watchHere(t, "TestCoins/a,b:", func(tb testing.TB) { simtest.Check(tb, c.program) })
			})
			text, _ := os.ReadFile(summary)
			if c.want == "" {
				if strings.Contains(said, "::error") || len(text) > 0 {
					t.Errorf("it says %q and writes %q", said, text)
				}
				return
			}
			if !strings.Contains(said, c.want) {
				t.Errorf("it says\n%s\nwant\n%s", said, c.want)
			}
			for _, part := range []string{"## TestCoins/a,b:\n\n### ", "```text\nFAILS: ", "```mermaid\nsequenceDiagram\n", "```sh\ngo test ./sim/simtest -run"} {
				if !strings.Contains(string(text), part) {
					t.Errorf("%q is missing in\n%s", part, text)
				}
			}
		})
	}
	t.Run("too long", func(t *testing.T) {
		t.Setenv("GITHUB_ACTIONS", "true")
		if err := os.WriteFile(summary, make([]byte, 1<<20), 0o666); err != nil {
			t.Fatal(err)
		}
		watchHere(t, "TestCoins", func(tb testing.TB) { simtest.Check(tb, heads) }).wants(t, true, "the summary of the job: ", "would be longer than 1048576 bytes")
	})
}

// colon puts other in the place of the colon before a line.
func colon(place, other string) string { return strings.Replace(place, ":", other, 1) }
