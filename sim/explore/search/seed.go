package search

// SeedOf derives the n-th seed from a base seed: SplitMix64 (Steele, Lea and
// Flood, OOPSLA'14).
func SeedOf(base uint64, n int) uint64 {
	z := base + (uint64(n)+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
