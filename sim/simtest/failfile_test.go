package simtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
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
		{"garbage", "hello\nworld\n", true, `line 1: it does not begin with "weft-failure 1"`},
		{"empty", "", true, `line 1: it ends without a line "weft-failure"`},
		{"cut off", "weft-failure 1\ntest TestCoins\npoli", true, `line 3: "poli" is unknown; was the file cut off?`},
		{"no schedule", "weft-failure 1\ntest TestCoins\npolicy fifo\n", true, `line 4: it ends without a line "schedule"`},
		{"twice", good + good, true, `line 5: "weft-failure" stands there twice`},
		{"policy", strings.ReplaceAll(good, "any-ready", "chaos"), true, `there is no policy "chaos"`},
		{"NUL bytes", strings.Repeat("\x00", 1000), true, `line 1: it does not begin with`},
		{"escape sequence as a line", good + "\x1b[31mred 1\n", true, `line 5: "\x1b[31mred 1" is unknown`},
		{"escape sequence as a test", strings.ReplaceAll(good, "TestCoins", "\x1b[31mTestCoins"), false, `is of another test, \x1b[31mTestCoins; it was not tried`},
		{"escape sequence as a policy", strings.ReplaceAll(good, "any-ready", "\x1b[31mred"), true, `there is no policy "\x1b[31mred"`},
		{"escape sequence in a schedule", strings.ReplaceAll(good, "a.1=1", "a.1=%1B[31mred"), false, `turn 1 wants \x1b[31mred at choose:main/a.1`},
		{"escape sequence as a schedule", strings.ReplaceAll(good, "w1,", "\x1b[31mw1,"), true, `schedule "\x1b[31mw1,choose:main/a.1=1" does not begin with "w1"`},
		{"right-to-left", strings.ReplaceAll(good, "a.1=1", "a.1=\u202e1"), false, `turn 1 wants \u202e1 at`},
		{"long", "weft-failure 1\n" + strings.Repeat("x", 1<<20), true, `line 2: "xxxx`},
		{"long schedule", good[:len(good)-1] + strings.Repeat(",choose:main/a.1=1", 1000) + ",x\n", true, `turn 1002 is "x"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			name := keep(t, "TestCoins", c.text)
			r := watchHere(t, "TestCoins", func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) })
			r.wants(t, c.failed, "fail file "+name, c.says, "all 4 orders explored")
			r.lacks(t, "\x1b", "\x00", "\u202e")
			if len(r.said()) > 10_000 {
				t.Errorf("it says %d bytes", len(r.said()))
			}
		})
	}
}

// A file without an end is not waited for, and not read into memory.
func TestFailFilesThatHaveNoEnd(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such files")
	}
	repaired := true
	for _, c := range []struct {
		name, says string
		make       func(name string) error
	}{
		{"link to a device", "it is no regular file", func(name string) error { return os.Symlink("/dev/zero", name) }},
		{"link to a folder", "it is no regular file", func(name string) error { return os.Symlink(".", name) }},
		{"link to itself", "too many", func(name string) error { return os.Symlink(filepath.Base(name), name) }},
		{"link to nothing", "no such file", func(name string) error { return os.Symlink("nowhere", name) }},
		{"pipe", "it is no regular file", func(name string) error { return exec.Command("mkfifo", name).Run() }},
		{"more than is read", "it is longer than 33554432 bytes", func(name string) error {
			if err := os.WriteFile(name, nil, 0o666); err != nil {
				return err
			}
			return os.Truncate(name, 1<<30)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			name := keep(t, "TestCoins", "")
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			if err := c.make(name); err != nil {
				t.Skip(err)
			}
			r := watchHere(t, "TestCoins", func(tb testing.TB) { simtest.Check(tb, coins(&repaired)) })
			r.wants(t, true, "fail file "+name+": ", c.says, "all 4 orders explored")
		})
	}
}

// What a failing program says is in the file as text.
func TestFailFileCanBeShown(t *testing.T) {
	r := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) { t.Error("\x1b[31mred\n\ttwo\r\nthree\u202e\x00") })
	})
	r.wants(t, true, "kept in  ", `\x1b[31mred`)
	r.lacks(t, "\x1b", "\u202e", "\x00")
	text, err := os.ReadFile(kept(t, "TestCoins")[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`\x1b[31mred`, "#         two\n", `three\u202e\x00`} {
		if !strings.Contains(string(text), line) {
			t.Errorf("%q is missing in\n%s", line, text)
		}
	}
	if strings.ContainsAny(string(text), "\x1b\x00\t\r\u202e") {
		t.Errorf("the file is %q", text)
	}
	watchHere(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) { t.Error("\x1b[31mred") })
	}).wants(t, true, "is still there")
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
		"../TestCoins", "../../../../etc/x", "/TestCoins", "TestCoins/a/../../b", "TestCoins/\x00", "TestCoins/a\nb", "TestCoins/ ", "TestCoins//", "TestCoins/\x1b[31m",
		"TestCoins" + strings.Repeat("/x", 5000), "TestCoins" + strings.Repeat("/"+strings.Repeat("y", 300), 8), "", "/", "..",
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
		if !strings.HasPrefix(file, filepath.Join("testdata", "weft")+string(filepath.Separator)) || !filepath.IsLocal(file) || file != filepath.Clean(file) {
			t.Errorf("%q is kept in %s", name, file)
		}
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
	if err := os.Mkdir(simplest[0], 0o777); err != nil {
		t.Fatal(err)
	}
	r := watchHere(t, "TestFirstStays", check)
	files := slices.DeleteFunc(kept(t, "TestFirstStays"), func(name string) bool { return name == simplest[0] })
	if len(files) != 1 {
		t.Fatalf("files %q; want the first failure's", files)
	}
	r.wants(t, true, "kept in  "+files[0]+", as it was before it was shrunk: ")
}
