//go:build unix && !solaris && !aix

package jet

import (
	"os"
	"syscall"
)

// lock takes a file for this process, and returns an error if another one has it.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
