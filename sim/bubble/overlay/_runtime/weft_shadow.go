//go:build !race

// What is known of the memory of the run that is watched: for each variable, who wrote it
// last and who has read it since, as FastTrack has it (Flanagan and Freund, PLDI 2009).
// All of it lies outside the heap. A cell is good for the run whose number it has, so
// that nothing needs to be cleared between runs.

package runtime

import "unsafe"

const (
	weftPageShift = 12
	weftCells     = 1 << weftPageShift / 8
	weftPagesKept = 1 << 10
)

// weftCell is what is known of eight bytes. As long as all accesses have been to the same
// of them, which is the rule, it is one variable. Else, and where goroutines synchronise
// by the address, more is known of it elsewhere.
type weftCell struct {
	w, r     uint64 // epochs: who wrote last; who has read since, or 0, or weftShared
	wpc, rpc uint32 // in code
	tag      uint32 // the number of the run, and which bytes, or none if they are told apart
	more     uint32 // a weftMore, or 0
}

// weftShared is no epoch.
const weftShared = ^uint64(0)

// weftMore is more of a cell.
type weftMore struct {
	bytes [8]weftByte
	syncs [8]weftClock // when goroutines have released what begins here
}

// weftByte is what is known of one byte, or of all bytes of a cell.
type weftByte struct {
	w, r     uint64
	wpc, rpc uint32
	readers  weftReaders // if r is weftShared
}

// weftReaders are those who have read since the last write: for each goroutine the clock,
// and the place in code.
type weftReaders struct{ at, n uint32 }

type weftReader struct{ clock, pc uint32 }

// weftPages keeps the pages that were used last.
var weftPages [weftPagesKept]struct {
	page  uintptr
	cells *[weftCells]weftCell
}

// weftShadow holds all pages: a hash table, whose length is a power of two.
var weftShadow struct {
	slots *[1 << 30]weftSlot
	size  int
	used  int
}

type weftSlot struct {
	page  uintptr
	cells *[weftCells]weftCell
}

// weftCellsOf returns the cells of a page, or nil if it has none and is to have none. The
// caller holds weftSight.mu.
func weftCellsOf(page uintptr, make bool) *[weftCells]weftCell {
	t := &weftShadow
	for {
		if t.size > 0 {
			for i := int(weftMix(uint64(page))) & (t.size - 1); ; i = (i + 1) & (t.size - 1) {
				if s := &t.slots[i]; s.page == page {
					return s.cells
				} else if s.page == 0 {
					if !make {
						return nil
					}
					if t.used < t.size/2 {
						s.cells = (*[weftCells]weftCell)(persistentalloc(unsafe.Sizeof(*s.cells), 64, &memstats.other_sys))
						s.page = page
						t.used++
						return s.cells
					}
					break
				}
			}
		} else if !make {
			return nil
		}
		old, n := t.slots, t.size
		t.size = max(1<<10, 2*n)
		t.slots = (*[1 << 30]weftSlot)(sysAlloc(uintptr(t.size)*unsafe.Sizeof(weftSlot{}), &memstats.other_sys, "weft"))
		if t.slots == nil {
			throw("weft: no memory to watch a run in")
		}
		for k := range n {
			if o := &old[k]; o.page != 0 {
				i := int(weftMix(uint64(o.page))) & (t.size - 1)
				for t.slots[i].page != 0 {
					i = (i + 1) & (t.size - 1)
				}
				t.slots[i] = *o
			}
		}
		if n > 0 {
			sysFree(unsafe.Pointer(old), uintptr(n)*unsafe.Sizeof(weftSlot{}), &memstats.other_sys)
		}
	}
}

// weftCellAt returns the cell of an address. The caller holds weftSight.mu, and is the
// goroutine that has the turn, or it makes none.
func weftCellAt(addr uintptr, make bool) *weftCell {
	page := addr >> weftPageShift
	cells := weftCellsOf(page, make)
	if cells == nil {
		return nil
	}
	if make {
		p := &weftPages[page&(weftPagesKept-1)]
		p.page = 0 // never the page of one with the cells of another
		p.cells = cells
		p.page = page
	}
	return &cells[addr>>3&(weftCells-1)]
}

// touch takes down an access. The caller holds weftSight.mu.
//
//go:systemstack
func (s *weftSeer) touch(addr, size, pc uintptr, writes bool) {
	at := uint32(pc - weftSight.text)
	for end := addr + size; addr < end; {
		word := addr &^ 7
		mask := uint8(0xff) << (addr & 7)
		if end < word+8 {
			mask &= 0xff >> (word + 8 - end)
		}
		s.touchWord(weftCellAt(word, true), word, mask, at, writes)
		addr = word + 8
	}
}

func (s *weftSeer) touchWord(c *weftCell, addr uintptr, mask uint8, at uint32, writes bool) {
	if c.tag>>8 != weftSight.run {
		*c = weftCell{tag: weftSight.tag | uint32(mask)}
	}
	if was := uint8(c.tag); was != 0 && was != mask {
		c.divide()
	}
	if uint8(c.tag) != 0 {
		b := weftByte{w: c.w, r: c.r, wpc: c.wpc, rpc: c.rpc}
		if c.r == weftShared {
			b.readers = c.moreOf().bytes[0].readers
		}
		s.touchByte(&b, addr, at, writes)
		c.w, c.r, c.wpc, c.rpc = b.w, b.r, b.wpc, b.rpc
		if c.r == weftShared {
			c.moreOf().bytes[0].readers = b.readers
		}
		return
	}
	m := c.moreOf()
	for i := range m.bytes {
		if mask>>i&1 != 0 {
			s.touchByte(&m.bytes[i], addr+uintptr(i), at, writes)
		}
	}
}

// touchByte is an access to a variable of which the past is known.
func (s *weftSeer) touchByte(b *weftByte, addr uintptr, at uint32, writes bool) {
	if !s.knows(b.w) {
		s.races(addr, at, writes, b.w, b.wpc, true)
	}
	if !writes {
		switch {
		case b.r == weftShared:
			b.readers.set(s.epoch, at)
		case s.knows(b.r):
			b.r, b.rpc = s.epoch, at
		default:
			b.readers = weftReaders{}
			b.readers.set(b.r, b.rpc)
			b.readers.set(s.epoch, at)
			b.r = weftShared
		}
		return
	}
	if b.r == weftShared {
		for g := range b.readers.n {
			if r := b.readers.of(g); r.clock != 0 {
				if e := uint64(g)<<32 | uint64(r.clock); !s.knows(e) {
					s.races(addr, at, true, e, r.pc, false)
				}
			}
		}
	} else if !s.knows(b.r) {
		s.races(addr, at, true, b.r, b.rpc, false)
	}
	b.w, b.wpc, b.r, b.readers = s.epoch, at, 0, weftReaders{}
}

// races takes down a data race, unless the same two places have one already.
func (s *weftSeer) races(addr uintptr, at uint32, writes bool, other uint64, otherAt uint32, wrote bool) {
	w := weftSight.control
	found := weftFound{
		addr: addr, g: uint32(s.epoch >> 32), other: uint32(other >> 32),
		pc: weftSight.text + uintptr(at), at: weftSight.text + uintptr(otherAt), writes: writes, wrote: wrote,
	}
	for i := range w.founds {
		if f := &w.found[i]; f.pc == found.pc && f.at == found.at {
			return
		}
	}
	if w.founds < len(w.found) {
		w.found[w.founds] = found
		w.founds++
	}
}

// moreOf returns what more is known of a cell.
func (c *weftCell) moreOf() *weftMore {
	if c.more == 0 {
		c.more = weftArena.alloc(unsafe.Sizeof(weftMore{}))
	}
	return (*weftMore)(weftArena.at(c.more))
}

// divide tells the bytes of a cell apart from here on.
func (c *weftCell) divide() {
	m := c.moreOf()
	shared := m.bytes[0].readers
	m.bytes[0] = weftByte{}
	for i := range m.bytes {
		if c.tag>>i&1 == 0 {
			continue
		}
		b := weftByte{w: c.w, r: c.r, wpc: c.wpc, rpc: c.rpc}
		if c.r == weftShared {
			b.readers = shared.copy()
		}
		m.bytes[i] = b
	}
	c.tag &^= 0xff
}

func (r *weftReaders) of(g uint32) *weftReader {
	return (*weftReader)(unsafe.Add(weftArena.at(r.at), uintptr(g)*8))
}

// set says that a goroutine has read.
func (r *weftReaders) set(epoch uint64, pc uint32) {
	g := uint32(epoch >> 32)
	if g >= r.n {
		n := max(8, r.n)
		for n <= g {
			n *= 2
		}
		grown := weftReaders{weftArena.alloc(uintptr(n) * 8), n}
		if r.n > 0 {
			memmove(weftArena.at(grown.at), weftArena.at(r.at), uintptr(r.n)*8)
		}
		*r = grown
	}
	*r.of(g) = weftReader{uint32(epoch), pc}
}

func (r *weftReaders) copy() weftReaders {
	c := weftReaders{weftArena.alloc(uintptr(r.n) * 8), r.n}
	memmove(weftArena.at(c.at), weftArena.at(r.at), uintptr(r.n)*8)
	return c
}

// weftForget forgets what lay in memory that is given out anew.
func weftForget(p unsafe.Pointer, size uintptr) {
	if !weftSees {
		return
	}
	systemstack(func() {
		lock(&weftSight.mu)
		addr := uintptr(p)
		for end := addr + size; addr < end; {
			page := addr >> weftPageShift
			stop := min(end, (page+1)<<weftPageShift)
			if cells := weftCellsOf(page, false); cells != nil {
				for addr < stop {
					word := addr &^ 7
					mask := uint8(0xff) << (addr & 7)
					if stop < word+8 {
						mask &= 0xff >> (word + 8 - stop)
					}
					cells[word>>3&(weftCells-1)].forget(mask)
					addr = word + 8
				}
			}
			addr = stop
		}
		unlock(&weftSight.mu)
	})
}

// forget forgets some of the bytes.
func (c *weftCell) forget(mask uint8) {
	switch was := uint8(c.tag); {
	case mask == 0xff || was != 0 && was&^mask == 0 && c.more == 0:
		c.tag = 0 // of no run
	case c.tag>>8 != weftSight.run:
	default:
		c.tag &^= uint32(mask)
		if c.more == 0 {
			return
		}
		m := c.moreOf()
		for i := range m.bytes {
			if mask>>i&1 == 0 {
				continue
			}
			m.syncs[i] = weftClock{}
			if was == 0 {
				m.bytes[i] = weftByte{}
			}
		}
	}
}

// weftForgetAll forgets what all runs have left, so that their numbers can be given
// again. The caller holds weftSight.mu.
func weftForgetAll() {
	for i := range weftShadow.size {
		if s := &weftShadow.slots[i]; s.page != 0 {
			*s.cells = [weftCells]weftCell{}
		}
	}
}
