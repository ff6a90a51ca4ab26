package corpus_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/corpus"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

func open(t *testing.T, dir string, of ...string) *corpus.Corpus {
	t.Helper()
	c, err := corpus.Open(dir, of...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func schedule(t testing.TB, text string) order.Schedule {
	t.Helper()
	s, err := order.ParseSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t *testing.T, c *corpus.Corpus) []corpus.Order {
	t.Helper()
	orders, problems := c.Read()
	for _, problem := range problems {
		t.Error(problem)
	}
	return orders
}

// An order is read as it was put, and one of the same outcome takes its place.
func TestPut(t *testing.T) {
	c := open(t, t.TempDir(), "./bank", "TestX/a b")
	want := corpus.Order{Policy: "any-ready", Schedule: schedule(t, "w1,ready:a.2=b.2"), Fresh: true, Failed: true, Outcome: 7, Runs: 3, Of: 1000, Text: "failed:\nbalance is 70\n"}
	for range 2 {
		if err := c.Put(want); err != nil {
			t.Fatal(err)
		}
	}
	want.Schedule = schedule(t, "w1,ready:b.2=a.2")
	if err := c.Put(want); err != nil {
		t.Fatal(err)
	}
	all := read(t, c)
	if len(all) != 1 {
		t.Fatalf("%d orders are kept, want 1", len(all))
	}
	got := all[0]
	if got.Policy != want.Policy || got.Schedule.String() != want.Schedule.String() || !got.Fresh || !got.Failed || got.Outcome != 7 || got.Runs != 3 || got.Of != 1000 {
		t.Errorf("it is read as %+v, want %+v", got, want)
	}
	text, err := os.ReadFile(got.File)
	if err != nil || !strings.HasPrefix(string(text), "# ./bank TestX/a b failed in this order:\n#     failed:\n#     balance is 70\nweft-corpus 1\n") {
		t.Errorf("the file is (%v)\n%s", err, text)
	}
	other := got
	other.Outcome = 8
	if err := c.Replace(got, other); err != nil {
		t.Fatal(err)
	}
	if all := read(t, c); len(all) != 1 || all[0].Outcome != 8 {
		t.Errorf("after it was replaced, there is %+v", all)
	}
	if err := c.Remove(got); err != nil { // which is gone
		t.Error(err)
	}
}

// An order that is kept is, as it fails now, what its run says.
func TestFailsNow(t *testing.T) {
	kept := corpus.Order{Policy: "any-ready", Schedule: schedule(t, "w1,ready:a.2=b.2"), Runs: 1, Of: 4096, Text: "passed:"}
	now := kept.FailsNow(&order.Run{End: order.Panicked, Summary: "broken"}, schedule(t, "w1,ready:b.2=a.2"))
	same := kept.FailsNow(&order.Run{End: order.Panicked, Summary: "broken"}, kept.Schedule)
	other := kept.FailsNow(&order.Run{End: order.Panicked, Summary: "torn"}, kept.Schedule)
	if !now.Failed || now.Schedule.String() != "w1,ready:b.2=a.2" || !strings.Contains(now.Text, "broken") || now.Policy != kept.Policy || now.Of != kept.Of {
		t.Errorf("%+v", now)
	}
	if now.Outcome != same.Outcome || now.Outcome == other.Outcome {
		t.Errorf("outcomes %v, of another schedule %v, of another failure %v", now.Outcome, same.Outcome, other.Outcome)
	}
}

// Whatever a program is called, its folder lies in that of the corpus, and is its own.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "corpus")
	seen := map[string]string{}
	for _, of := range [][]string{{"..", ".."}, {"/etc", "passwd"}, {"../../x", "y"}, {"", ""}, {".", "."}, {"CON", "a\x00b"}, {strings.Repeat("ä", 500), "x"}, {"a/b", "c"}, {"a", "b/c"}} {
		c := open(t, inner, of...)
		name := strings.Join(of, "|")
		if other, twice := seen[c.String()]; twice {
			t.Errorf("%q and %q have one folder", name, other)
		}
		seen[c.String()] = name
		if err := c.Put(corpus.Order{Policy: "fifo", Outcome: 1}); err != nil {
			t.Error(err)
		}
		if all := read(t, c); len(all) != 1 || !strings.HasPrefix(all[0].File, inner+string(filepath.Separator)) {
			t.Errorf("%q: %v", of, all)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("beside the corpus lies %v (%v)", entries, err)
	}
}

func outcome(key int, failed bool, runs int) search.Outcome {
	o := search.Outcome{Key: uint64(key), End: order.Finished, Runs: runs, Text: fmt.Sprint("outcome ", key)}
	if failed {
		o.End, o.Failed = order.Failed, true
	}
	return o
}

// Failures and rare outcomes are kept, the failures first; never more than there may be.
func TestKeep(t *testing.T) {
	c := open(t, t.TempDir(), "p")
	r := &explore.Report{Policy: "any-ready", Runs: 1000, Outcomes: []search.Outcome{outcome(1, false, 890), outcome(2, false, 62), outcome(3, false, 1), outcome(4, false, 30), outcome(5, true, 17)}}
	if err := c.Keep(r, false); err != nil {
		t.Fatal(err)
	}
	var keys []trace.Hash
	for _, o := range read(t, c) {
		keys = append(keys, o.Outcome)
	}
	if fmt.Sprint(keys) != fmt.Sprint([]trace.Hash{5, 3, 4, 2}) {
		t.Errorf("outcomes %v are kept, want 5, 3, 4 and 2", keys)
	}
	// One that is rare no more is known as that.
	r.Outcomes = []search.Outcome{outcome(3, false, 900), outcome(4, false, 20)}
	if err := c.Keep(r, false); err != nil {
		t.Fatal(err)
	}
	if all := read(t, c); len(all) != 4 || all[3].Outcome != 3 || all[3].Runs != 900 {
		t.Errorf("kept is %+v", all)
	}
	// Where all orders were walked, nothing is rare.
	walked := open(t, t.TempDir(), "p")
	r.Coverage.Kind = search.AllOrders
	r.Outcomes = []search.Outcome{outcome(1, false, 999), outcome(2, false, 1)}
	if err := walked.Keep(r, false); err != nil || len(read(t, walked)) != 0 {
		t.Errorf("kept is %v (%v)", read(t, walked), err)
	}

	for n := range 200 {
		r := &explore.Report{Policy: "any-ready", Runs: 100_000, Outcomes: []search.Outcome{outcome(1000+n, false, 10+n), outcome(2000+n, true, 5)}}
		if err := c.Keep(r, false); err != nil {
			t.Fatal(err)
		}
	}
	all := read(t, c)
	failures := 0
	for _, o := range all {
		if o.Failed {
			failures++
		}
	}
	if len(all) != corpus.Most || failures != corpus.FailuresMost {
		t.Errorf("%d orders are kept, %d of them failures; want %d and %d", len(all), failures, corpus.Most, corpus.FailuresMost)
	}
	if last := all[len(all)-1]; last.Runs > 10+corpus.Most {
		t.Errorf("the most common one that is kept was had by %d runs", last.Runs)
	}
}

// What is no file of the corpus is said with its place, and left as it is.
func TestOtherFiles(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	c := open(t, dir, "p")
	if err := c.Put(corpus.Order{Policy: "fifo", Outcome: 1}); err != nil {
		t.Fatal(err)
	}
	good := read(t, c)[0]
	text, err := os.ReadFile(good.File)
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(outside, "secret")
	files := map[string]struct{ text, want string }{
		"empty.order":     {"", `line 1: it ends without a line "weft-corpus"`},
		"truncated.order": {string(text[:len(text)-4]), `schedule`},
		"cut.order":       {string(text[:len(text)/2]), `line `},
		"noise.order":     {"\x00\xff\xfe", "line 1: it does not begin with"},
		"huge.order":      {string(text) + strings.Repeat("# x\n", corpus.FileBytes/4), "longer than"},
		"future.order":    {strings.Replace(string(text), "corpus 1", "corpus 2", 1), "format version"},
		"another.order":   {strings.Replace(string(text), "program p", "program q", 1), "another program"},
		"runs.order":      {strings.Replace(string(text), "runs 0", "runs -1", 1), `the line "runs" has`},
		"policy.order":    {strings.Replace(string(text), "policy fifo", "policy filo", 1), `the line "policy" has`},
		"README.md":       {"mine", "no file of a corpus"},
	}
	for name, f := range files {
		if err := os.WriteFile(filepath.Join(c.String(), name), []byte(f.text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(secret, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(c.String(), "linked.order")); err == nil {
		files["linked.order"] = struct{ text, want string }{string(text), "no regular file"}
	}
	orders, problems := c.Read()
	if len(orders) != 1 || orders[0].File != good.File {
		t.Errorf("read is %v", orders)
	}
	var all strings.Builder
	for _, problem := range problems {
		fmt.Fprintln(&all, problem)
	}
	for name, f := range files {
		found := false
		for line := range strings.Lines(all.String()) {
			found = found || strings.Contains(line, filepath.Join(c.String(), name)) && strings.Contains(line, f.want)
		}
		if !found {
			t.Errorf("%s: nothing says %q; said is\n%s", name, f.want, all.String())
		}
	}
	if err := c.Keep(&explore.Report{Policy: "fifo", Runs: 1, Outcomes: []search.Outcome{outcome(9, true, 1)}}, false); err != nil {
		t.Error(err)
	}
	for name, f := range files {
		if now, err := os.ReadFile(filepath.Join(c.String(), name)); err != nil || string(now) != f.text {
			t.Errorf("%s is not as it was (%v)", name, err)
		}
	}
	// One that is in the way of an order is not written over.
	if err := os.WriteFile(good.File, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := c.Put(good); err == nil || !strings.Contains(err.Error(), good.File) {
		t.Errorf("put says %v", err)
	}
	if now, _ := os.ReadFile(good.File); string(now) != "mine" {
		t.Errorf("the file is %q now", now)
	}
}

// A folder that leads elsewhere is not followed.
func TestLinkedFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "p")); err != nil {
		t.Skip(err)
	}
	c, err := corpus.Open(dir, "p")
	if err == nil {
		err = c.Put(corpus.Order{Policy: "fifo", Outcome: 1})
	}
	if entries, _ := os.ReadDir(outside); err == nil || len(entries) > 0 {
		t.Errorf("outside there is %v (%v)", entries, err)
	}
}

// What a process that was killed has left is removed after a while.
func TestLeftOver(t *testing.T) {
	c := open(t, t.TempDir(), "p")
	old, young := filepath.Join(c.String(), "00.order.1"), filepath.Join(c.String(), "00.order.2")
	for _, name := range []string{old, young} {
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	read(t, c)
	if _, err := os.Stat(old); err == nil {
		t.Error("the old one is there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error(err)
	}
}

// TestBeside: processes that keep in one folder at the same time are no harm to each other.
func TestBeside(t *testing.T) {
	dir := os.Getenv("CORPUS_DIR")
	if dir != "" {
		c := open(t, dir, "p")
		for n := range 60 {
			r := &explore.Report{Policy: "fifo", Runs: 10_000, Outcomes: []search.Outcome{outcome(n%20, true, 5), outcome(100+n, false, n), outcome(n%7, false, 1)}}
			if err := c.Keep(r, false); err != nil {
				t.Fatal(err)
			}
			read(t, c)
		}
		return
	}
	dir = t.TempDir()
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			child := exec.Command(os.Args[0], "-test.run=^TestBeside$")
			child.Env = append(os.Environ(), "CORPUS_DIR="+dir)
			if out, err := child.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wait.Wait()
	c := open(t, dir, "p")
	all := read(t, c)
	if len(all) < corpus.Most/2 || len(all) > corpus.Most {
		t.Errorf("%d are kept", len(all))
	}
	entries, err := os.ReadDir(c.String())
	if err != nil || len(entries) != len(all) {
		t.Errorf("%d files of %d orders (%v)", len(entries), len(all), err)
	}
}

func TestOpenFails(t *testing.T) {
	if _, err := corpus.Open(""); err == nil {
		t.Error("no folder is one")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := corpus.Open(file, "p"); err == nil || !strings.Contains(err.Error(), file) && runtime.GOOS != "windows" {
		t.Errorf("a file is a folder: %v", err)
	}
}

func Example() {
	dir, _ := os.MkdirTemp("", "corpus")
	defer os.RemoveAll(dir)
	c, err := corpus.Open(dir, "./bank", "TestWithdraw")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	s, _ := order.ParseSchedule("w1,ready:a.2=b.2")
	c.Put(corpus.Order{Policy: "any-ready", Schedule: s, Failed: true, Outcome: 1, Runs: 1, Of: 4096})
	orders, _ := c.Read()
	for _, o := range orders {
		fmt.Println(o.Failed, o.Policy, o.Schedule)
	}
	// Output: true any-ready w1,ready:a.2=b.2
}
