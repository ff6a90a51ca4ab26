// Whole programs: a run that begins where main does, prints to the standard output, and ends
// where the process would.

package runtime

import (
	"internal/goarch"
	"unsafe"
)

// weftWhole returns the run of a whole program that the calling goroutine belongs to, and in
// which it has the turn, or nil.
func weftWhole() *weftControl {
	gp := getg()
	b := gp.bubble
	if b == nil || b.weft == nil || b.weft.wrote == nil || gp == gp.m.g0 || gp == b.root || gp.m.locks != 0 || gp.m.mallocing != 0 {
		return nil
	}
	if w := b.weft; w.cur.ptr() == gp && w.ended == 0 {
		return w
	}
	return nil
}

// weftProgramInit initialises the packages whose turn has not come yet, package main among
// them: the package that calls it is initialised just now, and those that it imports have
// been. Before that, variables are put back to what they were.
func weftProgramInit() {
	weftRestore()
	for m := &firstmoduledata; m != nil; m = m.next {
		for _, t := range m.inittasks {
			if t.state == 0 {
				doInit1(t)
			}
		}
	}
}

// weftProgramMain does the rest of what the process was started for.
func weftProgramMain() {
	weftProgramInit()
	main := main_main
	main()
}

// weftVariables is a piece of memory with variables of packages that are initialised anew for
// each run, and what was there before the first one.
type weftVariables struct {
	at, size uintptr
	was      unsafe.Pointer
}

var weftKeptVariables []weftVariables

// weftKeep has memory put back before each run: pieces of what is linked into the program,
// given by their beginnings and sizes. What it holds now points to nothing on the heap.
func weftKeep(pieces [][2]uintptr) {
	kept := make([]weftVariables, len(pieces))
	for i, p := range pieces {
		was := mallocgc(p[1], nil, false)
		memmove(was, unsafe.Pointer(p[0]), p[1])
		kept[i] = weftVariables{p[0], p[1], was}
	}
	weftKeptVariables = kept
}

func weftRestore() {
	for i := range weftKeptVariables {
		v := &weftKeptVariables[i]
		mp := acquirem() // no write barrier may come to be needed in between
		if v.at%goarch.PtrSize == 0 && v.size%goarch.PtrSize == 0 {
			bulkBarrierPreWrite(v.at, uintptr(v.was), v.size, nil)
		}
		memmove(unsafe.Pointer(v.at), v.was, v.size)
		releasem(mp)
	}
}

// weftMainAt returns where main begins.
func weftMainAt() uintptr {
	main := main_main
	return **(**uintptr)(unsafe.Pointer(&main))
}

// weftReturns ends the run of a whole program where main has returned.
func weftReturns() { weftEnds(0, false) }

// weftExits ends the run of a whole program where it calls os.Exit.
func weftExits(status int) { weftEnds(status, true) }

func weftEnds(status int, calls bool) {
	w := weftWhole()
	if w == nil {
		return
	}
	weftPoint(weftOpQuit, nil, true)
	gp := getg()
	lock(&w.mu)
	w.status = status
	w.idle = w.ready == 0 && w.started.timers.wakeTime() == 0
	unlock(&w.mu)
	e := weftEvent{op: weftOpQuits, g: gp.weft.id, step: gp.weft.steps, arg: uint64(status)}
	if calls {
		e.pc = gp.weft.pc
	}
	weftTell(e)
	weftStop(weftQuit)
}

// os_weftWrite takes in what is written to the standard output, or to that for errors, by
// the run of a whole program, or by one of another engine that has asked for it.
//
//go:linkname os_weftWrite os.weftWrite
func os_weftWrite(fd int, b []byte) bool {
	if fd != 1 && fd != 2 {
		return false
	}
	w := weftWhole()
	if w == nil {
		return weftHooks.outside != nil && getg().bubble == nil && weftHooks.outside(b)
	}
	weftPoint(weftOpOutput, nil, true)
	w.takesIn(b)
	return true
}

// takesIn hands over what the program writes. What that does is no part of the run.
func (w *weftControl) takesIn(b []byte) {
	w.writes = true
	w.wrote(b)
	w.writes = false
}

// weftOutput is the point before something is printed, or shows in another way which step comes
// first.
func weftOutput() {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil {
		weftPoint(weftOpOutput, nil, true)
	}
}

// weftPrints begins what print and println write: it is kept until they have done. The
// runtime prints where no write barrier may be, but not on a goroutine that has the turn.
//
//go:yeswritebarrierrec
func weftPrints() {
	if w := weftWhole(); w != nil && getg().writebuf == nil && getg().m.dying == 0 {
		if w.printed == nil {
			w.printed = make([]byte, 0, 1<<20)
		}
		getg().writebuf = w.printed[:0]
		w.printing.set(getg())
	}
}

// weftPrinted takes in what print or println has written.
//
//go:yeswritebarrierrec
func weftPrinted() {
	gp := getg()
	b := gp.bubble
	if b == nil || b.weft == nil || b.weft.printing.ptr() != gp || gp.writebuf == nil {
		return
	}
	text := gp.writebuf
	gp.writebuf = nil
	b.weft.printing = 0
	w := weftWhole()
	if len(text) == 0 || w == nil {
		return
	}
	kept := append([]byte(nil), text...)
	if len(text) == cap(text) {
		kept = append(kept, "... (there is no room for the rest)\n"...)
	}
	weftPoint(weftOpOutput, nil, true)
	w.takesIn(kept)
}
