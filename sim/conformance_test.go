package sim_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestConformance runs small asyncio programs and compares what they do, event
// for event, with what CPython did. WEFT_CONFORMANCE_DIR names a further folder
// of such programs.
func TestConformance(t *testing.T) {
	dirs := []string{filepath.Join("testdata", "conformance")}
	if more := os.Getenv("WEFT_CONFORMANCE_DIR"); more != "" {
		dirs = append(dirs, more)
	}
	for _, dir := range dirs {
		files := 0
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
				return err
			}
			files++
			name, _ := filepath.Rel(dir, path)
			t.Run(strings.TrimSuffix(filepath.ToSlash(name), ".json"), func(t *testing.T) { checkConformance(t, path) })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if files == 0 {
			t.Errorf("%s holds no programs (files that end in .json)", dir)
		}
	}
}

func checkConformance(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	program, want, err := parseAsync(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	got, first := runAsync(program)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("CPython (-) and Weft (+) differ:\n%s", diff)
	}
	if _, second := runAsync(program); first.Hash != second.Hash {
		t.Errorf("two runs differ: hashes %v and %v", first.Hash, second.Hash)
	}
}
