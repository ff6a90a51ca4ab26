package overlay

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeFetched is fakeRoot below a folder of modules.
func fakeFetched(t *testing.T) Toolchain {
	t.Helper()
	fetched := fakeRoot(t, fakeFiles)
	fetched.GOMODCACHE = t.TempDir()
	root := filepath.Join(fetched.GOMODCACHE, "toolchain@v0.0.1-go1.26.8.linux-amd64")
	if err := os.Rename(fetched.GOROOT, root); err != nil {
		t.Fatal(err)
	}
	fetched.GOROOT = root
	return fetched
}

// The go command refuses to replace files below GOMODCACHE, where the toolchains are that
// it has fetched: they are replaced by another name.
func TestFetchedToolchain(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "overlay")
	fetched := fakeFetched(t)
	if !fetched.Fetched() {
		t.Fatal("a toolchain below GOMODCACHE is not taken for one that was fetched")
	}
	made, err := generate(fetched, []version{fakeTable}, cache)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal([]byte(read(t, made.Path)), &list); err != nil {
		t.Fatal(err)
	}
	for path := range list.Replace {
		if below(path, fetched.GOMODCACHE) {
			t.Errorf("%s is below GOMODCACHE", path)
		}
		if real, err := filepath.EvalSymlinks(filepath.Dir(path)); err != nil || !below(real, fetched.GOROOT) {
			t.Errorf("%s leads to %s (%v), not into the distribution", path, real, err)
		}
	}
	env := made.Env()
	if len(env) != 2 || !strings.HasPrefix(env[0], "GOROOT=") || !strings.HasPrefix(env[1], "PATH="+filepath.Join(env[0][len("GOROOT="):], "bin")+string(os.PathListSeparator)) {
		t.Errorf("the environment is %q", env)
	}
	if cmd := made.Command(t.Context(), "version"); cmd.Path != filepath.Join(env[0][len("GOROOT="):], "bin", "go") {
		t.Errorf("the go command is %s", cmd.Path)
	}

	// A link that leads elsewhere, as to a toolchain that was removed, is replaced.
	link := env[0][len("GOROOT="):]
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/nowhere", link); err != nil {
		t.Fatal(err)
	}
	again, err := generate(fetched, []version{fakeTable}, cache)
	if err != nil || again.Path != made.Path {
		t.Fatalf("the second time: %v, %v; want %s", again, err, made.Path)
	}
	if to, err := os.Readlink(link); err != nil || to != fetched.GOROOT {
		t.Errorf("the link leads to %s (%v), want %s", to, err, fetched.GOROOT)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(link), "link.*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}

	// One that was not fetched is used where it is.
	plain := fakeRoot(t, fakeFiles)
	plain.GOMODCACHE = t.TempDir()
	made, err = generate(plain, []version{fakeTable}, cache)
	if err != nil || made.Env() != nil {
		t.Errorf("a toolchain that was installed: %v, environment %q", err, made.Env())
	}
}

// What stands in the way of the link is said.
func TestNoRoomForTheLink(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "overlay")
	fetched := fakeFetched(t)
	if err := os.MkdirAll(filepath.Join(filepath.Dir(cache), "go", filepath.Base(fetched.GOROOT), "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := generate(fetched, []version{fakeTable}, cache)
	refused(t, err, "has fetched go1.26.8 itself", "cannot be made")
}

// What is refused is refused before anything is written.
func TestNoLinkForWhatIsRefused(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "overlay")
	fetched := fakeFetched(t)
	fetched.GOVERSION = "go1.99.0"
	_, err := generate(fetched, []version{fakeTable}, cache)
	refused(t, err, "it is go1.99.0")
	if left, err := os.ReadDir(filepath.Dir(cache)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
