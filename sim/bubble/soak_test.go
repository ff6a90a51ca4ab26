package bubble_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"weft/sim/bubble"
	"weft/sim/internal/soak"
	"weft/sim/order"
)

// TestSoak makes runs of random programs, and of the one that uses everything, for .ci/soak.
func TestSoak(t *testing.T) {
	controlled(t)
	subjects := []soak.Subject{soak.Of("torture", func() order.Engine { return bubble.Engine(torture) })}
	for n := range 200 {
		subjects = append(subjects, soak.Of(fmt.Sprint("random ", n), func() order.Engine {
			program, text := drawProgram(rand.New(rand.NewPCG(uint64(n), 2)))
			return bubble.Engine(program, bubble.WithProgram(text))
		}))
	}
	soak.Serve(t, subjects)
}
