package sample

import (
	"math/bits"
	"math/rand/v2"
)

// prng draws numbers from a seed. What they are mapped to is written out, because
// the standard library may change its own way from one version to the next.
type prng struct{ source rand.PCG }

func (p *prng) seed(seed uint64) { p.source.Seed(seed, 0xd1ce5eed) }

// below draws a number of 0 to n-1.
func (p *prng) below(n int) int {
	high, _ := bits.Mul64(p.source.Uint64(), uint64(n))
	return int(high)
}

// share draws a number from 0 up to, but not including, 1.
func (p *prng) share() float64 { return float64(p.source.Uint64()>>11) / (1 << 53) }

// weighted draws an index with a probability in proportion to its weight, or -1
// if no weight is positive.
func (p *prng) weighted(weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if total <= 0 {
		return -1
	}
	drawn, last := p.share()*total, -1
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

// distinct appends different numbers of 1 to n in a random order, as many as are
// asked for or as there are.
func (p *prng) distinct(to []int, count, n int) []int {
	if count = min(count, n); count == 0 {
		return to
	}
	// Floyd's way (Bentley and Floyd, CACM 1987), which needs no list of all n.
	seen := make(map[int]bool, count)
	for j := n - count + 1; j <= n; j++ {
		k := 1 + p.below(j)
		if seen[k] {
			k = j
		}
		seen[k] = true
		to = append(to, k)
	}
	for i := len(to) - 1; i > 0; i-- {
		k := p.below(i + 1)
		to[i], to[k] = to[k], to[i]
	}
	return to
}
