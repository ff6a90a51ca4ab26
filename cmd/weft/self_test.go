package main

import (
	"os"
	"path/filepath"
	"testing"

	"weft/sim/bubble"
)

// fakeSelf puts a go command before all others that, asked to build, writes a shell
// script in place of a weft. It returns the folder that the build and the script
// leave their words in.
func fakeSelf(t *testing.T, script string) string {
	t.Helper()
	if bubble.Controlled() {
		t.Skip("this is a weft with the overlay already")
	}
	supported(t)
	t.Setenv(selfVariable, "")
	words := t.TempDir()
	t.Setenv("WORDS", words)
	t.Setenv("SCRIPT", script)
	fakeGo(t, `[ "$1" = build ] || exec "$REAL" "$@"
echo "$@" > "$WORDS/build"
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\n%s\n' "$SCRIPT" > "$2"
chmod +x "$2"`)
	return words
}

// TestSelf: a program in ordinary Go is run by a weft that is built with the overlay,
// with the same arguments, and its exit status is handed on.
func TestSelf(t *testing.T) {
	words := fakeSelf(t, `echo "$WEFT_SELF $@"; echo trouble >&2; exit 5`)
	for _, args := range [][]string{
		{"run", "go/hello", "--seed", "3", "-o", "hello.svg"},
		{"explore", "go/hello", "--format", "json"},
		{"replay", "go/hello", "--schedule", "w1"},
		{"shrink", "go/hello", "--schedule", "w1"},
	} {
		a := weft(args...)
		if a.status != 5 {
			t.Errorf("%v: status %d, want 5", args, a.status)
		}
		want := "1"
		for _, arg := range args {
			want += " " + arg
		}
		if a.out != want+"\n" || a.err != "trouble\n" {
			t.Errorf("%v: %q and %q, want %q and trouble", args, a.out, a.err, want)
		}
	}
	contains(t, content(t, filepath.Join(words, "build")), "build -overlay=", "overlay.json -gcflags=weft/scenarios/...=-race -d=checkptr=0", " -o ", " weft/cmd/weft\n")
}

func TestSelfThatEndsWell(t *testing.T) {
	fakeSelf(t, "exit 0")
	if got := fine(t, "explore", "go/hello"); got != "" {
		t.Errorf("printed %q", got)
	}
}

// TestSelfCannotBeBuilt: outside a module that has weft, the message of go build says
// why.
func TestSelfCannotBeBuilt(t *testing.T) {
	if bubble.Controlled() {
		t.Skip("this is a weft with the overlay already")
	}
	supported(t)
	t.Setenv(selfVariable, "")
	fakeGo(t, `[ "$1" = build ] || exec "$REAL" "$@"
echo "package weft/cmd/weft is not in std" >&2
exit 1`)
	refuses(t, exitUsage, []string{"explore", "go/hello"}, "package weft/cmd/weft is not in std", "in its own module")
}

// TestSelfWithoutEnd: a weft that was built for this and is not controlled builds no
// other.
func TestSelfWithoutEnd(t *testing.T) {
	words := fakeSelf(t, "exit 0")
	t.Setenv(selfVariable, "1")
	refuses(t, exitUsage, []string{"explore", "go/hello"}, "without the overlay", "weft doctor")
	if _, err := os.Stat(filepath.Join(words, "build")); err == nil {
		t.Error("it was built again")
	}
}

// TestSelfIsBuiltForGoodReason: what cannot be run is refused before anything is built.
func TestSelfIsBuiltForGoodReason(t *testing.T) {
	words := fakeSelf(t, "exit 0")
	for _, command := range []string{"run", "explore"} {
		refuses(t, exitUsage, []string{command, "go/nothing"}, `"go/nothing"`, "weft list")
		refuses(t, exitUsage, []string{command, "go/hello", "--policy", "jitter:1s"}, "jitter:1s", "hold-ups:1:1s")
		refuses(t, exitUsage, []string{command, "go/hello", "--policy", "lifo"}, `there is no policy "lifo" (did you mean fifo?)`)
	}
	refuses(t, exitUsage, []string{"run", "go/hello", "--schedule", "w2"}, "reads w1")
	refuses(t, exitUsage, []string{"run", "go/hello", "--view", "lane"}, "did you mean lanes?")
	refuses(t, exitUsage, []string{"run", "go/hello", "--seed", "1", "--schedule", "w1"}, "seed", "schedule")
	if _, err := os.Stat(filepath.Join(words, "build")); err == nil {
		t.Error("weft was built")
	}
}
