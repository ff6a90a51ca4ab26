//go:build !race

// Which accesses need nothing, since the same goroutine has made the same ones already and
// nothing has happened in between: most of them, in most programs.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// weftLately says of a word of memory which accesses to it need nothing. What it says is
// good for one goroutine and one of its times, those of a stamp: who comes to touch memory
// and has none gets a new one, and takes the old one from whoever had it. So what has been
// said is void as soon as another goroutine of the run has touched anything, or the
// goroutine itself has released something.
//
// In an entry stand, from the top: which of the words it is of that share the entry; the
// stamp; writes and reads of each of its bytes.
var weftLately [1 << weftLatelyBits]uint64

const (
	weftLatelyBits  = 16
	weftLatelyStamp = 16 // where it begins
	weftStamps      = 1 << (32 - weftLatelyStamp)

	weftReadBit  = 1 // at the first byte
	weftWriteBit = 1 << 8
	weftReadAll  = 0xff * weftReadBit
	weftWriteAll = 0xff * weftWriteBit
	weftOwnStack = 1<<weftLatelyStamp - 1 // any access
)

// weftLatelyAt returns the entry of an address, and what stands in it for that address and
// a stamp, above what is said.
//
//go:nosplit
func weftLatelyAt(addr uintptr, stamp uint64) (entry *uint64, key uint64) {
	return &weftLately[uint16(addr>>3)], uint64(addr>>(3+weftLatelyBits))<<32 ^ stamp
}

// needs reports whether accesses need something, by the bits that say that they do not.
//
//go:nosplit
func (s *weftSeer) needs(addr uintptr, bits uint64) bool {
	entry, key := weftLatelyAt(addr, s.stamp)
	e := *entry ^ key
	return e>>weftLatelyStamp != 0 || e&bits != bits
}

// lately says that accesses to a word need nothing from now on.
//
//go:nosplit
func (s *weftSeer) lately(addr uintptr, bits uint64) {
	if s.stamp == 0 {
		return
	}
	entry, key := weftLatelyAt(addr, s.stamp)
	if (*entry^key)>>weftLatelyStamp == 0 {
		*entry |= bits
	} else {
		*entry = key | bits
	}
}

// weftStamp is the stamp that was given last, and to whom.
var weftStamp struct {
	last uint64
	to   guintptr
}

// stamps gives a goroutine of the run, which has the turn, a stamp if it has none.
//
//go:nosplit
func (gp *g) stamps() {
	if gp.weft.seer.stamp != 0 || weftSight.points {
		return // a point comes before each access
	}
	weftStampAnew()
	t := &weftStamp
	t.last++
	if t.last == weftStamps {
		t.last = 1
		memclrNoHeapPointers(unsafe.Pointer(&weftLately), unsafe.Sizeof(weftLately))
	}
	gp.weft.seer.stamp = t.last << weftLatelyStamp
	// The run may be given up at this moment, by who takes the stamp back.
	atomic.Xchguintptr((*uintptr)(&t.to), uintptr(unsafe.Pointer(gp)))
	if gp.weft.sight != weftSight.run {
		gp.weft.seer.stamp = 0
	}
}

// weftStampAnew makes void what is said.
//
//go:nosplit
func weftStampAnew() {
	if o := weftStamp.to.ptr(); o != nil {
		o.weft.seer.stamp = 0
	}
}

// weftAnew says that accesses to memory need something again.
//
//go:nosplit
func weftAnew(addr, size uintptr) {
	from, to := addr>>3, (addr+size+7)>>3
	if to-from >= uintptr(len(weftLately)) {
		memclrNoHeapPointers(unsafe.Pointer(&weftLately), unsafe.Sizeof(weftLately))
		return
	}
	at := uintptr(uint16(from))
	if n := to - from; at+n <= uintptr(len(weftLately)) && n <= 8 {
		for ; n > 0; n-- {
			weftLately[at] = 0
			at++
		}
		return
	}
	n := min(to-from, uintptr(len(weftLately))-at)
	memclrNoHeapPointers(unsafe.Pointer(&weftLately[at]), n*8)
	memclrNoHeapPointers(unsafe.Pointer(&weftLately), (to-from-n)*8)
}
