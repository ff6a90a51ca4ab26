package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDoctor(t *testing.T) {
	found := supportedHere(t)
	out := fine(t, "doctor")
	contains(t, out, found.Toolchain.GOVERSION, found.Toolchain.GOROOT, "yes, by the table for "+found.Table,
		"race detector", filepath.Join("weft", "overlay"))
	if !strings.HasPrefix(out, "weft test will work here: a program that was built with the overlay did what it should.\n") {
		t.Errorf("the verdict does not come first:\n%s", out)
	}
	lacks(t, out, "FILE", found.Anchors[0].Why)

	out = fine(t, "doctor", "--edits")
	contains(t, out, "FILE", "EDITS", "WHY")
	edits := map[string]int{}
	for _, a := range found.Anchors {
		edits[a.File]++
		contains(t, out, a.Why)
	}
	for file, n := range edits {
		if !hasRow(out, file, fmt.Sprint(n)) {
			t.Errorf("no row says that %s has %d edits in\n%s", file, n, out)
		}
	}
	for _, file := range found.Added {
		if file.Why == "" || !hasRow(out, file.File, "added", strings.Fields(file.Why)[0]) {
			t.Errorf("no row says that %s is added, and why, in\n%s", file.File, out)
		}
	}
	for _, line := range strings.Split(out, "\n") {
		if strings.TrimRight(line, " ") != line {
			t.Errorf("spaces end the line %q", line)
		}
	}
}

// hasRow reports whether a line begins with these words.
func hasRow(text string, words ...string) bool {
	for _, line := range strings.Split(text, "\n") {
		if got := strings.Fields(line); len(got) >= len(words) && strings.Join(got[:len(words)], " ") == strings.Join(words, " ") {
			return true
		}
	}
	return false
}

// TestDoctorFinds: all that is known is said, and then what is wrong.
func TestDoctorFinds(t *testing.T) {
	doctor := func(t *testing.T, out, err []string) string {
		t.Helper()
		a := weft("doctor")
		if a.status != exitFailed {
			t.Errorf("the status is %d, want %d", a.status, exitFailed)
		}
		contains(t, a.out, out...)
		contains(t, a.err, err...)
		if !strings.HasPrefix(a.err, "weft: ") || strings.Count(a.err, "\n") != 1 {
			t.Errorf("standard error has %q; want one line", a.err)
		}
		return a.out
	}
	t.Run("version", func(t *testing.T) {
		root := distribution(t, "go1.25.3")
		out := doctor(t, []string{"go1.25.3", root, "no; there are tables for go1.26", "weft test will not work here.\n"}, []string{"go1.25.3", "not supported"})
		lacks(t, out, "FILE", "overlay.json")
	})
	t.Run("devel", func(t *testing.T) {
		distribution(t, "go1.26-devel_0123456 Tue Jan 6")
		doctor(t, []string{"go1.26-devel"}, []string{"development version"})
	})
	t.Run("anchor", func(t *testing.T) {
		found := supported(t)
		first := found.Anchors[0].Edit
		root := distribution(t, found.Toolchain.GOVERSION)
		name := filepath.Join(root, "src", filepath.FromSlash(first.File))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("package runtime\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		out := doctor(t, []string{"weft test will not work here.\n", name + ": " + first.Why + "\n  stands there 0 times, and should once:\n    | "},
			[]string{name, "not at all", first.Why})
		if others := len(found.Anchors); others > 1 && found.Anchors[others-1].File != first.File {
			contains(t, out, "cannot be read: ")
		}
	})
	t.Run("probe", func(t *testing.T) {
		// A build that does not do what it should is not taken for one that does.
		supported(t)
		fakeGo(t, `[ "$1" = build ] || exec "$REAL" "$@"
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\necho "weft: it has 3 orders, and should have 2" >&2\nexit 1\n' > "$2"
chmod +x "$2"`)
		doctor(t, []string{"weft test will not work here.\n"}, []string{"it has 3 orders, and should have 2"})
	})
	t.Run("untried", func(t *testing.T) {
		supported(t)
		fakeGo(t, `[ "$1" = build ] || exec "$REAL" "$@"
echo "no module here" >&2; exit 1`)
		contains(t, fine(t, "doctor"), "weft test will probably work here; no program could be built to try it.\n", "no module here")
	})
	t.Run("no go", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("programs are found in other places too")
		}
		t.Setenv("PATH", t.TempDir())
		refuses(t, exitFailed, []string{"doctor"}, "no go command in PATH")
	})
	refuses(t, exitUsage, []string{"doctor", "./..."}, "./...")
}

func TestDoctorOnTheRaceDetector(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"with a compiler", `[ "$1" = list ] || echo '{"CGO_ENABLED": "1", "CC": "sh -x"}'`, "yes, with sh -x"},
		{"without one", `[ "$1" = list ] || echo '{"CGO_ENABLED": "1", "CC": "gcc-that-is-not-there"}'`, "no: the C compiler gcc-that-is-not-there is not in PATH; install it, or set CC"},
		{"where none is needed", `[ "$1" = list ] || echo '{"CGO_ENABLED": "0", "CC": "clang"}'`, "yes"},
		{"the go command says no", `[ "$1" != list ] || { echo 'go: -race requires cgo; enable cgo by setting CGO_ENABLED=1' >&2; exit 2; }`, "no: -race requires cgo; enable cgo by setting CGO_ENABLED=1"},
		{"trouble", `[ "$1" = list ] || exit 1`, "unknown: go env: exit status 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fakeGo(t, test.script)
			if got := raceDetector(t.Context()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
