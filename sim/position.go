package sim

import (
	"path/filepath"
	"runtime"
	"strings"

	"weft/trace"
)

// caller returns the place from which the program called, depth frames above the
// function that calls caller or further up; 0 if places are not recorded.
func (l *Loop) caller(depth int) uintptr {
	if l.level != trace.Full {
		return 0
	}
	return l.site(depth + 1)
}

// site is caller, for what must be known in any case.
func (l *Loop) site(depth int) uintptr {
	var first [1]uintptr
	runtime.Callers(depth+2, first[:])
	if !l.within(first[0]) {
		return first[0]
	}
	// A call from one part of this package to another, such as With to Acquire:
	// its user wants to know where the program made it.
	var more [16]uintptr
	for _, pc := range more[:runtime.Callers(depth+3, more[:])] {
		if !l.within(pc) {
			return pc
		}
	}
	return first[0]
}

// within reports whether a place lies in this package, not counting its tests.
func (l *Loop) within(pc uintptr) bool {
	inside, known := l.places[pc]
	if !known {
		frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		// By file and not by function: a closure that was inlined elsewhere bears
		// the name of the other package.
		inside = filepath.Dir(frame.File) == packageDir && !strings.HasSuffix(frame.File, "_test.go")
		if l.places == nil {
			l.places = make(map[uintptr]bool)
		}
		l.places[pc] = inside
	}
	return inside
}

// packageDir is where the compiler found this package's sources.
var packageDir = func() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}()
