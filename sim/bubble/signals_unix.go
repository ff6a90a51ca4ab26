//go:build unix

package bubble

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// startSignals has package os/signal start its goroutine, and the runtime its own, before
// they are needed in a run: the runtime's belongs to no bubble, and could not be spoken to
// by channels that were made in one. The signal is one that is ignored anyway.
var startSignals = sync.OnceFunc(func() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGWINCH)
	signal.Stop(c)
})
