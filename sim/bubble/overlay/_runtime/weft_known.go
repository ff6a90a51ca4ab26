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
		switch {
		case p.r == s.epoch || p.w == s.epoch:
			return true
		case !s.knows(c.all.w):
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
	p.r, p.rpc = s.epoch, at
	return true
}

// writes takes down a write of what begins at an address, or reports false if it is not a
// usual one.
//
//go:nosplit
func (s *weftSeer) writes(c *weftCell, addr uintptr, at uint32) bool {
	p := &c.one
	if c.is(addr) {
		switch {
		case p.w == s.epoch && p.r == 0:
			return true
		case c.all.r == weftShared || !s.knows(c.all.w) || !s.knows(c.all.r):
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
	p.w, p.wpc, p.r = s.epoch, at, 0
	return true
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
			p.w, p.wpc, p.r = s.epoch, at, 0
		} else {
			p.r, p.rpc = s.epoch, at
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
	case writes:
		c.all.w, c.all.r, c.all.wpc = s.epoch, 0, at
		if fresh || c.tag != weftSight.tag {
			c.one = weftPast{}
		}
	case fresh:
		c.all.w, c.all.r, c.all.rpc = 0, s.epoch, at
		c.one = weftPast{}
	default:
		c.all.r, c.all.rpc = s.epoch, at
		return true
	}
	if fresh {
		c.more = 0
	}
	c.tag = weftSight.tag
	return true
}
