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
		case kind == weftInlined:
			return first, weftOuter(pc)
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
	weftContext = 2 // package context
	weftLibrary = 3 // another package of the standard library
	weftProgram = 4
	weftInlined = 5 // the program, where a function of the library was put into it
)

var weftSources string

// weftKinds remembers the kinds of program counters, each in the low bits of an entry.
var weftKinds [1 << 12]uintptr

func weftKind(pc uintptr) uintptr {
	at := &weftKinds[(pc*0x9e3779b1>>8)&(1<<12-1)]
	if known := *at; known>>3 == pc {
		return known & 7
	}
	kind := weftKindOf(pc)
	*at = pc<<3 | kind
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
	if p := "context."; len(name) > len(p) && name[:len(p)] == p {
		return weftContext
	}
	for _, p := range [...]string{"weft/sim/bubble.", "weft/sim/simtest."} {
		if len(name) > len(p) && name[:len(p)] == p {
			return weftLibrary // what watches a run is no part of it
		}
	}
	source := weftSource()
	file, _ := funcline1(f, f.entry(), false) // not that of something that was put into it
	if len(file) > len(source) && file[:len(source)] == source {
		// A function literal of package sync, such as that of OnceValue, is named after
		// the function that OnceValue was inlined into.
		for _, p := range [...]string{"sync/", "internal/sync/"} {
			if rest := file[len(source):]; len(rest) > len(p) && rest[:len(p)] == p {
				return weftSync
			}
		}
		if source != "" {
			return weftLibrary
		}
		// In a program that is built with -trimpath, the folder is "", and files of the
		// library begin with its packages.
		for _, folder := range weftFolders {
			if len(file) > len(folder) && file[:len(folder)] == folder {
				return weftLibrary
			}
		}
	}
	if weftOuter(pc) != pc {
		return weftInlined
	}
	return weftProgram
}

// weftOuter returns the return address of the program's own call, if pc lies in a
// function of the library that the compiler has put into the program's, such as
// WaitGroup.Done; else pc.
func weftOuter(pc uintptr) uintptr {
	u, uf := newInlineUnwinder(findfunc(pc), pc-1)
	for inner := true; uf.valid(); uf = u.next(uf) {
		name := u.srcFunc(uf).name()
		library := false
		for _, p := range [...]string{"sync.", "sync/atomic.", "context.", "time.", "runtime.", "fmt.", "log.", "os.", "io.", "bufio."} {
			library = library || len(name) > len(p) && name[:len(p)] == p
		}
		if !library {
			if inner {
				return pc
			}
			return uf.pc + 1
		}
		inner = false
	}
	return pc
}

// weftInlinedAt returns the function that the compiler has put directly into the one that a
// program counter lies in, if it lies in that, or "".
func weftInlinedAt(pc uintptr) string {
	u, uf := newInlineUnwinder(findfunc(pc), pc)
	for name := ""; uf.valid(); uf = u.next(uf) {
		if !u.isInlined(uf) {
			return name
		}
		name = u.srcFunc(uf).name()
	}
	return ""
}

// weftSource returns the folder of the standard library's sources, as it stands in
// file names.
func weftSource() string { return weftSources }

// weftStandard reports whether a return address lies in the standard library, or in
// what watches a run.
func weftStandard(pc uintptr) bool { return weftKind(pc) < weftProgram }

// weftFindSource finds that folder. The caller holds weftPending.mu.
func weftFindSource() {
	f := findfunc(abi.FuncPCABIInternal(chansend))
	file, _ := funcline1(f, f.entry(), false)
	const tail = "runtime/chan.go"
	if weftSources == "" && len(file) > len(tail) {
		weftSources = file[:len(file)-len(tail)]
	}
}
