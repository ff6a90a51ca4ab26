package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"weft/sim/bubble/overlay"
)

// goCommand makes a go command that runs in a folder.
type goCommand func(ctx context.Context, dir string, args ...string) *exec.Cmd

// workspace returns the go.work that the go command is to use for a program, or "" if it
// finds by itself all that it needs: in a module that requires Weft, and in Weft's own. What
// it writes lies in dir.
func workspace(ctx context.Context, t overlay.Toolchain, goes goCommand, folder, dir string) (string, error) {
	inModule := t.GOMOD != "" && t.GOMOD != os.DevNull
	if inModule {
		where, err := goes(ctx, folder, "list", "-m", "-f", "{{.Dir}}", "weft").Output()
		if err == nil && strings.TrimSpace(string(where)) != "" {
			return "", nil
		}
		var failed *exec.ExitError
		if errors.As(err, &failed) && bytes.Contains(failed.Stderr, []byte("requires go >= ")) {
			return "", &BuildError{Said: strings.TrimSpace(string(failed.Stderr))}
		}
	}
	own, err := ownFolder(ctx, goes)
	if err != nil {
		return "", err
	}
	w := goWork{uses: []string{own}}
	switch {
	case t.GOWORK != "" && t.GOWORK != "off":
		if err := w.take(ctx, goes, t.GOWORK); err != nil {
			return "", err
		}
		if err := w.bind(ctx, goes); err != nil {
			return "", err
		}
	case inModule:
		w.uses = append(w.uses, filepath.Dir(t.GOMOD))
	}
	version := strings.TrimPrefix(strings.Fields(t.GOVERSION)[0], "go")
	file := filepath.Join(dir, "go.work")
	return file, settle(file, w.text(version))
}

// goWork is what stands in a go.work.
type goWork struct {
	uses     []string // folders
	replaces []string // lines
}

// take takes over what stands in the go.work that the program's folder has.
func (w *goWork) take(ctx context.Context, goes goCommand, file string) error {
	said, err := goes(ctx, "", "work", "edit", "-json", file).Output()
	if err != nil {
		return fmt.Errorf("source: %s cannot be read: %w", file, err)
	}
	type module struct{ Path, Version string }
	var of struct {
		Use     []struct{ DiskPath string }
		Replace []struct{ Old, New module }
	}
	if err := json.Unmarshal(said, &of); err != nil {
		return fmt.Errorf("source: %s cannot be read: %w", file, err)
	}
	absolute := func(path string) string {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(file), path)
		}
		return filepath.Clean(path)
	}
	for _, use := range of.Use {
		w.uses = append(w.uses, absolute(use.DiskPath))
	}
	for _, r := range of.Replace {
		if r.New.Version == "" { // a folder
			r.New.Path = absolute(r.New.Path)
		}
		w.replaces = append(w.replaces, fmt.Sprintf("%q %s => %q %s", r.Old.Path, r.Old.Version, r.New.Path, r.New.Version))
	}
	return nil
}

// bind replaces the versions of the workspace's modules that others of it require. There may be
// no such version anywhere, and where the program alone is built, nobody looks for one; but with
// Weft's own requirements, the go command does.
func (w *goWork) bind(ctx context.Context, goes goCommand) error {
	type version struct{ Path, Version string }
	folders, required := map[string]string{}, []version{}
	for _, folder := range w.uses {
		file := filepath.Join(folder, "go.mod")
		said, err := goes(ctx, "", "mod", "edit", "-json", file).Output()
		if err != nil {
			return fmt.Errorf("source: %s cannot be read: %w", file, err)
		}
		var of struct {
			Module  struct{ Path string }
			Require []version
		}
		if err := json.Unmarshal(said, &of); err != nil {
			return fmt.Errorf("source: %s cannot be read: %w", file, err)
		}
		folders[of.Module.Path] = folder
		required = append(required, of.Require...)
	}
	for _, r := range required {
		if folder, ok := folders[r.Path]; ok && !w.replaced(r.Path, r.Version) {
			w.replaces = append(w.replaces, fmt.Sprintf("%q %s => %q ", r.Path, r.Version, folder))
		}
	}
	return nil
}

// replaced reports whether a version of a module is replaced already, or all are.
func (w *goWork) replaced(path, version string) bool {
	return slices.ContainsFunc(w.replaces, func(line string) bool {
		return strings.HasPrefix(line, fmt.Sprintf("%q %s =>", path, version)) || strings.HasPrefix(line, fmt.Sprintf("%q  =>", path))
	})
}

func (w *goWork) text(version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "go %s\n\n", version)
	slices.Sort(w.uses)
	for _, use := range slices.Compact(w.uses) {
		fmt.Fprintf(&b, "use %q\n", use)
	}
	for _, r := range w.replaces {
		fmt.Fprintf(&b, "replace %s\n", r)
	}
	return b.String()
}

// ErrNoOwnFolder says that the sources of Weft itself, which a program is built with, are not
// to be found.
var ErrNoOwnFolder = errors.New("source: the folder of Weft's own sources is not to be found; run weft there (go run ./cmd/weft), or in a module that requires it (weft init adds it)")

// ownFolder returns the folder of the module weft: where this program was built, or where
// the module in the current folder has it.
func ownFolder(ctx context.Context, goes goCommand) (string, error) {
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		folder := filepath.Dir(filepath.Dir(filepath.Dir(filepath.Dir(file)))) // above cmd/weft/source
		if isOwn(folder) {
			return folder, nil
		}
	}
	where, err := goes(ctx, "", "list", "-m", "-f", "{{.Dir}}", "weft").Output()
	if folder := strings.TrimSpace(string(where)); err == nil && isOwn(folder) {
		return folder, nil
	}
	return "", ErrNoOwnFolder
}

// OwnFolder returns the folder of Weft's own sources, or "" if it is not to be found.
func OwnFolder(ctx context.Context) string {
	folder, _ := ownFolder(ctx, func(ctx context.Context, dir string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = dir
		return cmd
	})
	return folder
}

func isOwn(folder string) bool {
	text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	return err == nil && strings.HasPrefix(string(text), "module weft\n")
}
