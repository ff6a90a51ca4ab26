package overlay

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The tests of this package are inside it because the tables are.

// fakeFiles is a small distribution that fakeTable fits.
var fakeFiles = map[string]string{
	"src/runtime/proc.go":  "package runtime\n\nfunc ready() {\n\trunqput()\n}\n\nfunc park() {\n\tschedule()\n}\n",
	"src/runtime/chan.go":  "package runtime\n\nfunc chansend() {}\n",
	"src/sync/mutex.go":    "package sync\n\nfunc Lock() {}\n",
	"src/runtime/other.go": "package runtime\n\nfunc other() {}\n",
}

var fakeTable = version{
	name: "go1.26",
	edits: []Edit{
		// Not in the order of the file, to show that it does not matter.
		{File: "runtime/proc.go", Why: "parking", Find: "\tschedule()\n", Put: "\tpick()\n\tschedule()\n"},
		{File: "runtime/proc.go", Why: "readying", Find: "\trunqput()\n", Put: "\tenqueue()\n"},
		{File: "runtime/chan.go", Why: "sending", Find: "func chansend() {}", Put: "func chansend() { point() }"},
		{File: "sync/mutex.go", Why: "locking", Find: "Lock() {}", Put: "Lock() { point() }"},
	},
	added: map[string]string{"runtime/weft.go": "//go:build linux\n\n// Why it is there.\n// More of it.\n\npackage runtime\n\nfunc point() {}\n"},
}

// fakeRoot writes a distribution and returns what its go command would say.
func fakeRoot(t *testing.T, files map[string]string) Toolchain {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Toolchain{GOROOT: root, GOVERSION: "go1.26.8", GOARCH: "amd64"}
}

// with returns the files of fakeFiles with one of them changed, or taken
// away if text is empty.
func with(name, text string) map[string]string {
	files := maps.Clone(fakeFiles)
	files[name] = text
	if text == "" {
		delete(files, name)
	}
	return files
}

// fakeGo puts a go command of that shell script before all others.
func fakeGo(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("there is no shell")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// refused demands an error of one line that begins with the package's name and
// has all the parts.
func refused(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("there is no error; want one with %q", parts)
	}
	text := err.Error()
	if !strings.HasPrefix(text, "overlay: ") || strings.Contains(text, "\n") {
		t.Errorf("the error is not one line that begins with the package: %q", text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in %q", part, text)
		}
	}
}
