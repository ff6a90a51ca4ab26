// Package paste has a test that fails, for the test of the line to paste.
package paste

import (
	"os"
	"testing"

	"weft/sim"
	"weft/sim/explore"
)

func TestTransfers(t *testing.T) {
	if os.Getenv("WEFT_EXAMPLE") == "" {
		t.Skip("it fails; another test runs it")
	}
	t.Run("it's $5", func(t *testing.T) {
		explore.Check(t, func(t *explore.T) {
			if sim.Choose(t.Context(), "price", 3, 4, 5) == 5 {
				t.Error("it is $5")
			}
		})
	})
}

func TestOther(t *testing.T) {
	explore.Check(t, func(t *explore.T) {
		sim.Choose(t.Context(), "price", 3, 4, 5)
	})
}
