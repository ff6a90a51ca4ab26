// Names for what lies in memory: a lock is called after the goroutine that made it.

package runtime

import (
	"internal/abi"
	"internal/runtime/gc"
	"unsafe"
)

// Where something of package sync lies. 0 is memory of the heap that no goroutine of the
// bubble made: it was made before the run.
const (
	weftOnStack = 1 // of the goroutine that uses it
	weftGlobal  = 2 // at an offset in the data of the program
	weftHeap    = 3 // at an offset in memory that a goroutine of the bubble made
	weftForeign = 4 // memory that is not Go's, such as what a program has mapped itself
)

// whereIs names the place of something in the same way in every order.
func (w *weftControl) whereIs(gp *g, obj uintptr) uint64 {
	if obj >= gp.stack.lo && obj < gp.stack.hi {
		return weftOnStack
	}
	base, s, _ := findObject(obj, 0, 0)
	if base == 0 {
		if weftInData(obj) {
			return uint64(obj-firstmoduledata.data)<<2 | weftGlobal
		}
		return weftForeign
	}
	if !s.spanclass.noscan() && s.spanclass.sizeclass() != 0 && !heapBitsInSpan(s.elemsize) {
		base += gc.MallocHeaderSize // what was made lies behind a pointer to its type
	}
	// Small things without pointers share a block of 16 bytes.
	for at := obj; at > base && obj-base < 16; at -= 4 {
		if where := w.lookUp(at, obj); where != 0 {
			return where
		}
	}
	return w.lookUp(base, obj)
}

// weftInData reports whether obj lies in the data of the program. Other memory has no
// place that is the same in every process.
func weftInData(obj uintptr) bool {
	m := &firstmoduledata
	return m.data <= obj && obj < m.edata || m.bss <= obj && obj < m.ebss ||
		m.noptrdata <= obj && obj < m.enoptrdata || m.noptrbss <= obj && obj < m.enoptrbss
}

// syscall_weftUnmaps is called before memory is given back to the operating system.
//
//go:linkname syscall_weftUnmaps syscall.weftUnmaps
func syscall_weftUnmaps(from, length uintptr) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 || gp.bubble.weft.cur.ptr() != gp {
		return
	}
	weftTell(weftEvent{op: weftOpUnmap, g: gp.weft.id, step: gp.weft.steps, obj: from, arg: uint64(length)})
}

// What fits into the place of something in the heap: who made it, the how many-th piece
// of memory that was, and an offset. What lies behind these has the place, and so the
// name, of the last one that fits, which takes some of its orders for different that are
// not, and none for the same.
const (
	weftMakers  = 1<<20 - 1
	weftPieces  = 1<<22 - 1
	weftOffsets = 1<<20 - 1 // in units of 4 bytes, as which locks and atomics are aligned
)

func (w *weftControl) lookUp(base, obj uintptr) uint64 {
	for at := w.slot(base); ; at = (at + 1) & (len(w.allocs) - 1) {
		a := &w.allocs[at]
		switch {
		case a.base == base:
			if !a.told {
				a.told = true
				w.record(weftEvent{
					op: weftOpMemory, g: a.g, step: a.nth, obj: weftTypeAt(a.typ), pc: weftCodeAt(a.pc),
					arg: uint64(min(a.g, weftMakers))<<44 | uint64(min(a.n, weftPieces))<<22 | uint64(a.form),
				})
			}
			return uint64(min(a.g, weftMakers))<<44 | uint64(min(a.n, weftPieces))<<22 | uint64(min((obj-base)/4, weftOffsets))<<2 | weftHeap
		case a.base == 0:
			return 0
		}
	}
}

func (w *weftControl) slot(base uintptr) int {
	return int(weftMix(uint64(base))) & (len(w.allocs) - 1)
}

// Types and places, in half of the room: 0 is what is not in the program's own module, such
// as a type that package reflect has made.

func weftTypeOffset(typ *_type) uint32 {
	if at := uintptr(unsafe.Pointer(typ)) - firstmoduledata.types; at < firstmoduledata.etypes-firstmoduledata.types {
		return uint32(at)
	}
	return 0
}

func weftTypeAt(offset uint32) uintptr {
	if offset == 0 {
		return 0
	}
	return firstmoduledata.types + uintptr(offset)
}

func weftCodeAt(offset uint32) uintptr { return firstmoduledata.text + uintptr(offset) }

// weftNew takes down memory that a goroutine of the bubble has made, at pc.
func weftNew(p unsafe.Pointer, typ *_type, pc uintptr, form uint8) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 {
		return
	}
	w := gp.bubble.weft
	if w.cur.ptr() == gp && w.counting && weftHolds(typ) {
		w.name(p, gp, typ, pc, form)
	}
}

// weftRaw is weftNew for memory without pointers whose type is not known. It counts if
// the program itself asks for it.
func weftRaw(p unsafe.Pointer, pc uintptr) {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 {
		return
	}
	w := gp.bubble.weft
	if w.cur.ptr() == gp && w.counting && weftKind(pc) >= weftProgram {
		w.name(p, gp, nil, pc, weftOne)
	}
}

// weftSpecialized is weftNew or weftRaw for memory that a function for its size class
// has made, called at pc. What the runtime itself asks for is taken down there.
func weftSpecialized(p unsafe.Pointer, typ *_type, size, pc uintptr) {
	if b := getg().bubble; b == nil || b.weft == nil || weftKind(pc) == weftInside {
		return
	}
	if typ != nil {
		weftNew(p, typ, pc, weftOne)
	} else if size <= 64 {
		weftRaw(p, pc)
	}
}

// name takes down who made memory, and where. The caller has the turn.
func (w *weftControl) name(p unsafe.Pointer, gp *g, typ *_type, pc uintptr, form uint8) {
	gp.weft.allocs++
	if w.known >= len(w.allocs)/4*3 {
		w.widen()
	}
	switch kind := weftKind(pc); {
	case kind == weftInlined:
		pc = weftOuter(pc)
	case kind < weftProgram: // the library, on behalf of the program
		if _, user := weftCaller(weftLibrary); user != 0 {
			pc = user
		}
	}
	a := weftAlloc{base: uintptr(p), g: gp.weft.id, n: gp.weft.allocs, pc: uint32(pc - firstmoduledata.text), form: form}
	of := a.pc
	if typ != nil {
		if a.typ = weftTypeOffset(typ); a.typ != 0 && weftNamed(typ) {
			of = ^a.typ
		}
	}
	a.nth = w.nth(gp.weft.id, of)
	if w.put(a) {
		w.known++
	}
}

// nth counts what a goroutine makes of a type, or at a place. The counts stand among the
// memory, at odd addresses.
func (w *weftControl) nth(g, of uint32) uint32 {
	key := uintptr(weftMix(uint64(g)<<32|uint64(of))) | 1
	for at := w.slot(key); ; at = (at + 1) & (len(w.allocs) - 1) {
		a := &w.allocs[at]
		if a.base == 0 {
			*a = weftAlloc{base: key}
			w.known++
		}
		if a.base == key {
			a.n++
			return a.n
		}
	}
}

// put reports whether the memory is one that was not known.
func (w *weftControl) put(of weftAlloc) bool {
	for at := w.slot(of.base); ; at = (at + 1) & (len(w.allocs) - 1) {
		a := &w.allocs[at]
		if a.base == 0 || a.base == of.base { // the collector has given the memory back
			fresh := a.base == 0
			*a = of
			return fresh
		}
	}
}

// widen makes room for twice as many. A name that was left out would be one that some
// runs have and others, in which the collector came at another time, have not.
func (w *weftControl) widen() {
	was := w.allocs
	w.allocs = make([]weftAlloc, 2*len(was))
	for _, a := range was {
		if a.base != 0 {
			w.put(a)
		}
	}
}

// weftHolding remembers what is known of types, in the lowest bits of an entry.
var weftHolding [1 << 10]uintptr

const (
	weftHasSync  = 1 // it holds something of package sync or sync/atomic
	weftHasNames = 2 // what it holds is told apart by its name and those of its fields
	weftHasBits  = weftHasSync | weftHasNames
)

// weftHolds reports whether a type holds something of package sync or sync/atomic.
func weftHolds(typ *_type) bool { return weftHas(typ)&weftHasSync != 0 }

// weftNamed reports whether memory of a type is told apart by the names of that type and of
// its fields: those of packages sync and sync/atomic are everywhere.
func weftNamed(typ *_type) bool { return weftHas(typ)&weftHasNames != 0 }

func weftHas(typ *_type) uintptr {
	if typ == nil || typ.PtrBytes == 0 && typ.Size_ < 4 {
		return 0
	}
	at := &weftHolding[uintptr(unsafe.Pointer(typ))>>5&(1<<10-1)]
	if known := *at; known&^weftHasBits == uintptr(unsafe.Pointer(typ)) {
		return known & weftHasBits
	}
	has := uintptr(0)
	if weftHoldsSync(typ, 0) {
		has = weftHasSync
		if typ.TFlag&abi.TFlagNamed != 0 && typ.Kind() == abi.Struct {
			if pkg := toRType(typ).pkgpath(); pkg != "sync" && pkg != "sync/atomic" {
				has |= weftHasNames
			}
		}
	}
	*at = uintptr(unsafe.Pointer(typ)) | has
	return has
}

func weftHoldsSync(typ *_type, depth int) bool {
	switch typ.Kind() {
	case abi.Int32, abi.Int64, abi.Uint32, abi.Uint64, abi.Uintptr, abi.UnsafePointer:
		return depth == 0 // a variable of its own, for the functions of sync/atomic
	case abi.Array:
		return weftHolds((*arraytype)(unsafe.Pointer(typ)).Elem)
	case abi.Struct:
		switch name := toRType(typ).string(); name {
		case "sync.Mutex", "sync.RWMutex", "sync.WaitGroup", "sync.Once", "sync.Cond",
			"atomic.Bool", "atomic.Int32", "atomic.Int64", "atomic.Uint32", "atomic.Uint64", "atomic.Uintptr", "atomic.Value":
			return true
		default:
			const pointer = "atomic.Pointer["
			if len(name) > len(pointer) && name[:len(pointer)] == pointer {
				return true
			}
		}
		if depth > 16 {
			return false
		}
		t := (*structtype)(unsafe.Pointer(typ))
		for i := range t.Fields {
			if weftHoldsSync(t.Fields[i].Typ, depth+1) {
				return true
			}
		}
	}
	return false
}
