package main

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// The version is the one that the list of changes begins with, and is said.
func TestVersion(t *testing.T) {
	changes, err := os.ReadFile("CHANGES.md")
	if err != nil {
		t.Fatal(err)
	}
	_, first, _ := strings.Cut(string(changes), "\n## ")
	if got, _, _ := strings.Cut(first, " "); got != version {
		t.Errorf("CHANGES.md begins with version %q, and this is %q", got, version)
	}
	for _, args := range [][]string{{"version"}, {"--version"}} {
		a := weft(args...)
		if want := "weft " + version + " " + runtime.Version() + " "; a.status != exitOK || !strings.HasPrefix(a.out, want) {
			t.Errorf("%v: %q, %q, status %d; want %q", args, a.out, a.err, a.status, want)
		}
	}
}
