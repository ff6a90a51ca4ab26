package simtest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"weft/trace"
)

// artifactsWanted reports whether go test was called with -artifacts. Without it,
// what lies in ArtifactDir is removed at the end of the test.
func artifactsWanted() bool {
	f := flag.Lookup("test.artifacts")
	if f == nil {
		return false
	}
	on, ok := f.Value.(flag.Getter)
	return ok && on.Get() == true
}

// writeArtifacts writes a run as files into the test's folder of artifacts, and
// returns their names.
func writeArtifacts(t testing.TB, run *trace.Trace) ([]string, error) {
	var names []string
	for _, file := range []struct{ name, view string }{{"trace.jsonl", "jsonl"}, {"trace.svg", "svg"}} {
		var b bytes.Buffer
		if err := trace.Render(&b, file.view, run, trace.ViewOptions{}); err != nil {
			return names, err
		}
		name := filepath.Join(t.ArtifactDir(), file.name)
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}
