// Locks of the standard library: no points, but who waits for one may wait for somebody of
// its bubble.

package runtime

import (
	"internal/runtime/pprof/label"
	"unsafe"
)

// holds takes down that a goroutine is about to take or to give back a lock of the
// standard library.
func (w *weftControl) holds(gp *g, op uint8, obj uintptr) {
	where := uint64(0)
	if gp != w.started.root && w.cur.ptr() == gp && w.counting {
		where = w.whereIs(gp, obj)
	}
	lock(&w.mu)
	if where != 0 && where != weftOnStack {
		// No point, but what the step does: a step may end inside such a lock, where
		// the library sends or stops a timer.
		e := weftEvent{op: weftOpLibrary, g: gp.weft.id, obj: obj, arg: where}
		if op == weftOpUnlock || op == weftOpRUnlock {
			e.step = weftGives
		}
		w.record(e)
	}
	switch op {
	case weftOpLock, weftOpRLock:
		gp.weft.lib = obj
		if w.held < len(w.locks) {
			w.locks[w.held].obj = obj
			w.locks[w.held].gp.set(gp)
		}
		w.held++
	case weftOpUnlock, weftOpRUnlock:
		w.gaveBack(gp, obj)
	}
	unlock(&w.mu)
}

// weftGives is the step of an event by which a lock of the library is given back.
const weftGives = 1

// gaveBack forgets a lock, rather one that this goroutine took.
func (w *weftControl) gaveBack(gp *g, obj uintptr) {
	n := min(w.held, len(w.locks))
	found := -1
	for i := range n {
		if l := &w.locks[i]; l.obj == obj && (found < 0 || l.gp.ptr() == gp) {
			found = i
		}
	}
	switch {
	case found >= 0 && w.held <= len(w.locks):
		w.held--
		w.locks[found] = w.locks[w.held]
		w.locks[w.held] = weftHeld{}
	case found < 0 && w.held > len(w.locks):
		w.held--
	}
}

// heldInside reports whether somebody else of the bubble holds the lock that gp is about
// to wait for, and does not wait for it as well.
func (w *weftControl) heldInside(gp *g) bool {
	if w.held > len(w.locks) {
		return true // as far as anybody knows
	}
	for i := range w.held {
		l := &w.locks[i]
		if o := l.gp.ptr(); l.obj == gp.weft.lib && o != gp && !(o.weft.waits && o.weft.lib == l.obj) {
			return true
		}
	}
	return false
}

// sync_weftOnceBegin is called before a sync.Once takes its lock.
//
//go:linkname sync_weftOnceBegin sync.weftOnceBegin
func sync_weftOnceBegin(obj unsafe.Pointer) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 {
		return
	}
	gp.weft.onces++
	gp.bubble.weft.holds(gp, weftOpLock, uintptr(obj))
}

// sync_weftOnceDone is called when a sync.Once has been done.
//
//go:linkname sync_weftOnceDone sync.weftOnceDone
func sync_weftOnceDone(obj unsafe.Pointer) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp.weft.onces == 0 || gp == gp.m.g0 {
		return
	}
	gp.weft.onces--
	gp.bubble.weft.holds(gp, weftOpUnlock, uintptr(obj))
}

// os_weftOutside is called before and after a wait for a child process, during which
// others may have the turn: they may be those that read what the child writes.
//
//go:linkname os_weftOutside os.weftOutside
func os_weftOutside(begins bool) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil {
		return
	}
	if !begins {
		weftRejoin()
		return
	}
	weftPeeked()
	w := gp.bubble.weft
	if w.cur.ptr() != gp {
		return
	}
	_, user := weftCaller(weftLibrary)
	lock(&w.mu)
	w.record(weftEvent{op: weftOpBlock, g: gp.weft.id, step: gp.weft.steps, arg: uint64(waitReasonIOWait), pc: user})
	gp.weft.steps++
	unlock(&w.mu)
	w.unbar()
	lock(&w.mu)
	w.cur = 0
	w.start()
	wakep()
}

// sync_weftStarts is called before package sync starts a goroutine that runs f.
//
//go:linkname sync_weftStarts sync.weftStarts
func sync_weftStarts(f func()) {
	if gp := getg(); gp.bubble != nil && gp.bubble.weft != nil {
		gp.weft.starts = **(**uintptr)(unsafe.Pointer(&f))
	}
}

// pprof_weftLabelled is called before a goroutine sets its labels, by which it can be named.
//
//go:linkname pprof_weftLabelled runtime/pprof.weftLabelled
func pprof_weftLabelled(labels []label.Label) {
	gp := getg()
	if weftHooks.labelled == nil || gp.bubble == nil || gp.bubble.weft == nil || gp.bubble.weft.cur.ptr() != gp {
		return
	}
	name := ""
	for _, l := range labels {
		if name != "" {
			name += "-"
		}
		if l.Key != "name" {
			name += l.Key + "-"
		}
		name += l.Value
	}
	weftHooks.labelled(name)
}
