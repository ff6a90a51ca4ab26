package main

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"weft/sim/order"
)

// ends holds every class of a run's end with its exit status, and the words
// with which the help describes it.
var ends = []struct {
	end    order.End
	status int
	help   string
}{
	{order.Finished, 0, "the run finished"},
	{order.Failed, 1, "the program failed"},
	{order.Deadlocked, 3, "deadlock"},
	{order.OutOfSteps, 4, "step limit"},
	{order.Panicked, 5, "panic"},
	{order.Exited, 6, "runtime.Goexit"},
	{order.Leaked, 7, "leaked tasks"},
	{order.Misused, 8, "misuse"},
	{order.Mismatched, 9, "schedule does not fit"},
	{order.Cancelled, 10, "cancelled"},
	{order.StuckEnd, 11, "never came back"},
	{order.Violated, 12, "invariant"},
	{order.Kept, 14, "what an earlier one left"},
	{order.Died, 15, "the process of a run ended"},
	{order.Spinning, 16, "only spin"},
	{order.Stalled, 17, "only timers"},
	{order.Raced, 18, "data race"},
}

func TestStatus(t *testing.T) {
	seen := map[int]order.End{}
	for _, test := range ends {
		got := status(test.end)
		if got != test.status {
			t.Errorf("status(%q) = %d, want %d", test.end, got, test.status)
		}
		if other, taken := seen[got]; taken {
			t.Errorf("%q and %q have the same status %d", test.end, other, got)
		}
		if got == exitUsage {
			t.Errorf("%q has status %d, which is for wrong usage", test.end, got)
		}
		seen[got] = test.end
	}
	if got := status("an end of a later version"); got != exitFailed {
		t.Errorf("the status of an unknown end is %d, want %d", got, exitFailed)
	}
}

// TestStatusKnowsEveryEnd reads package order, so that a new class of end is not
// forgotten here.
func TestStatusKnowsEveryEnd(t *testing.T) {
	files, err := filepath.Glob("../../sim/order/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources of package order: %v", err)
	}
	var declared []order.End
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, s := range group.Specs {
				constant := s.(*ast.ValueSpec)
				if kind, ok := constant.Type.(*ast.Ident); !ok || kind.Name != "End" {
					continue
				}
				for _, value := range constant.Values {
					text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					declared = append(declared, order.End(text))
				}
			}
		}
	}
	if len(declared) != len(ends) {
		t.Errorf("package order has %d classes of end, and this test knows %d", len(declared), len(ends))
	}
	for _, test := range ends {
		if !slices.Contains(declared, test.end) {
			t.Errorf("package order has no end %q", test.end)
		}
	}
}

// documented reads the numbers and their meanings out of the help text, which
// has up to three of them on a line.
func documented(t *testing.T) map[int]string {
	t.Helper()
	lines := strings.Split(exitHelp, "\n")
	if lines[0] != "Exit status:" {
		t.Errorf("the help begins with %q", lines[0])
	}
	meanings := map[int]string{}
	for _, line := range lines[1:] {
		number := -1
		for _, word := range strings.Fields(line) {
			if n, err := strconv.Atoi(word); err == nil {
				if _, twice := meanings[n]; twice {
					t.Errorf("the help explains status %d twice", n)
				}
				number = n
				meanings[n] = ""
				continue
			}
			if number < 0 {
				t.Fatalf("the help's line %q does not begin with a number", line)
			}
			meanings[number] = strings.TrimSpace(meanings[number] + " " + word)
		}
	}
	return meanings
}

func TestHelpExplainsEveryStatus(t *testing.T) {
	meanings := documented(t)
	for _, test := range ends {
		if !strings.Contains(meanings[test.status], test.help) {
			t.Errorf("the help explains status %d as %q; want %q in it", test.status, meanings[test.status], test.help)
		}
	}
	for _, test := range []struct {
		status int
		help   string
	}{
		{exitOK, "the traces are equal"},
		{exitDifference, "the traces differ"},
		{exitFailed, "its claim does not"},
		{exitUsage, "wrong usage"},
	} {
		if !strings.Contains(meanings[test.status], test.help) {
			t.Errorf("the help explains status %d as %q; want %q in it", test.status, meanings[test.status], test.help)
		}
	}
	others := []int{exitUsage, exitNondeterminism, exitInterrupted}
	if len(meanings) != len(ends)+len(others) {
		t.Errorf("the help explains %d statuses; want one for each end and the %d others", len(meanings), len(others))
	}
}

func TestHelpTexts(t *testing.T) {
	for _, test := range []struct {
		args  []string
		parts []string
	}{
		{[]string{"--help"}, []string{exitHelp, "weft run hello", "list", "run", "trace", "diff", "completion"}},
		{[]string{}, []string{exitHelp}},
		{[]string{"help"}, []string{exitHelp}},
		{[]string{"run", "--help"}, []string{exitHelp, "--seed", "--schedule", "--policy", "--view", "--output",
			"log, lanes, transfers, jsonl, svg, mermaid", "fifo, same-instant, any-ready, jitter:DURATION", ".log .txt .jsonl .svg .mmd"}},
		{[]string{"help", "run"}, []string{exitHelp}},
		{[]string{"trace", "--help"}, []string{"--view", "--output", "standard input"}},
		{[]string{"diff", "--help"}, []string{"exit status is 0 if they are equal, 1 if they differ, 2 for trouble"}},
		{[]string{"list", "-h"}, []string{"List the programs"}},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			contains(t, fine(t, test.args...), test.parts...)
		})
	}
}

// TestHelpExamplesWork runs what the help of weft run proposes.
func TestHelpExamplesWork(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("bank.go", []byte("package main\n\nfunc main() {\n\tprintln(100)\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(newRun(console{}).Example, "\n")
	if len(lines) < 4 {
		t.Errorf("there are %d examples only", len(lines))
	}
	for _, line := range lines {
		words := strings.Fields(line)
		if words[0] != "weft" {
			t.Errorf("the example %q does not begin with weft", line)
		}
		want := exitOK
		if slices.Contains(words, "--failing") {
			want = exitDeadlock
		}
		if a := weft(words[1:]...); a.status != want {
			t.Errorf("%s: status %d, %s", strings.TrimSpace(line), a.status, a.err)
		}
	}
}

// TestFullDisk: what cannot be written does not pass for success.
func TestFullDisk(t *testing.T) {
	run := recorded(t, "hello")
	for _, args := range [][]string{
		{"list"},
		{"run", "hello"},
		{"run", "hello", "--view", "svg"},
		{"trace", run},
	} {
		var err bytes.Buffer
		if got := execute(context.Background(), args, console{Out: full{}, Err: &err}); got != exitUsage || err.String() != "weft: "+errFull.Error()+"\n" {
			t.Errorf("weft %q onto a full disk: status %d, %q; want %d and why", args, got, err.String(), exitUsage)
		}
	}
}
