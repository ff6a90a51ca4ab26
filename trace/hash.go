package trace

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"
)

// Hash is a rolling hash over the events of a run. Two runs with equal hashes
// had, but for a chance of about 2^-64, the same events in the same order at
// the same virtual times. Source positions do not take part, so that an edit
// which only moves lines leaves it as it is. It is the same on every machine;
// it is not meant to withstand an adversary.
type Hash uint64

// String returns the hash as 16 hexadecimal digits.
func (h Hash) String() string { return fmt.Sprintf("%016x", uint64(h)) }

// MarshalText returns what String returns. (As a JSON number, a hash would lose
// its low bits in many a reader.)
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil || len(text) != 16 {
		return fmt.Errorf("trace: %.40q is no hash; want 16 hexadecimal digits", text)
	}
	*h = Hash(n)
	return nil
}

// Word folds one word into the hash: a 128-bit product whose halves are xored,
// the mixing step of wyhash (Wang Yi, 2019).
func (h Hash) Word(w uint64) Hash {
	hi, lo := bits.Mul64(uint64(h)^0xa0761d6478bd642f, w^0xe7037ed1a0b428db)
	return Hash(hi ^ lo ^ w)
}

// Text folds a text into the hash, with its length.
func (h Hash) Text(s string) Hash {
	h = h.Word(uint64(len(s)))
	for len(s) >= 8 {
		h = h.Word(binary.LittleEndian.Uint64([]byte(s[:8])))
		s = s[8:]
	}
	if len(s) > 0 {
		var tail [8]byte
		copy(tail[:], s)
		h = h.Word(binary.LittleEndian.Uint64(tail[:]))
	}
	return h
}

func (h Hash) entry(e *Entry) Hash {
	h = h.Word(uint64(e.At)).Word(uint64(e.Kind)<<32 | uint64(uint32(e.Cause))).Word(uint64(e.Span)).Word(uint64(e.N))
	h = h.Text(e.Task).Text(e.Object).Text(e.Detail).Word(uint64(len(e.Alternatives)))
	for _, alternative := range e.Alternatives {
		h = h.Text(alternative)
	}
	return h
}
