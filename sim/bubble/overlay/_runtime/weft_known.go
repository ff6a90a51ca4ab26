//go:build !race

// The usual cases of what is known of a variable, which its goroutine sees to in place: no
// other thread touches what is known of memory that is in use.

package runtime

// weftCellKept returns the cell of an address if its page is kept, or nil.
// The goroutine that calls it has the turn.
//
//go:nosplit
func weftCellKept(addr uintptr) *weftCell {
	if p := &weftPages[addr>>weftPageShift&(weftPagesKept-1)]; p.page == addr>>weftPageShift {
		return &p.cells[addr>>3&(weftCells-1)]
	}
	return nil
}

// weftReadsPlainly does what weftReads does where that is simple, or reports false. The
// goroutine has a stamp.
//
//go:nosplit
func weftReadsPlainly(addr, pc uintptr) bool {
	gp := getg()
	p := &weftPages[addr>>weftPageShift&(weftPagesKept-1)]
	if addr-gp.stack.lo < gp.stack.hi-gp.stack.lo || p.page != addr>>weftPageShift {
		return false
	}
	c, s := &p.cells[addr>>3&(weftCells-1)], &gp.weft.seer
	one := &c.one
	switch tag := weftSight.tag | 1<<(addr&7); {
	case c.tag == tag:
		if one.r == weftShared || !s.knows(c.all.w) || !s.knows(one.w) || !s.knows(one.r) {
			return false
		}
		if one.r != s.epoch && one.w != s.epoch {
			one.r, one.rpc = s.epoch, uint32(pc-weftSight.text)
		}
	case c.tag>>8 != weftSight.run:
		c.all, c.tag, c.more = weftPast{}, tag, 0
		one.w, one.r, one.rpc = 0, s.epoch, uint32(pc-weftSight.text)
	default:
		return false
	}
	entry, key := weftLatelyAt(addr, s.stamp)
	if e := *entry; (e^key)>>weftLatelyStamp == 0 {
		key = e
	}
	*entry = key | weftReadBit<<(addr&7)
	return true
}

// weftWritesPlainly does what weftWrites does where that is simple, or reports false. The
// goroutine has a stamp.
//
//go:nosplit
func weftWritesPlainly(addr, pc uintptr) bool {
	gp := getg()
	p := &weftPages[addr>>weftPageShift&(weftPagesKept-1)]
	if addr-gp.stack.lo < gp.stack.hi-gp.stack.lo || p.page != addr>>weftPageShift {
		return false
	}
	c, s := &p.cells[addr>>3&(weftCells-1)], &gp.weft.seer
	one := &c.one
	switch tag := weftSight.tag | 1<<(addr&7); {
	case c.tag == tag:
		if one.r == weftShared || c.all.r == weftShared || !s.knows(c.all.w) || !s.knows(c.all.r) || !s.knows(one.w) || !s.knows(one.r) {
			return false
		}
		if one.w != s.epoch || one.r != 0 {
			one.w, one.r, one.wpc = s.epoch, 0, uint32(pc-weftSight.text)
		}
	case c.tag>>8 != weftSight.run:
		c.all, c.tag, c.more = weftPast{}, tag, 0
		one.w, one.r, one.wpc = s.epoch, 0, uint32(pc-weftSight.text)
	default:
		return false
	}
	entry, key := weftLatelyAt(addr, s.stamp)
	if e := *entry; (e^key)>>weftLatelyStamp == 0 {
		key = e
	}
	*entry = key | (weftReadBit|weftWriteBit)<<(addr&7)
	return true
}

// is reports whether the one variable of a cell is the one that begins there. It is, if
// there was none yet.
//
//go:nosplit
func (c *weftCell) is(addr uintptr) bool {
	bit := uint32(1) << (addr & 7)
	switch c.tag {
	case weftSight.tag | bit:
		return true
	case weftSight.tag:
		c.tag |= bit
		return true
	}
	if c.tag>>8 != weftSight.run {
		c.all, c.one = weftPast{}, weftPast{}
		c.tag, c.more = weftSight.tag|bit, 0
		return true
	}
	return false
}

// reads takes down a read of what begins at an address, or reports false if it is not a
// usual one.
//
//go:nosplit
func (s *weftSeer) reads(c *weftCell, addr uintptr, at uint32) bool {
	p := &c.one
	if c.is(addr) {
		if !s.knows(c.all.w) {
			return false
		}
	} else if uint8(c.tag) != weftDivided {
		return false
	} else {
		m := c.moreKnown()
		p = &m.bytes[addr&7].weftPast
		if m.atomics[addr&7].wrote.n != 0 {
			return false
		}
	}
	if p.r == weftShared || !s.knows(p.w) || !s.knows(p.r) {
		return false
	}
	p.enterRead(s.epoch, at)
	return true
}

// writes takes down a write of what begins at an address, or reports false if it is not a
// usual one.
//
//go:nosplit
func (s *weftSeer) writes(c *weftCell, addr uintptr, at uint32) bool {
	p := &c.one
	if c.is(addr) {
		if c.all.r == weftShared || !s.knows(c.all.w) || !s.knows(c.all.r) {
			return false
		}
	} else if uint8(c.tag) != weftDivided {
		return false
	} else {
		m := c.moreKnown()
		p = &m.bytes[addr&7].weftPast
		if m.atomics[addr&7] != (weftAtomics{}) {
			return false
		}
	}
	if p.r == weftShared || !s.knows(p.w) || !s.knows(p.r) {
		return false
	}
	p.enterWrite(s.epoch, at)
	return true
}

// enterRead takes down a read, and enterWrite a write. Of those at one time of a goroutine,
// the first one is kept: what comes of an access must not depend on whether one like it is
// still known from lately, which addresses decide.
//
//go:nosplit
func (p *weftPast) enterRead(epoch uint64, at uint32) {
	if p.r != epoch && p.w != epoch {
		p.r, p.rpc = epoch, at
	}
}

//go:nosplit
func (p *weftPast) enterWrite(epoch uint64, at uint32) {
	if p.w != epoch || p.r != 0 {
		p.w, p.wpc, p.r = epoch, at, 0
	}
}

// wrote reports whether all of the cell has been written at a time, and nothing but at
// that time has been done to it since.
//
//go:nosplit
func (c *weftCell) wrote(epoch uint64) bool {
	return c.all.w == epoch && c.all.r == 0 && (c.one.w == 0 || c.one.w == epoch) && (c.one.r == 0 || c.one.r == epoch)
}

// copies takes down an access to some bytes of a cell at once, or reports false if it is
// not a usual one.
//
//go:nosplit
func (s *weftSeer) copies(c *weftCell, mask uint8, at uint32, writes bool) bool {
	if uint8(c.tag) != weftDivided || c.tag>>8 != weftSight.run {
		return mask == 0xff && s.copiesWord(c, at, writes)
	}
	m := c.moreKnown()
	for i := range m.bytes {
		if mask>>i&1 == 0 {
			continue
		}
		if p := &m.bytes[i].weftPast; p.r == weftShared || !s.knows(p.w) || !s.knows(p.r) || m.atomics[i] != (weftAtomics{}) {
			return false
		}
	}
	for i := range m.bytes {
		if mask>>i&1 == 0 {
			continue
		}
		if p := &m.bytes[i].weftPast; writes {
			p.enterWrite(s.epoch, at)
		} else {
			p.enterRead(s.epoch, at)
		}
	}
	return true
}

// copiesWord is copies for all bytes of a cell that is not divided.
//
//go:nosplit
func (s *weftSeer) copiesWord(c *weftCell, at uint32, writes bool) bool {
	fresh := c.tag>>8 != weftSight.run
	if !fresh && (uint8(c.tag) == weftDivided || c.all.r == weftShared || c.one.r == weftShared ||
		!s.knows(c.all.w) || !s.knows(c.one.w) || !s.knows(c.all.r) || writes && !s.knows(c.one.r)) {
		return false
	}
	switch {
	case !fresh && writes && c.wrote(s.epoch):
		return true
	case writes:
		c.all.w, c.all.r, c.all.wpc = s.epoch, 0, at
		if fresh || c.tag != weftSight.tag {
			c.one = weftPast{}
		}
	case fresh:
		c.all.w, c.all.r, c.all.rpc = 0, s.epoch, at
		c.one = weftPast{}
	default:
		c.all.enterRead(s.epoch, at)
		return true
	}
	if fresh {
		c.more = 0
	}
	c.tag = weftSight.tag
	return true
}
