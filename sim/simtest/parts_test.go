package simtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/simtest"
)

// merged reads all parts in a folder.
func merged(t *testing.T, folder string) *explore.Parts {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := &explore.Parts{}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		some, err := explore.ReadParts(f)
		if err == nil {
			err = m.Merge(some)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// TestCheckInParts: with each way to say which part it is, the parts add up to the whole.
func TestCheckInParts(t *testing.T) {
	inShort(t, false)
	for _, c := range []struct{ name, part, index, total string }{
		{"flag", "", "", ""}, {"WEFT_SHARD", "WEFT_SHARD", "", ""},
		{"Bazel", "", "TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS"}, {"Kubernetes", "", "JOB_COMPLETION_INDEX", "WEFT_SHARDS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, status := filepath.Join(t.TempDir(), "found"), filepath.Join(t.TempDir(), "status")
			t.Setenv("WEFT_REPORT", folder)
			t.Setenv("TEST_SHARD_STATUS_FILE", status)
			for part := range 3 {
				switch {
				case c.part != "":
					t.Setenv(c.part, fmt.Sprintf("%d/3", part+1))
				case c.index != "":
					t.Setenv(c.index, fmt.Sprint(part))
					t.Setenv(c.total, "3")
				default:
					setFlag(t, "weft.shard", fmt.Sprintf("%d/3", part+1))
				}
				others := []string{"parts 2, 3", "parts 1, 3", "parts 1, 2"}[part]
				asked(t).wants(t, false, others+" of 3 missing")
			}
			if got, want := merged(t, folder).Report().Verdict(), "all 4 orders explored"; got != want {
				t.Errorf("verdict %q, want %q", got, want)
			}
			if _, err := os.Stat(status); (err == nil) != (c.index != "") {
				t.Errorf("the status file of Bazel: %v", err)
			}
		})
	}
}

// TestShardOfOthersNeedsAReport: without a folder for the parts, nothing is left out.
func TestShardOfOthersNeedsAReport(t *testing.T) {
	t.Setenv("TEST_SHARD_INDEX", "1")
	t.Setenv("TEST_TOTAL_SHARDS", "3")
	asked(t).wants(t, false, "all 4 orders explored")
}

// TestReportCannotBeKept: what cannot be written fails the test.
func TestReportCannotBeKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WEFT_REPORT", filepath.Join(file, "below"))
	asked(t).wants(t, true, "what was found cannot be kept")
}

// TestNameOfAPartStaysInItsFolder, whatever the test is called.
func TestNameOfAPartStaysInItsFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	t.Setenv("WEFT_REPORT", folder)
	for _, name := range []string{"TestX/../../up", "Test/" + strings.Repeat("long", 100), "TestÄ/\x00"} {
		watch(t, name, func(tb testing.TB) { simtest.Check(tb, twoSleepers) }).wants(t, false)
	}
	names, err := os.ReadDir(folder)
	if err != nil || len(names) != 3 {
		t.Errorf("%d files, %v; want 3", len(names), err)
	}
}
