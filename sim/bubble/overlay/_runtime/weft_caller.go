// Who calls: the program, or the standard library on its own behalf.

package runtime

import (
	"internal/abi"
	"internal/goarch"
	"unsafe"
)

// weftCaller is weftWalk from its caller up.
func weftCaller(through uintptr) (own bool, user uintptr) {
	gp := getg()
	// On the system stack, since frame pointers are worth nothing once the goroutine's
	// own stack has grown and moved.
	systemstack(func() { own, user = weftWalk(gp, gp.sched.bp, through) })
	return own, user
}

// weftWalk returns whether the first function on the stack that is of a kind above
// through is the program's, and the first program counter that is.
func weftWalk(gp *g, fp uintptr, through uintptr) (own bool, user uintptr) {
	first := true
	for range 32 {
		if fp < gp.stack.lo || fp > gp.stack.hi-2*goarch.PtrSize {
			break
		}
		pc := *(*uintptr)(unsafe.Pointer(fp + goarch.PtrSize))
		fp = *(*uintptr)(unsafe.Pointer(fp))
		switch kind := weftKind(pc); {
		case kind == weftProgram:
			return first, pc
		case kind > through:
			first = false
		}
		if pc == 0 || fp == 0 {
			// A goroutine that package sync has started, as WaitGroup.Go does, and that
			// has come back to it.
			return first, gp.gopc
		}
	}
	return false, 0
}

const (
	weftInside  = 0 // the runtime, or package sync/atomic
	weftSync    = 1 // package sync
	weftLibrary = 2 // another package of the standard library
	weftProgram = 3
)

var weftSources string

// weftKinds remembers the kinds of program counters, each in the low bits of an entry.
var weftKinds [1 << 12]uintptr

func weftKind(pc uintptr) uintptr {
	at := &weftKinds[(pc*0x9e3779b1>>8)&(1<<12-1)]
	if known := *at; known>>2 == pc {
		return known & 3
	}
	kind := weftKindOf(pc)
	*at = pc<<2 | kind
	return kind
}

func weftKindOf(pc uintptr) uintptr {
	f := findfunc(pc)
	if !f.valid() {
		return weftLibrary
	}
	name := funcname(f)
	for _, p := range [...]string{"runtime.", "internal/runtime/", "sync/atomic."} {
		if len(name) > len(p) && name[:len(p)] == p {
			return weftInside
		}
	}
	for _, p := range [...]string{"sync.", "internal/sync."} {
		if len(name) > len(p) && name[:len(p)] == p {
			return weftSync
		}
	}
	for _, p := range [...]string{"weft/sim/bubble.", "weft/sim/explore."} {
		if len(name) > len(p) && name[:len(p)] == p {
			return weftLibrary // what watches a run is no part of it
		}
	}
	source := weftSource()
	file, _ := funcline1(f, pc-1, false)
	if len(file) > len(source) && file[:len(source)] == source {
		// A function literal of package sync, such as that of OnceValue, is named after
		// the function that OnceValue was inlined into.
		for _, p := range [...]string{"sync/", "internal/sync/"} {
			if rest := file[len(source):]; len(rest) > len(p) && rest[:len(p)] == p {
				return weftSync
			}
		}
		// In a program that is built with -trimpath, the folder is "" and files of the
		// library begin with its packages, whose names have no dot.
		if source != "" {
			return weftLibrary
		}
		for i := 0; i < len(file) && file[i] != '/'; i++ {
			if file[i] == '.' || file[i] == '@' {
				return weftProgram
			}
		}
		return weftLibrary
	}
	return weftProgram
}

// weftSource returns the folder of the standard library's sources, as it stands in
// file names.
func weftSource() string { return weftSources }

func weftFindSource() {
	f := findfunc(abi.FuncPCABIInternal(chansend))
	file, _ := funcline1(f, f.entry(), false)
	const tail = "runtime/chan.go"
	if weftSources == "" && len(file) > len(tail) {
		weftSources = file[:len(file)-len(tail)]
	}
}
