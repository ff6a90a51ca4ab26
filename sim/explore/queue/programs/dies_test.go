package programs_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

var deadly = flag.Bool("deadly", false, "the program ends its process")

// TestDies: a program may take its process with it.
func TestDies(t *testing.T) {
	simtest.Check(t, func(t *simtest.T) {
		sim.Go(t.Context(), "a", sim.Yield)
		if *deadly {
			fmt.Fprintln(os.Stderr, "the program has had enough")
			os.Exit(3)
		}
	})
}
