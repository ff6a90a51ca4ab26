// Random numbers that the program can see.

package runtime

// weftRand draws from the stream of the goroutine.
func weftRand() (uint64, bool) {
	gp := getg()
	if gp.m == nil || gp == gp.m.g0 || gp.bubble == nil || gp.bubble.weft == nil {
		return 0, false
	}
	gp.weft.stream += 0x9e3779b97f4a7c15
	return weftMix(gp.weft.stream), true
}
