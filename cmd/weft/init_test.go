package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim/bubble/overlay"
)

// module writes a module in a folder whose name has a space.
func module(t *testing.T, mod string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "of one's own")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), mod)
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// in runs a command in a folder.
func in(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

func TestInit(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds weft in a module of its own")
	}
	dir := module(t, "module example.org/bank\n\ngo 1.21\n")
	mod := filepath.Join(dir, "go.mod")
	out := fine(t, "init", dir)
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, "Weft is in the module example.org/bank now.\n", "- go 1.21\n", "+ go 1.26", "+ replace weft => ", "+ tool weft/cmd/weft\n", "sums\n")
	contains(t, text(t, mod), "weft => "+source, "tool weft/cmd/weft", "weft v0.0.0")

	before, sums := text(t, mod), text(t, filepath.Join(dir, "go.sum"))
	contains(t, fine(t, "init", dir), "already; nothing was changed.\n")
	if text(t, mod) != before || text(t, filepath.Join(dir, "go.sum")) != sums {
		t.Error("the second time, something has changed")
	}

	write(t, filepath.Join(dir, "bank_test.go"), `package bank

import (
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

func TestCoin(t *testing.T) {
	simtest.Check(t, func(t *simtest.T) {
		if sim.Flip(t.Context(), "coin", 0.5) {
			t.Log("heads")
		}
	})
}
`)
	contains(t, in(t, dir, "go", "test", "-v", "./..."), "all 2 orders explored", "PASS")
	contains(t, in(t, dir, "go", "tool", "weft", "list"), "hello")
	in(t, dir, "go", "mod", "tidy")
	contains(t, fine(t, "init", dir), "already; nothing was changed.\n")
}

func TestInitRefuses(t *testing.T) {
	empty := t.TempDir()
	refuses(t, exitUsage, []string{"init", empty}, empty+" is no module", "go mod init")
	refuses(t, exitUsage, []string{"init", filepath.Join(empty, "gone")}, "there is no folder")
	refuses(t, exitUsage, []string{"init", file(t, "go.mod", "module m\n")}, "is no folder")
	refuses(t, exitUsage, []string{"init", "../.."}, "Weft's own module")
	refuses(t, exitUsage, []string{"init"}, "its module is that of", "name that folder")
	refuses(t, exitUsage, []string{"init", "a", "b"}, "2")
	refuses(t, exitUsage, []string{"init", module(t, "modul m\n")}, "go.mod")

	other := module(t, "module m\n\ngo 1.26.0\n\nreplace weft => ../elsewhere\n")
	refuses(t, exitUsage, []string{"init", other}, "by ../elsewhere already")

	// A module that cannot get what Weft needs is left as it was.
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOMODCACHE", t.TempDir())
	const mod = "module m\n\ngo 1.26.0\n"
	poor := module(t, mod)
	refuses(t, exitUsage, []string{"init", poor}, "which is left as it was", "GOPROXY=off")
	if got := text(t, filepath.Join(poor, "go.mod")); got != mod {
		t.Errorf("go.mod is now %q", got)
	}
	if _, err := os.Stat(filepath.Join(poor, "go.sum")); err == nil {
		t.Error("there is a go.sum now")
	}
}

// A module with a vendor folder is told what to do about it.
func TestInitWithVendor(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks the go command for all that Weft needs")
	}
	dir := module(t, "module example.org/vendored\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "a.go"), "package vendored\n")
	if err := os.Mkdir(filepath.Join(dir, "vendor"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "vendor", "modules.txt"), "")
	t.Setenv("GOFLAGS", "-mod=vendor")
	contains(t, fine(t, "init", dir), "go mod vendor\n")
	in(t, dir, "go", "mod", "vendor")
	contains(t, in(t, dir, "go", "tool", "weft", "list"), "hello")
}

func TestLineChanges(t *testing.T) {
	added, gone := lineChanges("module m\n\ngo 1.21\n", "module m\n\ngo 1.26.0\n\nrequire (\n\ta v1\n\tb v2\n)\n")
	if got := strings.Join(added, "|") + " " + strings.Join(gone, "|"); got != "go 1.26.0|a v1|b v2 go 1.21" {
		t.Errorf("got %s", got)
	}
}

// The line behind "again" starts the tests as they were started.
func TestAgain(t *testing.T) {
	own := module(t, "module m\n\ngo 1.26.0\n\nrequire weft v0.0.0\n\ntool weft/cmd/weft\n")
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"plain", []string{"./..."}, "test"},
		{"flags", []string{"-race", "-v", "-tags", "a b", "-run=X", "-mod=vendor", "./..."}, "test -race -tags 'a b' -mod=vendor"},
		{"folder", []string{"-C", "bank", "-count=1"}, "test -C bank"},
		{"for the tests", []string{".", "-args", "-race"}, "test"},
	} {
		line := parseGoTest(test.args)
		got := line.again(t.Context(), toolchainOf(t, filepath.Join(own, "go.mod")))
		if got != "go tool weft "+test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if got := line.again(t.Context(), toolchainOf(t, "")); got != "go run weft/cmd/weft "+test.want {
			t.Errorf("%s, elsewhere: %q, want %q", test.name, got, test.want)
		}
	}
}

// toolchainOf is a toolchain whose cache holds this test, as a weft that the go command
// has built.
func toolchainOf(t *testing.T, mod string) overlay.Toolchain {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return overlay.Toolchain{GOCACHE: filepath.Dir(exe), GOMOD: mod}
}
