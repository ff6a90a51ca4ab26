//go:build !race

// What is known of the memory of the run that is watched: for each variable, who wrote it
// last and who has read it since, as FastTrack has it (Flanagan and Freund, PLDI 2009).
// All of it lies outside the heap. A cell is good for the run whose number it has, so
// that nothing needs to be cleared between runs.

package runtime

import (
	"internal/runtime/sys"
	"unsafe"
)

const (
	weftPageShift = 12
	weftCells     = 1 << weftPageShift / 8
	weftPagesKept = 1 << 10
)

// weftCell is what is known of eight bytes. Each of them has a past: an access to a
// variable is one to its first byte, and where memory is copied, as structs are, it is one
// to each byte of it. Mostly there is one variable, or all are copied, so that all bytes but
// one have the same past. Where there is more, and where goroutines synchronise by the
// address, it is known elsewhere. Which of the two it is must make no difference: small
// objects share words, and how is decided by what else has been given out.
type weftCell struct {
	one, rest weftPast
	tag       uint32 // the number of the run, and in the low bits which byte one is of, or weftDivided, or 0
	more      uint32 // a weftMore, or 0
	_         uint64
}

// weftPast is what is known of a variable.
type weftPast struct {
	w, r     uint64 // epochs: who wrote last; who has read since, or 0, or weftShared
	wpc, rpc uint32 // in code
}

// weftDivided says that each byte has a past of its own.
const weftDivided = 0xff

// weftShared is no epoch.
const weftShared = ^uint64(0)

// weftMore is more of a cell.
type weftMore struct {
	bytes    [8]weftByte
	oneRead  weftReaders // if they are shared
	restRead weftReaders
	syncs    [8]weftClock // when goroutines have released what begins here
	atomics  [8]weftAtomics
}

// weftAtomics are the atomic operations on what begins at a byte. Among themselves they do
// not race, so for each goroutine the last one is kept.
type weftAtomics struct{ wrote, read weftReaders }

// weftByte is what is known of one byte.
type weftByte struct {
	weftPast
	readers weftReaders // if they are shared
}

// weftReaders are those who have read since the last write: for each goroutine the clock,
// and the place in code.
type weftReaders struct{ at, n uint32 }

type weftReader struct{ clock, pc uint32 }

// weftPages keeps the pages that the run has used last, and by the complement of their
// numbers some of which nothing is known in this run.
var weftPages [weftPagesKept]struct {
	page  uintptr
	cells *[weftCells]weftCell
}

// weftShadow holds all pages: a hash table, whose length is a power of two.
var weftShadow weftShadowState

type weftShadowState struct {
	slots *[1 << 30]weftSlot
	size  int
	used  int
	spare *[weftCells]weftCell // cells of pages that were forgotten, linked by their first word
}

const weftShadowMost = 1 << 15 // pages of a run; what is known of them takes eight times as much memory as they

// reset forgets all pages if there are many. The next run may not need them.
func (t *weftShadowState) reset() {
	if t.used <= weftShadowMost/2 {
		return
	}
	clear(weftPages[:])
	for i := range t.size {
		if s := &t.slots[i]; s.page != 0 {
			*(*uintptr)(unsafe.Pointer(s.cells)) = uintptr(unsafe.Pointer(t.spare))
			t.spare = s.cells
			*s = weftSlot{}
		}
	}
	t.used = 0
}

// cells returns those of a new page, all of no run.
func (t *weftShadowState) cells() *[weftCells]weftCell {
	c := t.spare
	if c == nil {
		return (*[weftCells]weftCell)(persistentalloc(unsafe.Sizeof(*c), 64, &memstats.other_sys))
	}
	t.spare = (*[weftCells]weftCell)(unsafe.Pointer(*(*uintptr)(unsafe.Pointer(c))))
	*c = [weftCells]weftCell{}
	return c
}

type weftSlot struct {
	page  uintptr
	cells *[weftCells]weftCell
	run   uint32 // the last one that something is known of
}

// weftCellsOf returns the cells of a page, or nil if it has none of this run and is to have
// none. The caller holds weftSight.mu.
func weftCellsOf(page uintptr, make bool) *[weftCells]weftCell {
	t := &weftShadow
	for {
		if t.size > 0 {
			for i := int(weftMix(uint64(page))) & (t.size - 1); ; i = (i + 1) & (t.size - 1) {
				if s := &t.slots[i]; s.page == page {
					if s.run == weftSight.run || make {
						s.used(page)
						return s.cells
					}
					return nil
				} else if s.page == 0 {
					if !make {
						return nil
					}
					if t.used < t.size/2 {
						s.cells = t.cells()
						s.page = page
						s.used(page)
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

// used says that something is known of a page in this run.
func (s *weftSlot) used(page uintptr) {
	if s.run == weftSight.run {
		return
	}
	s.run = weftSight.run
	if p := &weftPages[page&(weftPagesKept-1)]; p.page == ^page {
		p.page = 0
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
		s.touchWord(weftCellAt(word, true), word, weftBytes(addr, end), at, writes)
		addr = word + 8
	}
}

// weftBytes returns which bytes of its cell lie from an address on and before an end.
//
//go:nosplit
func weftBytes(addr, end uintptr) uint8 {
	mask := uint8(0xff) << (addr & 7)
	if next := addr&^7 + 8; end < next {
		mask &= 0xff >> (next - end)
	}
	return mask
}

func (s *weftSeer) touchWord(c *weftCell, addr uintptr, mask uint8, at uint32, writes bool) {
	if c.tag>>8 != weftSight.run {
		*c = weftCell{tag: weftSight.tag}
	}
	which := uint8(c.tag)
	if which != weftDivided && mask != 0xff && which != mask {
		if mask&(mask-1) == 0 && which == 0 {
			c.part(mask)
		} else {
			c.divide()
		}
	}
	switch {
	case uint8(c.tag) == weftDivided:
		m := c.moreOf()
		for i := range m.bytes {
			if b := &m.bytes[i]; mask>>i&1 != 0 {
				s.check(&b.weftPast, &b.readers, addr+uintptr(i), at, writes)
				s.checkAtomics(&m.atomics[i], addr+uintptr(i), at, writes)
				s.enter(&b.weftPast, &b.readers, at, writes)
			}
		}
	case mask != 0xff:
		s.touchOne(c, addr, at, writes)
	case which == 0:
		s.touchRest(c, addr, at, writes)
	default:
		// The lower one first, as where each byte has a past of its own.
		if which == 1 {
			s.touchOne(c, addr, at, writes)
			s.touchRest(c, addr+1, at, writes)
		} else {
			s.touchRest(c, addr, at, writes)
			s.touchOne(c, addr, at, writes)
		}
		if writes {
			c.unite()
		}
	}
}

// touchOne takes down an access to the one byte of a cell that is not like the rest.
func (s *weftSeer) touchOne(c *weftCell, word uintptr, at uint32, writes bool) {
	var none weftReaders
	readers := &none
	if c.more != 0 || c.one.r != 0 && !s.knows(c.one.r) {
		readers = &c.moreOf().oneRead
	}
	s.check(&c.one, readers, word+uintptr(sys.TrailingZeros8(uint8(c.tag))), at, writes)
	s.enter(&c.one, readers, at, writes)
}

// touchRest takes down an access to all other bytes, of which the first one is at addr.
func (s *weftSeer) touchRest(c *weftCell, addr uintptr, at uint32, writes bool) {
	var none weftReaders
	readers := &none
	if c.more != 0 || c.rest.r != 0 && !s.knows(c.rest.r) {
		readers = &c.moreOf().restRead
	}
	s.check(&c.rest, readers, addr, at, writes)
	s.enter(&c.rest, readers, at, writes)
}

// atomic takes down an atomic operation, and looks for a data race with accesses that are
// none. The caller holds weftSight.mu.
//
//go:systemstack
func (s *weftSeer) atomic(addr uintptr, at uint32, writes bool) {
	c := weftCellAt(addr&^7, true)
	if c.tag>>8 != weftSight.run {
		*c = weftCell{tag: weftSight.tag}
	}
	if uint8(c.tag) != weftDivided {
		c.divide() // so that other accesses come to look
	}
	m := c.moreOf()
	b := &m.bytes[addr&7]
	before := weftSight.control.founds
	s.check(&b.weftPast, &b.readers, addr, at, writes)
	weftSight.mixes(before)
	if a := &m.atomics[addr&7]; writes {
		a.wrote.set(s.epoch, at)
	} else {
		a.read.set(s.epoch, at)
	}
}

// checkAtomics looks for a data race of an access that is no atomic operation with those
// that are.
func (s *weftSeer) checkAtomics(a *weftAtomics, addr uintptr, at uint32, writes bool) {
	before := weftSight.control.founds
	s.checkAll(&a.wrote, addr, at, writes, true)
	if writes {
		s.checkAll(&a.read, addr, at, true, false)
	}
	weftSight.mixes(before)
}

// mixes notes that an atomic operation races with an access that is none, if there were
// fewer data races before.
func (s *weftSightState) mixes(before int) {
	if s.control.founds > before {
		s.control.mixed = true
	}
}

// checkAll looks for a data race with accesses of several goroutines.
func (s *weftSeer) checkAll(accesses *weftReaders, addr uintptr, at uint32, writes, wrote bool) {
	for g := range accesses.n {
		if r := accesses.of(g); r.clock != 0 {
			if e := uint64(g)<<32 | uint64(r.clock); !s.knows(e) {
				s.races(addr, at, writes, e, r.pc, wrote)
			}
		}
	}
}

// check looks for a data race with what is known.
func (s *weftSeer) check(p *weftPast, readers *weftReaders, addr uintptr, at uint32, writes bool) {
	if !s.knows(p.w) {
		s.races(addr, at, writes, p.w, p.wpc, true)
	}
	if !writes {
		return
	}
	if p.r != weftShared {
		if !s.knows(p.r) {
			s.races(addr, at, true, p.r, p.rpc, false)
		}
		return
	}
	s.checkAll(readers, addr, at, true, false)
}

// enter takes down an access.
func (s *weftSeer) enter(p *weftPast, readers *weftReaders, at uint32, writes bool) {
	switch {
	case writes:
		p.enterWrite(s.epoch, at)
	case p.w == s.epoch:
	case p.r == weftShared:
		if g := uint32(s.epoch >> 32); g >= readers.n || readers.of(g).clock != uint32(s.epoch) {
			readers.set(s.epoch, at)
		}
	case s.knows(p.r):
		p.enterRead(s.epoch, at)
	default:
		*readers = weftReaders{}
		readers.set(p.r, p.rpc)
		readers.set(s.epoch, at)
		p.r = weftShared
	}
}

// races takes down a data race, unless the same two places have one already.
func (s *weftSeer) races(addr uintptr, at uint32, writes bool, other uint64, otherAt uint32, wrote bool) {
	w := weftSight.control
	weftSight.raced = true
	if weftCounts(unsafe.Pointer(addr)) {
		return
	}
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
	return c.moreKnown()
}

//go:nosplit
func (c *weftCell) moreKnown() *weftMore { return (*weftMore)(weftArena.at(c.more)) }

// part gives one byte a past of its own, which is that of the rest.
func (c *weftCell) part(which uint8) {
	c.one = c.rest
	if c.rest.r == weftShared {
		m := c.moreOf()
		m.oneRead = m.restRead.copy()
	}
	c.tag |= uint32(which)
}

// divide gives each byte of a cell a past of its own.
func (c *weftCell) divide() {
	m := c.moreOf()
	which := uint8(c.tag)
	for i := range m.bytes {
		b := weftByte{weftPast: c.rest}
		switch {
		case which>>i&1 != 0:
			b.weftPast, b.readers = c.one, m.oneRead
		case c.rest.r == weftShared:
			b.readers = m.restRead.copy()
		}
		m.bytes[i] = b
	}
	c.tag = weftSight.tag | weftDivided
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
	addr := uintptr(p)
	weftAnew(addr, size)
	gp := getg()
	turn := gp.weft.sight == weftSight.run // it may look into what is kept
	if turn {
		page := addr >> weftPageShift
		k := &weftPages[page&(weftPagesKept-1)]
		if (addr+size-1)>>weftPageShift != page {
			// There are many of them.
		} else if k.page == ^page {
			return
		} else if k.page == page {
			for ; size >= 8 && size <= 256 && addr&7 == 0; size -= 8 {
				k.cells[addr>>3&(weftCells-1)].tag = 0
				addr += 8
			}
			if size == 0 {
				return
			}
		}
	}
	systemstack(func() {
		lock(&weftSight.mu)
		for end := addr + size; addr < end; {
			page := addr >> weftPageShift
			stop := min(end, (page+1)<<weftPageShift)
			if cells := weftCellsOf(page, false); cells != nil {
				for addr < stop {
					cells[addr>>3&(weftCells-1)].forget(weftBytes(addr, stop))
					addr = addr&^7 + 8
				}
			} else if turn {
				weftPages[page&(weftPagesKept-1)].page = ^page
			}
			addr = stop
		}
		unlock(&weftSight.mu)
	})
}

// forget forgets some of the bytes.
func (c *weftCell) forget(mask uint8) {
	if mask == 0xff {
		c.tag = 0 // of no run
		return
	}
	if c.tag>>8 != weftSight.run {
		return
	}
	if uint8(c.tag) != weftDivided {
		c.divide()
	}
	m := c.moreOf()
	for i := range m.bytes {
		if mask>>i&1 != 0 {
			m.bytes[i], m.syncs[i], m.atomics[i] = weftByte{}, weftClock{}, weftAtomics{}
		}
	}
}

// weftForgetAll forgets what all runs have left, so that their numbers can be given
// again. The caller holds weftSight.mu.
func weftForgetAll() {
	for i := range weftShadow.size {
		if s := &weftShadow.slots[i]; s.page != 0 {
			*s.cells, s.run = [weftCells]weftCell{}, 0
		}
	}
}
