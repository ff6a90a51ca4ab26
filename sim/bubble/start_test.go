package bubble_test

import (
	"sync/atomic"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

// That a goroutine starts is no step: where each of four has one operation, there are 4!
// orders. What it does before its first operation, and others can see, is a step of its own.
func TestStartIsNoStep(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
		want    int
	}{
		{"readers(3)", func() {
			x := new(atomic.Int64)
			read := func() { x.Load() }
			threads(func() { x.Store(1) }, read, read, read)
		}, 24},
		{"two operations each", func() {
			x := new(atomic.Int64)
			two := func() { x.Store(x.Load() + 1) }
			threads(two, two)
		}, 6},
		{"it prints", func() {
			x := new(atomic.Int64)
			threads(func() { bubble.Println("a"); x.Add(1) }, func() { bubble.Println("b"); x.Add(1) })
		}, 6},
		{"it starts another one", func() {
			x := new(atomic.Int64)
			threads(func() { go x.Add(1); x.Add(1) }, func() { x.Add(1) })
		}, 8},
		{"it is named", func() {
			x := new(atomic.Int64)
			threads(func() { bubble.Name("a"); x.Add(1) }, func() { x.Add(1) })
		}, 3},
	} {
		r := explored(t, c.program, explore.WithStrategy(walk.Exhaustive()))
		if r.Runs != c.want || !r.Coverage.Complete() {
			t.Errorf("%s: %s, want %d", c.name, r.Verdict(), c.want)
		}
	}
}
