//go:build !race

package runtime

// raceread is called before a variable is read.
func raceread(addr uintptr)

// racewrite is called before a variable is written.
func racewrite(addr uintptr)
