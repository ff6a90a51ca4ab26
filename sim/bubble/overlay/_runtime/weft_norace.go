//go:build !race

// The race detector, if there is none.

package runtime

func weftRaces() int { return 0 }
