//go:build race

// The race detector, if there is one.

package runtime

// weftRaces returns how many data races the race detector has reported.
func weftRaces() int { return RaceErrors() }
