package overlay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Toolchain is what the go command in use says of itself: the values of go env
// of the same names.
type Toolchain struct {
	GOROOT     string // where the distribution is
	GOVERSION  string // its version, such as "go1.26.8"
	GOCACHE    string // where it keeps what it has built
	GOMODCACHE string // where it keeps modules, and toolchains that it has fetched
	GOMOD      string // the go.mod of the folder, or ""
	GOWORK     string // the go.work of the folder, or ""
	GOFLAGS    string // flags that it adds to every command
	GOOS       string // what it builds for, such as "linux"
	GOARCH     string // and on which processor, such as "amd64"
}

// Fetched reports whether the go command has fetched the distribution itself, by
// GOTOOLCHAIN or because a go.mod asks for it.
func (t *Toolchain) Fetched() bool {
	return t.GOMODCACHE != "" && below(t.GOROOT, filepath.Clean(t.GOMODCACHE))
}

// FindToolchain asks the go command that is first in PATH what it would build
// with in the folder dir, the current one if dir is empty. The answer depends on the folder: a
// go.mod, a go.work or GOTOOLCHAIN may make the go command use another
// toolchain than itself.
//
// The error is the go command's own where there is one.
func FindToolchain(ctx context.Context, dir string) (Toolchain, error) {
	var t Toolchain
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOROOT", "GOVERSION", "GOCACHE", "GOMODCACHE", "GOMOD", "GOWORK", "GOFLAGS", "GOOS", "GOARCH")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok && len(failed.Stderr) > 0 {
			return t, fmt.Errorf("overlay: go env: %s", strings.Join(strings.Fields(string(failed.Stderr)), " "))
		}
		if errors.Is(err, exec.ErrNotFound) {
			return t, fmt.Errorf("overlay: there is no go command in PATH; install Go, or add its bin folder: %w", err)
		}
		return t, fmt.Errorf("overlay: go env: %w", err)
	}
	if err := json.Unmarshal(out, &t); err != nil {
		return t, fmt.Errorf("overlay: go env -json does not answer in JSON; is the go in PATH the go command? %w", err)
	}
	if t.GOROOT == "" {
		return t, errors.New("overlay: go env GOROOT is empty: the go command does not know where its distribution is; set GOROOT, or use a go command that is not built with -trimpath")
	}
	return t, nil
}
