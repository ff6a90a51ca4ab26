package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"weft/sim"
	"weft/sim/explore"
)

// partFiles explores in parts, and returns the files.
func partFiles(t *testing.T, of int, args ...string) []string {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for part := 1; part <= of; part++ {
		name := filepath.Join(dir, fmt.Sprintf("part%d.json", part))
		if got := weft(append([]string{"explore", "--shard", fmt.Sprintf("%d/%d", part, of), "-o", name}, args...)...); got.status != exitOK && got.status != exitFailed {
			t.Fatalf("part %d: status %d: %s", part, got.status, got.err)
		}
		files = append(files, name)
	}
	return files
}

var elapsed = regexp.MustCompile(`"elapsed_ns": \d+`)

// TestMergeIsTheWhole: what merge writes is what explore prints, byte for byte but for the
// real time.
func TestMergeIsTheWhole(t *testing.T) {
	for _, args := range [][]string{
		{"lost-update"}, {"philosophers", "--strategy", "bounded:1"}, {"retry-storm", "--strategy", "random", "--budget", "300"},
	} {
		files := partFiles(t, 3, args...)
		all := filepath.Join(t.TempDir(), "all.json")
		merged := weft(append([]string{"merge", "-o", all}, files...)...)
		whole := weft(append([]string{"explore", "--format", "json"}, args...)...)
		got, err := os.ReadFile(all)
		if err != nil {
			t.Fatalf("%v: %v, %s", args, err, merged.err)
		}
		if got, want := elapsed.ReplaceAllString(string(got), ""), elapsed.ReplaceAllString(whole.out, ""); got != want {
			t.Errorf("%v: the merged report is\n%s\nwant\n%s", args, got, want)
		}
		if merged.status != whole.status {
			t.Errorf("%v: status %d, want %d", args, merged.status, whole.status)
		}
	}
}

func TestMergeOfSomeParts(t *testing.T) {
	files := partFiles(t, 3, "hello")
	some := weft("merge", files[2], files[0])
	if some.status != exitUsage {
		t.Errorf("status %d, want %d", some.status, exitUsage)
	}
	contains(t, some.out, "not all orders explored: part 2 of 3 missing")
	half := filepath.Join(t.TempDir(), "half.json")
	weft("merge", files[2], files[0], "--parts", half)
	contains(t, fine(t, "merge", half, files[1], half), "all 2 orders explored")
}

func TestMergeRefuses(t *testing.T) {
	hello, goodbye := partFiles(t, 2, "hello"), partFiles(t, 2, "goodbye")
	refuses(t, exitUsage, []string{"merge"}, "weft explore -o")
	refuses(t, exitUsage, []string{"merge", hello[0], goodbye[1]}, goodbye[1]+": ", `the program is "hello" in one and "goodbye" in another`)
	refuses(t, exitUsage, []string{"merge", file(t, "bad.json", "{}")}, "bad.json: ", "no part of an exploration")
	refuses(t, exitUsage, []string{"merge", os.DevNull}, "not a regular file")
	refuses(t, exitUsage, []string{"merge", filepath.Join(t.TempDir(), "none.json")}, "none.json: ")
	refuses(t, exitUsage, []string{"merge", hello[0], "--format", "jsn"}, "did you mean json?")
	refuses(t, exitUsage, []string{"explore", "hello", "--shard", "3/2"}, `"3/2" names no part`)
	refuses(t, exitUsage, []string{"explore", "hello", "--shard", "1/2", "--strategy", "seed:1"}, "cannot be done in parts")
	refuses(t, exitUsage, []string{"explore", "hello", "--shard", "1/2", "--resume", filepath.Join(t.TempDir(), "c")}, "checkpoint")
}

// TestShardOfEnvironment: the part may come from the environment, and the flag overrules it.
func TestShardOfEnvironment(t *testing.T) {
	t.Setenv("TEST_SHARD_INDEX", "0")
	t.Setenv("TEST_TOTAL_SHARDS", "2")
	contains(t, weft("explore", "hello").out, "part 2 of 2 missing")
	contains(t, weft("explore", "hello", "--shard", "2/3").out, "parts 1, 3 of 3 missing")
	contains(t, fine(t, "explore", "hello", "--shard", "1/1"), "all 2 orders explored")
}

// TestMergeSaysHowTheProgramDiffers: here, by the version that made a part.
func TestMergeSaysHowTheProgramDiffers(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for i, said := range []string{"one", "two"} {
		engine := sim.Engine(sim.Main(func(ctx context.Context) error {
			sim.Print(ctx, said)
			return nil
		}), sim.WithProgram("p"))
		part, err := explore.SearchPart(t.Context(), engine, explore.WithShard(i+1, 2))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := part.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(dir, said))
		if err := os.WriteFile(files[i], b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got := weft(append([]string{"merge"}, files...)...)
	if got.status != exitNondeterminism {
		t.Errorf("status %d, want %d", got.status, exitNondeterminism)
	}
	contains(t, got.out, "Parts 1 and 2 of 2 are of two versions of the program")
}
