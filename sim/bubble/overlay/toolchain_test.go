package overlay

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

func TestFindToolchain(t *testing.T) {
	found, err := FindToolchain(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(found.GOROOT) || found.GOVERSION == "" || found.GOCACHE == "" {
		t.Errorf("something is missing: %+v", found)
	}
}

// TestFindToolchainInFolder: a go.mod there may ask for another toolchain.
func TestFindToolchainInFolder(t *testing.T) {
	fakeGo(t, `printf '{"GOROOT": "%s", "GOVERSION": "go1.26.8", "GOCACHE": "/c", "GOMODCACHE": "/m", "GOMOD": "/x/go.mod", "GOWORK": "", "GOFLAGS": "-v", "GOOS": "linux", "GOARCH": "arm64"}' "$(pwd -P)"`)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	found, err := FindToolchain(t.Context(), dir)
	if want := (Toolchain{
		GOROOT: dir, GOVERSION: "go1.26.8", GOCACHE: "/c", GOMODCACHE: "/m", GOMOD: "/x/go.mod", GOFLAGS: "-v", GOOS: "linux", GOARCH: "arm64",
	}); err != nil || found != want {
		t.Errorf("found %+v, %v; want %+v", found, err, want)
	}
}

func TestFindToolchainRefuses(t *testing.T) {
	for _, test := range []struct {
		name, script string
		parts        []string
	}{
		{"the go command does", "echo 'go: download go1.99 for linux/amd64:' >&2; echo ' toolchain not available' >&2; exit 1",
			[]string{"go env: go: download go1.99 for linux/amd64: toolchain not available"}},
		{"without a word", "exit 3", []string{"go env: exit status 3"}},
		{"no JSON", "echo go is an old board game", []string{"does not answer in JSON"}},
		{"no GOROOT", `echo '{"GOVERSION": "go1.26.8"}'`, []string{"GOROOT is empty", "-trimpath"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fakeGo(t, test.script)
			_, err := FindToolchain(t.Context(), "")
			refused(t, err, test.parts...)
			if _, again := Generate(t.Context(), ""); again == nil || again.Error() != err.Error() {
				t.Errorf("Generate says %v, FindToolchain %v", again, err)
			}
			if _, again := Inspect(t.Context(), ""); again == nil || again.Error() != err.Error() {
				t.Errorf("Inspect says %v, FindToolchain %v", again, err)
			}
		})
	}
	t.Run("no go command", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("programs are found in other places too")
		}
		t.Setenv("PATH", t.TempDir())
		_, err := FindToolchain(t.Context(), "")
		refused(t, err, "no go command in PATH")
		if !errors.Is(err, exec.ErrNotFound) {
			t.Errorf("%v does not wrap exec.ErrNotFound", err)
		}
	})
	t.Run("no such folder", func(t *testing.T) {
		_, err := FindToolchain(t.Context(), filepath.Join(t.TempDir(), "gone"))
		refused(t, err, "gone")
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Generate(ctx, "")
		refused(t, err)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v does not wrap context.Canceled", err)
		}
	})
}
