package jet

import (
	"fmt"
	"os"
	"path/filepath"
)

// hold makes the folder in which a server keeps its files, if it is not there, and keeps
// other servers out of it until the file that it returns is closed, or this process ends:
// NATS itself would let two of them write over each other.
func hold(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("jet: the server cannot keep its files in %s: %w", folder, err)
	}
	f, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("jet: the server cannot keep its files in %s: %w", folder, err)
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("jet: another server keeps its files in %s (%w); use that one with --nats, or give each a folder of its own with --store", folder, err)
	}
	return f, nil
}
