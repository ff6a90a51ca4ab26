package soak_test

import (
	"testing"

	"weft/cmd/weft/gallery"
	"weft/sim/bubble"
	"weft/sim/internal/soak"
	"weft/sim/order"
)

// TestSoak makes runs for .ci/soak: of the programs on the event loop, and, with the overlay,
// of those in ordinary Go.
func TestSoak(t *testing.T) {
	programs := gallery.Coroutines
	if bubble.Controlled() {
		programs = gallery.Goroutines
	}
	var subjects []soak.Subject
	for _, s := range programs() {
		if s.Name == "ten-thousand" && testing.Short() {
			continue // a run of it takes as long as a hundred of all others
		}
		subjects = append(subjects, soak.Of(s.Name, func() order.Engine { return s.Engine }))
	}
	soak.Serve(t, subjects)
}
