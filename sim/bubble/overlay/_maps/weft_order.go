// The order of maps whose hashes are made of addresses.
//
// A map of up to eight entries keeps them in the order of its slots. A larger one keeps
// them in tables, at places that depend on hashes. The hash of a key with pointers is made
// of addresses, which are others in the next run. So tables of such maps, made by goroutines
// whose order is decided, number their entries in the order in which they were put, and who
// iterates goes by the numbers, shuffled as the random numbers of the run have it.

package maps

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Pushed from runtime. weftOrdered reports whether the order of goroutines is decided.
//
//go:linkname weftOrdered
func weftOrdered() bool

//go:linkname weftSees
func weftSees()

// weftOrder is what a table knows of the order of its entries.
type weftOrder struct {
	numbers []uint64 // by slot, or nil
	next    uint64   // of the entry that comes next, which is moved here; else 0
}

// weftPlaced is the number that was given last, in any table: entries move from one to
// another.
var weftPlaced atomic.Uint64

// weftNumber has a new table number its entries, if their order cannot be had otherwise.
func (t *table) weftNumber(typ *abi.MapType) {
	if weftOrdered() && weftByAddress(typ.Key) {
		t.weft.numbers = make([]uint64, t.capacity)
	}
}

// weftByAddress reports whether hashes of a type are made of addresses, or may be.
func weftByAddress(typ *abi.Type) bool {
	switch typ.Kind() {
	case abi.Pointer, abi.UnsafePointer, abi.Chan, abi.Interface:
		return true
	case abi.Array:
		return weftByAddress((*abi.ArrayType)(unsafe.Pointer(typ)).Elem)
	case abi.Struct:
		s := (*abi.StructType)(unsafe.Pointer(typ))
		for i := range s.Fields {
			if weftByAddress(s.Fields[i].Typ) {
				return true
			}
		}
	}
	return false
}

// weftPut numbers an entry that was put into slot i of the group g.
func (t *table) weftPut(typ *abi.MapType, g groupReference, i uintptr) {
	if t.weft.numbers == nil {
		return
	}
	n := t.weft.next
	t.weft.next = 0
	if n == 0 {
		n = weftPlaced.Add(1)
	}
	group := (uintptr(g.data) - uintptr(t.groups.data)) / typ.GroupSize
	t.weft.numbers[group*abi.MapGroupSlots+i] = n
}

// weftMoves has the next entry that is put keep the number that it has in slot i of
// another table's group.
func (t *table) weftMoves(from *table, group uint64, i uintptr) {
	if t.weft.numbers != nil && from.weft.numbers != nil {
		t.weft.next = from.weft.numbers[group*abi.MapGroupSlots+uint64(i)]
	}
}

// weftCloned gives a copy of a table numbers of its own.
func (t *table) weftCloned() {
	if t.weft.numbers != nil {
		t.weft.numbers = append([]uint64(nil), t.weft.numbers...)
	}
}

// weftEntry is an entry of a map: a slot of a group, and its number.
type weftEntry struct {
	number uint64
	group  groupReference
	slot   uintptr
}

// weftMost is how many entries there may be for their order to be had again: a table has
// no more slots.
const weftMost = 1 << 15

// weftBegin has an iteration go by the numbers: through a table of its own, in which the
// entries stand in their order. The table is one that is no longer part of the map, as is
// the old one of a map that grows during an iteration, so that each key is looked up in
// the map when its turn comes.
func (it *Iter) weftBegin() {
	m := it.m
	if m.used > 1 {
		weftSees()
	}
	if m.dirLen <= 0 || m.used > weftMost || !weftOrdered() || m.directoryAt(0).weft.numbers == nil {
		return
	}
	typ := it.typ
	entries := make([]weftEntry, 0, m.used)
	for d := 0; d < m.dirLen; {
		t := m.directoryAt(uintptr(d))
		d += 1 << (m.globalDepth - t.localDepth)
		for k := uint64(0); k <= t.groups.lengthMask; k++ {
			g := t.groups.group(typ, k)
			for i := uintptr(0); i < abi.MapGroupSlots; i++ {
				if g.ctrls().get(i)&ctrlEmpty == ctrlEmpty {
					continue // or deleted
				}
				e := weftEntry{group: g, slot: i}
				if t.weft.numbers != nil {
					e.number = t.weft.numbers[k*abi.MapGroupSlots+uint64(i)]
				}
				entries = append(entries, e)
			}
		}
	}
	weftSort(entries)
	weftShuffle(entries, it.entryOffset)
	capacity := uint64(abi.MapGroupSlots)
	for capacity < uint64(len(entries)) {
		capacity *= 2
	}
	s := &table{capacity: uint16(capacity), index: -1}
	s.groups = newGroups(typ, capacity/abi.MapGroupSlots)
	for k := uint64(0); k <= s.groups.lengthMask; k++ {
		g := s.groups.group(typ, k)
		g.ctrls().setEmpty()
	}
	for n, e := range entries {
		g, i := s.groups.group(typ, uint64(n)/abi.MapGroupSlots), uintptr(n)%abi.MapGroupSlots
		key, elem := g.key(typ, i), g.elem(typ, i)
		if typ.IndirectKey() {
			*(*unsafe.Pointer)(key) = *(*unsafe.Pointer)(e.group.key(typ, e.slot))
		} else {
			typedmemmove(typ.Key, key, e.group.key(typ, e.slot))
		}
		if typ.IndirectElem() {
			*(*unsafe.Pointer)(elem) = *(*unsafe.Pointer)(e.group.elem(typ, e.slot))
		} else {
			typedmemmove(typ.Elem, elem, e.group.elem(typ, e.slot))
		}
		g.ctrls().set(i, 0)
	}
	it.tab = s
}

// weftSort sorts entries by their numbers: a heap sort.
func weftSort(e []weftEntry) {
	down := func(i, n int) {
		for {
			k := 2*i + 1
			if k >= n {
				return
			}
			if k+1 < n && e[k].number < e[k+1].number {
				k++
			}
			if e[i].number >= e[k].number {
				return
			}
			e[i], e[k] = e[k], e[i]
			i = k
		}
	}
	for i := len(e)/2 - 1; i >= 0; i-- {
		down(i, len(e))
	}
	for n := len(e) - 1; n > 0; n-- {
		e[0], e[n] = e[n], e[0]
		down(0, n)
	}
}

// weftShuffle shuffles entries (Fisher and Yates; numbers by Marsaglia's xorshift, JSS 2003).
func weftShuffle(e []weftEntry, seed uint64) {
	x := seed | 1
	for n := uint64(len(e)); n > 1; n-- {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		i := x >> 32 * n >> 32
		e[i], e[n-1] = e[n-1], e[i]
	}
}
