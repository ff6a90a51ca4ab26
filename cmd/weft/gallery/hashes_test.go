package gallery_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"weft/cmd/weft/gallery"
	"weft/sim/order"
	"weft/trace"
)

// TestHashes prints, for each program on the event loop, a hash over the hashes of its runs by
// many seeds: for .ci/wasm, which compares what this prints natively and as WebAssembly.
// WEFT_SEEDS says how many seeds; programs whose runs are long get fewer.
func TestHashes(t *testing.T) {
	seeds := 3
	if text := os.Getenv("WEFT_SEEDS"); text != "" {
		var err error
		if seeds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range gallery.Coroutines() {
		runner := s.Engine.Runner()
		length := len(runner.Run(order.Default(), trace.Order).Footprints)
		n := max(1, min(seeds, seeds*300/max(1, length)))
		h := trace.Hash(0)
		for seed := range n {
			r := runner.Run(order.Random(uint64(seed)), trace.Order)
			if r.Hash == 0 {
				t.Fatalf("%s: a run has no hash", s.Name)
			}
			h = h.Word(uint64(r.Hash))
		}
		runner.Close()
		fmt.Printf("hash %s %s of %d\n", s.Name, h, n)
	}
}
