package source_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weft/cmd/weft/source"
	"weft/sim/bubble/overlay"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// built builds a program of testdata, and returns both of its engines.
func built(t *testing.T, o source.Options, files ...string) (warm, cold order.Engine) {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds the program, and the standard library with the overlay")
	}
	for i := range files {
		files[i] = filepath.Join("testdata", files[i])
	}
	p, err := source.Find(files)
	if err != nil {
		t.Fatal(err)
	}
	o.Name = p.Name
	o.Binary, err = p.Build(t.Context(), func(_ context.Context, _ *overlay.Overlay, module bool) []string {
		flags := []string{"-gcflags=command-line-arguments=-race -d=checkptr=0"}
		if module {
			flags = append(flags, "-gcflags=example.com/...=-race -d=checkptr=0")
		}
		return flags
	})
	if err != nil {
		t.Fatal(err)
	}
	if warm, err = p.Engine(o); err != nil {
		t.Fatal(err)
	}
	if cold, err = p.ColdEngine(o); err != nil {
		t.Fatal(err)
	}
	return warm, cold
}

func search(t *testing.T, e order.Engine) *explore.Report {
	t.Helper()
	r, err := explore.Search(t.Context(), e, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(3000))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Coverage.Complete() {
		t.Fatalf("not all orders were explored: %s; %v", r.Verdict(), r.Nondeterminism)
	}
	return r
}

// outcomes are what runs show, each in a line.
func outcomes(r *explore.Report) []string {
	var all []string
	for _, o := range r.Outcomes {
		all = append(all, strings.ReplaceAll(strings.TrimRight(o.Text, "\n"), "\n", "|"))
	}
	slices.Sort(all)
	return all
}

// TestOutcomes: what whole programs can do, all of it and nothing else.
func TestOutcomes(t *testing.T) {
	for _, test := range []struct {
		file    string
		options source.Options
		want    []string // each the beginning of an outcome
	}{
		{file: "bank.go", want: []string{"balance 40", "balance 70"}},
		{file: "race.go", want: []string{"2|data-race: data race on count: "}},
		{file: "quits.go", want: []string{"", "x"}},
		{file: "deadlock.go", want: []string{"deadlock: main has waited since 0s to send to answers, and nobody receives from it"}},
		{file: "leak.go", want: []string{"", "job 1", "job 1|leak: main.func1 has waited"}},
		{file: "panics.go", want: []string{"panic in main@timer.1: close of closed channel done", "panic in main@timer.2: close of closed channel done"}},
		{file: "reads.go", options: source.Options{Args: []string{"-x", "y z"}, Stdin: input(t, "one\ntwo\n")}, want: []string{"[-x y z]|read one|read two"}},
		{file: "reads.go", want: []string{"[]"}},
		{file: "coroutine.go", want: []string{"a 1|b 2", "b 1|a 2"}},
		{file: "says.go", want: []string{"a begins|b begins|a|b|no end", "a begins|b begins|b|a|no end"}},
		{file: "goexit.go", want: []string{"1|exit: main called runtime.Goexit, and at 0s no goroutine is left: ", "2|exit: main called runtime.Goexit, and at 0s no goroutine is left: "}},
		{file: "standard.go", want: []string{"1  false 3 true|changed said"}},
		{file: "globals.go", want: []string{"1 map[10:1 a:1] [2 2 3 4] 1 false 1 2 first", "1 map[1:1 a:1] [2 2 3 4] 1 false 1 2 first"}},
	} {
		t.Run(test.file, func(t *testing.T) {
			warm, _ := built(t, test.options, test.file)
			got := outcomes(search(t, warm))
			slices.Sort(test.want)
			if len(got) != len(test.want) {
				t.Fatalf("%d outcomes, want %d: %q", len(got), len(test.want), got)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], test.want[i]) {
					t.Errorf("outcome %q, want %q", got[i], test.want[i])
				}
			}
		})
	}
}

func input(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// everyFile is for those who have changed how runs share a process: each file is built anew.
var everyFile = flag.Bool("every", false, "compare warm and cold runs of every program")

// TestWarmAndCold: runs that share a process show what those in processes of their own do,
// and each as often.
func TestWarmAndCold(t *testing.T) {
	files := []string{"bank.go", "quits.go", "globals.go", "coroutine.go", "replaced", "workspace/app", "flags.go"}
	if *everyFile {
		files = append(files, "race.go", "prints.go", "deadlock.go", "leak.go", "panics.go", "says.go", "modx", "standard.go")
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			warm, cold := built(t, source.Options{}, file)
			a, b := search(t, warm), search(t, cold)
			if a.Runs != b.Runs || !slices.Equal(outcomes(a), outcomes(b)) {
				t.Errorf("in shared processes %d orders: %q\nin own ones %d orders: %q", a.Runs, outcomes(a), b.Runs, outcomes(b))
			}
			for i := range a.Outcomes {
				if i < len(b.Outcomes) && a.Outcomes[i].Runs != b.Outcomes[i].Runs {
					t.Errorf("outcome %q in %d and %d orders", a.Outcomes[i].Text, a.Outcomes[i].Runs, b.Outcomes[i].Runs)
				}
			}
			if order.RunOnce(warm, order.Default()).End == order.Misused {
				t.Error("no run was made")
			}
			if a.Runs > 10 && warm.(order.Cold).FirstDiffers() {
				t.Error("the first run of a process is said to differ from later ones")
			}
		})
	}
}

// TestKept: a program that keeps something in the standard library does otherwise in its
// second run of a process, and that is noticed.
func TestKept(t *testing.T) {
	warm, cold := built(t, source.Options{}, "kept.go")
	if run := order.RunOnce(cold, order.Default()); run.Failed() || run.Output[0].Text != "first" {
		t.Errorf("in a process of its own: %s, %v", run.Summary, run.Output)
	}
	run := order.RunOnce(warm, order.Default())
	if !run.Failed() || !strings.Contains(run.Summary, "known already") {
		t.Errorf("the second run of a process ends with %s %q", run.End, run.Summary)
	}
	if !warm.(order.Cold).FirstDiffers() && run.End != order.Kept {
		t.Error("that the runs of a process differ is not told")
	}
}

// TestExit: how a program ends itself, and where.
func TestExit(t *testing.T) {
	warm, _ := built(t, source.Options{}, "prints.go")
	r := search(t, warm)
	exits := 0
	for _, o := range r.Outcomes {
		run := order.RunOnce(warm, order.Replay(o.Witness))
		if !o.Failed {
			continue
		}
		if run.End == order.Leaked {
			continue // main has returned, and the second goroutine waits
		}
		exits++
		if err := run.Err.Error(); err != "exit: main ends the program with status 3, at testdata/prints.go:23" {
			t.Errorf("it ends with %q", err)
		}
	}
	if exits == 0 {
		t.Error("it never ends itself")
	}
	// Each call of print or println, and each write of package fmt, is whole.
	for _, text := range outcomes(r) {
		if strings.Contains(text, "from println") && !strings.Contains(text, "from println 7") {
			t.Errorf("a line of println is not whole: %q", text)
		}
	}
}

// TestClaim: what follows of that no order has a data race, and what is left out of that: nothing
// for a program that only prints.
func TestClaim(t *testing.T) {
	const want = "no data race in any: the program has no other behaviour, but for what packages outside of the main module read and write"
	for _, file := range []string{"bank.go", "printers.go"} {
		warm, _ := built(t, source.Options{}, file)
		if r := search(t, warm); !strings.HasSuffix(r.Verdict(), want) {
			t.Errorf("%s: verdict %q, want it to end with %q", file, r.Verdict(), want)
		}
	}
	warm, _ := built(t, source.Options{Stdin: input(t, "one\n")}, "reads.go")
	if r := search(t, warm); !strings.HasSuffix(r.Verdict(), want+" and other orders and results of real input and output") {
		t.Errorf("reads.go: verdict %q", r.Verdict())
	}
}

// TestPrinted: what a coroutine program writes to the standard output is an event of the
// task that writes it, at its place.
func TestPrinted(t *testing.T) {
	warm, _ := built(t, source.Options{}, "says.go")
	run := order.RunOnce(warm, order.Default())
	var got []string
	for _, line := range run.Output {
		got = append(got, line.Task+": "+line.Text)
	}
	if want := []string{"a: a begins", "b: b begins", "a: a", "b: b", "main: no end"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestCompileErrors: they are the compiler's, with the places that the user knows.
func TestCompileErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the go command")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("bad.go", []byte("package main\n\nfunc main() {\n\tx := 1\n\tprintln(y)\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := source.Find([]string{"bad.go"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Build(t.Context(), func(context.Context, *overlay.Overlay, bool) []string { return nil })
	var wrong *source.BuildError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v", err)
	}
	if want := "./bad.go:4:2: declared and not used: x\n./bad.go:5:10: undefined: y"; wrong.Said != want {
		t.Errorf("it says\n%s\nwant\n%s", wrong.Said, want)
	}
}

func TestFindRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	main := write("a.go", "package main\nfunc main() {}\n")
	for _, test := range []struct {
		files []string
		want  string
	}{
		{[]string{filepath.Join(dir, "none.go")}, "there is no file or folder"},
		{[]string{write("a_test.go", "package main")}, "is a test; weft test explores it"},
		{[]string{write("lib.go", "package lib\nfunc F() {}\n")}, "has no program: want func main() in package main"},
		{[]string{write("lib2.go", "package lib\nfunc main() {}\n")}, "has no program"},
		{[]string{write("co.go", "package co\nimport \"context\"\nfunc Program(ctx context.Context) error { return nil }\n")}, "is to be called main"},
		{[]string{main, write("sub/b.go", "package main\n")}, "are in two folders"},
		{[]string{main, "notes.txt"}, "is no Go file"},
		{[]string{write("empty/x.txt", "") + "/.."}, "there is no Go program in"},
	} {
		p, err := source.Find(test.files)
		if err == nil {
			t.Errorf("%v: found %+v", test.files, p)
		} else if !strings.HasPrefix(err.Error(), "source: ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %q, want in it %q", test.files, err, test.want)
		}
	}
	if !source.Names("bank.go") || !source.Names(dir) || source.Names("hello") || source.Names("go/hello") {
		t.Error("Names takes names of the gallery for files, or the other way round")
	}
}

func TestPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := source.Programs("testdata"); err != nil || !slices.Equal(got, files) || len(got) < 10 {
		t.Errorf("programs %v, %v, want %v", got, err, files)
	}
	if got, err := source.Programs(filepath.Join("testdata", "modx")); err != nil || len(got) != 1 || got[0] != filepath.Join("testdata", "modx") {
		t.Errorf("programs of a module: %v, %v", got, err)
	}
}

func ExampleFind() {
	p, err := source.Find([]string{"testdata/coroutine.go"})
	fmt.Println(p.Name, p.Coroutine(), err)
	_, err = source.Find([]string{"testdata/none.go"})
	fmt.Println(err)
	// Output:
	// coroutine true <nil>
	// source: there is no file or folder "testdata/none.go"; this takes one, or the name of a program of the gallery (weft list)
}
