package sample

import (
	"math/bits"
	"math/rand/v2"
)

// prng draws numbers from a seed. What they are mapped to is written out, because
// the standard library may change its own way from one version to the next.
type prng struct{ source rand.PCG }

func (d *prng) seed(seed uint64) { d.source.Seed(seed, 0xd1ce5eed) }

// below draws a number of 0 to n-1.
func (d *prng) below(n int) int {
	high, _ := bits.Mul64(d.source.Uint64(), uint64(n))
	return int(high)
}

// share draws a number from 0 up to, but not including, 1.
func (d *prng) share() float64 { return float64(d.source.Uint64()>>11) / (1 << 53) }

// weighted draws an index with a probability in proportion to its weight, or -1
// if no weight is positive.
func (d *prng) weighted(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if total <= 0 {
		return -1
	}
	drawn, last := d.share()*total, -1
	for i, w := range weights {
		if w <= 0 {
			continue
		}
		last = i
		if drawn < w {
			return i
		}
		drawn -= w
	}
	return last // what was left is a rounding error
}
