//go:build unix

package fresh

import (
	"os"
	"syscall"
)

// keepFrom keeps a file from programs that this one starts.
func keepFrom(f *os.File) { syscall.CloseOnExec(int(f.Fd())) }
