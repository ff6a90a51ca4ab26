package sim

import (
	"slices"
	"sort"
)

// tallQueue holds very many entries in pieces, so that one in the midst is found, put in
// and taken out without moving all the others. How many entries lie before a piece is told
// by a tree of partial sums (Fenwick, Software: Practice and Experience, 1994).
type tallQueue struct {
	pieces [][]entry // none is empty
	sums   []int     // of their lengths; the first is not used
	n      int
	// The piece in which something was looked up last, and how many entries lie before it.
	near, before int
}

const (
	tallFrom = 512 // entries; up to there, moving them is quicker
	pieceOf  = 128 // entries at most
)

// fill takes over the entries of a queue.
func (t *tallQueue) fill(q *readyQueue) {
	for i := range q.n {
		if i%pieceOf == 0 {
			t.pieces = append(t.pieces, make([]entry, 0, pieceOf))
		}
		last := &t.pieces[len(t.pieces)-1]
		*last = append(*last, *q.at(i))
	}
	t.n = q.n
	t.sum()
}

// sum makes the sums anew, when there are other pieces.
func (t *tallQueue) sum() {
	t.near, t.before = 0, 0
	t.sums = append(t.sums[:0], make([]int, len(t.pieces)+1)...)
	for i := range t.pieces {
		at := i + 1
		t.sums[at] += len(t.pieces[i])
		if up := at + at&-at; up < len(t.sums) {
			t.sums[up] += t.sums[at]
		}
	}
}

// changed takes down that a piece is longer or shorter by one.
func (t *tallQueue) changed(piece, by int) {
	t.n += by
	if piece < t.near {
		t.before += by
	}
	for at := piece + 1; at < len(t.sums); at += at & -at {
		t.sums[at] += by
	}
}

// find returns the piece in which the i-th entry is, and where.
func (t *tallQueue) find(i int) (piece, at int) {
	if at := i - t.before; at >= 0 && at < len(t.pieces[t.near]) {
		return t.near, at
	}
	left, step := i, 1
	for 2*step < len(t.sums) {
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if next := piece + step; next < len(t.sums) && t.sums[next] <= left {
			piece = next
			left -= t.sums[next]
		}
	}
	t.near, t.before = piece, i-left
	return piece, left
}

func (t *tallQueue) at(i int) *entry {
	piece, at := t.find(i)
	return &t.pieces[piece][at]
}

// insert puts an entry behind those of lower and of equal rank.
func (t *tallQueue) insert(e *entry) {
	piece := max(0, sort.Search(len(t.pieces), func(i int) bool { return e.rank.compare(t.pieces[i][0].rank) < 0 })-1)
	p := t.pieces[piece]
	at := len(p)
	if e.rank.compare(p[at-1].rank) < 0 {
		at = sort.Search(len(p), func(i int) bool { return e.rank.compare(p[i].rank) < 0 })
	}
	t.put(piece, at, e)
}

// push puts an entry behind all.
func (t *tallQueue) push(e *entry) {
	last := len(t.pieces) - 1
	t.put(last, len(t.pieces[last]), e)
}

func (t *tallQueue) put(piece, at int, e *entry) {
	if p := t.pieces[piece]; len(p) == cap(p) {
		// Where entries come one behind the other, pieces are to be full.
		half := len(p) / 2
		if at == len(p) {
			half = len(p)
		}
		rest := append(make([]entry, 0, pieceOf), p[half:]...)
		if half == len(p) {
			rest = append(rest, *e)
			t.n++
		}
		clear(p[half:])
		t.pieces[piece] = p[:half]
		t.pieces = slices.Insert(t.pieces, piece+1, rest)
		t.sum()
		if half == len(p) {
			return
		}
		if at > half {
			piece, at = piece+1, at-half
		}
	}
	t.pieces[piece] = slices.Insert(t.pieces[piece], at, *e)
	t.changed(piece, 1)
}

// take removes the i-th entry.
func (t *tallQueue) take(i int) entry {
	piece, at := t.find(i)
	p := t.pieces[piece]
	e := p[at]
	if at == 0 {
		p[0] = entry{}
		t.pieces[piece] = p[1:]
	} else {
		t.pieces[piece] = slices.Delete(p, at, at+1)
	}
	if len(t.pieces[piece]) > 0 {
		t.changed(piece, -1)
		return e
	}
	t.n--
	t.pieces = slices.Delete(t.pieces, piece, piece+1)
	t.sum()
	return e
}
