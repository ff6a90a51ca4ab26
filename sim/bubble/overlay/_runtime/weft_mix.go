// Mixing, for what must be the same in every process.

package runtime

// weftMix is the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA'14).
func weftMix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// weftMulHigh returns the upper half of a product (Knuth, The Art of Computer
// Programming, volume 2, 4.3.1). Where the runtime has it, differs from version to
// version.
func weftMulHigh(x, y uint64) uint64 {
	const half = 1<<32 - 1
	x0, x1, y0, y1 := x&half, x>>32, y&half, y>>32
	t := x1*y0 + x0*y0>>32
	return x1*y1 + t>>32 + (t&half+x0*y1)>>32
}
