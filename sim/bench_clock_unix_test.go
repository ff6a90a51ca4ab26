//go:build unix

package sim_test

import (
	"syscall"
	"time"
)

// realNow is processor time, which other processes disturb less than the time of day, and
// which goes on in a bubble of testing/synctest.
func realNow() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
