package overlay

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed returns what a JSON file says to read: path -> text.
func listed(t *testing.T, file string) map[string]string {
	t.Helper()
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal([]byte(read(t, file)), &list); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for path, with := range list.Replace {
		if !filepath.IsAbs(path) || !filepath.IsAbs(with) {
			t.Errorf("%s: a path is not absolute: %q or %q", file, path, with)
		}
		texts[path] = read(t, with)
	}
	return texts
}

// wanted returns what an overlay of fakeTable must say for a distribution.
func wanted(tools Toolchain) map[string]string {
	texts := map[string]string{}
	for name, text := range map[string]string{
		"runtime/proc.go": "package runtime\n\nfunc ready() {\n\tenqueue()\n}\n\nfunc park() {\n\tpick()\n\tschedule()\n}\n",
		"runtime/chan.go": "package runtime\n\nfunc chansend() { point() }\n",
		"sync/mutex.go":   "package sync\n\nfunc Lock() { point() }\n",
		"runtime/weft.go": "//go:build linux\n\n// Why it is there.\n// More of it.\n\npackage runtime\n\nfunc point() {}\n",
	} {
		texts[filepath.Join(tools.GOROOT, "src", filepath.FromSlash(name))] = text
	}
	return texts
}

func TestGenerate(t *testing.T) {
	tools, cache := fakeRoot(t, fakeFiles), filepath.Join(t.TempDir(), "not", "there", "yet")
	o, err := generate(tools, []version{fakeTable}, cache)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted(tools), listed(t, o.Path)); diff != "" {
		t.Errorf("the overlay differs (-want +got):\n%s", diff)
	}
	if o.Toolchain != tools {
		t.Errorf("the toolchain is %+v, want %+v", o.Toolchain, tools)
	}
	for name, text := range fakeFiles {
		if got := read(t, filepath.Join(tools.GOROOT, filepath.FromSlash(name))); got != text {
			t.Errorf("%s of the distribution was changed: %q", name, got)
		}
	}
}

func TestGenerateAgain(t *testing.T) {
	tools, cache := fakeRoot(t, fakeFiles), t.TempDir()
	first, err := generate(tools, []version{fakeTable}, cache)
	if err != nil {
		t.Fatal(err)
	}
	before := stamps(t, cache)
	again := func(want bool) *Overlay {
		t.Helper()
		o, err := generate(tools, []version{fakeTable}, cache)
		if err != nil {
			t.Fatal(err)
		}
		if (o.Path == first.Path) != want {
			t.Errorf("the same overlay: %v, want %v", o.Path == first.Path, want)
		}
		return o
	}
	again(true)
	if diff := cmp.Diff(before, stamps(t, cache)); diff != "" {
		t.Errorf("files that are intact were written anew:\n%s", diff)
	}

	for name, harm := range map[string]func(string) error{
		"cut short": func(p string) error { return os.Truncate(p, 3) },
		"changed":   func(p string) error { return os.WriteFile(p, []byte("package p\n"), 0o644) },
		"removed":   os.Remove,
	} {
		for file := range before {
			if err := harm(file); err != nil {
				t.Fatal(err)
			}
			o := again(true)
			if diff := cmp.Diff(wanted(tools), listed(t, o.Path)); diff != "" {
				t.Errorf("%s %s, and not mended (-want +got):\n%s", file, name, diff)
			}
		}
	}

	// A distribution that has changed under the same name and version is another one.
	path := filepath.Join(tools.GOROOT, "src", "runtime", "chan.go")
	if err := os.WriteFile(path, []byte(fakeFiles["src/runtime/chan.go"]+"// patched\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, again(false).Path)[path]; !strings.HasSuffix(got, "// patched\n") {
		t.Errorf("the overlay is still of the old text: %q", got)
	}
}

// stamps returns the files below a folder, with what changes when one is
// written.
func stamps(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
			t.Errorf("%s: the mode is %v", path, info.Mode())
		}
		if strings.HasPrefix(d.Name(), "new-") {
			t.Errorf("%s was left over", path)
		}
		all[path] = info.ModTime().String()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestGenerateTogether: whoever gets a path can read all of it, however many
// write at the same time.
func TestGenerateTogether(t *testing.T) {
	tools, cache := fakeRoot(t, fakeFiles), t.TempDir()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			o, err := generate(tools, []version{fakeTable}, cache)
			if err != nil {
				t.Error(err)
				return
			}
			if diff := cmp.Diff(wanted(tools), listed(t, o.Path)); diff != "" {
				t.Errorf("the overlay differs (-want +got):\n%s", diff)
			}
		})
	}
	all.Wait()
	if got := len(stamps(t, cache)); got != 5 {
		t.Errorf("there are %d files, want 5", got)
	}
}

func TestEachDistributionHasItsOwn(t *testing.T) {
	cache := t.TempDir()
	seen := map[string]bool{}
	other := fakeTable
	other.added = map[string]string{"runtime/weft.go": "package runtime\n"}
	for _, table := range []version{fakeTable, other} {
		for range 2 {
			o, err := generate(fakeRoot(t, fakeFiles), []version{table}, cache)
			if err != nil {
				t.Fatal(err)
			}
			seen[o.Path] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("two distributions and two tables have %d overlays, want 4", len(seen))
	}
}

// TestFilesOfOneName: the names in the cache do not run into each other.
func TestFilesOfOneName(t *testing.T) {
	cache := t.TempDir()
	root := t.TempDir()
	texts := map[string]string{}
	for _, name := range []string{"sync/mutex.go", "internal/sync/mutex.go", "other/sync/mutex.go"} {
		texts[filepath.Join(root, filepath.FromSlash(name))] = "package " + name
	}
	list, _, err := store(cache, texts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(texts, listed(t, list)); diff != "" {
		t.Errorf("the overlay differs (-want +got):\n%s", diff)
	}
}

func TestGenerateRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		parts []string
	}{
		{"an anchor that is gone", with("src/runtime/chan.go", "package runtime\n"),
			[]string{"chan.go", "func chansend() {}", "not at all", "sending", "go1.26.8", "weft doctor"}},
		{"an anchor that stands twice", with("src/sync/mutex.go", "package sync\n\nfunc Lock() {}\n\nfunc TryLock() {}\n"),
			[]string{"mutex.go", "Lock() {}", "twice", "locking"}},
		{"an anchor that stands three times", with("src/runtime/proc.go", fakeFiles["src/runtime/proc.go"]+strings.Repeat("\trunqput()\n", 2)),
			[]string{"proc.go", "runqput()", "3 times", "readying"}},
		{"a file that is missing", with("src/sync/mutex.go", ""),
			[]string{"cannot be read", "mutex.go", "go1.26.8"}},
		{"a file that would be added", with("src/runtime/weft.go", "package runtime\n"),
			[]string{"weft.go is already there", "install an unchanged go1.26.8"}},
		{"a distribution without sources", map[string]string{"bin/go": "", "pkg/tool": ""},
			[]string{"cannot be read", "src", "GOROOT"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tools, cache := fakeRoot(t, test.files), t.TempDir()
			_, err := generate(tools, []version{fakeTable}, cache)
			refused(t, err, append(test.parts, tools.GOROOT)...)
			if left := stamps(t, cache); len(left) > 0 {
				t.Errorf("something was written: %v", left)
			}
			if r := inspect(tools, []version{fakeTable}); r.Err == nil || r.Err.Error() != err.Error() {
				t.Errorf("Inspect says %v, Generate %v", r.Err, err)
			}
		})
	}
	t.Run("version", func(t *testing.T) {
		tools := fakeRoot(t, fakeFiles)
		tools.GOVERSION = "go1.25.1"
		_, err := generate(tools, []version{fakeTable}, t.TempDir())
		refused(t, err, "go1.25.1", "go1.26")
		if !errors.Is(err, ErrUnsupported) {
			t.Error("the error does not wrap ErrUnsupported")
		}
	})
	t.Run("a platform without frame pointers", func(t *testing.T) {
		tools := fakeRoot(t, fakeFiles)
		tools.GOARCH = "386"
		_, err := generate(tools, []version{fakeTable}, t.TempDir())
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "GOARCH=386; only on amd64 and arm64") {
			t.Errorf("%v", err)
		}
	})
	t.Run("no distribution", func(t *testing.T) {
		_, err := generate(Toolchain{GOROOT: filepath.Join(t.TempDir(), "gone"), GOVERSION: "go1.26.8", GOARCH: "amd64"}, []version{fakeTable}, t.TempDir())
		refused(t, err, "gone", "GOROOT")
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error("the error does not wrap that of the file system")
		}
	})
	t.Run("cache", func(t *testing.T) {
		// Permissions do not hold against root; a file where the folder should be does.
		cache := filepath.Join(t.TempDir(), "weft")
		if err := os.WriteFile(cache, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := generate(fakeRoot(t, fakeFiles), []version{fakeTable}, cache)
		refused(t, err, "the cache cannot be written", cache, "XDG_CACHE_HOME")
	})
	t.Run("a file of the cache", func(t *testing.T) {
		tools, cache := fakeRoot(t, fakeFiles), t.TempDir()
		o, err := generate(tools, []version{fakeTable}, cache)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Remove(o.Path), os.MkdirAll(filepath.Join(o.Path, "full"), 0o755)); err != nil {
			t.Fatal(err)
		}
		_, err = generate(tools, []version{fakeTable}, cache)
		refused(t, err, "the cache cannot be written", o.Path)
	})
}

func TestAnchorErrorIsTyped(t *testing.T) {
	tools := fakeRoot(t, with("src/runtime/chan.go", "package runtime\n"))
	_, err := generate(tools, []version{fakeTable}, t.TempDir())
	broken, ok := errors.AsType[*AnchorError](err)
	if !ok {
		t.Fatalf("%v is no AnchorError", err)
	}
	want := &AnchorError{Path: filepath.Join(tools.GOROOT, "src", "runtime", "chan.go"), Version: "go1.26.8", Edit: fakeTable.edits[2]}
	if diff := cmp.Diff(want, broken); diff != "" {
		t.Errorf("the error differs (-want +got):\n%s", diff)
	}
}

func TestCacheDir(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the user's cache folder is found in another way")
	}
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	if dir, err := CacheDir(); err != nil || dir != filepath.Join(home, "weft", "overlay") {
		t.Errorf("CacheDir() = %q, %v", dir, err)
	}
	t.Setenv("XDG_CACHE_HOME", "relative")
	_, err := CacheDir()
	refused(t, err, "XDG_CACHE_HOME")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	_, err = CacheDir()
	refused(t, err, "HOME")
	_, err = Generate(t.Context(), "")
	refused(t, err, "HOME")
}

// Without a folder of the user's, or with one that cannot be written, the go command's
// own cache serves.
func TestWithoutACache(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the user's cache folder is found in another way")
	}
	in, err := FindToolchain(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tableFor(versions, in); err != nil {
		t.Skip(err)
	}
	taken := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(taken, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", t.TempDir())
	t.Setenv("GOPATH", t.TempDir())
	t.Setenv("GOMODCACHE", in.GOMODCACHE)
	for _, c := range []struct{ name, xdg, home string }{{"none", "", ""}, {"unwritable", taken, ""}, {"relative", "relative", ""}} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", c.xdg)
			t.Setenv("HOME", c.home)
			made, err := Generate(t.Context(), "")
			if err != nil || !below(made.Path, os.Getenv("GOCACHE")) {
				t.Errorf("%+v, %v; want an overlay in the go command's cache", made, err)
			}
		})
	}
}

// TestGoInUse applies the table to the distribution that runs this test.
func TestGoInUse(t *testing.T) {
	r, err := Inspect(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if errors.Is(r.Err, ErrUnsupported) {
		t.Skip(r.Err)
	}
	for _, a := range r.Anchors {
		if !a.OK() {
			t.Errorf("%s: %s stands there %d times (%v); it is for: %s", a.File, quoted(a.Find), a.Found, a.Err, a.Why)
		}
	}
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	o, err := generate(r.Toolchain, versions, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	texts := listed(t, o.Path)
	if want := len(r.Added); len(texts) <= want {
		t.Errorf("the overlay has %d files, and %d of them are new", len(texts), want)
	}
	for path, text := range texts {
		if filepath.Ext(path) != ".go" {
			continue
		}
		if _, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution); err != nil {
			t.Errorf("an edit breaks the syntax: %v", err)
		}
	}
}

// TestBuild compiles a program with the overlay of the Go in use, and with it
// the runtime: this takes seconds until the go command has it in its cache.
func TestBuild(t *testing.T) {
	runs(t, "package main\n\nimport \"sync\"\n\nfunc main() {\n\tvar all sync.WaitGroup\n\tc := make(chan string, 1)\n"+
		"\tall.Go(func() { c <- \"it runs\" })\n\tall.Wait()\n\tprint(<-c)\n}\n", "it runs")
}

// TestWithoutIntrinsics: a program that is compiled without intrinsics, as dependencies of
// the main module are, can use what the standard library has only as one. The compiler
// puts it into its callers, out of package crypto/subtle.
func TestWithoutIntrinsics(t *testing.T) {
	runs(t, "package main\n\nimport \"crypto/subtle\"\n\nfunc main() {\n"+
		"\tprint(subtle.ConstantTimeCompare([]byte(\"a\"), []byte(\"a\")), subtle.ConstantTimeCompare([]byte(\"a\"), []byte(\"b\")), \" \",\n"+
		"\t\tsubtle.ConstantTimeByteEq(1, 1), subtle.ConstantTimeByteEq(1, 2), \" \", subtle.ConstantTimeEq(1, 1), subtle.ConstantTimeEq(1, 2), \" \",\n"+
		"\t\tsubtle.ConstantTimeLessOrEq(1, 1), subtle.ConstantTimeLessOrEq(2, 1), \" \", subtle.ConstantTimeSelect(1, 8, 9), subtle.ConstantTimeSelect(0, 8, 9))\n}\n",
		"10 10 10 10 89", "-gcflags=-d=ssa/intrinsics/off")
}

// runs builds a program with the overlay of the Go in use, and says what it must print.
func runs(t *testing.T, text, want string, flags ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("it compiles the standard library")
	}
	o, err := Generate(t.Context(), "")
	if errors.Is(err, ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	// Asked for by its path, so that no go.mod is needed.
	program := filepath.Join(dir, "program.exe")
	args := append([]string{"build", "-overlay=" + o.Path, "-o", program}, flags...)
	if out, err := o.Command(t.Context(), append(args, source)...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), program).CombinedOutput(); err != nil || string(out) != want {
		t.Errorf("the program: %v, %q, want %q", err, out, want)
	}
}
