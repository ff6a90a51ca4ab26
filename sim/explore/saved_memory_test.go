package explore

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"weft/sim/explore/search"
)

// To read a file takes memory for it and for what is in it, and not for several copies.
func TestReadingTakesLittleMemory(t *testing.T) {
	part, err := SearchPart(context.Background(), edits()[0], WithRuns(20))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a line that a program prints\n", 1<<18)
	part.Tally.Outcomes[0].Text = long
	name := filepath.Join(t.TempDir(), "part")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	size, err := part.WriteTo(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if f, err = os.Open(name); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	parts, err := ReadParts(f)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 4*uint64(size) {
		t.Errorf("a file of %d bytes took %d bytes to read", size, took)
	} else {
		t.Logf("a file of %d bytes took %d bytes to read", size, took)
	}
	if !slices.ContainsFunc(parts.Report().Outcomes, func(o search.Outcome) bool { return o.Text == long }) {
		t.Error("what was written is not what is read")
	}
}
