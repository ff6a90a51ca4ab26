package sim

import (
	"runtime"
	"sync/atomic"
)

// runningLoops counts the loops of the process that run now.
var runningLoops atomic.Int32

// insideStep reports whether the caller runs inside a step of some loop: whether
// a worker stands on its stack. Loops that run one inside another would mix up
// whose turn it is, so asyncio refuses that, and so does this package.
func insideStep() bool {
	var pcs [64]uintptr
	for skip := 0; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc); f != nil && f.Entry() == workEntry.Load() {
				return true
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}

// workEntry is where the code of worker.work begins.
var workEntry atomic.Uintptr
