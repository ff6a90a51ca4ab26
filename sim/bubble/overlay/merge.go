package overlay

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Merge returns an overlay that has the replacements of o and those of another
// JSON file, for the go command takes one such file only. Relative
// paths, that of the file and those in it, count from the folder dir, as they
// do for a go command that runs there; dir may be relative to the current folder.
//
// The error says that the file cannot be read, or that both have something to
// say about one path.
func (o *Overlay) Merge(file, dir string) (*Overlay, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	theirs, err := readList(absolute(dir, file))
	if err != nil {
		return nil, err
	}
	merged := map[string]string{}
	for path, with := range o.replace {
		merged[path] = with
	}
	seen := map[string]bool{}
	for _, path := range sorted(theirs) {
		from, to := absolute(dir, path), absolute(dir, theirs[path])
		if seen[from] {
			return nil, fmt.Errorf("overlay: %s names %s twice", file, from)
		}
		seen[from] = true
		if o.replace[from] == to && to != "" {
			continue // it was itself made of this overlay
		}
		for ours := range o.replace {
			if ours == from || below(ours, from) || below(from, ours) {
				return nil, fmt.Errorf("overlay: %s replaces %s, and so does Weft's own overlay (%s): take it out of the one, or use go test without weft", file, path, o.Path)
			}
		}
		merged[from] = to
	}
	path, err := storeList(o.cache, merged)
	if err != nil {
		return nil, err
	}
	return &Overlay{Path: path, Toolchain: o.Toolchain, replace: merged, cache: o.cache, link: o.link}, nil
}

// readList reads a JSON file as the go command does.
func readList(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("overlay: the other overlay cannot be read: %w", err)
	}
	var r replacements
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("overlay: %s is not a JSON file for -overlay (see go help build): %w", path, err)
	}
	return r.Replace, nil
}

// absolute returns the path that the go command in the folder dir takes it for.
// An empty one stands for a file that is to be missing.
func absolute(dir, path string) string {
	switch {
	case path == "":
		return ""
	case filepath.IsAbs(path):
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// below reports whether path is in the folder.
func below(path, folder string) bool {
	return strings.HasPrefix(path, folder+string(filepath.Separator))
}
