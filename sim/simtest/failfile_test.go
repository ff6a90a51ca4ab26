package simtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/order"
	"weft/sim/simtest"
)

// coins fails if both are tails, unless that is repaired.
func coins(repaired *bool) func(t *simtest.T) {
	return func(t *simtest.T) {
		a, b := sim.Choose(t.Context(), "a", 0, 1), sim.Choose(t.Context(), "b", 0, 1)
		if a+b == 2 && !*repaired {
			t.Error("two tails")
		}
	}
}

// keep puts a fail file where a test of that name looks for it.
func keep(t *testing.T, folder, text string) string {
	t.Helper()
	name := filepath.Join("testdata", "weft", folder, "kept.fail")
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func kept(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "weft", folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// The life of a fail file: written at the first failure, tried first as long as it
// is there, mentioned when it passes, and never removed.
func TestFailFileIsTriedFirst(t *testing.T) {
	repaired := false
	check := func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) }
	first := watch(t, "TestCoins", check)
	files := kept(t, "TestCoins")
	if len(files) != 1 {
		t.Fatalf("files: %v", files)
	}
	first.wants(t, true, "1 of 4 runs failed", "kept in  "+files[0])
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	want := "# TestCoins failed in this order:\n#     " + at(t, "failfile_test.go", `t.Error("two`) + ": two tails\n#\n"
	if !strings.HasPrefix(string(text), want) ||
		!strings.HasSuffix(string(text), "\nweft-failure 1\ntest TestCoins\npolicy any-ready\nschedule w1,choose:main/a.1=1,choose:main/b.1=1\n") {
		t.Errorf("the file is\n%s", text)
	}

	again := watchHere(t, "TestCoins", check)
	again.wants(t, true, "the failure that is kept in "+files[0]+" is still there", "two tails", "-weft.schedule=w1,choose:main/a.1=1,choose:main/b.1=1")
	again.wants(t, true, "no other failure beside what is kept: all 4 orders explored: 2 outcomes, 1 of them a failure")
	again.lacks(t, "runs failed", "is the same as before") // it is reported once

	repaired = true
	now := watchHere(t, "TestCoins", check)
	now.wants(t, false, "fail file "+files[0]+" passes now; delete it", "all 4 orders explored")
	if len(kept(t, "TestCoins")) != 1 {
		t.Error("the file is gone")
	}

	repaired = false
	watchHere(t, "TestOther", check).wants(t, true, "1 of 4 runs failed") // of another test
	os.Remove(files[0])
	watchHere(t, "TestCoins", check)
	if after := kept(t, "TestCoins"); len(after) != 1 || after[0] != files[0] {
		t.Errorf("the same failure is kept in %v, before in %v", after, files)
	}
}

// A failure that is kept and still there does not hide others: they are looked for and
// reported behind it. Another file with the same failure is mentioned.
func TestFailFilesDoNotHideOthers(t *testing.T) {
	check := func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			switch a, b := sim.Choose(t.Context(), "a", 0, 1), sim.Choose(t.Context(), "b", 0, 1); {
			case a == 1:
				t.Errorf("heads %d", b)
			case b == 1:
				panic("on its edge")
			}
		})
	}
	t.Chdir(t.TempDir())
	const file = "weft-failure 1\ntest TestCoins\npolicy any-ready\nschedule w1,choose:main/a.1=1"
	keep(t, "TestCoins", file+"\n")
	other := strings.ReplaceAll(keep(t, "TestCoins", file+"\n"), "kept", "same")
	if err := os.WriteFile(other, []byte(file+",choose:main/b.1=1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r := watchHere(t, "TestCoins", check)
	r.wants(t, true,
		"is still there\n", "heads 0", "error: the failure that is kept in "+other+" is still there; it is the same as before",
		"3 of 4 runs failed", "FAILS: panic in main: on its edge", "schedule w1,choose:main/b.1=1 (1 switch)")
	if first, second := strings.Index(r.said(), "is still there"), strings.Index(r.said(), "3 of 4 runs failed"); first > second {
		t.Error("what is kept does not come first")
	}
	if files := kept(t, "TestCoins"); len(files) != 3 {
		t.Errorf("files: %v", files)
	}
}

// A failure that no longer fits is looked for near where it was.
func TestFailFilesThatAlmostFit(t *testing.T) {
	check := func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			sim.Choose(t.Context(), "b", 0, 1)
			if sim.Choose(t.Context(), "a", 0, 1)+sim.Choose(t.Context(), "b", 0, 1) == 2 {
				t.Error("two tails")
			}
		})
	}
	t.Chdir(t.TempDir())
	name := keep(t, "TestCoins", "weft-failure 1\ntest TestCoins\npolicy any-ready\nschedule w1,choose:main/a.2=1,choose:main/b.1=1\n")
	watchHere(t, "TestCoins", check).wants(t, true,
		"fail file "+name+" no longer fits the program: ", "An order near it fails", "two tails", "again    go test",
		"-weft.schedule=w1,choose:main/a.1=1,choose:main/b.2=1", "kept in  testdata", "; delete the other one", "no other failure beside what is kept")
	if files := kept(t, "TestCoins"); len(files) != 2 {
		t.Errorf("files: %v", files)
	}
	setFlag(t, "weft.nofailfile", "true")
	if err := os.RemoveAll("testdata"); err != nil {
		t.Fatal(err)
	}
	keep(t, "TestCoins", "weft-failure 1\ntest TestCoins\npolicy any-ready\nschedule w1,choose:main/a.2=1,choose:main/b.1=1\n")
	watchHere(t, "TestCoins", check).wants(t, true, "An order near it fails", "-weft.schedule=w1,choose:main/a.1=1,choose:main/b.2=1")
	if files := kept(t, "TestCoins"); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
}

func TestFailFilesThatAreNotWritten(t *testing.T) {
	repaired := false
	check := func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) }
	t.Run("flag", func(t *testing.T) {
		setFlag(t, "weft.nofailfile", "true")
		watch(t, "TestCoins", check).wants(t, true, "two tails")
		if files := kept(t, "TestCoins"); len(files) != 0 {
			t.Errorf("files: %v", files)
		}
	})
	t.Run("folder that cannot be made", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if err := os.WriteFile("testdata", nil, 0o666); err != nil {
			t.Fatal(err)
		}
		watchHere(t, "TestCoins", check).wants(t, true, "two tails", "not kept: ")
	})
	t.Run("a file of that name", func(t *testing.T) {
		watch(t, "TestCoins", check)
		name := kept(t, "TestCoins")[0]
		other := keep(t, "TestCoins", "") // which has no schedule
		if err := os.Rename(other, name); err != nil {
			t.Fatal(err)
		}
		watchHere(t, "TestCoins", check).wants(t, true, "two tails", "simtest: fail file "+name)
		if text, _ := os.ReadFile(name); len(text) > 0 {
			t.Errorf("it was overwritten with\n%s", text)
		}
	})
}

// Files that cannot be used are never silent.
func TestFailFilesThatCannotBeUsed(t *testing.T) {
	repaired := true
	const good = "weft-failure 1\ntest TestCoins\npolicy any-ready\nschedule w1,choose:main/a.1=1\n"
	for _, c := range []struct {
		name, text string
		failed     bool
		says       string
	}{
		{"good", good, false, "passes now"},
		{"comments and blanks", "# by hand\n\n" + good + "\n\n# end", false, "passes now"},
		{"windows", strings.ReplaceAll(good, "\n", "\r\n"), false, "passes now"},
		{"no longer fits", strings.ReplaceAll(good, "a.1=1", "a.1=7"), false, "no longer fits the program, and none of 2 orders near it fails; if that is right, delete it: sim: the schedule does not fit the program: turn 1 wants 7"},
		{"another test", strings.ReplaceAll(good, "TestCoins", "TestSpoons"), false, "is of another test, TestSpoons; it was not tried"},
		{"newer", strings.ReplaceAll(good, "failure 1", "failure 2"), true, `of format version "2", and this version of Weft reads 1; delete it`},
		{"older schedule", strings.ReplaceAll(good, "w1", "w0"), true, `schedule of format "w0"`},
		{"garbage", "hello\nworld\n", true, `it does not begin with "weft-failure 1"`},
		{"empty", "", true, `it has no line "weft-failure"`},
		{"cut off", "weft-failure 1\ntest TestCoins\npoli", true, `the line "poli" is unknown`},
		{"no schedule", "weft-failure 1\ntest TestCoins\npolicy fifo\n", true, `it has no line "schedule"`},
		{"twice", good + good, true, `is unknown, or there twice`},
		{"policy", strings.ReplaceAll(good, "any-ready", "chaos"), true, `there is no policy "chaos"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			name := keep(t, "TestCoins", c.text)
			r := watchHere(t, "TestCoins", func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) })
			r.wants(t, c.failed, "fail file "+name, c.says, "all 4 orders explored")
		})
	}
}

// A failure is tried under the policy under which it was found.
func TestFailFileHasItsPolicy(t *testing.T) {
	t.Chdir(t.TempDir())
	keep(t, "TestBank", "weft-failure 1\ntest TestBank\npolicy any-ready\nschedule w1\n")
	r := watchHere(t, "TestBank", func(tb testing.TB) {
		simtest.Check(tb, lostUpdate, simtest.WithPolicy(order.FIFO))
	})
	r.wants(t, true, "is still there", " -weft.policy=any-ready -weft.schedule=w1")
}

// Names of tests become names of files that every system takes, and different ones
// different files.
func TestFailFilesOfSubtests(t *testing.T) {
	repaired := false
	t.Chdir(t.TempDir())
	found := map[string]string{}
	names := []string{
		"TestCoins", "TestCoins/sub", "TestCoins/sub/deep", "TestCoins/a b:c*?", "TestCoins/..", "TestCoins/.", "TestCoins/#00",
		"TestCoins/con", "TestCoins/COM1", "TestCoins/Ü日本", "TestCoins/\xff", "TestCoins/a%20", "TestCoins/" + strings.Repeat("long", 80),
		"TestCoins/" + strings.Repeat("long", 80) + "er", "TestCoins/" + strings.Repeat("日", 100), `TestCoins/a\b`,
	}
	for _, name := range names {
		r := watchHere(t, name, func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) })
		r.wants(t, true, "1 of 4 runs failed")
		_, file, _ := strings.Cut(r.said(), "kept in  ")
		file = strings.TrimSpace(file)
		if other, twice := found[file]; twice {
			t.Errorf("%q and %q are both kept in %s", name, other, file)
		}
		found[file] = name
		for _, element := range strings.Split(filepath.ToSlash(file), "/") {
			if len(element) > 140 || strings.ContainsAny(element, ` :*?"<>|\`) || strings.Trim(element, ".") == "" || strings.EqualFold(element, "con") || strings.EqualFold(element, "com1") {
				t.Errorf("%q is kept in %s", name, file)
			}
		}
		watchHere(t, name, func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) }).wants(t, true, "is still there")
	}
}

// What was found is kept before it is shrunk and explained: a test that is killed
// meanwhile has lost nothing.
func TestFailureIsKeptBeforeItIsExplained(t *testing.T) {
	early := false
	r := watch(t, "TestKeptEarly", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			if names, _ := filepath.Glob(filepath.Join("testdata", "weft", "TestKeptEarly", "*.fail")); len(names) > 0 {
				early = true
			}
			a, b := sim.Flip(t.Context(), "a", 0.5), sim.Flip(t.Context(), "b", 0.5)
			if a || b {
				t.Error("not both tails")
			}
		}, explore.WithStrategy(sample.Random()), explore.WithSeed(3), explore.WithWorkers(1))
	})
	r.wants(t, true, "kept in  ")
	if !early {
		t.Error("no run of the explanation has seen a fail file")
	}
	if files := kept(t, "TestKeptEarly"); len(files) != 1 {
		t.Errorf("files %q are left, want the simplest failure's", files)
	}
}

// A first failure that was kept stays if the simplest one cannot be.
func TestFirstFailureStays(t *testing.T) {
	check := func(tb testing.TB) {
		both := order.Schedule{{Kind: "choose", Key: "main/a.1", Taken: "true"}, {Kind: "choose", Key: "main/b.1", Taken: "true"}}
		simtest.Check(tb, func(t *simtest.T) {
			a, b := sim.Flip(t.Context(), "a", 0.5), sim.Flip(t.Context(), "b", 0.5)
			if a || b {
				t.Error("not both tails")
			}
		}, explore.WithStrategy(explore.Replay(both)))
	}
	watch(t, "TestFirstStays", check).wants(t, true, "kept in  ")
	simplest := kept(t, "TestFirstStays")
	if len(simplest) != 1 {
		t.Fatalf("files %q, want one", simplest)
	}
	if err := os.Remove(simplest[0]); err != nil {
		t.Fatal(err)
	}
	// A folder is in the way of what is written next.
	if err := os.Mkdir(fmt.Sprintf("%s.%d", simplest[0], os.Getpid()), 0o777); err != nil {
		t.Fatal(err)
	}
	r := watchHere(t, "TestFirstStays", check)
	files, err := filepath.Glob(filepath.Join("testdata", "weft", "TestFirstStays", "*.fail"))
	if err != nil || len(files) != 1 || files[0] == simplest[0] {
		t.Fatalf("files %q, %v; want the first failure's", files, err)
	}
	r.wants(t, true, "kept in  "+files[0]+", as it was before it was shrunk: ")
}
