// Finalizers and cleanups: what a program has asked to be called when something cannot be
// reached any more.
//
// The runtime finds that at any time, and calls these functions outside of every bubble. There
// they come between the steps of a run, and end the process if they use a channel of it. So
// those that a program sets in a run are called in the run: when it has called runtime.GC, by
// goroutines of its own. What is found without that waits for the next call; what is left when
// the run ends is not called any more, as at the end of a process.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// weftFinals is what a run has asked for.
type weftFinals struct {
	mu    mutex
	asked uint64     // how often
	found *weftFinal // what cannot be reached any more, in the order in which it was asked for
	over  bool       // the run has ended
}

// weftFinal is a finalizer or a cleanup of a run. It stands in the place of the program's own.
type weftFinal struct {
	pc   uintptr // of what is called with it, as in a funcval
	in   *weftFinals
	nth  uint64
	next *weftFinal

	cleanup cleanupFn // if it is one

	fn   *funcval // else
	obj  unsafe.Pointer
	nret uintptr
	fint *_type
	ot   *ptrtype
}

// weftFinalAsked takes down that the program asks for one, or returns nil if it is the standard
// library that does, or nobody in a run.
func weftFinalAsked() *weftFinal {
	gp := getg()
	if gp == gp.m.g0 || gp.bubble == nil || gp.bubble.weft == nil || gp.bubble.weft.cur.ptr() != gp {
		return nil
	}
	if own, _ := weftCaller(weftInside); !own {
		return nil
	}
	w := gp.bubble.weft
	if w.finals == nil {
		w.finals = new(weftFinals)
	}
	w.finals.asked++
	return &weftFinal{in: w.finals, nth: w.finals.asked}
}

// weftCleanup returns what is to be called in the place of a cleanup.
func weftCleanup(c cleanupFn) cleanupFn {
	f := weftFinalAsked()
	if f == nil {
		return c
	}
	f.cleanup = c
	return cleanupFn{call: weftCleanupFound, fn: c.fn, arg: unsafe.Pointer(f)}
}

func weftCleanupFound(_ *funcval, f unsafe.Pointer) { (*weftFinal)(f).turnsUp() }

// weftFinalizer returns what is to be called in the place of a finalizer, with the object, or
// nil.
func weftFinalizer(fn *funcval, nret uintptr, fint *_type, ot *ptrtype) *funcval {
	f := weftFinalAsked()
	if f == nil {
		return nil
	}
	f.pc = abi.FuncPCABIInternal(weftFinalizerFound)
	f.fn, f.nret, f.fint, f.ot = fn, nret, fint, ot
	return (*funcval)(unsafe.Pointer(f))
}

// Where the stack of a function grows that is no closure, it is not known any more what it was
// called with.
//
//go:nosplit
func weftFinalizerFound(obj unsafe.Pointer) {
	f := (*weftFinal)(unsafe.Pointer(sys.GetClosurePtr()))
	f.obj = obj
	f.turnsUp()
}

// turnsUp is called by the runtime, outside of the run.
//
//go:noinline
func (f *weftFinal) turnsUp() {
	lock(&f.in.mu)
	if f.in.over {
		f.obj = nil
	} else {
		at := &f.in.found
		for *at != nil && (*at).nth < f.nth {
			at = &(*at).next
		}
		f.next, *at = *at, f
	}
	unlock(&f.in.mu)
}

// finalsEnd is called when the run ends.
func (w *weftControl) finalsEnd() {
	if fs := w.finals; fs != nil {
		lock(&fs.mu)
		fs.found, fs.over = nil, true
		unlock(&fs.mu)
	}
}

// weftCollected is called when runtime.GC has done its work, for a goroutine of b or nil. It has
// the run call what it has asked for.
func weftCollected(b *synctestBubble) {
	if b == nil {
		return
	}
	fs := b.weft.finals
	if fs != nil {
		const patience = 10e9 // of real time: those of others may take as long as they like
		if fingStatus.Load()&fingCreated != 0 {
			for fing == nil {
				Gosched()
			}
			blockUntilEmptyFinalizerQueue(patience)
		}
		gcCleanups.blockUntilEmpty(patience)
	}
	weftHome(b)
	if fs == nil {
		return
	}
	weftAsks(4)
	b.weft.sightCollects(unsafe.Pointer(fs))
	lock(&fs.mu)
	f := fs.found
	fs.found = nil
	unlock(&fs.mu)
	// Cleanups are called side by side, and finalizers one after another.
	var finalizers *weftFinal
	last := &finalizers
	for f != nil {
		next := f.next
		f.next = nil
		if f.fn != nil {
			*last, last = f, &f.next
		} else {
			f.start(f.cleanup.fn.fn)
		}
		f = next
	}
	if finalizers != nil {
		finalizers.start(finalizers.fn.fn)
	}
}

// start starts a goroutine of the run that calls f, and those behind it. It goes by the name of
// a function of the program.
func (f *weftFinal) start(runs uintptr) {
	f.pc = abi.FuncPCABIInternal(weftFinalized)
	getg().weft.starts = runs
	newproc((*funcval)(unsafe.Pointer(f)))
}

// weftFinalized is what such a goroutine runs. One whose function is of package runtime would
// belong to no bubble.
//
//go:linkname weftFinalized weft/sim/bubble.finalized
//go:nosplit
func weftFinalized() { (*weftFinal)(unsafe.Pointer(sys.GetClosurePtr())).all() }

// all calls f and those behind it.
//
//go:noinline
func (f *weftFinal) all() {
	// What was done before memory was collected happens before. The race detector has it so
	// for what was done before now.
	if weftSees {
		raceacquire(unsafe.Pointer(f.in))
	} else if raceenabled {
		racefingo()
	}
	for ; f != nil; f = f.next {
		if f.fn != nil {
			f.finalize()
		} else {
			f.cleanup.call(f.cleanup.fn, f.cleanup.arg)
		}
	}
}

// finalize calls a finalizer, as the runtime does: the object is passed in registers where
// arguments are, and what it returns lies behind it.
func (f *weftFinal) finalize() {
	var regs abi.RegArgs
	size := unsafe.Sizeof(any(nil)) + f.nret
	frame := mallocgc(size, nil, true)
	at := frame
	if intArgRegs > 0 {
		at = unsafe.Pointer(&regs.Ints)
	}
	switch f.fint.Kind() {
	case abi.Pointer:
		*(*uintptr)(at) = uintptr(f.obj)
	case abi.Interface:
		words := (*[2]uintptr)(at)
		words[0], words[1] = uintptr(unsafe.Pointer(&f.ot.Type)), uintptr(f.obj)
		if of := (*interfacetype)(unsafe.Pointer(f.fint)); len(of.Methods) != 0 {
			words[0] = uintptr(unsafe.Pointer(assertE2I(of, &f.ot.Type)))
		}
	}
	reflectcall(nil, unsafe.Pointer(f.fn), frame, uint32(size), uint32(size), uint32(size), &regs)
	KeepAlive(f.obj)
	f.obj = nil
}
