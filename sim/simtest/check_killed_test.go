package simtest_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/simtest"
)

// killed counts the runs of TestKilled in this process.
var killed atomic.Int64

// TestKilled is for those below, which run it. It fails in one of its orders. The process
// is killed in the run of that number, or in the first one after a fail file was written.
func TestKilled(t *testing.T) {
	how := os.Getenv("SIMTEST_KILLED")
	if how == "" {
		t.Skip("for other tests")
	}
	at, err := strconv.ParseInt(how, 10, 64)
	t.Cleanup(func() { fmt.Printf("%d runs were made\n", killed.Load()) })
	simtest.Check(t, func(t *simtest.T) {
		n := killed.Add(1)
		_, missing := os.Stat(filepath.Join("testdata", "weft"))
		if n == at || err != nil && missing == nil {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				self.Kill()
			}
			select {}
		}
		ctx := t.Context()
		last := ""
		task := func(name string) *sim.Task[sim.None] {
			return sim.Go(ctx, name, func(ctx context.Context) error {
				last = name
				return nil
			})
		}
		sim.Gather(ctx, task("a"), task("b"), task("c")).Await(ctx)
		if last == "a" {
			t.Error("a came last")
		}
	}, explore.WithStrategy(walk.Exhaustive()), explore.WithWorkers(1))
}

// isKilled runs it in a folder.
func isKilled(t *testing.T, dir, how string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	binary, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, append([]string{"-test.run=^TestKilled$"}, args...)...)
	var out, errs strings.Builder
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), "SIMTEST_KILLED="+how), &out, &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

const (
	foundFailure = "TestKilled fails: a came last (it is being explained)\n    again    go test "
	foundOrder   = " -run '^TestKilled$' -weft.schedule=w1,ready:"
)

// A test binary that is killed while its failure is explained has told it, and kept it.
func TestKilledWhileItExplains(t *testing.T) {
	dir := t.TempDir()
	stdout, stderr, err := isKilled(t, dir, "when it is kept")
	if err == nil || strings.Contains(stdout, "--- FAIL") {
		t.Fatalf("it was not killed: %v\n%s", err, stdout)
	}
	if !strings.HasPrefix(stderr, foundFailure) || !strings.Contains(stderr, foundOrder) {
		t.Errorf("it has told\n%s\nwant\n%s...%s", stderr, foundFailure, foundOrder)
	}
	files, err := filepath.Glob(filepath.Join(dir, "testdata", "weft", "TestKilled", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("it has kept %q, %v; want one file", files, err)
	}
	// The next time, the failure that was kept is tried, and told.
	if stdout, _, err := isKilled(t, dir, "0"); err == nil || !strings.Contains(stdout, "is still there\n") || !strings.Contains(stdout, "a came last") {
		t.Errorf("the next time: %v\n%s", err, stdout)
	}
}

// Without a fail file, it has told it all the same, in whatever run it is killed from the
// first one of the explanation to the last.
func TestKilledWithoutAFailFile(t *testing.T) {
	stdout, stderr, err := isKilled(t, t.TempDir(), "0", "-weft.nofailfile")
	if err == nil || !strings.Contains(stdout, "--- FAIL") || !strings.HasPrefix(stderr, foundFailure) {
		t.Fatalf("it did not fail: %v\n%s%s", err, stdout, stderr)
	}
	all := 0
	for line := range strings.Lines(stdout) {
		if n, ok := strings.CutSuffix(line, " runs were made\n"); ok { // other lines begin with numbers as well
			all, err = strconv.Atoi(n)
		}
	}
	if all == 0 {
		t.Fatalf("it does not say how many runs were made: %v\n%s", err, stdout)
	}
	told := 0
	for n := 1; n <= all; n++ {
		stdout, stderr, err := isKilled(t, t.TempDir(), strconv.Itoa(n), "-weft.nofailfile")
		if err == nil || strings.Contains(stdout, "--- FAIL") {
			t.Fatalf("it was not killed in run %d: %v\n%s", n, err, stdout)
		}
		switch {
		case strings.HasPrefix(stderr, foundFailure) && strings.Contains(stderr, foundOrder):
			told++
		case told > 0 || n == all:
			t.Errorf("killed in run %d of %d, it has told\n%s", n, all, stderr)
		}
	}
	if told < 2 {
		t.Errorf("it was told in %d of %d runs", told, all)
	}
}

// Several processes find one failure at once, and keep it in one folder: there is one file,
// whole, and nothing beside it.
func TestFailFilesOfSeveralProcesses(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			stdout, stderr, err := isKilled(t, dir, "0")
			if err == nil || !strings.Contains(stdout, "a came last") || !strings.HasPrefix(stderr, foundFailure) {
				t.Errorf("%v\n%s%s", err, stdout, stderr)
			}
			if strings.Contains(stdout, "simtest: fail file") || strings.Contains(stdout, "not kept") {
				t.Errorf("one was in the way of another:\n%s", stdout)
			}
		})
	}
	all.Wait()
	files, err := filepath.Glob(filepath.Join(dir, "testdata", "weft", "TestKilled", "*"))
	if err != nil || len(files) != 1 || filepath.Ext(files[0]) != ".fail" {
		t.Fatalf("they have kept %q, %v; want one file", files, err)
	}
	if stdout, _, err := isKilled(t, dir, "0"); err == nil || !strings.Contains(stdout, "is still there\n") {
		t.Errorf("the next time: %v\n%s", err, stdout)
	}
}

// Where nothing can be written, that is said, and so is the failure.
func TestFailFilesWithoutRoom(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	binary, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cmd := exec.Command(shell, "-c", `ulimit -f 0 && exec "$0" -test.run='^TestKilled$' -weft.report=found`, binary)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SIMTEST_KILLED=0")
	said, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("it passed:\n%s", said)
	}
	for _, want := range []string{foundFailure, "what was found cannot be kept: ", "a came last", "again    go test ", "not kept: "} {
		if !strings.Contains(string(said), want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			t.Errorf("there is %s", path)
		}
		return nil
	})
}
