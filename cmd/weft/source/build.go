package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"weft/sim/bubble/overlay"
)

// Compile returns what is to be said to the compiler about a program in ordinary Go, as flags
// of the go command. made is the overlay, and module whether the program is in one.
type Compile func(ctx context.Context, made *overlay.Overlay, module bool) []string

// BuildError says that the go command could not build a program.
type BuildError struct {
	Said string // by the compiler, as it stands
	Hint string // what may be wrong with the files that were named, or ""
}

// Error returns what the compiler said.
func (e *BuildError) Error() string { return "source: the program cannot be built:\n" + e.Said }

// Build builds the program and returns the path of the binary, in the user's cache folder. It
// is built every time: the go command finds out whether anything has changed.
func (p *Program) Build(ctx context.Context, compile Compile) (string, error) {
	made, err := overlay.Generate(ctx, p.Folder)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("source: there is no folder for the program: %w; set HOME or XDG_CACHE_HOME", err)
	}
	key := sha256.Sum256([]byte(strings.Join(append(p.Files, made.Path, fmt.Sprint(p.Whole)), "\x00")))
	dir := filepath.Join(cache, "weft", "programs", hex.EncodeToString(key[:8]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("source: there is no folder for the program: %w", err)
	}
	prune(dir, time.Now())
	goes := goCommand(func(ctx context.Context, dir string, args ...string) *exec.Cmd {
		cmd := made.Command(ctx, args...)
		cmd.Dir = dir
		return cmd
	})
	work, err := workspace(ctx, made.Toolchain, goes, p.Folder, dir)
	if err != nil {
		return "", err
	}
	inModule := made.Toolchain.GOMOD != "" && made.Toolchain.GOMOD != os.DevNull
	h := host{dir: dir, replace: map[string]string{}}
	added, err := h.beside(p.Folder, p.text())
	if err != nil {
		return "", err
	}
	if inModule {
		if p.modules, err = h.besideModules(ctx, goes, p, work); err != nil {
			return "", err
		}
	}
	list, err := h.list()
	if err != nil {
		return "", err
	}
	if made, err = made.Merge(list, p.Folder); err != nil {
		return "", err
	}
	args := []string{"build", "-overlay=" + made.Path}
	if !p.coroutine {
		args = append(args, compile(ctx, made, inModule)...)
	}
	// Not by the program's name: that of a folder may be "." or "..".
	binary := filepath.Join(dir, "program")
	args = append(args, "-o", binary)
	switch {
	case p.Whole && (work == "" || inModule):
		args = append(args, p.Folder)
	default:
		args = append(append(args, p.Files...), added)
	}
	// In the user's own folder, so that the compiler's places count from there.
	from := ""
	if work == "" {
		if here, err := os.Getwd(); err != nil || !within(here, filepath.Dir(made.Toolchain.GOMOD)) {
			from = p.Folder
		}
	}
	cmd := goes(ctx, from, args...)
	cmd.Env = append(cmd.Environ(), "GOFLAGS="+ownFlags(made.Toolchain.GOFLAGS))
	if work != "" {
		cmd.Env = append(cmd.Env, "GOWORK="+work)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		text := compilerSaid(said.String())
		if text == "" {
			text = err.Error()
		}
		return "", &BuildError{text, p.hint(text)}
	}
	return binary, nil
}

// within reports whether a folder is another one, or lies in it.
func within(folder, outer string) bool {
	rest, err := filepath.Rel(outer, folder)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
}

// ownFlags takes those out of the flags of the go command that have no place beside ours.
func ownFlags(flags string) string {
	var kept []string
	for _, flag := range strings.Fields(flags) {
		name, _, _ := strings.Cut(strings.TrimLeft(flag, "-"), "=")
		if name != "overlay" && name != "mod" && name != "modfile" && name != "gcflags" {
			kept = append(kept, flag)
		}
	}
	return strings.Join(kept, " ")
}

// compilerSaid is what the go command said, without the name that it gives to a package of
// files on the command line.
func compilerSaid(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "# command-line-arguments") {
			b.WriteString(line)
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// settle writes a file, unless it is there with this text. Another process may write it at
// the same time.
func settle(file, text string) error {
	if there, err := os.ReadFile(file); err == nil && string(there) == text {
		return nil
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), "new.*")
	if err == nil {
		_, err = fresh.WriteString(text)
		if closed := fresh.Close(); err == nil {
			err = closed
		}
		if err == nil {
			err = os.Rename(fresh.Name(), file)
		}
		if err != nil {
			os.Remove(fresh.Name())
		}
	}
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	return nil
}
