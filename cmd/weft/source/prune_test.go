package source

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Programs that nobody has built for days go, and others stay.
func TestPrune(t *testing.T) {
	cache, now := t.TempDir(), time.Now()
	for name, age := range map[string]time.Duration{"own": 30 * unusedFor, "recent": unusedFor - time.Hour, "old": unusedFor + time.Hour} {
		dir := filepath.Join(cache, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "program"), nil, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time, the own one has been used
		prune(filepath.Join(cache, "own"), now)
	}
	for name, want := range map[string]bool{"own": true, "recent": true, "old": false} {
		if _, err := os.Stat(filepath.Join(cache, name, "program")); (err == nil) != want {
			t.Errorf("%s: there %v, want %v", name, err == nil, want)
		}
	}
}
