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
		if one.r == weftShared || !s.knows(one.w) || !s.knows(one.r) {
			return false
		}
		one.enterRead(s.epoch, uint32(pc-weftSight.text))
	case c.tag>>8 != weftSight.run:
		c.rest, c.tag, c.more = weftPast{}, tag, 0
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
		if one.r == weftShared || !s.knows(one.w) || !s.knows(one.r) {
			return false
		}
		one.enterWrite(s.epoch, uint32(pc-weftSight.text))
	case c.tag>>8 != weftSight.run:
		c.rest, c.tag, c.more = weftPast{}, tag, 0
		one.w, one.r, one.wpc = s.epoch, 0, uint32(pc-weftSight.text)
		return true // most of what is new is written once
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

// past returns the past of one byte, which it has to itself from then on, or nil if that is
// not a usual case.
//
//go:nosplit
func (c *weftCell) past(addr uintptr) *weftPast {
	bit := uint32(1) << (addr & 7)
	switch {
	case c.tag == weftSight.tag|bit:
	case c.tag>>8 != weftSight.run:
		c.rest, c.one = weftPast{}, weftPast{}
		c.tag, c.more = weftSight.tag|bit, 0
	case c.tag == weftSight.tag && c.rest.r != weftShared:
		c.one = c.rest
		c.tag |= bit
	default:
		return nil
	}
	return &c.one
}

// reads takes down a read of what begins at an address, or reports false if it is not a
// usual one.
//
//go:nosplit
func (s *weftSeer) reads(c *weftCell, addr uintptr, at uint32) bool {
	p := c.past(addr)
	if p == nil {
		if uint8(c.tag) != weftDivided {
			return false
		}
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
	p := c.past(addr)
	if p == nil {
		if uint8(c.tag) != weftDivided {
			return false
		}
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

// enterRead takes down a read, and enterWrite a write. Of those at one time of a goroutine
// the first one is kept, and a read behind a write not at all: what comes of an access must
// not depend on whether one like it is still known from lately, which addresses decide.
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

// copies takes down an access to some bytes of a cell at once, from an address on, or
// reports false if it is not a usual one.
//
//go:nosplit
func (s *weftSeer) copies(c *weftCell, addr uintptr, mask uint8, at uint32, writes bool) bool {
	if mask&(mask-1) == 0 {
		if writes {
			return s.writes(c, addr, at)
		}
		return s.reads(c, addr, at)
	}
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
	if c.tag>>8 != weftSight.run {
		c.rest, c.tag, c.more = weftPast{}, weftSight.tag, 0
	} else if uint8(c.tag) == weftDivided || c.rest.r == weftShared || !s.knows(c.rest.w) || !s.knows(c.rest.r) {
		return false
	} else if c.tag != weftSight.tag && (c.one.r == weftShared || !s.knows(c.one.w) || !s.knows(c.one.r)) {
		return false
	}
	if writes {
		c.rest.enterWrite(s.epoch, at)
	} else {
		c.rest.enterRead(s.epoch, at)
	}
	if c.tag == weftSight.tag {
		return true
	}
	if writes {
		c.one.enterWrite(s.epoch, at)
		c.unite()
	} else {
		c.one.enterRead(s.epoch, at)
	}
	return true
}

// unite has one byte be like the rest again, if it is, all being written.
//
//go:nosplit
func (c *weftCell) unite() {
	if c.one.wpc == c.rest.wpc {
		c.tag = weftSight.tag
	}
}
