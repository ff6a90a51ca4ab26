//go:build unix

package remote

import (
	"os"
	"syscall"
)

// keepFrom keeps a file from programs that this one starts.
func keepFrom(f *os.File) { syscall.CloseOnExec(int(f.Fd())) }
