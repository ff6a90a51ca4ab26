package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weft/scenarios"
)

func TestUnknownCommandSuggests(t *testing.T) {
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

// TestUnknownProgramSuggestsTheOtherKind: a program is found with a "go/" too much or
// too little, also if the other kind has one of nearly that name.
func TestUnknownProgramSuggestsTheOtherKind(t *testing.T) {
	for typed, want := range map[string]string{
		"go/philosophers": "philosophers",
		"go/fib":          "fib",
		"leaked-worker":   "go/leaked-worker",
		"go/helo":         "go/hello",
		"helo":            "hello",
	} {
		for _, command := range []string{"run", "explore", "replay", "shrink"} {
			refuses(t, exitUsage, []string{command, typed}, fmt.Sprintf("no program %q", typed), "did you mean "+want+"?")
		}
	}
}

func TestUnknownViewSuggests(t *testing.T) {
	refuses(t, exitUsage, []string{"run", "hello", "--view", "lane"}, "did you mean lanes?")
	refuses(t, exitUsage, []string{"run", "hello", "--view", "json"}, "did you mean jsonl?")
	for _, typed := range []string{"png", "xyz", "pdf"} {
		lacks(t, weft("run", "hello", "--view", typed).err, "did you mean")
	}
}

// TestClaimsUnderJitter: a scenario whose AnyOrder is set claims nothing about
// jitter, which moves times.
func TestClaimsUnderJitter(t *testing.T) {
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
	a, b := recorded(t, "hello"), recorded(t, "goodbye")
	for _, args := range [][]string{{"diff", a, a}, {"diff", a, b}} {
		var err bytes.Buffer
		if got := execute(context.Background(), args, console{Out: full{}, Err: &err}); got != exitUsage || !strings.Contains(err.String(), errFull.Error()) {
			t.Errorf("weft %q: status %d, %q; want %d and why", args, got, err.String(), exitUsage)
		}
	}
}

func TestEveryEndingIsInTheHelp(t *testing.T) {
	words := strings.FieldsFunc(fine(t, "run", "--help"), func(r rune) bool { return strings.ContainsRune(" ()\n", r) })
	for ending := range viewByEnding {
		if !slices.Contains(words, ending) {
			t.Errorf("the help of -o does not speak of %s", ending)
		}
	}
}

// TestHelpOfTraceTellsStatus: all commands that can fail say with which status.
func TestHelpOfTraceTellsStatus(t *testing.T) {
	contains(t, fine(t, "trace", "--help"), "exit status")
}
