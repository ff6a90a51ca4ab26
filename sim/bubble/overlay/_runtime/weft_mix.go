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
