package main

import (
	"fmt"
	"strings"

	"weft/sim/order"
)

// said is what a process said of a run.
type said struct {
	by     configuration
	again  string // the command that makes the run
	end    order.End
	hashes string // of its events, and of its output
}

// run is a program with a seed.
type run struct {
	suite, program string
	seed           int
	// watched: where a program's memory is watched, it makes no step of waiting for what
	// nobody else may read, so that a seed gives another run (see package bubble).
	watched bool
}

// ledger holds what was said of each run first.
type ledger map[run]said

// enter enters what was said of a run, and returns how that differs from what was said of it
// first, or "".
func (l ledger) enter(r run, s said) string {
	first, known := l[r]
	if !known {
		l[r] = s
		return ""
	}
	if first.hashes == s.hashes && (first.end == s.end || first.toldOnce(s)) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "MISMATCH: %s, program %s, seed %d\n", r.suite, r.program, r.seed)
	for _, s := range []said{first, s} {
		fmt.Fprintf(&b, "  %s %s  under %v\n    %s\n", s.hashes, s.end, s.by, s.again)
	}
	return b.String()
}

// toldOnce reports whether the ends of the two may differ: the race detector tells a race
// once in a process, so that the end of a later run with it is another one.
func (s said) toldOnce(t said) bool {
	return (s.by.build == detected || t.by.build == detected) && (s.end == order.Raced || t.end == order.Raced)
}
