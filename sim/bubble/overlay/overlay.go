package overlay

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Overlay is a JSON file for the -overlay flag of the go command.
type Overlay struct {
	Path      string    // of the JSON file, absolute
	Toolchain Toolchain // what it was made from
	replace   map[string]string
	cache     string
	link      string // by which the toolchain is used, or "" if it is used where it is
}

// Generate makes the overlay for the go command that is used in the folder dir,
// the current one if dir is empty, and returns it when its files are complete
// below [CacheDir]. Where they are already, they are checked and left
// alone, which takes some milliseconds. Any number of processes may call it at
// once.
//
// It refuses, and writes nothing, with an error that wraps [ErrUnsupported] if
// there is no table for this version of Go, with an [AnchorError] if a file is
// not as the table expects, and with the error of the file system if the
// distribution cannot be read. An error also says that the cache cannot be
// written.
func Generate(ctx context.Context, dir string) (*Overlay, error) {
	t, err := FindToolchain(ctx, dir)
	if err != nil {
		return nil, err
	}
	cache, err := CacheDir()
	if err == nil {
		var made *Overlay
		if made, err = generate(t, versions, cache); !errors.Is(err, errUnwritable) {
			return made, err
		}
	}
	// The go command needs a folder of its own to build anything.
	if t.GOCACHE != "" && filepath.IsAbs(t.GOCACHE) {
		made, other := generate(t, versions, filepath.Join(t.GOCACHE, "weft", "overlay"))
		if !errors.Is(other, errUnwritable) {
			return made, other
		}
	}
	return nil, err
}

func generate(t Toolchain, tables []version, cache string) (*Overlay, error) {
	p, err := newPlan(t, tables)
	if err != nil {
		return nil, err
	}
	files, link := p.files, ""
	if t.Fetched() {
		if link, files, err = linked(t, cache, files); err != nil {
			return nil, err
		}
	}
	path, replace, err := store(cache, files)
	if err != nil {
		return nil, err
	}
	return &Overlay{Path: path, Toolchain: t, replace: replace, cache: cache, link: link}, nil
}

// CacheDir returns the folder below which overlays are kept: weft/overlay in
// [os.UserCacheDir]. It need not exist. Where it cannot be written, or there is no such
// folder, [Generate] keeps them in the go command's own cache.
func CacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("overlay: there is no folder for the overlay: %w; set HOME or XDG_CACHE_HOME", err)
	}
	if !filepath.IsAbs(dir) {
		return "", errors.New("overlay: the user's cache folder " + dir + " is not an absolute path")
	}
	return filepath.Join(dir, "weft", "overlay"), nil
}
