package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"weft/sim/bubble/overlay"
)

// fakeGo puts a go command of that shell script before all others. In it,
// $REAL is the true one.
func fakeGo(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("there is no shell")
	}
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := fmt.Sprintf("#!/bin/sh\nREAL='%s'\n%s\n", real, script)
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	// A toolchain that the go command has fetched would be used by its own path.
	t.Setenv("GOMODCACHE", t.TempDir())
}

// distribution puts a go command before all others that says that its
// distribution is of this version and in an empty folder, which is returned.
func distribution(t *testing.T, version string) string {
	t.Helper()
	root := t.TempDir()
	fakeGo(t, fmt.Sprintf(`[ "$1" = env ] || exit 9
echo '{"GOROOT": "%s", "GOVERSION": "%s", "GOCACHE": "/nowhere", "GOARCH": "amd64"}'`, root, version))
	return root
}

// supported skips a test if there is no overlay for the Go that runs it, and
// gives it a cache of its own. It takes the Go for one that was installed: one that the go
// command has fetched is used by another path.
func supported(t *testing.T) *overlay.Report {
	t.Helper()
	t.Setenv("GOMODCACHE", t.TempDir())
	r := supportedHere(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	return r
}

// supportedHere is supported for a test that builds with the overlay: with the user's own
// cache, since the standard library would be compiled anew in another one.
func supportedHere(t *testing.T) *overlay.Report {
	t.Helper()
	r, err := overlay.Inspect(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if r.Table == "" {
		t.Skip(r.Err)
	}
	return r
}

// path takes the path of an overlay out of what was printed.
func path(t *testing.T, printed string) string {
	t.Helper()
	line, rest, whole := strings.Cut(printed, "\n")
	if !whole || rest != "" || !filepath.IsAbs(line) || filepath.Base(line) != "overlay.json" {
		t.Errorf("%q is not one line with the path of an overlay", printed)
	}
	return line
}
