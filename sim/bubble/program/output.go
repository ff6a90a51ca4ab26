package program

import (
	"bytes"
	"runtime"
	"strings"

	"weft/sim"
)

// output hands what a coroutine program writes to the standard output to its loop, a line at
// a time, as the loop's output is.
type output struct {
	loop *sim.Loop
	open []byte // a line that has no end yet
}

// write takes in what the running task writes.
func (o *output) write(text []byte) bool {
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		o.open = append(o.open, line...)
		if !whole {
			return true
		}
		o.loop.Printed(string(o.open), caller())
		o.open, text = o.open[:0], rest
	}
}

// end takes in a last line that has no end.
func (o *output) end() {
	if len(o.open) > 0 {
		o.loop.Printed(string(o.open), 0)
	}
}

// caller returns where the program calls what writes.
func caller() uintptr {
	var pcs [32]uintptr
	for _, pc := range pcs[:runtime.Callers(2, pcs[:])] {
		frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		if !isWriter(frame.Function) {
			return pc
		}
	}
	return 0
}

// isWriter reports whether a function is one on the way from a call of the program to here.
func isWriter(function string) bool {
	for _, of := range [...]string{"weft/sim/bubble/program.", "runtime.", "internal/", "os.", "io.", "fmt.", "log.", "bufio."} {
		if strings.HasPrefix(function, of) {
			return true
		}
	}
	return false
}
