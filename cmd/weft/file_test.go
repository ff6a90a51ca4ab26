package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// program copies a program of package source's tests into a folder of its own, and goes there.
func program(t *testing.T, name string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds a program")
	}
	text, err := os.ReadFile(filepath.Join("source", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFileInReadme: the README shows a file and what exploring it prints, and both are so.
func TestFileInReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("source", "testdata", "bank.go"))
	if err != nil {
		t.Fatal(err)
	}
	program(t, "bank.go")
	said := fine(t, "explore", "bank.go", "--strategy", "auto")
	outcomes, rest, _ := strings.Cut(strings.TrimPrefix(said, "bank.go\n\n"), "\nIn the default order:\n")
	outcomes, _, _ = strings.Cut(outcomes, "\n\n3") // the rate, which depends on the machine
	if at := strings.Index(outcomes, " runs a second"); at >= 0 {
		outcomes = outcomes[:strings.LastIndex(outcomes[:at], "\n")]
	}
	_, hint, _ := strings.Cut(rest, "\n\n")
	contains(t, string(readme), string(text), strings.TrimRight(outcomes, "\n"), strings.TrimRight(hint, "\n"))
}

// TestFileCommands: what can be done with a program of the gallery can be done with a file.
func TestFileCommands(t *testing.T) {
	program(t, "bank.go")
	contains(t, fine(t, "run", "bank.go"), "balance 40", "To see all orders: weft explore bank.go")
	const failing = "w1,ready:main.func1.3=main.func2.0"
	contains(t, fine(t, "run", "bank.go", "--schedule", failing, "--view", "log"), "balance 70")
	contains(t, fine(t, "replay", "bank.go", "--schedule", failing), "came to its end")

	a := weft("replay", "bank.go", "--schedule", failing, "--want", "balance 40")
	contains(t, a.out, `FAILS: it prints "balance 70", want "balance 40"`, "split critical section on mu")
	if a.status != exitFailed {
		t.Errorf("status %d, want %d", a.status, exitFailed)
	}
	a = weft("explore", "bank.go", "--want", "balance 40")
	contains(t, a.out, "2 outcomes, 1 of them a failure", "weft replay bank.go --policy any-ready --schedule "+failing+" --want 'balance 40'")
	if a.status != exitFailed {
		t.Errorf("status %d, want %d", a.status, exitFailed)
	}
	a = weft("shrink", "bank.go", "--want", "balance 40", "--schedule", failing)
	contains(t, a.out, failing)

	weft("run", "bank.go", "-o", "bank.jsonl")
	contains(t, fine(t, "replay", "bank.jsonl"), "came to its end")
	weft("page", "bank.go", "-o", "bank.html")
	page, err := os.ReadFile("bank.html")
	if err != nil || !strings.Contains(string(page), "bank.go") {
		t.Errorf("the page: %d bytes, %v", len(page), err)
	}
	refuses(t, exitUsage, []string{"replay", "bank.go"})
	refuses(t, exitUsage, []string{"explore", "bank.go", "--policy", "jitter:1s"})
	refuses(t, exitUsage, []string{"explore", "bank.go", "--points", "all"})
	refuses(t, exitUsage, []string{"explore", "bank.go", "--stdin", "nowhere"}, "--stdin: there is no file nowhere")
	refuses(t, exitUsage, []string{"explore", "bank.go", "--stdin", "."}, "--stdin: . is a folder")
	refuses(t, exitUsage, []string{"explore", "hello", "--stdin", "bank.go"}, "hello is a program of the gallery, and reads nothing")
	refuses(t, exitUsage, []string{"explore", "hello", "--", "x"})
}

// TestFileRace: a data race is a failure, and what it can do is shown.
func TestFileRace(t *testing.T) {
	program(t, "race.go")
	a := weft("explore", "race.go")
	contains(t, a.out, "data race on count", "What the race can do", "1. passes, in 104 runs\n    2\n", "2. passes, in 120 runs\n    1\n", "weft explore race.go --points memory")
	a = weft("explore", "race.go", "--points", "memory", "--want", "2")
	contains(t, a.out, `FAILS: it prints "1", want "2"`, "--points memory --want 2")
}

// TestFileKept: a program that keeps something between runs has each in a process of its own.
func TestFileKept(t *testing.T) {
	program(t, "kept.go")
	a := weft("explore", "kept.go")
	contains(t, a.err, "kept.go keeps something from run to run")
	contains(t, a.out, "1. passes", "first")
	if a.status != exitOK {
		t.Errorf("status %d: %s", a.status, a.out)
	}
}

// TestFileArguments: what the program is given, and how the line to paste says so.
func TestFileArguments(t *testing.T) {
	program(t, "reads.go")
	if err := os.WriteFile("input", []byte("one\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	a := weft("explore", "reads.go", "--stdin", "input", "--want", "two", "--", "-a", "b c")
	contains(t, a.out, "[-a b c]", "read one", "--want two --stdin input -- -a 'b c'")
}

// TestFileCompileErrors: they are the compiler's own words.
func TestFileCompileErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the go command")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("bad.go", []byte("package main\n\nfunc main() {\n\tprintln(y)\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if a := weft("explore", "bad.go"); a.err != "./bad.go:4:10: undefined: y\n" || a.status != exitUsage {
		t.Errorf("status %d, %q", a.status, a.err)
	}
}

// TestFileNames: a folder needs no slash, and what is to be pasted is fit for a shell.
func TestFileNames(t *testing.T) {
	program(t, "bank.go")
	if err := os.MkdirAll("a b", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename("bank.go", "a b/bank.go"); err != nil {
		t.Fatal(err)
	}
	contains(t, fine(t, "run", "a b"), "balance 40", "weft explore 'a b'")
	contains(t, fine(t, "explore", "a b/bank.go", "--budget", "20"), "weft explore 'a b/bank.go' --want")
	weft("run", "a b/bank.go", "-o", "bank.jsonl")
	contains(t, fine(t, "replay", "bank.jsonl"), "came to its end")
	refuses(t, exitUsage, []string{"run", "a c"}, `there is no program "a c" in the gallery`)
}

// TestFileShared: what is for one goroutine at a time, and used by two, has a data race.
func TestFileShared(t *testing.T) {
	program(t, "buffer.go")
	a := weft("explore", "buffer.go")
	contains(t, a.out, "data races on 2 variables", "b.buf: main.func1 writes it at bytes/buffer.go:")
	if a.status != exitFailed {
		t.Errorf("status %d, want %d", a.status, exitFailed)
	}
}

// TestFileMemory: WEFT_MEMORY=all is about all packages, whether there is a module or not.
func TestFileMemory(t *testing.T) {
	flags := compileFile(t.Context(), nil, memoryAll, false)
	if !slices.Contains(flags, "-gcflags=all="+instrument) {
		t.Errorf("the compiler is told %q", flags)
	}
	if flags := compileFile(t.Context(), nil, memoryOff, false); flags != nil {
		t.Errorf("with off, the compiler is told %q", flags)
	}
}
