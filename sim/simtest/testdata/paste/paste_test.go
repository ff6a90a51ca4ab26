// Package paste has a test that fails, for the test of the line to paste.
package paste

import (
	"os"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

func TestTransfers(t *testing.T) {
	if os.Getenv("WEFT_EXAMPLE") == "" {
		t.Skip("it fails; another test runs it")
	}
	t.Run("it's $5", func(t *testing.T) {
		simtest.Check(t, func(t *simtest.T) {
			price := sim.Choose(t.Context(), "price", 3, 4, 5)
			if price < 9 {
				t.Error("fails in every order")
			}
		})
	})
}

func TestOther(t *testing.T) {
	simtest.Check(t, func(t *simtest.T) {
		sim.Choose(t.Context(), "price", 3, 4, 5)
	})
}
