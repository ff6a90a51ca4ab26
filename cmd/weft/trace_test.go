package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/trace"
)

func TestTraceView(t *testing.T) {
	run := recorded(t, "hello")
	for _, view := range trace.Views() {
		t.Run(view, func(t *testing.T) {
			// What was recorded shows the run as the run itself did.
			golden(t, "hello."+view, fine(t, "trace", run, "--view", view))
		})
	}
	t.Run("lanes unless asked", func(t *testing.T) {
		golden(t, "hello.lanes", fine(t, "trace", run))
	})
	t.Run("other programs", func(t *testing.T) {
		for _, name := range []string{"three-servers", "cpu-bound", "never-awaited"} {
			run := recorded(t, name, "--policy", "any-ready", "--seed", "3")
			for _, view := range trace.Views() {
				want := fine(t, "run", name, "--policy", "any-ready", "--seed", "3", "--view", view)
				if got := fine(t, "trace", run, "--view", view); got != want {
					t.Errorf("%s: the view %s of the recorded run is not that of the run", name, view)
				}
			}
		}
	})
}

// standardInput lets a test's command read a file from standard input.
func standardInput(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdin
	os.Stdin = f
	t.Cleanup(func() {
		os.Stdin = before
		f.Close()
	})
}

func TestTraceStandardInput(t *testing.T) {
	run := recorded(t, "hello")
	standardInput(t, run)
	golden(t, "hello.log", fine(t, "trace", "-", "--view", "log"))

	standardInput(t, run)
	contains(t, fine(t, "diff", run, "-"), "equal: ")

	standardInput(t, file(t, "bad.jsonl", "{\n"))
	refuses(t, exitUsage, []string{"trace", "-"}, "line 1", "cut off")
}

func TestTraceUsage(t *testing.T) {
	run := recorded(t, "hello")
	want := "trace takes one file"
	refuses(t, exitUsage, []string{"trace"}, want, "-o FILE.jsonl")
	refuses(t, exitUsage, []string{"trace", run, run}, want)
	refuses(t, exitUsage, []string{"trace", run, "--seed", "1"}, "--seed")
	// Flags are looked at before the file is.
	refuses(t, exitUsage, []string{"trace", "no-such-file.jsonl", "--view", "hologram!"}, "hologram!")
}

// unreadable holds files that are no traces, with what is said about them.
func unreadable(t *testing.T) map[string][]string {
	t.Helper()
	whole := strings.SplitAfter(fine(t, "run", "hello", "--view", "jsonl"), "\n")
	if len(whole) < 10 {
		t.Fatalf("the trace has %d lines only", len(whole))
	}
	bad := map[string][]string{}
	add := func(text string, parts ...string) {
		path := file(t, "bad.jsonl", text)
		bad[path] = append(parts, path)
	}
	add("", "line 1", "empty")
	add(whole[0]+whole[1], "line 3", "was cut off")
	add(strings.Join(whole[:len(whole)-2], ""), "was cut off") // without its end
	add("good morning\n", "line 1", "bad JSON")
	add("[]\n", "line 1", "not a JSON object")
	add(whole[1], "line 1", "no header")
	add(strings.Replace(whole[0], `"weft_trace":2`, `"weft_trace":99`, 1), "line 1", "version 99")
	add(whole[0]+whole[1]+"\n"+whole[2], "line 3", "empty")
	add(whole[0]+whole[1]+whole[2][:len(whole[2])/2], "line 3", "cut off")
	add(whole[0]+whole[2]+whole[1], "line 3", "sequence number 1 after 2")
	add(whole[0]+strings.Replace(whole[1], `"seq":1`, `"seq":1,"colour":"red"`, 1), "line 2", `"colour"`)
	add(whole[0]+strings.Replace(whole[1], `"kind":"spawn"`, `"kind":"spwan"`, 1), "line 2", `"spwan"`)

	missing := filepath.Join(t.TempDir(), "missing.jsonl")
	bad[missing] = []string{"there is no file " + missing, "weft run NAME -o"}
	folder := t.TempDir()
	bad[folder] = []string{folder}
	return bad
}

func TestTraceUnreadable(t *testing.T) {
	for path, parts := range unreadable(t) {
		refuses(t, exitUsage, []string{"trace", path}, parts...)
		out := filepath.Join(t.TempDir(), "out.svg")
		refuses(t, exitUsage, []string{"trace", path, "-o", out}, parts...)
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%v: a file was written", parts)
		}
	}
}

func TestDiff(t *testing.T) {
	a, b := recorded(t, "hello"), recorded(t, "hello", "--schedule", swapped)

	got := fine(t, "diff", a, recorded(t, "hello"))
	if !strings.HasPrefix(got, "equal: 17 events, hash ") || strings.Count(got, "\n") != 1 {
		t.Errorf("of two equal runs it says %q", got)
	}
	fine(t, "diff", b, b)

	for _, test := range []struct {
		name, a, b string
		parts      []string
	}{
		{"order", a, b, []string{`  - `, `  + `, "part after 7 equal events"}},
		{"order, turned round", b, a, []string{"part after 7 equal events"}},
		{"program", a, recorded(t, "goodbye"), []string{`"hello"`, `"goodbye"`}},
		{"header alone", a, recorded(t, "hello", "--policy", "any-ready", "--schedule", "w1"), []string{`"same-instant"`, `"any-ready"`}},
		{"beginning alone", a, file(t, "short.jsonl", firstLines(t, a, 5)+`{"weft_end":4}`), []string{"the second trace ends after 4 events"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := weft("diff", test.a, test.b)
			if got.status != exitDifference || got.err != "" {
				t.Errorf("status %d, standard error %q; want %d and nothing", got.status, got.err, exitDifference)
			}
			contains(t, got.out, test.parts...)
		})
	}
	golden(t, "diff.golden", weft("diff", a, b).out)
}

// firstLines returns the beginning of a file.
func firstLines(t *testing.T, path string, n int) string {
	t.Helper()
	return strings.Join(strings.SplitAfter(content(t, path), "\n")[:n], "")
}

func TestDiffTrouble(t *testing.T) {
	run := recorded(t, "hello")
	for path, parts := range unreadable(t) {
		refuses(t, exitUsage, []string{"diff", run, path}, parts...)
		refuses(t, exitUsage, []string{"diff", path, run}, parts...)
	}
	want := "diff takes two files"
	refuses(t, exitUsage, []string{"diff"}, want)
	refuses(t, exitUsage, []string{"diff", run}, want)
	refuses(t, exitUsage, []string{"diff", run, run, run}, want)
	refuses(t, exitUsage, []string{"diff", run, run, "--view", "log"}, "--view")
}
