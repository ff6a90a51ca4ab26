package source

import (
	"os"
	"path/filepath"
	"time"
)

// unusedFor is how long a program stays in the cache that nobody builds, as in the cache of
// the go command.
const unusedFor = 5 * 24 * time.Hour

// prune notes that a program's folder is in use, and removes those beside it that have not
// been for long. What cannot be removed stays: it is a cache.
func prune(dir string, now time.Time) {
	os.Chtimes(dir, now, now)
	beside, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return
	}
	for _, d := range beside {
		if info, err := d.Info(); err == nil && d.IsDir() && now.Sub(info.ModTime()) > unusedFor {
			os.RemoveAll(filepath.Join(filepath.Dir(dir), d.Name()))
		}
	}
}
