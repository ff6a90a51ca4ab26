package simtest_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

// A subtest is a part of the run, with a name of its own.
func ExampleT_Run() {
	os.Setenv("WEFT_NOFAILFILE", "1") // this failure need not be kept
	defer os.Unsetenv("WEFT_NOFAILFILE")

	t := &recorder{name: "TestStock"} // a testing.TB; in a test, its *testing.T
	t.run(func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			for _, left := range []int{1, 0} {
				t.Run(fmt.Sprint("with ", left), func(t *simtest.T) {
					stock := sim.NewVar(t.Context(), "stock", left)
					stock.Set(stock.Get() - 1)
					if stock.Get() < 0 {
						t.Fatal("sold what was not there")
					}
				})
			}
		})
	})
	for line := range strings.Lines(t.said()) {
		line = strings.TrimPrefix(line, "fatal: ") // as the recorder has it
		if strings.HasPrefix(line, "FAILS") {
			fmt.Print(line)
		}
	}
	// Output:
	// FAILS: example_subtest_test.go:26: with_0: sold what was not there
}
