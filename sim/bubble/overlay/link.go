package overlay

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// linked makes the link by which the go command takes an overlay for a toolchain that it
// has fetched itself. Those lie below GOMODCACHE, where it refuses to replace files; by a
// link from elsewhere they do not. It returns the files under their names by the link.
func linked(t Toolchain, cache string, files map[string]string) (link string, renamed map[string]string, err error) {
	link = filepath.Join(filepath.Dir(cache), "go", filepath.Base(t.GOROOT))
	if to, err := os.Readlink(link); err != nil || to != t.GOROOT {
		if err := putLink(t.GOROOT, link); err != nil {
			return "", nil, fmt.Errorf("overlay: the go command has fetched %s itself, and takes an overlay for it only by a link from elsewhere, which cannot be made (%w): %w",
				t.GOVERSION, errUnwritable, err)
		}
	}
	renamed = map[string]string{}
	for path, text := range files {
		renamed[link+strings.TrimPrefix(path, t.GOROOT)] = text
	}
	return link, renamed, nil
}

// putLink makes a link, or replaces one, so that at no time there is none that another
// process could need.
func putLink(to, link string) error {
	if err := os.MkdirAll(filepath.Dir(link), 0o777); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(link), "link.*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fresh := filepath.Join(dir, "link")
	if err := os.Symlink(to, fresh); err != nil {
		return err
	}
	err = os.Rename(fresh, link)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w; remove it", err)
	}
	return err
}

// Env returns what must be set in the environment of a go command that is to build with
// the overlay, on top of the current environment: nothing in most cases, and where the
// toolchain is to be found if the go command has fetched it itself.
func (o *Overlay) Env() []string {
	if o.link == "" {
		return nil
	}
	return []string{
		"GOROOT=" + o.link,
		"PATH=" + filepath.Join(o.link, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
}

// Command returns the go command that can build with the overlay, with these arguments:
// its environment is the current one with what [Overlay.Env] adds. -overlay=PATH is for
// the caller to put among them, since it must come behind -C.
func (o *Overlay) Command(ctx context.Context, args ...string) *exec.Cmd {
	program := "go"
	if o.link != "" {
		program = filepath.Join(o.link, "bin", "go")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), o.Env()...)
	return cmd
}
