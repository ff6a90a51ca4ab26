package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hello.html")
	pageWritten(t, file, "all 2 orders explored", "hello")
	html := content(t, file)
	contains(t, html, "<!doctype html>", "all 2 orders explored: 2 outcomes", "Hello 2!", "w1,timer:say1.1=say2.1", "<svg", "weft replay hello --policy same-instant --schedule w1")
	again := filepath.Join(t.TempDir(), "again.html")
	pageWritten(t, again, "all 2 orders explored", "hello")
	if content(t, again) != html {
		t.Error("two pages of one program differ")
	}
	pageWritten(t, again, "1 order explored, the only one", "hello", "--policy", "fifo")
	contains(t, content(t, again), "1 order explored, the only one")
	pageWritten(t, again, "all 2 orders explored", recorded(t, "hello", "--seed", "3"))
}

// pageWritten has a page written into a file, which is said on standard error.
func pageWritten(t *testing.T, file, verdict string, args ...string) {
	t.Helper()
	a := weft(append([]string{"page", "-o", file}, args...)...)
	if a.status != exitOK || a.out != "" {
		t.Fatalf("weft page %q: status %d, %q, %q", args, a.status, a.out, a.err)
	}
	contains(t, a.err, "weft: wrote "+file+" (", verdict+"\n")
}

func TestPageRefuses(t *testing.T) {
	refuses(t, exitUsage, []string{"page", "hello"}, "-o hello.html")
	refuses(t, exitUsage, []string{"page", "hello", "-o", "hello.txt"}, "ends in .html")
	refuses(t, exitUsage, []string{"page", "-o", "x.html"}, "--gallery")
	refuses(t, exitUsage, []string{"page", "hello", "--gallery", "-o", "x.html"}, "either --gallery or")
	refuses(t, exitUsage, []string{"page", "helo", "-o", "x.html"}, "did you mean hello?")
}

// TestWithoutOverlay takes from GOFLAGS what must not get into WebAssembly.
func TestWithoutOverlay(t *testing.T) {
	for flags, want := range map[string]string{
		"":                                  "",
		"-mod=mod -overlay=/tmp/o.json":     "-mod=mod",
		"--overlay=x -gcflags=all=-race -v": "-v",
	} {
		if got := withoutOverlay(flags); got != want {
			t.Errorf("of %q, %q is left, want %q", flags, got, want)
		}
	}
}

// TestEngine compiles the engine of the gallery: it is WebAssembly, and small enough for a
// page.
func TestEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the standard library for WebAssembly")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	cache, err := os.UserCacheDir()
	if err != nil || !strings.HasPrefix(cache, os.TempDir()) {
		t.Skip("the cache of this system cannot be put elsewhere")
	}
	if os.Getenv("GOCACHE") == "" {
		t.Setenv("GOCACHE", goEnv(t, "GOCACHE"))
	}
	engine, err := buildEngine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if string(engine.Module[:2]) != "\x1f\x8b" || !strings.Contains(engine.Glue, "globalThis.Go") {
		t.Error("it is no gzipped module with its glue")
	}
	const most = 3_600_000 // with base64 and all programs, 5 MB
	if n := len(engine.Module); n > most {
		t.Errorf("the engine has %d bytes, want %d at most", n, most)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
