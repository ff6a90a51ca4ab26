package trace_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"weft/trace"
)

// here returns the place of its caller.
func here() string {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	return trace.Position(pcs[0])
}

func TestSourceLine(t *testing.T) {
	at := here() // this line
	if got := trace.SourceLine(at); got != "at := here() // this line" {
		t.Errorf("%q at %s", got, at)
	}
	if got := filepath.ToSlash(trace.SourceFile(at)); !strings.HasSuffix(got, "/trace/source_test.go") {
		t.Errorf("%s is in %q", at, got)
	}
	if got := trace.SourceFile("nowhere/to.go:1"); got != "" {
		t.Errorf("there is %q", got)
	}
	for _, pos := range []string{"", "trace/source_test.go", "trace/source_test.go:0", "trace/source_test.go:100000", "trace/source_test.go:x", "trace/nowhere.go:1", "etc/passwd:1"} {
		if got := trace.SourceLine(pos); got != "" {
			t.Errorf("%q at %s", got, pos)
		}
	}
}

func ExampleSourceLine() {
	fmt.Println(trace.SourceLine(here()))
	// Output:
	// fmt.Println(trace.SourceLine(here()))
}

func ExampleSourceFile() {
	fmt.Println(filepath.Base(trace.SourceFile(here())))
	// Output:
	// source_test.go
}
