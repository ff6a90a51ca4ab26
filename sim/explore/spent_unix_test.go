//go:build unix

package explore_test

import (
	"syscall"
	"time"
)

// spent is the processor time that the process has taken: other processes disturb it
// less than the time that passes.
func spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return time.Since(began)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
