package sim

import (
	"runtime"

	"weft/trace"
)

// caller returns the place from which the program called, depth frames above the
// function that calls caller; 0 if places are not recorded.
func (l *Loop) caller(depth int) uintptr {
	if l.level != trace.Full {
		return 0
	}
	var pcs [1]uintptr
	runtime.Callers(depth+2, pcs[:])
	return pcs[0]
}
