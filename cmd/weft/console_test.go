package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/trace"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file under testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test ./cmd/weft -update to write it", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); look at it, and if it is right run go test ./cmd/weft -update\n%s", file, diff)
	}
}

// answer is what a command line leads to.
type answer struct {
	status   int
	out, err string
}

// weft runs a command line as if it was typed, with its output going into a
// file: no colours, and the default width.
func weft(args ...string) answer { return weftOn(trace.ViewOptions{}, args...) }

// weftOn is weft on a screen of that kind.
func weftOn(view trace.ViewOptions, args ...string) answer {
	var out, err bytes.Buffer
	status := execute(context.Background(), args, console{Out: &out, Err: &err, view: view})
	return answer{status, out.String(), err.String()}
}

// fine runs a command line that must succeed without a word on standard error.
func fine(t *testing.T, args ...string) string {
	t.Helper()
	a := weft(args...)
	if a.status != exitOK || a.err != "" {
		t.Fatalf("weft %q: status %d, standard error %q; want success and nothing to say", args, a.status, a.err)
	}
	return a.out
}

// refuses runs a command line that must end with a status, with nothing on
// standard output, and with one line on standard error that has all the parts.
func refuses(t *testing.T, want int, args []string, parts ...string) {
	t.Helper()
	a := weft(args...)
	if a.status != want {
		t.Errorf("weft %q: status %d, want %d", args, a.status, want)
	}
	if a.out != "" {
		t.Errorf("weft %q: standard output has %q; want nothing there", args, a.out)
	}
	if !strings.HasPrefix(a.err, "weft: ") || strings.Count(a.err, "\n") != 1 || !strings.HasSuffix(a.err, "\n") {
		t.Errorf("weft %q: standard error has %q; want one line that begins with %q", args, a.err, "weft: ")
	}
	contains(t, a.err, parts...)
}

// contains demands that a text has all the parts.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}

// lacks demands that a text has none of the parts.
func lacks(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%q should not be in\n%s", part, text)
		}
	}
}

// file writes a file for a test and returns its name.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// content returns what is in a file.
func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// recorded runs a program of the gallery and returns the name of its trace.
func recorded(t *testing.T, args ...string) string {
	t.Helper()
	return file(t, "run.jsonl", fine(t, append([]string{"run", "--view", "jsonl"}, args...)...))
}

// full is a disk on which there is no room.
type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }
