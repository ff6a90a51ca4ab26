package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/scenarios"
)

// The tests in this file say what the command should do and does not do yet.
// Whoever mends one of these takes out its Skip and moves the test to the others.

func TestUnknownCommandSuggests(t *testing.T) {
	t.Skip("open: no command is suggested")
	for typed, want := range map[string]string{"rn": "run", "lst": "list", "trce": "trace", "dif": "diff", "RUN": "run"} {
		for _, args := range [][]string{{typed}, {typed, "hello", "--view", "log"}} {
			a := weft(args...)
			if a.status != exitUsage || a.out != "" {
				t.Errorf("weft %q: status %d, output %q; want %d and none", args, a.status, a.out, exitUsage)
			}
			contains(t, a.err, fmt.Sprintf("unknown command %q", typed), "Did you mean", "\t"+want+"\n")
			if strings.HasSuffix(a.err, "\n\n") {
				t.Errorf("an empty line ends the message %q", a.err)
			}
		}
	}
	refuses(t, exitUsage, []string{"photographs"}, `unknown command "photographs"`)
}

// TestUnknownProgramSuggests: what is suggested is near, and it is not a list.
func TestUnknownProgramSuggests(t *testing.T) {
	t.Skip("open: the suggestions are not those of scenarios.Nearest")
	for _, typed := range []string{"servers", "thosand", "ten", "say_after_tasks", "evens", "even-odd", " good-bye "} {
		near := scenarios.Nearest(typed)
		if near != "" {
			refuses(t, exitUsage, []string{"run", typed}, fmt.Sprintf("no program %q", typed), "did you mean "+near+"?")
		}
	}
	for _, typed := range []string{"", " ", "xyz"} {
		refuses(t, exitUsage, []string{"run", typed}, "weft list")
		lacks(t, weft("run", typed).err, "did you mean")
	}
}

func TestUnknownViewSuggests(t *testing.T) {
	t.Skip("open: every word of three letters is near to log and svg")
	refuses(t, exitUsage, []string{"run", "hello", "--view", "lane"}, "did you mean lanes?")
	refuses(t, exitUsage, []string{"run", "hello", "--view", "json"}, "did you mean jsonl?")
	for _, typed := range []string{"png", "xyz", "pdf"} {
		lacks(t, weft("run", "hello", "--view", typed).err, "did you mean")
	}
}

// TestClaimsUnderJitter: a scenario whose AnyOrder is set claims nothing about
// jitter, which moves times.
func TestClaimsUnderJitter(t *testing.T) {
	t.Skip("open: claims are checked under jitter and do not hold")
	for _, name := range []string{"say-after-tasks", "downloads", "fire-and-forget-log", "cpu-bound", "callbacks"} {
		for seed := range 3 {
			args := []string{"run", name, "--policy", "jitter:5s", "--seed", fmt.Sprint(seed)}
			a := weft(args...)
			if a.status != exitOK {
				t.Errorf("weft %q: status %d", args, a.status)
			}
			lacks(t, a.out, "does not hold")
		}
	}
}

func TestStandardInputHasAName(t *testing.T) {
	t.Skip("open: an error in standard input does not say that it is there")
	run := recorded(t, "hello")
	bad := file(t, "bad.jsonl", "{\n")
	standardInput(t, bad)
	refuses(t, exitUsage, []string{"trace", "-"}, "standard input: ", "line 1")
	standardInput(t, bad)
	refuses(t, exitUsage, []string{"diff", run, "-"}, "standard input: ", "line 1")
	standardInput(t, run)
	refuses(t, exitUsage, []string{"diff", "-", "-"}, "standard input")
	lacks(t, weft("diff", "-", "-").err, "empty")
}

func TestDiffOntoFullDisk(t *testing.T) {
	t.Skip("open: weft diff does not notice that nothing was written")
	a, b := recorded(t, "hello"), recorded(t, "goodbye")
	for _, args := range [][]string{{"diff", a, a}, {"diff", a, b}} {
		var err bytes.Buffer
		if got := execute(args, console{Out: full{}, Err: &err}); got != exitUsage || !strings.Contains(err.String(), errFull.Error()) {
			t.Errorf("weft %q: status %d, %q; want %d and why", args, got, err.String(), exitUsage)
		}
	}
}

func TestEveryEndingIsInTheHelp(t *testing.T) {
	t.Skip("open: .md is not in the help of -o")
	words := strings.FieldsFunc(fine(t, "run", "--help"), func(r rune) bool { return strings.ContainsRune(" ()\n", r) })
	for ending := range viewByEnding {
		if !slices.Contains(words, ending) {
			t.Errorf("the help of -o does not speak of %s", ending)
		}
	}
}

// TestHelpOfTraceTellsStatus: all commands that can fail say with which status.
func TestHelpOfTraceTellsStatus(t *testing.T) {
	t.Skip("open: the help of weft trace does not speak of the exit status")
	contains(t, fine(t, "trace", "--help"), "exit status")
}
