package bubble_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

// TestPrint: to print is a point, so that lines of two goroutines come in every order, also
// where nothing else lets the turn be given up.
func TestPrint(t *testing.T) {
	controlled(t)
	program := func() {
		var wg sync.WaitGroup
		wg.Go(func() {
			bubble.Println("a1")
			bubble.Printf("a2")
		})
		bubble.Println("b1")
		wg.Wait()
	}
	r, err := explore.Search(t.Context(), bubble.Engine(program), explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range r.Outcomes {
		got = append(got, strings.Join(strings.Fields(o.Text), " "))
	}
	slices.Sort(got)
	if want := []string{"a1 a2 b1", "a1 b1 a2", "b1 a1 a2"}; !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", r.Verdict(), got, want)
	}
}
