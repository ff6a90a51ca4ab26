package search_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// A path follows indices, and says when the program strays from it.
func TestPath(t *testing.T) {
	two := &order.Decision{Alternatives: make([]order.Alternative, 2)}
	three := &order.Decision{Alternatives: make([]order.Alternative, 3)}
	p := &search.Path{Taken: []int32{1}}
	p.Rewind(1)
	if got := []int{p.Choose(two), p.Choose(three)}; !cmp.Equal(got, []int{1, 0}) {
		t.Errorf("it took %v", got)
	}
	p.Ended()
	if p.Strayed || !cmp.Equal(p.Taken, []int32{1, 0}) || !cmp.Equal(p.Widths, []int32{2, 3}) {
		t.Errorf("%+v", p)
	}
	p.Rewind(2)
	p.Choose(two)
	if p.Choose(two); !p.Strayed {
		t.Error("it did not notice that there was another decision")
	}
	p.Rewind(2)
	p.Choose(two)
	if p.Ended(); !p.Strayed {
		t.Error("it did not notice that a decision was missing")
	}
}
